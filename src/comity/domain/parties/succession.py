"""Which state continues which, and which was only renamed: the rows, each with its source."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple


class Continuation(NamedTuple):
    """A party that is the same subject of international law as an earlier one, or its new name.

    `day` is the first day on which the successor continues the predecessor: what is told of the
    predecessor from then on is not the successor's. Events of the predecessor before `since` are
    not continued. For a new name `day` is date.max: what is told under the old name counts on
    every date (`Renaming` has the day of the change). `source` is a citation.
    """

    predecessor: str
    successor: str
    day: date
    since: date
    source: str


class Renaming(NamedTuple):
    """A party's old code, its code now, and the day on which its name changed."""

    old: str
    new: str
    day: date
    source: str


# One party under two codes, since ISO 3166-3 withdrew the first when the name changed. A territory
# that became independent under a new name is another party: the French Afars and Issas (AFI) and
# the New Hebrides (NHB). Southern Rhodesia governed itself from 1923; both lists of states, and
# the GATT, of which it was a founder, count one state.
RENAMINGS: Final[tuple[Renaming, ...]] = (
    Renaming(
        "BUR",
        "MMR",
        date(1989, 6, 18),
        "Adaptation of Expressions Law (Law No. 15/89), 18 June 1989",
    ),
    Renaming(
        "BYS",
        "BLR",
        date(1991, 9, 19),
        "Law on the name of the Republic of Belarus, 19 September 1991; notified to the United "
        "Nations the same day",
    ),
    Renaming(
        "DHY",
        "BEN",
        date(1975, 11, 30),
        "Proclamation of the People's Republic of Benin, 30 November 1975; ISO 3166-3 entry DYBJ",
    ),
    Renaming(
        "HVO",
        "BFA",
        date(1984, 8, 4),
        "Change of name proclaimed by the Conseil national de la Révolution, 4 August 1984; "
        "ISO 3166-3 entry HVBF",
    ),
    Renaming(
        "RHO",
        "ZWE",
        date(1980, 4, 18),
        "Zimbabwe Constitution Order, in force 18 April 1980; ISO 3166-3 entry RHZW",
    ),
    Renaming(
        "TMP",
        "TLS",
        date(2002, 5, 20),
        "Constitution of the Democratic Republic of Timor-Leste, in force 20 May 2002; "
        "ISO 3166-3 entry TPTL",
    ),
    Renaming(
        "ZAR",
        "COD",
        date(1997, 5, 17),
        "Change of name of 17 May 1997, as recorded in the United Nations list of member states",
    ),
)

# A state that only came out of another is absent on purpose: Czechia and Slovakia, Ukraine and
# Kazakhstan, Austria and Hungary; so are states that joined another or were united in a new one:
# the German Democratic Republic, the Republic of Vietnam, both Yemens.
_CONTINUING: Final[tuple[Continuation, ...]] = (
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
    Continuation(
        "XDR",
        "DEU",
        date(1949, 5, 23),
        date.min,
        "Federal Constitutional Court of Germany, judgment of 31 July 1973, 2 BvF 1/73: the "
        "Federal Republic is not the Reich's successor but identical with it as a state; Basic "
        "Law, 23 May 1949",
    ),
    Continuation(
        "XOT",
        "TUR",
        date(1923, 10, 29),
        date.min,
        "Ottoman Public Debt Arbitration, award of 18 April 1925: Turkey continues the Ottoman "
        "Empire; proclamation of the Republic, 29 October 1923",
    ),
    Continuation(
        "XML",
        "MYS",
        date(1963, 9, 16),
        date.min,
        "United Nations list of member states: the Federation of Malaya changed its name to "
        "Malaysia on 16 September 1963, when Singapore, Sabah and Sarawak were admitted",
    ),
    Continuation(
        "XTG",
        "TZA",
        date(1964, 4, 26),
        date.min,
        "United Nations list of member states: after the Articles of Union of 26 April 1964 the "
        "United Republic continued as a single member; Zanzibar joined it",
    ),
)

CONTINUATIONS: Final[tuple[Continuation, ...]] = (
    *_CONTINUING,
    *(Continuation(old, new, date.max, date.min, source) for old, new, _, source in RENAMINGS),
)
"""Every continuing state and every new name of a state."""
