"""The handle of a materialized projection: it answers, catches up, and waits for others."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import Any, Generic, TypeVar

from comity.domain.errors import (
    ProjectionSuperseded,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
    say_how_far,
)
from comity.domain.scope import scope_for
from comity.materialized.materializer import Materializer
from comity.ports import Build
from comity.projections.projection import Projection
from comity.query import Day, Progress, QueryRunner
from comity.query.calls import Calls, made_as_calls

A = TypeVar("A")


@made_as_calls
class MaterializedProjection(Generic[A]):
    """The handle of a materialized projection; `engine.materialize` makes it.

    Its answers are those of `engine.replay` for what is known now. They include everything that
    was in the log when the question was asked. If the store has a newer version of the projection,
    the handle folds its answers from the start.
    """

    def __init__(
        self,
        runner: QueryRunner,
        materializer: Materializer,
        projection: Projection[Any, A],
        calls: Calls,
    ) -> None:
        self._calls = calls
        self._runner, self._store = runner, runner.store
        self._materializer, self._projection = materializer, projection
        self.name, self.version = projection.name, projection.version

    @property
    def position(self) -> int:
        """The checkpoint: the last position folded. Raises `ProjectionSuperseded`."""
        return self._build().position

    def answer(self, *parties: str, on: Day = None) -> A:
        """The answer for one key on a day, by default today.

        `parties` are those of a relationship, a single party, or none for the whole log.
        Raises `InvalidInput` errors.
        """
        scope = scope_for(self._projection.key, parties)
        self.try_to_catch_up()
        return self._runner.answer(self._projection, scope, on)

    def answers(self, on: Day = None) -> dict[str, A]:
        """The answers for every key, by key."""
        self.try_to_catch_up()
        return self._runner.answers(self._projection, on=on)

    def catch_up(self, progress: Progress | None = None) -> int:
        """Fold everything recorded so far; returns the position that was reached.

        `progress` is called with each position on the way. Raises `ProjectionSuperseded` and all
        that the projection raises; the steps before the error stay.
        """
        with self._store.reading():
            end, build = self._store.head().position, self._build()
        while build.position < end:
            try:
                advanced = self._materializer.advance(build)
            except StoreError as error:
                said = f"The projection is folded up to position {build.position:,}, which stays"
                say_how_far(error, said if build.position else "", done=build.position)
                raise
            if advanced is not None and progress is not None:
                progress(advanced.position)
            build = advanced or self._build()
        return build.position

    def try_to_catch_up(self, progress: Progress | None = None) -> None:
        """Catch up, unless the store cannot be written; the answers are the same either way."""
        with suppress(StoreReadOnly, StoreBusy, StoreFull, ProjectionSuperseded):
            self.catch_up(progress)

    def wait(self, position: int | None = None, timeout: float | None = None) -> bool:
        """Wait until another process, such as `comity run`, has reached a position.

        By default that is the end of the log. `timeout` is in seconds. Returns False if the time
        is over or the engine is closed.
        """
        wanted = self._store.head().position if position is None else position
        end = None if timeout is None else monotonic() + timeout
        watch = self._store.watch()
        try:
            while self.position < wanted:
                rest = None if end is None else max(0.0, end - monotonic())
                if not watch.wait(rest) or watch.is_over:
                    return False
            return True
        finally:
            watch.stop()

    def _build(self) -> Build:
        build = self._materializer.build()
        if build is None:
            live = self._store.projections.live(self.name)
            raise ProjectionSuperseded(self.name, self.version, live and live.version)
        return build
