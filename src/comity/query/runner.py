"""The query runner: the only code that reads the records of a question and folds them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from comity.domain.errors import InvalidDate, InvalidValue
from comity.domain.parties import lineage, party, standing_names
from comity.domain.recorded import Recorded
from comity.domain.scope import (
    Certainty,
    Query,
    Scope,
    all_scopes,
    scope_for,
    scope_of,
    scopes_of,
    streams_of,
)
from comity.domain.time.dates import day, moment
from comity.ports import Clock, LogStore, Start, StreamHead, Window
from comity.projections.projection import Projection
from comity.query.damage import check_dates
from comity.query.fold import Fold, Reading
from comity.query.parameters import Day, KnownAt, Progress
from comity.query.snapshots import NoSnapshots, Snapshots, Timeline

A = TypeVar("A")
_READ_AT_ONCE = 200
"""How many events of short timelines are read at once: few enough for the processor's caches."""


class QueryRunner:
    """Answers any projection's question from one store.

    A question reads the store in one transaction, and is folded after it. A question about many
    keys reads them in several portions, all as known at one position: the records up to a
    position never change.
    """

    def __init__(self, store: LogStore, clock: Clock, snapshots: Snapshots | None = None) -> None:
        self.store, self._clock = store, clock
        self._snapshots: Snapshots = snapshots or NoSnapshots()

    # The exact question

    def now(self) -> datetime:
        """The present moment by the engine's clock, in UTC."""
        return moment(self._clock())

    def day(self, on: Day) -> date:
        """The day of the question; None means today."""
        return self.now().date() if on is None else day(on)

    def position(self, known_at: KnownAt) -> int:
        """The last position known at a moment or position; None means the end of the log."""
        if known_at is None:
            return self.store.head().position
        if isinstance(known_at, int):
            last = self.store.head().position
            if isinstance(known_at, bool) or not 0 <= known_at <= last:
                raise InvalidValue("known_at", known_at, f"a position from 0 to {last}")
            return known_at
        return self.store.position_at(moment(known_at))

    def _query(self, scope: Scope, on: Day, known_at: KnownAt, certainty: Certainty) -> Query:
        if certainty not in ("certain", "possible"):
            raise InvalidValue("certainty", certainty, "'certain' or 'possible'")
        return Query(scope, self.day(on), self.position(known_at), certainty)

    def scopes(self, parties: tuple[str, ...]) -> list[Scope] | None:
        """The scopes of the parties: None (every pair), the pairs of a party, or a relationship."""
        if not parties:
            return None
        if is_one_relationship(parties):
            return [scope_of(*parties)]
        code = party(*parties)
        streams = self.store.streams([former.code] for former in lineage(code))
        members = {member for name in streams for member in name.split("-")}
        others = {name for member in members for name in standing_names(member)}
        return sorted(scope_of(code, other) for other in others - {code, *standing_names(code)})

    # Answers

    def answer(
        self,
        projection: Projection[Any, A],
        scope: Scope,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
    ) -> A:
        """The answer for one scope. Raises `InvalidInput` errors."""
        fold = Fold(projection)
        with self.store.reading():
            query = self._query(scope, on, known_at, certainty)
            heads = self.store.streams([member.codes for member in scope.members])
            [reading] = self._read(fold, [Timeline(scope, heads)], heads, query)
        return self._answer(fold, reading, query)

    def answers_of(
        self,
        projection: Projection[Any, A],
        parties: tuple[str, ...],
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        *,
        progress: Progress | None = None,
    ) -> dict[str, A]:
        """The answers for every pair, for the pairs of one party, or for one relationship."""
        scopes = self.scopes(parties)
        only_known = not is_one_relationship(parties)
        answers = self.answers(
            projection, scopes, on, known_at, certainty, progress=progress, only_known=only_known
        )
        if scopes is not None:
            return answers
        return {key: answer for key, answer in answers.items() if key.count("-") == 1}

    def answers(
        self,
        projection: Projection[Any, A],
        scopes: Sequence[Scope] | None = None,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        *,
        progress: Progress | None = None,
        only_known: bool = False,
    ) -> dict[str, A]:
        """The answers for every key, by key; with `scopes`, only their entries are folded.

        A key without known events is left out. The log is never left out. A relationship in
        `scopes` is left out only with `only_known`.
        """
        fold, answers = Fold(projection), dict[str, A]()
        is_named = scopes is not None and projection.key == "relationship" and not only_known
        within = scopes if projection.key != "relationship" else None
        with self.store.reading():
            query = self._query(scope_for("log", ()), on, known_at, certainty)
            timelines, heads = self._timelines(projection, scopes)
        for done, reading in enumerate(self._portions(fold, timelines, heads, query, within)):
            if progress is not None:
                progress(query.position * done // len(timelines))
            if is_named or self._is_known(reading):
                query = query._replace(scope=reading.scope)
                answers[reading.scope.key] = self._answer(fold, reading, query)
        if progress is not None:
            progress(query.position)
        return answers

    def _answer(self, fold: Fold[Any, A], reading: Reading, query: Query) -> A:
        try:
            return fold.answer(reading, query, self._snapshots)
        except InvalidDate:
            check_dates(self.store.name, reading.records)
            raise

    def _is_known(self, reading: Reading) -> bool:
        """Whether the key has an answer; three or more parties need events of exactly that set."""
        scope = reading.scope
        if not scope.parties or reading.start is not None:
            return True
        try:
            return any(
                bool(record.event.when)
                and scope.holds(record.event)
                and (len(scope.parties) < 3 or scope in scopes_of(record.relationship))
                for record in reading.records
            )
        except InvalidDate:
            check_dates(self.store.name, reading.records)
            raise

    def records(self, scope: Scope, position: int) -> list[Recorded]:
        """All records of a scope up to a position, in order."""
        with self.store.reading():
            heads = self.store.streams([member.codes for member in scope.members])
            return _merged(self.store.read_streams(heads, position), heads)

    # Reading

    def _timelines(
        self, projection: Projection[Any, Any], scopes: Sequence[Scope] | None
    ) -> tuple[list[Timeline], dict[str, StreamHead]]:
        """The timelines of all keys, or of these scopes, and the heads of their streams."""
        if scopes is None:
            heads = self.store.streams()
            scopes_in_log = all_scopes(projection.key, heads)
            return [Timeline(*item) for item in scopes_in_log.items()], heads
        heads = self.store.streams([m.codes for scope in scopes for m in scope.members])
        if projection.key == "relationship":
            return [Timeline(scope, streams_of(scope, heads)) for scope in scopes], heads
        return [Timeline(*item) for item in all_scopes(projection.key, heads).items()], heads

    def _portions(
        self,
        fold: Fold[Any, Any],
        timelines: Sequence[Timeline],
        heads: Mapping[str, StreamHead],
        query: Query,
        within: Sequence[Scope] | None,
    ) -> Iterator[Reading]:
        """The reading of each timeline; several short ones are read in one transaction."""
        portion: list[Timeline] = []
        events = 0
        for timeline in timelines:
            portion.append(timeline)
            events += sum(heads[name].version for name in timeline.streams)
            if events >= _READ_AT_ONCE:
                yield from self._portion(fold, portion, query, within)
                portion, events = [], 0
        if portion:
            yield from self._portion(fold, portion, query, within)

    def _portion(
        self,
        fold: Fold[Any, Any],
        timelines: Sequence[Timeline],
        query: Query,
        within: Sequence[Scope] | None,
    ) -> list[Reading]:
        with self.store.reading():
            heads = self.store.heads({name for timeline in timelines for name in timeline.streams})
            if within is None:
                return self._read(fold, timelines, heads, query, cache=False)
            streams = self.store.read_streams(heads, query.position, cache=False)
            return [
                Reading(scope, _merged(streams, names), within=within) for scope, names in timelines
            ]

    def _read(
        self,
        fold: Fold[Any, Any],
        timelines: Sequence[Timeline],
        heads: Mapping[str, StreamHead],
        query: Query,
        *,
        cache: bool = True,
    ) -> list[Reading]:
        """The reading of each timeline, with a snapshot as its start if there is a usable one."""
        starts = self._snapshots.starts(fold.projection, timelines, heads, query)
        cold = {n: heads[n] for scope, names in timelines if scope.key not in starts for n in names}
        whole = self.store.read_streams(cold, query.position, cache=cache) if cold else {}
        later = self._read_after(starts, timelines, heads, query) if starts else {}
        return [
            Reading(scope, _merged(later if start else whole, names), start)
            for scope, names in timelines
            for start in [starts.get(scope.key)]
        ]

    def _read_after(
        self,
        starts: Mapping[str, Start],
        timelines: Sequence[Timeline],
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
        return self.store.read_streams({n: heads[n] for n in after}, query.position, window)


def is_one_relationship(parties: tuple[str, ...]) -> bool:
    """Whether parties name one relationship: several codes, or its id."""
    return len(parties) > 1 or any("-" in str(code) for code in parties)


def _merged(streams: Mapping[str, list[Recorded]], names: Collection[str]) -> list[Recorded]:
    """The records of several streams in the order of the log."""
    histories = [streams[name] for name in names if name in streams]
    if len(histories) == 1:
        return histories[0]
    return sorted((record for records in histories for record in records), key=_by_position)


def _by_position(record: Recorded) -> int:
    return record.position
