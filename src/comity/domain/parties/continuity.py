"""Which state continues which: the same subject of international law under another code."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from comity.domain.parties.naming import party


class Continuation(NamedTuple):
    """A state that is the same subject of international law as an earlier state.

    `day` is the first day on which the successor continues the predecessor. Events of the
    predecessor before `since` are not continued. `source` is a citation.
    """

    predecessor: str
    successor: str
    day: date
    since: date
    source: str


# A state that only came out of another is absent on purpose: Czechia and Slovakia, Ukraine and
# Kazakhstan; and Germany, which the German Democratic Republic joined on 3 October 1990.
CONTINUATIONS: Final[tuple[Continuation, ...]] = (
    Continuation(
        "SUN",
        "RUS",
        date(1991, 12, 26),
        date.min,
        "Letter of President Yeltsin to the UN Secretary-General, 24 December 1991; Alma-Ata "
        "Declaration and decision on UN membership, 21 December 1991; declaration 142-N of the "
        "Soviet of the Republics, 26 December 1991",
    ),
    Continuation(
        "BYS",
        "BLR",
        date(1991, 9, 19),
        date.min,
        "Law on the name of the Republic of Belarus, 19 September 1991; notified to the United "
        "Nations the same day",
    ),
    Continuation(
        "BUR",
        "MMR",
        date(1989, 6, 18),
        date.min,
        "Adaptation of Expressions Law (Law No. 15/89), 18 June 1989",
    ),
    Continuation(
        "ZAR",
        "COD",
        date(1997, 5, 17),
        date.min,
        "Change of name of 17 May 1997, as recorded in the United Nations list of member states",
    ),
    Continuation(
        "HVO",
        "BFA",
        date(1984, 8, 4),
        date.min,
        "Change of name proclaimed by the Conseil national de la Révolution, 4 August 1984; "
        "ISO 3166-3 entry HVBF",
    ),
    Continuation(
        "DHY",
        "BEN",
        date(1975, 11, 30),
        date.min,
        "Proclamation of the People's Republic of Benin, 30 November 1975; ISO 3166-3 entry DYBJ",
    ),
    Continuation(
        "VDR",
        "VNM",
        date(1976, 7, 2),
        date.min,
        "Resolution of the National Assembly on the name of the unified state, 2 July 1976; "
        "ISO 3166-3 entry VDVN",
    ),
    Continuation(
        "SCG",
        "SRB",
        date(2006, 6, 5),
        date.min,
        "Letter of the President of Serbia to the UN Secretary-General, 3 June 2006; decision of "
        "the National Assembly of Serbia, 5 June 2006",
    ),
    # Only the Federal Republic is continued: the Socialist one, also under YUG, was dissolved.
    Continuation(
        "YUG",
        "SCG",
        date(2003, 2, 4),
        date(1992, 4, 27),
        "Constitutional Charter of the State Union of Serbia and Montenegro, 4 February 2003; "
        "Constitution of the Federal Republic of Yugoslavia, 27 April 1992; UN Security Council "
        "resolution 777 (1992)",
    ),
)


class Former(NamedTuple):
    """A code whose events are the party's own from `since` to `until`, both included."""

    code: str
    since: date
    until: date


@lru_cache(maxsize=4_096)
def lineage(code: str) -> tuple[Former, ...]:
    """Return every code whose events are the party's own: its own code first, then the nearest.

    Its own code counts from date.min to date.max. A predecessor, direct or through another, counts
    from the `since` of its Continuation to the day before its `day`. An organisation has only
    its own code. Raises UnknownParty.
    """
    codes = [Former(party(code), date.min, date.max)]
    for step in CONTINUATIONS:
        if step.successor == code:
            codes.append(Former(step.predecessor, step.since, step.day - timedelta(days=1)))
            codes.extend(lineage(step.predecessor)[1:])
    return tuple(codes)


@lru_cache(maxsize=4_096)
def successor(code: str) -> str:
    """Return the newest state that continues the party (`YUG`: `SRB`), or the party itself.

    Raises UnknownParty.
    """
    for step in CONTINUATIONS:
        if step.predecessor == code:
            return successor(step.successor)
    return party(code)


def standing_names(code: str) -> tuple[str, ...]:
    """Return the codes under which a party's events are listed.

    They are the code of its newest successor, and the party's own code if the successor does not
    continue everything: `YUG` keeps the events before 1992. Raises UnknownParty.
    """
    partly = any(step.predecessor == code and step.since > date.min for step in CONTINUATIONS)
    return (successor(code), code) if partly else (successor(code),)
