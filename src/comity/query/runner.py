"""The query runner: makes a question exact, has it read in one transaction, and folded."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from comity.domain.errors import InvalidDate, InvalidValue
from comity.domain.events import FACTS, kinds_with_subjects
from comity.domain.parties import current, lineage, party, standing_names
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
from comity.domain.selection import standing_entries
from comity.domain.time.dates import Bounds, day, is_day, moment
from comity.ports import Clock, LogStore, StreamHead, Window
from comity.projections.projection import NeedsWhole, Projection
from comity.query.damage import check_dates
from comity.query.fold import Fold
from comity.query.parameters import Day, KnownAt, Progress
from comity.query.reading import Reading, TimelineReader, facts_to_read, merged
from comity.query.snapshots import Snapshots, TimelineStreams

A = TypeVar("A")
_READ_AT_ONCE = 2_000
"""How many events of short timelines are read in one transaction, and held at once."""
_NO_SNAPSHOTS = Snapshots()
"""A question about many keys takes no snapshots: few of them would be used again."""


class Plan(NamedTuple):
    """The timelines of a question about many keys, and the heads of their streams.

    With `within`, only entries that also belong to one of these scopes are folded. With
    `only_known`, a key without known events is left out, and with `only_told` also one without
    events of the projection's kinds.
    """

    query: Query
    timelines: Sequence[TimelineStreams]
    heads: Mapping[str, StreamHead]
    within: Sequence[Scope] | None = None
    only_known: bool = True
    only_told: bool = False


class QueryRunner:
    """Answers any projection's question from one store.

    A question reads the store in one transaction, and is folded after it. A question about many
    keys reads them in several portions, all as known at one position: the records up to a
    position never change.
    """

    def __init__(self, store: LogStore, clock: Clock, snapshots: Snapshots | None = None) -> None:
        self.store, self._clock = store, clock
        self._snapshots = snapshots or Snapshots()
        self._reader = TimelineReader(store, self._snapshots)

    # The exact question

    def now(self) -> datetime:
        """The present moment by the engine's clock, in UTC."""
        return moment(self._clock())

    def day(self, on: Day) -> date:
        """The day of the question; None means today."""
        return self.now().date() if on is None else day(on)

    def position(self, known_at: KnownAt) -> int:
        """The last position known at a moment or position; None means the end of the log.

        Raises `InvalidValue` for a position beyond the log and for a moment that has not come. A
        day is allowed up to today: what is known at its end cannot be more than what is known now.
        """
        if known_at is None:
            return self.store.head().position
        if isinstance(known_at, int):
            last = self.store.head().position
            if isinstance(known_at, bool) or not 0 <= known_at <= last:
                raise InvalidValue("known_at", known_at, f"a position from 0 to {last}")
            return known_at
        at, now = moment(known_at), self.now()
        if at > now:
            self._refuse_later(known_at, at, now)
        return self.store.position_at(at)

    def _refuse_later(self, known_at: KnownAt, at: datetime, now: datetime) -> None:
        # A clock that was set back, or an old store, can be behind what is recorded already.
        latest = max(now, self.store.head().recorded_at or now)
        if at > latest and not (is_day(known_at) and at.date() <= latest.date()):
            expected = f"a moment up to now, {latest.isoformat()}, or a day up to today"
            raise InvalidValue("known_at", known_at, expected)

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
        code = current(party(*parties))
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
            heads = self.store.streams(scope.sets_to_read)
            reading = self._reader.read(projection, TimelineStreams(scope, heads), heads, query)
        return self._answer(fold, reading, query, self._snapshots)

    def answer_of_period(
        self,
        projection: Projection[Any, A],
        scope: Scope,
        period: Bounds,
        known_at: KnownAt = None,
        kinds: Collection[str] = (),
    ) -> A:
        """The answer for one scope that is folded only from what can fall in a period.

        With `kinds`, only from events of these kinds and those that share an order with them.
        Raises `InvalidInput` errors.
        """
        with self.store.reading():
            query = self._query(scope, period.latest, known_at, "possible")
            heads = self.store.streams(scope.sets_to_read)
            after = dict.fromkeys(heads, period.earliest.toordinal() - 1)
            facts = kinds_with_subjects(kinds) if kinds else FACTS
            window = Window(after, period.latest.toordinal(), facts)
            timeline = TimelineStreams(scope, heads)
            reading = self._reader.period(timeline, heads, window, query.position)
        return self._answer(Fold(projection), reading, query, self._snapshots)

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
        """The answers for every pair, for the pairs of one party, or for one relationship.

        Of several pairs, those are left out of which no events of the projection's kinds are known.
        """
        if is_one_relationship(parties):
            scope = scope_of(*parties)
            return {scope.key: self.answer(projection, scope, on, known_at, certainty)}
        with self.store.reading():
            scopes = self.scopes(parties)
            plan = self.plan(projection, scopes, on, known_at, certainty, only_told=True)
        answers = self._fold_all(Fold(projection), plan, progress)
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
        only_told: bool = False,
        progress: Progress | None = None,
    ) -> dict[str, A]:
        """The answers for every key, by key; with `scopes`, only their entries are folded.

        A key without known events is left out; the log and the relationships in `scopes` are not.
        With `only_told` also those of which no events of the projection's kinds are known.
        """
        with self.store.reading():
            plan = self.plan(projection, scopes, on, known_at, certainty, only_told=only_told)
        return self._fold_all(Fold(projection), plan, progress)

    def _fold_all(self, fold: Fold[Any, A], plan: Plan, progress: Progress | None) -> dict[str, A]:
        query, answers = plan.query, dict[str, A]()
        for done, reading in enumerate(self._portions(fold, plan)):
            if progress is not None:
                progress(query.position * done // len(plan.timelines))
            query = query._replace(scope=reading.scope)
            if self._is_wanted(fold.projection, reading, plan):
                answers[reading.scope.key] = self._answer(fold, reading, query, _NO_SNAPSHOTS)
        if progress is not None:
            progress(query.position)
        return answers

    def _answer(
        self, fold: Fold[Any, A], reading: Reading, query: Query, snapshots: Snapshots
    ) -> A:
        with self._dates_checked(reading):
            try:
                return fold.answer(reading, query, snapshots)
            except NeedsWhole:
                reading = Reading(reading.scope, self.records(reading.scope, query.position))
            try:
                return fold.answer(reading, query, snapshots)
            except NeedsWhole:
                return fold.answer(reading, query, snapshots, forgets=False)

    @contextmanager
    def _dates_checked(self, reading: Reading) -> Generator[None]:
        """Raise `StoreDamaged` if it is a date of the log that cannot be read."""
        try:
            yield
        except InvalidDate:
            check_dates(self.store.name, reading.records)
            raise

    def _is_wanted(self, projection: Projection[Any, Any], reading: Reading, plan: Plan) -> bool:
        if not plan.only_known:
            return True
        with self._dates_checked(reading):
            is_told = _is_known(reading)
        if is_told or plan.only_told or not projection.kinds:
            return is_told
        # Events of other kinds, which were not read, also make a key known.
        scope, position = reading.scope, plan.query.position
        if len(scope.parties) < 3 and all(m.is_unlimited for m in scope.members):
            heads = self.store.streams(scope.party_sets)
            if any(head.position <= position for head in heads.values()):
                return True
        return _is_known(Reading(scope, self.records(scope, position)))

    def records(self, scope: Scope, position: int) -> list[Recorded]:
        """All records of a scope up to a position, in order."""
        with self.store.reading():
            heads = self.store.streams(scope.sets_to_read)
            return merged(self.store.read_streams(heads, position), heads)

    # Reading

    def plan(
        self,
        projection: Projection[Any, Any],
        scopes: Sequence[Scope] | None,
        on: Day,
        known_at: KnownAt,
        certainty: Certainty,
        *,
        only_told: bool = False,
    ) -> Plan:
        """The plan for all keys, or for these scopes, read in the transaction that is held."""
        query = self._query(scope_for("log", ()), on, known_at, certainty)
        sets = None if scopes is None else [codes for s in scopes for codes in s.sets_to_read]
        acted = self.store.acted()
        kinds = facts_to_read(projection) if only_told else ()
        heads = self.store.streams(((),) if sets is None else sets, kinds)
        if scopes is not None and projection.key == "relationship":
            timelines = [
                TimelineStreams(scope, streams_of(scope, heads, acted)) for scope in scopes
            ]
            return Plan(query, timelines, heads, only_known=only_told, only_told=only_told)
        everything = all_scopes(projection.key, heads, acted)
        timelines = [TimelineStreams(*item) for item in everything.items()]
        return Plan(query, timelines, heads, scopes, only_told=only_told)

    def _portions(self, fold: Fold[Any, Any], plan: Plan) -> Iterator[Reading]:
        """The reading of each timeline; several short ones are read in one transaction."""
        portion: list[TimelineStreams] = []
        events = 0
        for timeline in plan.timelines:
            portion.append(timeline)
            events += sum(plan.heads[name].version for name in timeline.streams)
            if events >= _READ_AT_ONCE:
                yield from self._portion(fold, portion, plan)
                portion, events = [], 0
        if portion:
            yield from self._portion(fold, portion, plan)

    def _portion(
        self, fold: Fold[Any, Any], portion: Sequence[TimelineStreams], plan: Plan
    ) -> list[Reading]:
        heads = {name: plan.heads[name] for timeline in portion for name in timeline.streams}
        return self._reader.portion(fold.projection, portion, heads, plan.query, plan.within)


def _is_known(reading: Reading) -> bool:
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


def is_one_relationship(parties: tuple[str, ...]) -> bool:
    """Whether parties name one relationship: several codes, or its id."""
    return len(parties) > 1 or any("-" in str(code) for code in parties)
