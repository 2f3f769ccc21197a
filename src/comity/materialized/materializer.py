"""Materializing: states of a projection, written down along valid time and folded on from there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from comity.domain.events import RecordKeeping
from comity.domain.recorded import Recorded
from comity.domain.scope import Query, Scope, all_scopes, scopes_of_recorded
from comity.domain.selection import Entry, group, select
from comity.domain.time.dates import known_bounds
from comity.ports import Build, ProjectionStore, Snapshot, SnapshotUpdate, Window
from comity.projections.projection import Projection, answer, wanted
from comity.projections.state_codec import StateCodec
from comity.query.runner import Asked_, QueryRunner

S = TypeVar("S")
A = TypeVar("A")

SPACING = 500
"""How many events there are at least between two states that are kept of one timeline."""
_STEP = 50_000
"""How many events at least are taken into a kept projection in one transaction."""
_NEAR = 500
"""By how many events a build may lag behind and still be of use to a question."""
_FIRST_DAY, _LAST_DAY = 0, date.max.toordinal()


class Invalidation(NamedTuple):
    """From which day on something bears on a timeline, and which accounts it has for rivals."""

    day: int
    rivals: frozenset[int]


_UNTOUCHED = Invalidation(_LAST_DAY + 1, frozenset())


def live_build(shelf: ProjectionStore, name: str) -> Build | None:
    """The build that answers for a projection, in whatever version, if it is kept."""
    return next((one for one in shelf.builds() if one.live and one.name == name), None)


class Materializer(Generic[S, A]):
    """Keeps one projection on a shelf.

    A row holds what became true by its day. What is recorded later leaves alone the rows of days
    before all that it bears on; every other is dropped and, where the projection is to be whole,
    folded anew from the newest row that is left.
    """

    def __init__(
        self, asking: QueryRunner, shelf: ProjectionStore, projection: Projection[S, A]
    ) -> None:
        self._asking, self._store, self._projections = asking, asking.store, shelf
        self._projection, self._codec = projection, StateCodec(projection)
        self._wanted = wanted(projection)

    def build(self) -> Build | None:
        """The build that answers for this version of the projection, if there is one."""
        live = live_build(self._projections, self._projection.name)
        return live if live and live.version == self._projection.version else None

    # Answering

    def answer(self, seen: Scope, asked: Asked_, *, remember: bool = False) -> A:
        """The answer for one key, folded on from what is kept where that is of use.

        It is the same without anything kept: rows that what was recorded since bears on, or that
        know more than was asked for, are passed over. Where much had to be folded, `remember`
        keeps it for the next question.
        """
        bound = self._projection.for_key(seen.parties)
        with self._store.reading():
            base, window = self._usable(seen, asked) or (None, None)
            records = self._asking.records(seen, asked.upto, window)
        selection = select(self._rest(seen, records, base), asked.on, asked.certainty)
        state = self._begun(bound, base)
        if remember and asked.certainty == "certain" and len(selection.folded) >= 2 * SPACING:
            count = base.events if base else 0
            state, rows = self._fold(bound, state, selection.folded, count, count)
            others = window.also if window else rivals(records)
            first = base.day + 1 if base else _FIRST_DAY
            self._remember(asked.upto, SnapshotUpdate(seen.key, first, rows, others))
            selection.folded.clear()
        found = answer(bound, state, selection, asked.on)
        return bound.with_query(found, Query(seen, *asked))

    def _usable(self, seen: Scope, asked: Asked_) -> tuple[Snapshot, Window] | None:
        """The newest row of use, and what must be read scopes_of_recorded it.

        Only for what is certain, and as the log now stands: of what was recorded after the build
        nothing may bear on the row.
        """
        build = self.build()
        if build is None or asked.certainty != "certain":
            return None
        if not 0 <= asked.upto - build.position <= _NEAR:
            return None
        touch = self.invalidated(build.position, asked.upto).get(seen, _UNTOUCHED)
        rows = self._projections.rows(build, seen.key, min(asked.on.toordinal(), touch.day - 1))
        rivals = self._projections.rivals(build, seen.key) | touch.rivals
        if not rows or self.build() != build:
            return None
        return rows[0], Window(date.fromordinal(rows[0].day), asked.on, rivals)

    def _rest(self, seen: Scope, records: Sequence[Recorded], base: Snapshot | None) -> list[Entry]:
        """What of some records stands on a timeline after what is kept of it."""
        first = base.day if base else _FIRST_DAY
        return [
            entry
            for entry in self._asking.stand(records, seen)
            if entry.latest.toordinal() > first
            and (not self._wanted or entry.record.event.type in self._wanted)
        ]

    def _begun(self, bound: Projection[S, A], base: Snapshot | None) -> S:
        return self._codec.decode(base.state) if base else bound.initial()

    # Passing snapshots

    def follow(self, upto: int) -> None:
        """Bring a build that is folded only when asked to a position, dropping what is outdated."""
        build = self.build() or self._projections.begin(
            self._projection.name, self._projection.version, live=True
        )
        if upto <= build.position:
            return
        keys = self._projections.keys(build)
        if upto - build.position > _STEP:
            outdated = [SnapshotUpdate(key, _FIRST_DAY) for key in keys]
        else:
            invalidated = self.invalidated(build.position, upto) if keys else {}
            outdated = [
                SnapshotUpdate(
                    seen.key, day, (), self._projections.rivals(build, seen.key) | rivals
                )
                for seen, (day, rivals) in invalidated.items()
            ]
        self._projections.advance(build, upto, outdated)

    def _remember(self, upto: int, change: SnapshotUpdate) -> None:
        build = self.build()
        if build is not None and build.position == upto:
            self._projections.advance(build, upto, [change])

    # Following the log

    def advance(self, build: Build) -> Build | None:
        """Take in the next events of the log, if there are any; None if others did so first.

        The whole of a step is one transaction, and a step is as long as all before it: a build
        that is killed goes on from its last step, and none folds a timeline over and over.
        """
        upto = min(self._store.head().position, build.position + max(_STEP, build.position))
        if upto <= build.position:
            return build
        invalidated = self.invalidated(build.position, upto)
        changes = [self._refold(build, seen, touch, upto) for seen, touch in invalidated.items()]
        return (
            build._replace(position=upto)
            if self._projections.advance(build, upto, changes)
            else None
        )

    def _refold(self, build: Build, seen: Scope, touch: Invalidation, upto: int) -> SnapshotUpdate:
        """A key's rows from the first day invalidated on, folded from the newest row before it.

        The last row of a timeline may stand nearer to the one before it than others do; it goes
        when there is a later one.
        """
        before = self._projections.rows(build, seen.key, touch.day - 1, most=2)
        if not before:
            records = self._asking.records(seen, upto)
            return SnapshotUpdate(
                seen.key, touch.day, self._rows(seen, records, None, 0), rivals(records)
            )
        base = before[0]
        spaced = before[1].events if len(before) > 1 else 0
        known = self._projections.rivals(build, seen.key) | touch.rivals
        window = Window(date.fromordinal(base.day), date.max, known)
        records = self._asking.records(seen, upto, window)
        if base.events - spaced >= SPACING:
            return SnapshotUpdate(
                seen.key, touch.day, self._rows(seen, records, base, base.events), known
            )
        rows = self._rows(seen, records, base, spaced)
        return SnapshotUpdate(seen.key, base.day if rows else touch.day, rows, known)

    def _rows(
        self, seen: Scope, records: Sequence[Recorded], base: Snapshot | None, spaced: int
    ) -> list[Snapshot]:
        """All that is to be kept of a timeline after its `base`, where `spaced` events are kept."""
        bound = self._projection.for_key(seen.parties)
        entries = select(self._rest(seen, records, base), date.max).folded
        count = base.events if base else 0
        state, rows = self._fold(bound, self._begun(bound, base), entries, count, spaced)
        if entries:
            last = entries[-1].latest.toordinal()
            rows.append(Snapshot(last, count + len(entries), self._codec.encode(state)))
        return rows

    def _fold(
        self, bound: Projection[S, A], state: S, entries: Iterable[Entry], count: int, spaced: int
    ) -> tuple[S, list[Snapshot]]:
        """The state after the entries, and rows on the way: only where a day ends and is whole."""
        day = _FIRST_DAY
        rows: list[Snapshot] = []
        for entry in entries:
            ahead = entry.latest.toordinal()
            if ahead > day and count - spaced >= SPACING:
                rows.append(Snapshot(day, count, self._codec.encode(state)))
                spaced = count
            state, count, day = bound.evolve_entry(state, entry), count + 1, ahead
        return state, rows

    def invalidated(self, after: int, upto: int) -> dict[Scope, Invalidation]:
        """The timelines that the log between two positions bears on, each from a first day on.

        A late event bears on the day by which it became true; a retraction or preference on all
        days that any account of its target's happening bears on.
        """
        if after == upto:
            return {}
        names = self._store.relationships()
        if not after:
            everything = all_scopes(self._projection.key, names)
            return dict.fromkeys(everything, Invalidation(_FIRST_DAY + 1, frozenset()))
        found: dict[Scope, Invalidation] = {}
        for relationship, touch in self._touches(after, upto, names):
            for seen in scopes_of_recorded(relationship, self._projection.key, names):
                day, others = found.get(seen, _UNTOUCHED)
                found[seen] = Invalidation(min(day, touch.day), others | touch.rivals)
        return found

    def _touches(
        self, after: int, upto: int, names: Iterable[str]
    ) -> Iterator[tuple[str, Invalidation]]:
        """How the log between two positions bears on each relationship that it has events of."""
        is_long = upto - after > _NEAR
        if not is_long:
            names = {record.relationship for record in self._store.log(after)}
        for name in names:
            records = self._store.read_streams([name], upto, once=is_long)
            if facts := self._facts(records, after):
                yield name, _touch(facts, records)

    def _facts(self, records: Sequence[Recorded], after: int) -> list[Recorded]:
        """What was recorded of a relationship after a position, or is the target of that."""
        new = records[bisect_right(records, after, key=attrgetter("position")) :]
        keeping = [one for one in new if isinstance(one.event, RecordKeeping)]
        by_id = {one.event.id: one for one in records} if keeping else {}
        facts = [one for one in new if not isinstance(one.event, RecordKeeping)]
        for one in keeping:
            target: Recorded = one
            while isinstance(target.event, RecordKeeping):  # through retractions of retractions
                target = by_id[target.event.target]
            facts.append(target)
        return [one for one in facts if not self._wanted or one.event.type in self._wanted]


def _touch(facts: Sequence[Recorded], records: Sequence[Recorded]) -> Invalidation:
    """On what facts bear, among all records of their relationship: on what their rivals do, too."""
    concerned = list(facts)
    if groups := {group(fact) for fact in facts} - {None}:
        concerned += [record for record in records if group(record) in groups]
    day = min(known_bounds(one.event.when).latest.toordinal() for one in concerned)
    return Invalidation(day, frozenset(rivals(concerned)))


def rivals(records: Iterable[Recorded]) -> set[int]:
    """The positions of the accounts among some records that have rivals there."""
    groups: dict[object, set[int]] = {}
    for record in records:
        if record.event.happening:
            groups.setdefault(group(record), set()).add(record.position)
    return {at for accounts in groups.values() if len(accounts) > 1 for at in accounts}
