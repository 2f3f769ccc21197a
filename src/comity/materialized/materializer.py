"""The materializer: brings the snapshots of one projection up to the log, step by step."""

from __future__ import annotations

from datetime import date
from typing import Any

from comity.domain.errors import InvalidDate
from comity.domain.recorded import Recorded
from comity.domain.rivals import contested_positions
from comity.domain.scope import Scope
from comity.domain.selection import select
from comity.materialized.invalidation import FIRST_DAY, Invalidation, invalidated
from comity.materialized.settings import Settings
from comity.ports import (
    Build,
    LogStore,
    Snapshot,
    SnapshotUpdate,
    Start,
    StreamHead,
    Window,
)
from comity.projections.projection import Projection, kinds_of, unwrapped
from comity.query.damage import check_dates
from comity.query.fold import Fold, has_act_elsewhere
from comity.query.reading import Reading, merged
from comity.query.snapshots import SnapshotTaker


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
        changed = invalidated(
            self._store, build.position, position, self._projection.key,
            kinds_of(self._projection),
        )  # fmt: skip
        updates = [
            self._update(build, scope, invalid, position) for scope, invalid in changed.items()
        ]
        committed = self._store.projections.commit(build, position, updates)
        return build._replace(position=position) if committed else None

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
        start = Start(newest, store.contested(build, scope.key) | invalid.contested)
        reading = Reading(scope, self._records(scope, position, start), start)
        if has_act_elsewhere(reading):
            return self._whole_update(scope, FIRST_DAY + 1, position)
        if newest.events - taken_at >= self._settings.snapshot_interval:
            snapshots = self._snapshots(reading, newest.events)
            return SnapshotUpdate(scope.key, invalid.day, snapshots, start.contested)
        snapshots = self._snapshots(reading, taken_at)
        since = newest.day if snapshots else invalid.day
        return SnapshotUpdate(scope.key, since, snapshots, start.contested)

    def _whole_update(self, scope: Scope, since: int, position: int) -> SnapshotUpdate:
        """A key's snapshots since a day, folded from the first event."""
        records = self._records(scope, position)
        snapshots = self._snapshots(Reading(scope, records), 0)
        return SnapshotUpdate(scope.key, since, snapshots, contested_positions(records))

    def _records(self, scope: Scope, position: int, start: Start | None = None) -> list[Recorded]:
        """The records of a timeline: all of them, or those that a fold from a start needs."""
        with self._store.reading():
            heads = self._store.streams(scope.sets_to_read)
            window = None if start is None else _window_after(start, heads)
            streams = self._store.read_streams(heads, position, window, cache=False)
        return merged(streams, heads)

    def _snapshots(self, reading: Reading, taken_at: int) -> list[Snapshot]:
        """The snapshots of a reading; the last one is after the last event.

        Where dates overlap, what is recorded later can change the order of earlier events. So
        there are snapshots only of the days before that.
        """
        count = reading.start.snapshot.events if reading.start else 0
        taker = SnapshotTaker(self._settings.snapshot_interval, count, taken_at)
        try:
            settled, until = self._fold.entries(reading)
            before = [entry for entry in settled if entry.latest.toordinal() < until]
            entries = select(before, date.max).folded
            state = self._fold.state(reading, entries, taker)
        except InvalidDate:
            check_dates(self._store.name, reading.records)
            raise
        if entries:
            taker.take(entries[-1].latest.toordinal(), self._fold.codec.encode(state))
        return taker.snapshots


def _window_after(start: Start, heads: dict[str, StreamHead]) -> Window:
    day = date.fromordinal(start.snapshot.day)
    return Window(dict.fromkeys(heads, day), date.max, start.contested)
