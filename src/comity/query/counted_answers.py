"""Counted answers: those of a projection that counts events by their days and their codes.

Counted events come from the store's counts. Only events under links are read and folded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import TypeVar

from comity.domain.errors import InvalidDate
from comity.domain.recorded import Recorded
from comity.domain.scope import Scope, scope_of
from comity.domain.selection import select
from comity.domain.time.dates import Bounds
from comity.projections.counting import CountingProjection
from comity.projections.projection import kinds_of
from comity.query.counted import CountedStreams
from comity.query.damage import check_dates
from comity.query.fold import Fold, fold
from comity.query.parameters import KnownAt, Progress, is_one_relationship
from comity.query.plan import Plan
from comity.query.reading import Reading, merged
from comity.query.runner import QueryRunner
from comity.query.snapshots import TimelineStreams

S = TypeVar("S")
A = TypeVar("A")
_READ_AT_ONCE = 2_000
"""How many events of timelines are read at once."""


class CountedAnswers:
    """Answers questions about all that can have happened in a period."""

    def __init__(self, runner: QueryRunner) -> None:
        self._runner, self._store = runner, runner.store

    def of(
        self,
        projection: CountingProjection[S, A],
        parties: tuple[str, ...],
        period: Bounds,
        known_at: KnownAt = None,
        *,
        progress: Progress | None = None,
    ) -> dict[str, A]:
        """The answers for every pair, for the pairs of one party, or for one relationship."""
        with self._store.reading():
            plan = self._plan(projection, parties, period, known_at)
            position = plan.query.position
            # Nearly all that was counted would have to be taken away from the counts.
            is_early = position < self._store.head().position - position
            counts = (
                None if is_early else CountedStreams(self._store, plan, period, projection.months)
            )
        if counts is None:
            return self._runner.answers_of(
                projection, parties, period.latest, position, "possible", progress=progress
            )
        answers: dict[str, A] = {}
        for done, (timeline, records) in enumerate(self._linked(plan, counts.linked)):
            if progress is not None:
                progress(position * done // len(plan.timelines))
            bound = projection.for_key(timeline.scope.parties)
            state = bound.counted(counts.cells(timeline))
            if records:
                state = self._folded(bound, state, Reading(timeline.scope, records), plan.query.day)
            answers[timeline.scope.key] = bound.finish(state, period.latest)
        if progress is not None:
            progress(position)
        return answers

    def _plan(
        self,
        projection: CountingProjection[S, A],
        parties: tuple[str, ...],
        period: Bounds,
        known_at: KnownAt,
    ) -> Plan:
        """The timelines of one relationship or of pairs."""
        if is_one_relationship(parties):
            scopes: list[Scope] | None = [scope_of(*parties)]
        else:
            scopes = self._runner.scopes(parties)
        day = period.latest
        plan = self._runner.plan(projection, scopes, day, known_at, "possible")
        if scopes is not None:
            return plan
        return plan._replace(timelines=[t for t in plan.timelines if len(t.scope.parties) == 2])

    def _linked(
        self, plan: Plan, linked: Collection[str]
    ) -> Iterator[tuple[TimelineStreams, list[Recorded]]]:
        """Each timeline with its events under links; those of short timelines are read at once."""
        portion: list[TimelineStreams] = []
        events = 0
        for timeline in plan.timelines:
            portion.append(timeline)
            if linked:
                versions = (plan.heads[n].version for n in timeline.streams if n in linked)
                events += sum(versions)
            if events >= _READ_AT_ONCE:
                yield from self._read(portion, linked, plan.query.position)
                portion, events = [], 0
        yield from self._read(portion, linked, plan.query.position)

    def _read(
        self, portion: Sequence[TimelineStreams], linked: Collection[str], position: int
    ) -> Iterator[tuple[TimelineStreams, list[Recorded]]]:
        names = {name for timeline in portion for name in timeline.streams if name in linked}
        streams: dict[str, list[Recorded]] = {}
        for record in self._store.read_all_linked(names, position) if names else ():
            streams.setdefault(record.relationship, []).append(record)
        return ((each, merged(streams, each.streams) if streams else []) for each in portion)

    def _folded(self, bound: CountingProjection[S, A], state: S, reading: Reading, on: date) -> S:
        """The counts with the events that were read."""
        try:
            timeline = Fold(bound).settled(reading)
            kinds = kinds_of(bound)
            told = (entry for entry in timeline.entries if entry.record.event.type in kinds)
            return fold(bound, state, select(told, on, "possible").folded)
        except InvalidDate:
            check_dates(self._store.name, reading.records)
            raise
