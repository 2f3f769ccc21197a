"""Replays: a projection's answers for every key, all at once or one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, overload

from comity.domain.scope import Certainty, scope_of
from comity.engine.parameters import each_of
from comity.engine.workers import answers_by_workers, check_workers
from comity.materialized.settings import Settings
from comity.ports import LogStore
from comity.projections.projection import Projection, as_projection
from comity.projections.state import RelationshipState, StateProjection
from comity.projections.views.world import World
from comity.query import Day, KnownAt, Plan, Progress, QueryRunner
from comity.query.calls import Calls
from comity.query.parameters import is_one_relationship

A = TypeVar("A")


class Replays:
    """The engine's questions about every key."""

    _runner: QueryRunner
    _store: LogStore
    _settings: Settings
    _calls: Calls

    def world(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        workers: int = 1,
        progress: Progress | None = None,
    ) -> World:
        """The state of every pair on a day, by id; with one party, of every pair with that party.

        The other parameters are those of `state` and of `replay`. Raises `InvalidInput` errors.
        """
        each = self.world_each(
            *parties, on=on, known_at=known_at, certainty=certainty, workers=workers,
            progress=progress,
        )  # fmt: skip
        return World(each)

    def world_each(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        workers: int = 1,
        progress: Progress | None = None,
    ) -> Iterator[tuple[str, RelationshipState]]:
        """The same, one after another: each id with its state, folded when you come to it.

        No state is kept, so memory does not grow with the number of pairs. Raises `InvalidInput`
        errors.
        """
        projection = StateProjection()
        if is_one_relationship(parties):
            scope = scope_of(*parties)
            state = self._runner.answer(projection, scope, on, known_at, certainty)
            return self._calls.each(iter([(scope.key, state)]))
        check_workers(self._store, projection, workers)
        plan = self._runner.plan_of(projection, parties, on, known_at, certainty)
        return self._each(projection, plan, workers, progress)

    @overload
    def replay(
        self,
        projection: Projection[Any, A],
        *,
        on: Day = ...,
        known_at: KnownAt = ...,
        certainty: Certainty = ...,
        relationships: Iterable[str] | None = ...,
        workers: int = ...,
        progress: Progress | None = ...,
    ) -> dict[str, A]: ...
    @overload
    def replay(
        self,
        projection: Any,
        *,
        on: Day = ...,
        known_at: KnownAt = ...,
        certainty: Certainty = ...,
        relationships: Iterable[str] | None = ...,
        workers: int = ...,
        progress: Progress | None = ...,
    ) -> dict[str, Any]: ...
    def replay(
        self,
        projection: Any,
        *,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        relationships: Iterable[str] | None = None,
        workers: int = 1,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """A projection's answers, folded from the log, by key.

        `projection` is a `Projection`, built in or your own. Its keys are relationships (every
        pair, and every larger set that is recorded, under their newest names), parties, or `log`.
        If it is materialized, the fold starts from its snapshots; the answers are the same.
        `relationships` are ids: only the entries of their timelines are folded. `on`, `known_at`
        and `certainty` are those of `state`. `progress` is called with the number of events of
        the log that are done.

        With more than one of `workers`, so many processes fold the keys, and the answers are the
        same. The log must be in a file, and the projection and its answers must be picklable; a
        script must start its work under `if __name__ == "__main__":`. It pays for logs of
        hundreds of thousands of events. A projection of the whole log has one key, so one process.

        Raises `InvalidInput` errors and all that the projection raises.
        """
        checked = as_projection(projection)
        plan = self._plan(
            checked, on=on, known_at=known_at, certainty=certainty,
            relationships=relationships, workers=workers,
        )  # fmt: skip
        return self._all(checked, plan, workers, progress)

    @overload
    def replay_each(
        self,
        projection: Projection[Any, A],
        *,
        on: Day = ...,
        known_at: KnownAt = ...,
        certainty: Certainty = ...,
        relationships: Iterable[str] | None = ...,
        workers: int = ...,
        progress: Progress | None = ...,
    ) -> Iterator[tuple[str, A]]: ...
    @overload
    def replay_each(
        self,
        projection: Any,
        *,
        on: Day = ...,
        known_at: KnownAt = ...,
        certainty: Certainty = ...,
        relationships: Iterable[str] | None = ...,
        workers: int = ...,
        progress: Progress | None = ...,
    ) -> Iterator[tuple[str, Any]]: ...
    def replay_each(
        self,
        projection: Any,
        *,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        relationships: Iterable[str] | None = None,
        workers: int = 1,
        progress: Progress | None = None,
    ) -> Iterator[tuple[str, Any]]:
        """The same as `replay`, one after another: each key with its answer, in order.

        An answer is folded when you come to it, and none is kept, so memory does not grow with
        the number of keys. The position is fixed by the call, whatever is recorded meanwhile.
        Raises `InvalidInput` errors, at the call.
        """
        checked = as_projection(projection)
        plan = self._plan(
            checked, on=on, known_at=known_at, certainty=certainty,
            relationships=relationships, workers=workers,
        )  # fmt: skip
        return self._each(checked, plan, workers, progress)

    def _plan(
        self,
        projection: Projection[Any, Any],
        *,
        on: Day,
        known_at: KnownAt,
        certainty: Certainty,
        relationships: Iterable[str] | None,
        workers: int,
    ) -> Plan:
        scopes = (
            None
            if relationships is None
            else [scope_of(name) for name in each_of("relationships", relationships)]
        )
        check_workers(self._store, projection, workers)
        return self._runner.plan(projection, scopes, on, known_at, certainty)

    def _all(
        self,
        projection: Projection[Any, A],
        plan: Plan,
        workers: int,
        progress: Progress | None,
    ) -> dict[str, A]:
        if workers == 1 or len(plan.timelines) < 2:
            return self._runner.all(projection, plan, progress)
        return dict(self._each(projection, plan, workers, progress))

    def _each(
        self,
        projection: Projection[Any, A],
        plan: Plan,
        workers: int,
        progress: Progress | None,
    ) -> Iterator[tuple[str, A]]:
        if workers == 1 or len(plan.timelines) < 2:
            return self._calls.each(self._runner.each(projection, plan, progress))
        answers = answers_by_workers(
            self._store, projection, plan, workers, settings=self._settings, progress=progress
        )
        return self._calls.each(answers)
