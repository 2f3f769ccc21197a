"""Snapshots for a fold: one to start from, and those that it takes on its way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from comity.domain.scope import Query, Scope
from comity.ports import Snapshot, SnapshotUpdate, Start, StreamHead
from comity.projections.projection import Projection

STORED_BYTES_PER_EVENT = 100
"""A snapshot holds at most so many bytes for each event since the one before it, on the whole.

That is a fifth of what the log holds of an event, so snapshots stand further apart as states grow.
"""
CACHED_BYTES_PER_EVENT = 300
"""The same for snapshots in memory, which are forgotten when there are too many of them."""


class TimelineStreams(NamedTuple):
    """A scope, and the streams whose events can belong to it."""

    scope: Scope
    streams: Collection[str]


class SnapshotTaker:
    """Takes snapshots of a fold at the end of a day, with at least `interval` events between them.

    `count` is the number of events folded so far; `taken_at` is the count at the last snapshot.
    `position` is the last one known; `newest` gives the newest one that bears on a day. On the days
    of `inversions` no snapshot can be taken. If it `takes_last`, one is also taken after the last
    event. If it `forgets`, they leave out what has ended.
    """

    def __init__(
        self,
        interval: int,
        bytes_per_event: int,
        count: int = 0,
        taken_at: int = 0,
        *,
        takes_last: bool = False,
    ) -> None:
        self.interval, self.bytes_per_event = interval, bytes_per_event
        self.count, self.taken_at = count, taken_at
        self.takes_last, self.forgets, self.position = takes_last, True, 0
        self.newest: Callable[[int], int] = lambda day: 0
        self.inversions: Sequence[tuple[int, int]] = ()
        self.snapshots: list[Snapshot] = []
        self._size = 0

    def is_due(self) -> bool:
        """Whether a snapshot is due at the next end of a day."""
        since = self.count - self.taken_at
        return since >= self.interval and since * self.bytes_per_event >= self._size

    def can_take(self, day: int) -> bool:
        """Whether every subject's events up to a day are the first ones of its order."""
        return not any(first <= day < last for first, last in self.inversions)

    def take(self, day: int, state: bytes) -> None:
        """Take a snapshot of the encoded state after all events that are true by `day`."""
        newest = self.newest(day)
        self.snapshots.append(Snapshot(day, self.count, newest, state, self.position))
        self.taken_at, self._size = self.count, len(state)


class Snapshots:
    """Finds snapshots that are still valid, and saves new ones.

    This base class has none, so every fold begins at the first event.
    """

    def starts(
        self,
        projection: Projection[Any, Any],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
    ) -> dict[str, Start | None]:
        """By key, the newest usable snapshot of each timeline no later than the query's day.

        It is None if the first one is later: then what comes before the day is worth reading alone,
        and not the whole timeline. A timeline without snapshots is left out. It is called within a
        read transaction; `heads` are the ends of the streams in it. The scope of `query` is
        ignored.
        """
        return {}

    def unsettled(
        self, starts: Mapping[str, Start], links: Mapping[str, Collection[int]]
    ) -> Mapping[str, Collection[int]]:
        """By key, which of these links are unsettled on its timeline."""
        return {}

    def taker(
        self, projection: Projection[Any, Any], query: Query, start: Start | None, events: int
    ) -> SnapshotTaker | None:
        """A taker, if the fold of so many `events` for the query should take snapshots."""
        return None

    def save(self, query: Query, update: SnapshotUpdate) -> None:
        """Save the snapshots that a taker took while the query was answered."""
