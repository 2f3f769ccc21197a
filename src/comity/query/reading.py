"""Reading: it reads the records of a timeline, and the snapshot from which the fold can start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from comity.domain.errors import InvalidDate
from comity.domain.events import FACTS, RECORD_KEEPING, kinds_with_subjects
from comity.domain.extent import ALWAYS
from comity.domain.recorded import Recorded
from comity.domain.scope import Query, Scope, scopes_of
from comity.domain.selection import standing_entries
from comity.ports import LogStore, Start, StreamHead, Window
from comity.projections.projection import Projection, kinds_of
from comity.projections.state_codec import StateCodec
from comity.query.closure import Closure
from comity.query.damage import check_dates
from comity.query.plan import Plan
from comity.query.snapshots import Snapshots, TimelineStreams


class Reading(NamedTuple):
    """The records that were read for a scope, in order, and a snapshot where the fold can start.

    With a `start` and its decoded `state`, the records are only those that later days depend on;
    `with_lives`, also all earlier ones of what these are about.
    With `within`, only events that also belong to one of these scopes are folded, and only they
    can be rivals.
    """

    scope: Scope
    records: Sequence[Recorded]
    start: Start | None = None
    state: Any = None
    with_lives: bool = False
    within: Sequence[Scope] | None = None


class TimelineReader:
    """Reads timelines, each from its newest usable snapshot on."""

    def __init__(self, store: LogStore, snapshots: Snapshots) -> None:
        self._store, self._snapshots = store, snapshots

    def portion(self, projection: Projection[Any, Any], part: Plan) -> list[Reading]:
        """The readings of a part of a plan, in one transaction.

        The heads are those of an earlier transaction, in which the query's position was known.
        """
        query, timelines, heads, within, *_ = part
        with self._store.reading():
            if within is None:
                return self._read(projection, timelines, heads, query, is_one_of_many=True)
            streams = self._whole(projection, heads, query.position, cache=False)
            return [
                Reading(scope, merged(streams, names), within=within) for scope, names in timelines
            ]

    def has_start(self, projection: Projection[Any, Any], part: Plan) -> bool:
        """Whether any timeline of a part has a snapshot where its fold can start."""
        query, timelines, heads, within, *_ = part
        with self._store.reading():
            if within is not None:
                return False
            starts = self._starts(projection, timelines, heads, query, is_one_of_many=True)
        return any(start is not None for start in starts.values())

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

    def period(
        self,
        timeline: TimelineStreams,
        heads: Mapping[str, StreamHead],
        window: Window,
        position: int,
    ) -> Reading:
        """The records in a window of one timeline, and all that their places depend on."""
        closure = Closure(self._store, [timeline], heads, position)
        closure.add(chain(*self._store.read_streams({}, position, window).values()))
        closure.complete()
        return Reading(timeline.scope, closure.records(timeline.scope.key))

    def whole(
        self,
        projection: Projection[Any, Any],
        timeline: TimelineStreams,
        heads: Mapping[str, StreamHead],
        position: int,
    ) -> Reading:
        """The whole timeline up to a position, in the transaction that is held."""
        streams = self._whole(projection, heads, position, cache=False)
        return Reading(timeline.scope, merged(streams, timeline.streams))

    def more(self, projection: Projection[Any, Any], reading: Reading, query: Query) -> Reading:
        """More of a timeline: also all lives of what was read after its start, or the whole."""
        scope = reading.scope
        with self._store.reading():
            heads = self._store.streams(scope.sets_to_read)
            timelines = [TimelineStreams(scope, heads)]
            start = self._snapshots.starts(projection, timelines, heads, query).get(scope.key)
            if start is not None and not reading.with_lives:
                starts = {scope.key: start}
                later = self.after(projection, starts, timelines, heads, query, with_lives=True)
                return later[scope.key]
            return self.whole(projection, timelines[0], heads, query.position)

    def _read(
        self,
        projection: Projection[Any, Any],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
        *,
        is_one_of_many: bool,
    ) -> list[Reading]:
        position = query.position
        found = self._starts(projection, timelines, heads, query, is_one_of_many=is_one_of_many)
        starts = {key: start for key, start in found.items() if start is not None}
        if not is_one_of_many and len(starts) < len(found):
            kinds, until = facts_to_read(projection) or FACTS, query.day.toordinal()
            return [
                self.period(t, heads, Window(dict.fromkeys(t.streams, -1), until, kinds), position)
                for t in timelines
            ]
        whole = {
            name: heads[name]
            for scope, names in timelines
            if scope.key not in starts
            for name in names
        }
        streams = self._whole(projection, whole, position, cache=not is_one_of_many)
        later = self.after(projection, starts, timelines, heads, query) if starts else {}
        return [
            later.get(scope.key) or Reading(scope, merged(streams, names))
            for scope, names in timelines
        ]

    def _starts(
        self,
        projection: Projection[Any, Any],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
        *,
        is_one_of_many: bool,
    ) -> Mapping[str, Start | None]:
        # A set of three or more has an answer only if it has events of its own. Its snapshots do
        # not say so: they also hold the events of larger sets.
        started = [t for t in timelines if not is_one_of_many or len(t.scope.parties) < 3]
        return self._snapshots.starts(projection, started, heads, query) if started else {}

    def _whole(
        self,
        projection: Projection[Any, Any],
        heads: Mapping[str, StreamHead],
        position: int,
        *,
        cache: bool,
    ) -> Mapping[str, list[Recorded]]:
        """Whole streams; of a projection of some kinds, the events of these kinds."""
        kinds = facts_to_read(projection)
        if not kinds or not heads:
            return self._store.read_streams(heads, position, cache=cache)
        window = Window(dict.fromkeys(heads, -1), ALWAYS, kinds | RECORD_KEEPING)
        return self._store.read_streams({}, position, window)

    def after(
        self,
        projection: Projection[Any, Any],
        starts: Mapping[str, Start],
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        query: Query,
        *,
        with_lives: bool = False,
    ) -> dict[str, Reading]:
        """What can have become true after the snapshots, and all that its place depends on."""
        codec = StateCodec(projection)
        started = [t for t in timelines if t.scope.key in starts]
        states = {key: codec.decode(start.snapshot.state) for key, start in starts.items()}
        after: dict[str, int] = {}
        for scope, names in started:
            day = starts[scope.key].snapshot.day
            after.update((name, min(day, after.get(name, day))) for name in names)
        window = Window(after, query.day.toordinal(), facts_to_read(projection) or FACTS)
        closure = Closure(self._store, started, heads, query.position)
        closure.add(chain(*self._store.read_streams({}, query.position, window).values()))
        known = dict.fromkeys(states, projection.initial()) if with_lives else states
        closure.complete(
            lambda links: self._snapshots.unsettled(starts, links),
            lambda key, event: projection.missing(known[key], event),
        )
        return {
            key: Reading(t.scope, closure.records(key), starts[key], states[key], with_lives)
            for t in started
            for key in [t.scope.key]
        }


class DatesChecked:
    """Raises `StoreDamaged` instead of `InvalidDate` if a date of what was read is damaged.

    It is a class and no generator, since there is one for each key of a question about many.
    """

    def __init__(self, store: str, records: Sequence[Recorded]) -> None:
        self._store, self._records = store, records

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, InvalidDate):
            check_dates(self._store, self._records)


def is_known(reading: Reading) -> bool:
    """Whether a key has an answer: a set of three or more only if it has events of its own."""
    scope = reading.scope
    if not scope.parties or reading.start is not None:
        return True
    if any(
        bool(record.event.when)
        and scope.holds(record.event)
        and (len(scope.parties) < 3 or scope in scopes_of(record.relationship))
        for record in reading.records
    ):
        return True
    # What a party did alone elsewhere can belong to it all the same.
    acts = any(scope.has_act_elsewhere(record.event) for record in reading.records)
    return acts and len(scope.parties) < 3 and bool(standing_entries(reading.records, scope))


def facts_to_read(projection: Projection[Any, Any]) -> frozenset[str]:
    """The kinds that a projection folds, and those that share an order with them; empty: all."""
    if not projection.kinds:
        return frozenset()
    return kinds_with_subjects(kinds_of(projection))


def merged(streams: Mapping[str, list[Recorded]], names: Collection[str]) -> list[Recorded]:
    """The records of several streams in the order of the log."""
    histories = [streams[name] for name in names if name in streams]
    if len(histories) == 1:
        return histories[0]
    return sorted((record for records in histories for record in records), key=_by_position)


def _by_position(record: Recorded) -> int:
    return record.position
