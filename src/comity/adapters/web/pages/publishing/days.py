"""The days on which the state of a relationship can change, and the state from each on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from comity.domain.parties import existence, lineage
from comity.domain.selection import Entry
from comity.domain.time.dates import Bounds, bounds, day_of, end_of, span
from comity.projections.state import RelationshipState

_DAY = timedelta(1)


class Change(NamedTuple):
    """A day from which on a state holds, until the next change."""

    day: date
    state: RelationshipState


def changes(
    state_on: Callable[[date], RelationshipState],
    entries: Sequence[Entry],
    parties: Iterable[str],
    days: Bounds,
) -> Iterator[Change]:
    """The first state of a period and each that differs from the one before it, in order.

    Nothing changes but at a bound of an entry or of a date that an entry tells, at the end or the
    beginning of a party, or at a day that the state itself announces: an anniversary, the day of a
    meeting, the day on which a round is due. So only the state of such days is asked for.
    """
    ahead = [days.earliest]
    ahead += [day for entry in entries for day in _days_of(entry)]
    ahead += [day for code in parties for day in _days_of_party(code)]
    heapify(ahead)
    last: date | None = None
    before: RelationshipState | None = None
    while ahead:
        day = heappop(ahead)
        if day == last or not days.earliest <= day <= days.latest:
            continue
        last, state = day, state_on(day)
        for announced in _announced(state):
            if announced > day:
                heappush(ahead, announced)
        if before is None or state != before:
            yield Change(day, state)
        before = state


def _days_of(entry: Entry) -> Iterator[date]:
    event = entry.event
    first, last = entry.instants
    yield from _edges(Bounds(day_of(first), day_of(last)))
    ended = end_of(event.when)
    if ended is not None:
        yield from _edges(Bounds(day_of(ended.earliest), day_of(ended.latest)))
    for text in (event.when, *(str(getattr(event, field)) for field in event.dated)):
        if text:
            yield from _edges(bounds(text))
            yield from _edges(span(text))


def _days_of_party(code: str) -> Iterator[date]:
    for former in lineage(code):
        yield from _edges(Bounds(former.since, former.until))
        for period in existence(former.code) or ():
            yield from _edges(period)


def _announced(state: RelationshipState) -> Iterator[date]:
    """The days on which a state can change by itself: the day after something was to come."""
    meetings = state.meetings
    told = [coming.falls for coming in state.next_anniversaries]
    told += [each.due for each in state.series.values()]
    told += [each.when for each in (*meetings.scheduled, *meetings.in_progress)]
    for text in filter(None, told):
        yield from _edges(span(text))


def _edges(days: Bounds) -> Iterator[date]:
    """The first and the last day, and the day after each."""
    for day in days:
        yield day
        if day < date.max:
            yield day + _DAY
