"""The fold of every answer: from the records that were read to the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from comity.domain.events import Event
from comity.domain.rivals import contested_positions
from comity.domain.scope import Query, Scope
from comity.domain.selection import Entry, select, standing_entries
from comity.domain.settling import ALWAYS, Settled, settled
from comity.ports import SnapshotUpdate, Start
from comity.projections.projection import Projection, kinds_of
from comity.projections.state_codec import StateCodec
from comity.query.reading import Reading
from comity.query.snapshots import Snapshots, SnapshotTaker

S = TypeVar("S")
A = TypeVar("A")


class DatesOverlap(Exception):
    """The events after a snapshot overlap in time, so their order needs all events.

    So does what a party did alone on an agreement: whether it belongs to the timeline.
    """


class Fold(Generic[S, A]):
    """Folds timelines by one projection."""

    def __init__(self, projection: Projection[S, A]) -> None:
        self.projection = projection
        self._kinds = kinds_of(projection) if projection.kinds else frozenset[str]()

    @cached_property
    def codec(self) -> StateCodec[S]:
        """The codec of the projection's states."""
        return StateCodec(self.projection)

    def answer(self, reading: Reading, query: Query, snapshots: Snapshots) -> A:
        """The answer to the query, folded from the reading's start or from the first event."""
        bound = self.projection.for_key(reading.scope.parties).for_certainty(query.certainty)
        if reading.start is not None and has_act_elsewhere(reading):
            raise DatesOverlap
        entries, until = self.entries(reading)
        if reading.start is not None and (until < ALWAYS or _last_beyond(entries, query.day)):
            raise DatesOverlap
        folded, undetermined = select(entries, query.day, query.certainty)
        state = self._first_state(bound, reading.start)
        taker = snapshots.taker(self.projection, query, reading.start, len(folded))
        if taker is None:
            state = fold(bound, state, folded)
        else:
            state = self.take(bound, state, folded, taker, until)
            snapshots.save(query, _update(reading, taker))
        for entry in undetermined:
            state = bound.on_undetermined(state, entry)
        return bound.with_query(bound.finish(state, query.day), query)

    def entries(self, reading: Reading) -> Settled:
        """The entries of the projection's kinds that are not folded into the start already."""
        records = reading.records
        if reading.within is not None:
            records = [r for r in records if _is_within(r.event, reading.within)]
        entries = standing_entries(records, reading.scope)
        after = reading.start.snapshot.day if reading.start is not None else 0
        entries, until = settled(entries, reading.scope, after)
        if self._kinds:
            entries = [entry for entry in entries if entry.record.event.type in self._kinds]
        return Settled(entries, until)

    def state(self, reading: Reading, entries: Sequence[Entry], taker: SnapshotTaker) -> S:
        """The state after all `entries` of a reading, with snapshots taken on the way."""
        bound = self.projection.for_key(reading.scope.parties)
        return self.take(bound, self._first_state(bound, reading.start), entries, taker)

    def take(
        self,
        bound: Projection[S, A],
        state: S,
        entries: Iterable[Entry],
        taker: SnapshotTaker,
        until: int = ALWAYS,
    ) -> S:
        """The state after `entries`, with snapshots taken between two days before `until`."""
        day = 0
        for entry in entries:
            next_day = entry.latest.toordinal()
            if next_day > day:
                if day < until and taker.is_due():
                    taker.take(day, self.codec.encode(state))
                day = next_day
            state = bound.evolve_entry(state, entry)
            taker.count += 1
        return state

    def _first_state(self, bound: Projection[S, A], start: Start | None) -> S:
        return bound.initial() if start is None else self.codec.decode(start.snapshot.state)


def has_act_elsewhere(reading: Reading) -> bool:
    """Whether a party of the scope acted alone on an agreement, in a stream of other parties.

    That belongs to the timeline if the agreement does, which an earlier event can have told.
    """
    scope = reading.scope
    return any(scope.has_act(r.event) and not scope.holds(r.event) for r in reading.records)


def fold(projection: Projection[S, A], state: S, entries: Iterable[Entry]) -> S:
    """The state after all `entries`, in the order given."""
    evolve = projection.evolve_entry
    for entry in entries:
        state = evolve(state, entry)
    return state


def _last_beyond(entries: Iterable[Entry], day: date) -> bool:
    """Whether the dates of an event with a life reach beyond the day, to events not read."""
    return any(entry.latest > day and entry.record.event.subject for entry in entries)


def _is_within(event: Event, scopes: Sequence[Scope]) -> bool:
    """Whether an event belongs to one of the scopes, or is record keeping."""
    return not event.when or any(s.holds(event) or s.has_act(event) for s in scopes)


def _update(reading: Reading, taker: SnapshotTaker) -> SnapshotUpdate:
    start, key = reading.start, reading.scope.key
    if start is None:
        return SnapshotUpdate(key, 0, taker.snapshots, contested_positions(reading.records))
    return SnapshotUpdate(key, start.snapshot.day + 1, taker.snapshots, start.contested)
