"""Finds snapshots for questions: those in the store, or those that the engine has in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from comity.domain.scope import Query
from comity.materialized.cache import StateCache, late_for
from comity.materialized.invalidation import NOTHING, Invalidation, invalidation
from comity.materialized.materializer import answers_for
from comity.materialized.settings import Settings
from comity.materialized.stored import StoredSnapshots
from comity.ports import Build, LogStore, SnapshotUpdate, Start, StreamHead, Wanted
from comity.projections.projection import Projection
from comity.projections.state import StateProjection
from comity.query.snapshots import CACHED_BYTES_PER_EVENT, SnapshotTaker, TimelineStreams


class SnapshotFinder(StoredSnapshots):
    """Finds a start for any materialized projection, and for states of long timelines.

    A snapshot can be used only for the certainty `certain`. It must not hold records after the
    question's position. No record after the snapshot may affect its day.
    """

    def __init__(self, store: LogStore, settings: Settings) -> None:
        super().__init__(store)
        self._settings = settings
        self._cache = StateCache(settings.cache_bytes)
        self._rewritten = store.rewritten
        self._states_are_stored = False
        """Whether the states were materialized when one was last asked for."""

    def starts(
        self,
        projection: Projection[Any, Any],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
    ) -> dict[str, Start | None]:
        """By key, the newest usable snapshot of each timeline no later than the query's day."""
        if query.certainty != "certain":
            return {}
        if (rewritten := self._store.rewritten) != self._rewritten:
            self._rewritten = rewritten
            self._cache = StateCache(self._settings.cache_bytes)
        build = self._store.projections.live(projection.name)
        is_state = type(projection) is StateProjection
        is_stored = build is not None and answers_for(build, projection)
        if is_state:
            self._states_are_stored = is_stored
        if build is not None and is_stored:
            return self._stored(build, projection, timelines, heads, query)
        if is_state and self._cache.timelines:
            return self._cached(projection, timelines, heads, query)
        return {}

    def _stored(
        self,
        build: Build,
        projection: Projection[Any, Any],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
    ) -> dict[str, Start | None]:
        invalid: dict[str, Invalidation] = {}
        wanted: dict[str, Wanted] = {}
        for timeline in timelines:
            if sum(heads[n].version for n in timeline.streams) < self._settings.short_timeline:
                continue
            key = timeline.scope.key
            invalid[key] = self._invalid(projection, timeline, heads, build.position, query)
            day = min(query.day.toordinal(), invalid[key].day - 1)
            wanted[key] = Wanted(day, query.position)
        found = self._store.projections.starts(build, wanted) if wanted else {}
        starts: dict[str, Start | None] = {}
        for key, snapshot in found.items():
            late = late_for(snapshot, invalid[key].late, query.position)
            starts[key] = Start(snapshot, build, invalid[key].unsettled, late)
        if others := wanted.keys() - found.keys():
            first_days = self._store.projections.first_days(build, others)
            day = query.day.toordinal()
            starts.update((key, None) for key, first in first_days.items() if day < first)
        return starts

    def _cached(
        self,
        projection: Projection[Any, Any],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
    ) -> dict[str, Start | None]:
        starts: dict[str, Start | None] = {}
        for timeline in timelines:
            key = timeline.scope.key
            if (cached := self._cache.get(key)) is None:
                continue
            if query.position > cached.position:
                invalid = self._invalid(projection, timeline, heads, cached.position, query)
                current = cached.without(invalid, query.position)
                self._cache.renew(key, cached, current)
                cached = current
            day = query.day.toordinal()
            start = cached.start(day, query.position)
            if start is not None or (cached.snapshots and day < cached.snapshots[0].day):
                starts[key] = start
        return starts

    def _invalid(
        self,
        projection: Projection[Any, Any],
        timeline: TimelineStreams,
        heads: Mapping[str, StreamHead],
        checkpoint: int,
        query: Query,
    ) -> Invalidation:
        """The invalidation of snapshots at a checkpoint, by what is known after it."""
        newest = max((heads[name].position for name in timeline.streams), default=0)
        if min(newest, query.position) <= checkpoint:
            return NOTHING
        between = (checkpoint, query.position)
        return invalidation(self._store, timeline, heads, between, projection, folds_late=True)

    def taker(
        self, projection: Projection[Any, Any], query: Query, start: Start | None, events: int
    ) -> SnapshotTaker | None:
        """A taker for a state that takes long to fold."""
        interval = self._settings.snapshot_interval
        is_state = type(projection) is StateProjection and query.certainty == "certain"
        if not is_state or self._states_are_stored or events < 2 * interval:
            return None
        cached = self._cache.get(query.scope.key)
        if cached is not None and cached.position > query.position:
            return None  # a question about the past saves no snapshots
        count = start.snapshot.events if start else 0
        return SnapshotTaker(interval, CACHED_BYTES_PER_EVENT, count, count)

    def save(self, query: Query, update: SnapshotUpdate) -> None:
        """Save the snapshots that were taken while a state was folded."""
        self._cache.save(query.position, update)
