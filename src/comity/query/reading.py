"""Reading: it reads the records of a timeline, and the snapshot from which the fold can start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from comity.domain.recorded import Recorded
from comity.domain.scope import Query, Scope
from comity.ports import LogStore, Start, StreamHead, Window
from comity.projections.projection import Projection
from comity.query.snapshots import Snapshots, TimelineStreams


class Reading(NamedTuple):
    """The records that were read for a scope, in order, and a snapshot where the fold can start.

    With a `start`, the records are only those that can affect later days. With `within`, only
    events that also belong to one of these scopes are folded, and only they can be rivals.
    """

    scope: Scope
    records: Sequence[Recorded]
    start: Start | None = None
    within: Sequence[Scope] | None = None


class TimelineReader:
    """Reads timelines, each from its newest usable snapshot on."""

    def __init__(self, store: LogStore, snapshots: Snapshots) -> None:
        self._store, self._snapshots = store, snapshots

    def portion(
        self,
        projection: Projection[Any, Any],
        timelines: Sequence[TimelineStreams],
        query: Query,
        within: Sequence[Scope] | None,
    ) -> list[Reading]:
        """The readings of some timelines of a question about many, in one transaction."""
        with self._store.reading():
            names = {name for timeline in timelines for name in timeline.streams}
            heads = self._store.heads(names)
            if within is None:
                return self._read(projection, timelines, heads, query, is_one_of_many=True)
            streams = self._store.read_streams(heads, query.position, cache=False)
            return [
                Reading(scope, merged(streams, names), within=within) for scope, names in timelines
            ]

    def read(
        self,
        projection: Projection[Any, Any],
        timeline: TimelineStreams,
        heads: Mapping[str, StreamHead],
        query: Query,
    ) -> Reading:
        """The reading of one timeline, in the transaction that is held."""
        [reading] = self._read(projection, [timeline], heads, query, is_one_of_many=False)
        return reading

    def _read(
        self,
        projection: Projection[Any, Any],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
        *,
        is_one_of_many: bool,
    ) -> list[Reading]:
        # A set of three or more has an answer only if it has events of its own. Its snapshots do
        # not say so: they also hold the events of larger sets.
        started = [t for t in timelines if not is_one_of_many or len(t.scope.parties) < 3]
        starts = self._snapshots.starts(projection, started, heads, query) if started else {}
        whole = {
            name: heads[name]
            for scope, names in timelines
            if scope.key not in starts
            for name in names
        }
        streams = self._store.read_streams(whole, query.position, cache=not is_one_of_many)
        rest = self._after(starts, timelines, heads, query) if starts else {}
        return [
            Reading(scope, merged(rest if start else streams, names), start)
            for scope, names in timelines
            for start in [starts.get(scope.key)]
        ]

    def _after(
        self,
        starts: Mapping[str, Start],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
    ) -> dict[str, list[Recorded]]:
        """The events that can have become true after the snapshots, and all rival accounts."""
        after: dict[str, date] = {}
        for scope, names in timelines:
            if (start := starts.get(scope.key)) is not None:
                begin = date.fromordinal(start.snapshot.day)
                after.update((name, min(begin, after.get(name, date.max))) for name in names)
        contested = {position for start in starts.values() for position in start.contested}
        window = Window(after, query.day, contested)
        return self._store.read_streams(
            {name: heads[name] for name in after}, query.position, window
        )


def merged(streams: Mapping[str, list[Recorded]], names: Collection[str]) -> list[Recorded]:
    """The records of several streams in the order of the log."""
    histories = [streams[name] for name in names if name in streams]
    if len(histories) == 1:
        return histories[0]
    return sorted((record for records in histories for record in records), key=_by_position)


def _by_position(record: Recorded) -> int:
    return record.position
