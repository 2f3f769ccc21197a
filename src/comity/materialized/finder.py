"""Finds snapshots for questions: those in the store, or those that the engine has in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from comity.domain.scope import Query
from comity.materialized.cache import StateCache
from comity.materialized.invalidation import NOTHING, Invalidation, invalidation_in
from comity.materialized.materializer import answers_for
from comity.materialized.settings import Settings
from comity.ports import Build, LogStore, SnapshotUpdate, Start, StreamHead
from comity.projections.projection import Projection, kinds_of
from comity.projections.state import StateProjection
from comity.query.reading import merged
from comity.query.snapshots import Snapshots, SnapshotTaker, TimelineStreams


class SnapshotFinder(Snapshots):
    """Finds a start for any materialized projection, and for states that are asked for again.

    A snapshot can be used only for the certainty `certain`. It must not hold records after the
    question's position. No record after the snapshot may affect its day.
    """

    def __init__(self, store: LogStore, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._cache = StateCache(settings.cache_bytes)
        self._asked: set[str] = set()
        """The keys of long timelines whose states were asked for once."""
        self._states_are_stored = False
        """Whether the states were materialized when one was last asked for."""

    def starts(
        self,
        projection: Projection[Any, Any],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
    ) -> dict[str, Start]:
        """By key, the newest usable snapshot of each timeline no later than the query's day."""
        if query.certainty != "certain":
            return {}
        build = self._store.projections.live(projection.name)
        is_state = type(projection) is StateProjection
        is_stored = build is not None and answers_for(build, projection)
        if is_state:
            self._states_are_stored = is_stored
        if build is not None and is_stored:
            return self._stored(build, kinds_of(projection), timelines, heads, query)
        if is_state and self._cache.timelines:
            return self._cached(timelines, heads, query)
        return {}

    def _stored(
        self,
        build: Build,
        kinds: Collection[str],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
    ) -> dict[str, Start]:
        contested: dict[str, frozenset[int]] = {}
        days: dict[str, int] = {}
        for scope, streams in timelines:
            if sum(heads[name].version for name in streams) < self._settings.short_timeline:
                continue
            invalid = self._invalid(streams, heads, build.position, query, kinds)
            if invalid is not None:
                days[scope.key] = min(query.day.toordinal(), invalid.day - 1)
                contested[scope.key] = invalid.contested
        starts = self._store.projections.starts(build, days) if days else {}
        return {
            key: Start(snapshot, known | contested[key])
            for key, (snapshot, known) in starts.items()
        }

    def _cached(
        self, timelines: Sequence[TimelineStreams], heads: Mapping[str, StreamHead], query: Query
    ) -> dict[str, Start]:
        starts: dict[str, Start] = {}
        for scope, streams in timelines:
            if (cached := self._cache.get(scope.key)) is None:
                continue
            invalid = self._invalid(streams, heads, cached.position, query)
            if invalid is None:
                continue
            if query.position > cached.position:
                current = cached.without(invalid, query.position)
                self._cache.renew(scope.key, cached, current)
                cached = current
            if (start := cached.start(query.day.toordinal())) is not None:
                starts[scope.key] = start
        return starts

    def _invalid(
        self,
        streams: Collection[str],
        heads: Mapping[str, StreamHead],
        checkpoint: int,
        query: Query,
        kinds: Collection[str] = (),
    ) -> Invalidation | None:
        """The invalidation of snapshots at a checkpoint; None if that is after the question's."""
        newest = max((heads[name].position for name in streams), default=0)
        if newest <= min(checkpoint, query.position):
            return NOTHING
        if query.position < checkpoint:
            return None
        read = self._store.read_streams({name: heads[name] for name in streams}, query.position)
        return invalidation_in(self._store, merged(read, streams), checkpoint, kinds)

    def taker(
        self, projection: Projection[Any, Any], query: Query, start: Start | None, events: int
    ) -> SnapshotTaker | None:
        """A taker for a state that is asked for again and takes long to fold."""
        interval, key = self._settings.snapshot_interval, query.scope.key
        is_state = type(projection) is StateProjection and query.certainty == "certain"
        if not is_state or self._states_are_stored or events < 2 * interval:
            return None
        if key not in self._asked:
            self._asked.add(key)
            return None
        cached = self._cache.get(key)
        if cached is not None and cached.position > query.position:
            return None  # a question about the past saves no snapshots
        count = start.snapshot.events if start else 0
        return SnapshotTaker(interval, count, count)

    def save(self, query: Query, update: SnapshotUpdate) -> None:
        """Save the snapshots that were taken while a state was folded."""
        self._cache.save(query.position, update)
