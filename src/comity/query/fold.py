"""The fold of every answer: from the records that were read to the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from comity.domain.effects import effects_of
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.domain.scope import Query, Scope
from comity.domain.selection import (
    Entry,
    Facts,
    Row,
    Standing,
    entry_of,
    facts_of,
    select,
    select_rows,
)
from comity.domain.settling import Settled, settled
from comity.domain.time.dates import bounds, last_second
from comity.ports import SnapshotUpdate
from comity.projections.projection import NeedsWhole, Projection, kinds_of
from comity.projections.state_codec import StateCodec
from comity.query.past import Past
from comity.query.reading import Reading
from comity.query.snapshots import Snapshots, SnapshotTaker

R = TypeVar("R")
S = TypeVar("S")
A = TypeVar("A")


class Fold(Generic[S, A]):
    """Folds timelines by one projection."""

    def __init__(self, projection: Projection[S, A]) -> None:
        self.projection = projection
        self._kinds = kinds_of(projection) if projection.kinds else frozenset[str]()

    @cached_property
    def codec(self) -> StateCodec[S]:
        """The codec of the projection's states."""
        return StateCodec(self.projection)

    def answer(
        self, reading: Reading, query: Query, snapshots: Snapshots, *, forgets: bool = True
    ) -> A:
        """The answer to the query, folded from the reading's start or from the first event.

        Raises `NeedsWhole` if a snapshot, read or taken, left out what a later event needs. With
        `forgets=False` none that is taken does.
        """
        bound = self.bound(query)
        timeline = self.settled(reading)
        rows = self._later(reading, timeline)
        folded, undetermined = select_rows(rows, query.day, query.certainty)
        taker = snapshots.taker(self.projection, query, reading.start, len(folded))
        if taker is None:
            if reading.start is not None:
                day = date.fromordinal(reading.start.snapshot.day)
                end = last_second(day)
                if any(row[0] <= end for row in timeline.rows):
                    bound = bound.with_past(self._past(reading, timeline, query))
                    folded = list(map(entry_of, folded))
            state = fold(bound, self._first_state(bound, reading), folded)
        else:
            taker.forgets = forgets
            state, update = self._take(reading, timeline, folded, query, taker)
            snapshots.save(query, update)
        for entry in undetermined:
            state = bound.on_undetermined(state, entry)
        return bound.with_query(bound.finish(state, query.day), query)

    def bound(self, query: Query) -> Projection[S, A]:
        """The projection for the scope and the certainty of a query."""
        return self.projection.for_key(query.scope.parties).for_certainty(query.certainty)

    def settled(self, reading: Reading) -> Settled:
        """All entries that were read, with their places in time."""
        if not reading.records:
            return Settled([])  # of most keys nothing came after their snapshot
        return settled(facts_to_fold(reading), reading.scope)

    def _later(self, reading: Reading, timeline: Settled) -> Sequence[Row]:
        """The rows of the projection's kinds that are not folded into the start already."""
        rows: Sequence[Row] = timeline.rows
        if reading.start is not None:
            end = last_second(date.fromordinal(reading.start.snapshot.day))
            rows = [row for row in rows if row[0] > end]
        return self.of_kinds(rows)

    def of_kinds(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows of the projection's kinds."""
        if not self._kinds:
            return rows
        return [row for row in rows if row[4].event.type in self._kinds]

    def taken(self, reading: Reading, query: Query, taker: SnapshotTaker) -> SnapshotUpdate:
        """The snapshots that are taken while all entries of a query are folded."""
        timeline = self.settled(reading)
        folded, _ = select_rows(self._later(reading, timeline), query.day)
        return self._take(reading, timeline, folded, query, taker)[1]

    def _take(
        self,
        reading: Reading,
        timeline: Settled,
        folded: Iterable[Standing],
        query: Query,
        taker: SnapshotTaker,
    ) -> tuple[S, SnapshotUpdate]:
        """The state after what is folded, and snapshots that are taken on the way."""
        bound = self.projection.for_key(reading.scope.parties)
        bound = bound.with_past(self._past(reading, timeline, query))
        start, effects = reading.start, effects_of(reading.records, reading.scope)
        taker.newest = effects.newest_by_day(start.newest if start else 0).at
        taker.inversions, taker.position = timeline.inversions, query.position
        entries = map(entry_of, folded)
        state = self._taking(bound, self._first_state(bound, reading), entries, taker)
        since = start.snapshot.day + 1 if start else 0
        update = SnapshotUpdate(reading.scope.key, since, taker.snapshots, effects.unsettled)
        return state, update

    def _past(self, reading: Reading, timeline: Settled, query: Query) -> Past:
        is_whole = reading.start is None or reading.with_lives
        return Past(timeline.entries, query, is_whole=is_whole)

    def _taking(
        self, bound: Projection[S, A], state: S, entries: Iterable[Entry], taker: SnapshotTaker
    ) -> S:
        day = 0
        for entry in entries:
            next_day = entry.latest.toordinal()
            if next_day > day:
                if taker.is_due() and day and taker.can_take(day):
                    state = self._take_one(bound, state, day, taker)
                day = next_day
            state = bound.evolve_entry(state, entry)
            taker.count += 1
        if taker.takes_last and day and taker.can_take(day):
            state = self._take_one(bound, state, day, taker)
        return state

    def _take_one(self, bound: Projection[S, A], state: S, day: int, taker: SnapshotTaker) -> S:
        """The state after a snapshot was taken, which may leave out what has ended."""
        if taker.forgets:
            state = bound.forget(state, date.fromordinal(day))
        taker.take(day, self.codec.encode(state))
        return state

    def _first_state(self, bound: Projection[S, A], reading: Reading) -> S:
        """The state of the start, and after what was recorded late, before any other entry."""
        if reading.start is None:
            return bound.initial()
        state: S = reading.state
        for record in reading.start.late:
            state = bound.evolve_late(state, Entry(record, *bounds(record.event.when), (record,)))
        return state


def from_the_first(answer: Callable[[bool], R]) -> R:
    """What is folded from the first event; `answer` takes whether its snapshots may forget.

    They may not if one of them left out what a later event needs.
    """
    try:
        return answer(True)
    except NeedsWhole:
        return answer(False)


def fold(projection: Projection[S, A], state: S, standing: Iterable[Standing]) -> S:
    """The state after all that stands, in the order given."""
    evolve, evolve_entry = projection.evolve, projection.evolve_entry
    only_events = projection.reads_only_events
    for each in standing:
        if only_events and type(each) is Recorded:
            state = evolve(state, each.event)
        else:
            state = evolve_entry(state, entry_of(each))
    return state


def folded_on(projection: Projection[S, A], entries: Iterable[Entry], query: Query) -> A:
    """The answer on a day from all entries of a timeline, which were read before: for many days."""
    bound = projection.for_key(query.scope.parties).for_certainty(query.certainty)
    folded, undetermined = select(entries, query.day, query.certainty)
    state = fold(bound, bound.initial(), folded)
    for entry in undetermined:
        state = bound.on_undetermined(state, entry)
    return bound.with_query(bound.finish(state, query.day), query)


def facts_to_fold(reading: Reading) -> Facts:
    """The facts of what was read, within its scopes if it has some."""
    records = reading.records
    if reading.within is not None:
        records = [record for record in records if is_within(record.event, reading.within)]
    return facts_of(records, reading.scope)


def is_within(event: Event, scopes: Sequence[Scope]) -> bool:
    """Whether an event belongs to one of the scopes, or is record keeping."""
    return not event.when or any(scope.concerns(event) for scope in scopes)
