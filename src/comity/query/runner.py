"""The query runner: makes a question exact, has it read in one transaction, and folded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from comity.domain.events import FACTS, kinds_with_subjects
from comity.domain.parties import current, lineage, party, standing_names
from comity.domain.recorded import Recorded
from comity.domain.scope import (
    Certainty,
    Query,
    Scope,
    all_scopes,
    have_timelines,
    scope_for,
    scope_of,
    streams_of,
)
from comity.domain.time.dates import Bounds
from comity.ports import Clock, LogStore, Window
from comity.projections.projection import NeedsWhole, Projection
from comity.query.exact import ExactQuestions
from comity.query.fold import Fold, from_the_first
from comity.query.how_far import says_how_far
from comity.query.parameters import Day, KnownAt, Progress, is_one_relationship
from comity.query.pieces import LongTimeline, has_answer
from comity.query.plan import Plan, Share
from comity.query.reading import DatesChecked, Reading, TimelineReader, facts_to_read, merged
from comity.query.snapshots import Snapshots, TimelineStreams

A = TypeVar("A")
_READ_AT_ONCE = 2_000
"""How many events of short timelines are read in one transaction, and held at once."""
_NO_SNAPSHOTS = Snapshots()
"""A question about many keys takes no snapshots: few of them would be used again."""


class QueryRunner(ExactQuestions):
    """Answers any projection's question from one store.

    A question reads the store in one transaction, and is folded after it. A question about many
    keys reads them in several portions, all as known at one position: the records up to a
    position never change.
    """

    def __init__(self, store: LogStore, clock: Clock, snapshots: Snapshots | None = None) -> None:
        super().__init__(store, clock)
        self._snapshots = snapshots or Snapshots()
        self._reader = TimelineReader(store, self._snapshots)

    # Whom it is about

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
            query = self.query(scope, on, known_at, certainty)
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
            query = self.query(scope, period.latest, known_at, "possible")
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
        plan = self.plan_of(projection, parties, on, known_at, certainty)
        return self.all(projection, plan, progress)

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
        plan = self.plan(projection, scopes, on, known_at, certainty, only_told=only_told)
        return self.all(projection, plan, progress)

    def each(
        self, projection: Projection[Any, A], plan: Plan, progress: Progress | None = None
    ) -> Iterator[tuple[str, A]]:
        """Each key of a plan with its answer, folded when the iterator comes to it."""
        done = 0
        with says_how_far(lambda: done):
            for item in self.each_of_part(projection, plan, progress):
                yield item
                done += 1

    def each_of_part(
        self, projection: Projection[Any, A], plan: Plan, progress: Progress | None = None
    ) -> Iterator[tuple[str, A]]:
        """The same for a part of a plan: an error does not say how far it came."""
        fold = Fold(projection)
        for timeline in self._timelines(projection, plan, progress):
            yield timeline.scope.key, self._answer_of(fold, timeline, plan)

    def all(
        self, projection: Projection[Any, A], plan: Plan, progress: Progress | None = None
    ) -> dict[str, A]:
        """The answers for all keys of a plan.

        No generator folds them: it could not pass on a `StopIteration` of a projection.
        """
        fold, answers = Fold(projection), dict[str, A]()
        with says_how_far(lambda: len(answers)):
            for timeline in self._timelines(projection, plan, progress):
                answers[timeline.scope.key] = self._answer_of(fold, timeline, plan)
        return answers

    def _timelines(
        self, projection: Projection[Any, Any], plan: Plan, progress: Progress | None
    ) -> Iterator[Reading | LongTimeline]:
        """The timeline of each key that is wanted: what was read of it, or what reads it."""
        position, done, share = plan.query.position, 0, Share()
        for part in plan.parts(_READ_AT_ONCE, share):
            portion = self._portion(projection, part)
            share.note(part.events, sum(len(t.records) for t in portion if isinstance(t, Reading)))
            for timeline in portion:
                if progress is not None:
                    progress(position * done // len(plan.timelines))
                done += 1
                if self._is_wanted(projection, timeline, plan):
                    yield timeline
        if progress is not None:
            progress(position)

    def _portion(
        self, projection: Projection[Any, Any], part: Plan
    ) -> Sequence[Reading | LongTimeline]:
        if part.is_long and not self._reader.has_start(projection, part):
            timeline = LongTimeline(self.store, part, projection)
            if timeline.is_long:
                return [timeline]
        return self._reader.portion(projection, part)

    def _answer_of(self, fold: Fold[Any, A], timeline: Reading | LongTimeline, plan: Plan) -> A:
        if isinstance(timeline, LongTimeline):
            return timeline.answer(fold)
        query = plan.query._replace(scope=timeline.scope)
        return self._answer(fold, timeline, query, _NO_SNAPSHOTS)

    def _answer(
        self, fold: Fold[Any, A], reading: Reading, query: Query, snapshots: Snapshots
    ) -> A:
        with DatesChecked(self.store.name, reading.records):
            if reading.start is None:
                return from_the_first(
                    lambda forgets: fold.answer(reading, query, snapshots, forgets=forgets)
                )
            try:
                return fold.answer(reading, query, snapshots)
            except NeedsWhole:
                pass
        more = self._reader.more(fold.projection, reading, query)
        return self._answer(fold, more, query, snapshots)

    def _is_wanted(
        self, projection: Projection[Any, Any], timeline: Reading | LongTimeline, plan: Plan
    ) -> bool:
        if not plan.only_known:
            return True
        is_told = has_answer(self.store.name, timeline)
        if is_told or plan.only_told or not projection.kinds:
            return is_told
        # Events of other kinds, which were not read, also make a key known.
        scope, position = timeline.scope, plan.query.position
        if len(scope.parties) < 3 and all(m.is_unlimited for m in scope.members):
            heads = self.store.streams(scope.party_sets)
            if any(head.position <= position for head in heads.values()):
                return True
        with self.store.reading():
            heads = self.store.streams(scope.sets_to_read)
        whole = Plan(plan.query, [TimelineStreams(scope, heads)], heads)
        return LongTimeline(self.store, whole).is_known()

    def records(self, scope: Scope, position: int) -> list[Recorded]:
        """All records of a scope up to a position, in order."""
        with self.store.reading():
            heads = self.store.streams(scope.sets_to_read)
            return merged(self.store.read_streams(heads, position), heads)

    # The plan of a question about many keys

    def plan_of(
        self,
        projection: Projection[Any, Any],
        parties: tuple[str, ...],
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
    ) -> Plan:
        """The plan for every pair, or for the pairs of one party."""
        with self.store.reading():
            scopes = self.scopes(parties)
            plan = self.plan(projection, scopes, on, known_at, certainty, only_told=True)
        pairs = [timeline for timeline in plan.timelines if len(timeline.scope.parties) == 2]
        return plan._replace(timelines=pairs)

    def plan(
        self,
        projection: Projection[Any, Any],
        scopes: Sequence[Scope] | None = None,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        *,
        only_told: bool = False,
    ) -> Plan:
        """The plan for all keys, or for these scopes."""
        with self.store.reading():
            query = self.query(scope_for("log", ()), on, known_at, certainty)
            sets = None if scopes is None else [codes for s in scopes for codes in s.sets_to_read]
            kinds = facts_to_read(projection) if only_told else ()
            heads = self.store.streams(((),) if sets is None else sets, kinds)
            acted = {
                by: [name for name in names if name in heads]
                for by, names in self.store.acted().items()
            }
        if scopes is not None and have_timelines(scopes, projection.key):
            timelines = [
                TimelineStreams(scope, streams_of(scope, heads, acted)) for scope in scopes
            ]
            return Plan(query, timelines, heads, only_known=only_told, only_told=only_told)
        everything = all_scopes(projection.key, heads, acted)
        timelines = [TimelineStreams(*item) for item in everything.items()]
        return Plan(query, timelines, heads, scopes, only_told=only_told)
