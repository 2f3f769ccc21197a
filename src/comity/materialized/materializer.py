"""The materializer: brings the snapshots of one projection up to the log, step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from comity.domain.errors import InvalidDate
from comity.domain.scope import Query, Scope
from comity.materialized.invalidation import FIRST_DAY, Invalidation, invalidated
from comity.materialized.settings import Settings
from comity.materialized.stored import StoredSnapshots
from comity.ports import Build, LogStore, SnapshotUpdate, Start
from comity.projections.projection import NeedsWhole, Projection, kinds_of, unwrapped
from comity.query.damage import check_dates
from comity.query.fold import Fold, from_the_first
from comity.query.reading import Reading, TimelineReader
from comity.query.snapshots import STORED_BYTES_PER_EVENT, SnapshotTaker, TimelineStreams


def folds(projection: Projection[Any, Any]) -> str:
    """What a build is compared by besides name and version: the class, the key and the kinds.

    A class may move to another module, but a user's never answers in the place of comity's.
    """
    kind: type[object] = unwrapped(projection).__class__
    owner = "comity." if kind.__module__.startswith("comity.") else ""
    kinds = " ".join(sorted(kinds_of(projection))) or "all kinds"
    return f"{owner}{kind.__qualname__}, by {projection.key}, {kinds}"


def answers_for(build: Build, projection: Projection[Any, Any]) -> bool:
    """Whether a live build is of this projection: its version, class, key and kinds."""
    return (build.version, build.folds) == (projection.version, folds(projection))


class Materializer:
    """Materializes one projection.

    A snapshot holds what became true by its day. New records do not change the snapshots of days
    before the first day that they affect. All later snapshots of the timeline are dropped, and it
    is folded again from the newest snapshot that is left.
    """

    def __init__(
        self, store: LogStore, projection: Projection[Any, Any], settings: Settings
    ) -> None:
        self._store, self._projection, self._settings = store, projection, settings
        self._fold = Fold(projection)
        self._reader = TimelineReader(store, StoredSnapshots(store))

    def build(self) -> Build | None:
        """The live build of this version of the projection, if there is one."""
        build = self._store.projections.live(self._projection.name)
        return build if build is not None and answers_for(build, self._projection) else None

    def create(self, *, live: bool) -> Build:
        """Create an empty build. If `live`, an existing live build is returned instead."""
        projection = self._projection
        return self._store.projections.create(
            projection.name, projection.version, folds(projection), live=live
        )

    def advance(self, build: Build) -> Build | None:
        """Fold the next events of the log; None if another process did so first.

        A step is one transaction. Each step is as long as all steps before it together, so a
        timeline is not folded many times. A build that is killed goes on from its last step.
        """
        step = max(self._settings.step, build.position)
        position = min(self._store.head().position, build.position + step)
        if position <= build.position:
            return build
        changed = invalidated(self._store, build.position, position, self._projection)
        updates = [
            self._update(build, scope, invalid, position) for scope, invalid in changed.items()
        ]
        committed = self._store.projections.commit(build, position, updates)
        return build._replace(position=position) if committed else None

    def all_updates(self, position: int, holds: Callable[[str], bool]) -> list[SnapshotUpdate]:
        """The snapshots of every key that it `holds`, folded from the first event to a position."""
        everything = invalidated(self._store, 0, position, self._projection)
        return [
            self._whole_update(scope, invalid.day, position)
            for scope, invalid in everything.items()
            if holds(scope.key)
        ]

    def _update(
        self, build: Build, scope: Scope, invalid: Invalidation, position: int
    ) -> SnapshotUpdate:
        """A key's snapshots from the first invalid day on.

        The last snapshot of a timeline may be nearer than the interval to the snapshot before it.
        It is dropped once there is a later one.
        """
        store = self._store.projections
        before = (
            store.snapshots(build, scope.key, invalid.day - 1, limit=2) if build.position else []
        )
        if not before:
            return self._whole_update(scope, invalid.day, position)
        newest = before[0]
        taken_at = before[1].events if len(before) > 1 else 0
        is_far = newest.events - taken_at >= self._settings.snapshot_interval
        start = Start(newest, build, invalid.unsettled)
        for with_lives in (False, True):
            reading = self._later(scope, position, start, with_lives=with_lives)
            try:
                update = self._taken(reading, position, newest.events if is_far else taken_at)
            except NeedsWhole:
                continue
            is_dropped = update.snapshots and not is_far
            return update._replace(
                since=newest.day if is_dropped else invalid.day,
                unsettled=invalid.unsettled.union(update.unsettled),
            )
        return self._whole_update(scope, FIRST_DAY, position)

    def _whole_update(self, scope: Scope, since: int, position: int) -> SnapshotUpdate:
        """A key's snapshots since a day, folded from the first event."""
        with self._store.reading():
            heads = self._store.streams(scope.sets_to_read)
            reading = self._reader.whole(
                self._projection, TimelineStreams(scope, heads), heads, position
            )
        update = from_the_first(lambda forgets: self._taken(reading, position, 0, forgets=forgets))
        return update._replace(since=since)

    def _later(self, scope: Scope, position: int, start: Start, *, with_lives: bool) -> Reading:
        """What can have become true after a snapshot, and all that its place depends on."""
        query = Query(scope, date.max, position)
        with self._store.reading():
            heads = self._store.streams(scope.sets_to_read)
            timelines, starts = [TimelineStreams(scope, heads)], {scope.key: start}
            readings = self._reader.after(
                self._projection, starts, timelines, heads, query, with_lives=with_lives
            )
        return readings[scope.key]

    def _taken(
        self, reading: Reading, position: int, taken_at: int, *, forgets: bool = True
    ) -> SnapshotUpdate:
        """The snapshots of a reading; the last one is after the last event."""
        count = reading.start.snapshot.events if reading.start else 0
        interval = self._settings.snapshot_interval
        per_event = STORED_BYTES_PER_EVENT
        taker = SnapshotTaker(interval, per_event, count, taken_at, takes_last=True)
        taker.forgets = forgets
        try:
            return self._fold.taken(reading, Query(reading.scope, date.max, position), taker)
        except InvalidDate:
            check_dates(self._store.name, reading.records)
            raise
