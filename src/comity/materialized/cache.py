"""Snapshots of states in memory, so that a repeated question is not folded from the start."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from threading import RLock
from typing import NamedTuple

from comity.domain.recorded import Recorded
from comity.domain.time.dates import bounds
from comity.materialized.invalidation import Invalidation
from comity.ports import Snapshot, SnapshotUpdate, Start, newest_known

_by_day = attrgetter("day")
_MOST_LATE = 50
"""How many late records are folded after snapshots before these are taken again."""


class CachedTimeline(NamedTuple):
    """The snapshots of one timeline, by day, as known at a position of the log.

    `late` were recorded after some of the snapshots had been taken, and are folded after them.
    """

    position: int
    snapshots: Sequence[Snapshot] = ()
    unsettled: frozenset[int] = frozenset()
    late: Sequence[Recorded] = ()

    def start(self, day: int, position: int) -> Start | None:
        """The newest snapshot no later than `day` that is the same as known at a position."""
        snapshot = newest_known(self.snapshots, day, position)
        if snapshot is None:
            return None
        late = late_for(snapshot, self.late, position)
        return Start(snapshot, None, self.unsettled, late)

    def without(self, invalid: Invalidation, position: int) -> CachedTimeline:
        """The snapshots that are still valid at a later position."""
        late, day = (*self.late, *invalid.late), invalid.day
        if len(late) > _MOST_LATE:
            day, late = min([day, *map(_last_day, late)]), ()
        at = bisect_left(self.snapshots, day, key=_by_day)
        unsettled = self.unsettled | invalid.unsettled
        return CachedTimeline(position, self.snapshots[:at], unsettled, late)

    def joined(self, update: SnapshotUpdate) -> CachedTimeline:
        """The snapshots with more of them, as known at the same position."""
        by_day = {snapshot.day: snapshot for snapshot in (*self.snapshots, *update.snapshots)}
        snapshots = tuple(by_day[day] for day in sorted(by_day))
        unsettled = self.unsettled.union(update.unsettled)
        return self._replace(snapshots=snapshots, unsettled=unsettled)

    @property
    def size(self) -> int:
        """The bytes of all its states."""
        return sum(len(snapshot.state) for snapshot in self.snapshots)


def late_for(snapshot: Snapshot, late: Iterable[Recorded], position: int) -> list[Recorded]:
    """What of `late` a snapshot should hold, as known at a position, and does not."""
    return [
        record
        for record in late
        if snapshot.position < record.position <= position and _last_day(record) <= snapshot.day
    ]


def _last_day(record: Recorded) -> int:
    return bounds(record.event.when).latest.toordinal()


class StateCache:
    """Holds a limited number of bytes of states; drops the least recently used timelines first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes, self._bytes = max_bytes, 0
        self.timelines: OrderedDict[str, CachedTimeline] = OrderedDict()
        self._lock = RLock()  # should an interrupt leave it held, this thread at least goes on

    def get(self, key: str) -> CachedTimeline | None:
        """The cached timeline of a key, if there is one."""
        with self._lock:
            if key in self.timelines:
                self.timelines.move_to_end(key)
            return self.timelines.get(key)

    def renew(self, key: str, old: CachedTimeline, new: CachedTimeline) -> None:
        """Replace the old timeline by the new one, if the old one is still cached."""
        with self._lock:
            if self.timelines.get(key) is old:
                self._put(key, new)

    def save(self, position: int, update: SnapshotUpdate) -> None:
        """Add snapshots that were taken as known at a position."""
        with self._lock:
            old = self.timelines.get(update.key)
            if old is not None and old.position != position:
                return  # another question has renewed it meanwhile
            old = old or CachedTimeline(position)
            self._put(update.key, old.joined(update))

    def _put(self, key: str, timeline: CachedTimeline) -> None:
        if (old := self.timelines.pop(key, None)) is not None:
            self._bytes -= old.size
        if timeline.snapshots:
            self.timelines[key] = timeline
            self._bytes += timeline.size
        while self._bytes > self._max_bytes and self.timelines:
            _, dropped = self.timelines.popitem(last=False)
            self._bytes -= dropped.size
