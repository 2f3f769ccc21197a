"""The pasts of parties: whom they continue, and when they existed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from comity.domain.parties.naming import codes_of, current, party
from comity.domain.parties.organisations import (
    GIVEN,
    cached_by_party,
    continuations,
)
from comity.domain.parties.succession import CONTINUATIONS, Continuation
from comity.domain.parties.table import rows
from comity.domain.time.dates import Bounds, span


class Former(NamedTuple):
    """A code whose events are the party's own from `since` to `until`, both included."""

    code: str
    since: date
    until: date


class _Steps(NamedTuple):
    """The continuations by who is continued, and by who continues."""

    onward: dict[str, Continuation]
    back: dict[str, list[Continuation]]


@cached_by_party
def _steps() -> _Steps:
    steps = continuations() if GIVEN else CONTINUATIONS
    onward = {step.predecessor: step for step in steps if step.day < date.max}
    back: dict[str, list[Continuation]] = {}
    for step in onward.values():
        back.setdefault(step.successor, []).append(step)
    return _Steps(onward, back)


@cached_by_party
def lineage(code: str) -> tuple[Former, ...]:
    """Return every code whose events are the party's own: its own code first, then the nearest.

    Its own code counts from date.min to date.max, and so do its other names (`ZAR` for COD). A
    predecessor, direct or through another, counts from the `since` of its Continuation to the day
    before its `day`. An organisation has the past that the user's table gives it. Raises
    UnknownParty.
    """
    names = codes_of(party(code))
    return (
        *(Former(name, date.min, date.max) for name in names),
        *(former for name in names for former in _predecessors(name)),
    )


def _predecessors(code: str) -> Iterator[Former]:
    for step in _steps().back.get(code, ()):
        until = step.day - timedelta(days=1)
        for former in lineage(step.predecessor):
            since = max(step.since, former.since)
            if since <= min(until, former.until):
                yield Former(former.code, since, min(until, former.until))


@cached_by_party
def successor(code: str) -> str:
    """Return the newest party that continues the party (`YUG`: `SRB`), or its own newest code.

    Raises UnknownParty.
    """
    step = _steps().onward.get(now := current(party(code)))
    return now if step is None else successor(step.successor)


@cached_by_party
def standing_names(code: str) -> tuple[str, ...]:
    """Return the codes under which a party's events are listed.

    They are the code of its newest successor, and the party's own code if the successor does not
    continue everything: `YUG` keeps the events before 1992. Raises UnknownParty.
    """
    newest, step = successor(code), _steps().onward.get(current(code))
    return (newest, code) if step is not None and step.since > date.min else (newest,)


# When it existed


@cached_by_party
def existence(code: str) -> tuple[Bounds, ...]:
    """Return the periods in which the party itself existed, in order, both days included.

    It is empty where nothing is known of it: for territories, and for organisations without days
    in the user's table. A renamed party has its periods under either code. What it continues has
    periods of its own. Raises UnknownParty.
    """
    own = current(party(code))
    if (row := rows().get(own)) is not None:
        return tuple(map(span, row.existed))
    given = GIVEN.get(own)
    return (span(given.existed),) if given is not None and given.existed else ()


@cached_by_party
def lifetimes(code: str) -> tuple[Bounds, ...]:
    """Return the periods of the party and of what it continues, in order.

    It is empty if one of them is not known. Raises UnknownParty.
    """
    periods: list[Bounds] = []
    for former in lineage(code):
        own = existence(former.code)
        if not own:
            return ()
        clipped = (Bounds(max(p.earliest, former.since), min(p.latest, former.until)) for p in own)
        periods.extend(period for period in clipped if period.earliest <= period.latest)
    return tuple(joined_periods(sorted(set(periods))))


def joined_periods(periods: Sequence[Bounds]) -> Iterator[Bounds]:
    """Periods in order, of which there is one, with those in one that have no break between."""
    first, last = periods[0]
    for period in periods[1:]:
        if last < date.max and period.earliest > last + timedelta(days=1):
            yield Bounds(first, last)
            first = period.earliest
        last = max(last, period.latest)
    yield Bounds(first, last)


def existed(code: str, bounds: Bounds) -> bool:
    """Return whether the party, or what it continues, existed on some day within the bounds.

    A party of unknown days existed on any. Raises UnknownParty.
    """
    return _meet(lifetimes(code), bounds)


def existed_itself(code: str, bounds: Bounds) -> bool:
    """Return whether the party itself existed on some day within the bounds.

    A party of unknown days existed on any. Raises UnknownParty.
    """
    return _meet(existence(code), bounds)


def _meet(periods: Sequence[Bounds], bounds: Bounds) -> bool:
    return not periods or any(
        bounds.earliest <= period.latest and bounds.latest >= period.earliest for period in periods
    )


@cached_by_party
def ended_on(code: str) -> date | None:
    """Return the first day on which the party no longer exists; None if it exists or is unknown.

    A party that another continues has not ended: what it had goes on with its heir, as has one
    that only changed its name. Raises UnknownParty.
    """
    periods = existence(code)
    if not periods or successor(code) != current(code) or periods[-1].latest == date.max:
        return None
    return periods[-1].latest + timedelta(days=1)
