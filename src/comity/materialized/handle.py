"""The handle of a materialized projection: ask it, bring it up to date, wait for others to."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import Any, Generic, TypeVar

from comity.domain.errors import ProjectionSuperseded, StoreBusy, StoreFull, StoreReadOnly
from comity.domain.scope import scope_for
from comity.materialized.materializer import Materializer
from comity.ports import Build
from comity.projections.projection import Projection
from comity.query import Day, Progress, QueryRunner

A = TypeVar("A")


class MaterializedProjection(Generic[A]):
    """A projection that the store keeps; made by `engine.materialize`.

    Its answers are those of `engine.replay` for what is known now, and never older than the log
    was when it was asked. A handle that was made with an older version than the store now keeps
    folds its answers from the start.
    """

    def __init__(
        self, runner: QueryRunner, materializer: Materializer, projection: Projection[Any, A]
    ) -> None:
        self._runner, self._store = runner, runner.store
        self._materializer, self._projection = materializer, projection
        self.name, self.version = projection.name, projection.version

    @property
    def position(self) -> int:
        """The checkpoint: the last position taken in. Raises `ProjectionSuperseded`."""
        return self._build().position

    def answer(self, *parties: str, on: Day = None) -> A:
        """The answer for one key on a day, by default today.

        The key's parties are those of a relationship, one party, or none for the whole log.
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
        """Take in all that is recorded by now; answers the position to which it has come.

        `progress` is called with each position on the way. Raises `ProjectionSuperseded`, and
        whatever the projection raises; what was taken in until then is kept.
        """
        end = self._store.head().position
        while (build := self._build()).position < end:
            advanced = self._materializer.advance(build)
            if advanced is not None and progress is not None:
                progress(advanced.position)
        return build.position

    def try_to_catch_up(self, progress: Progress | None = None) -> None:
        """Catch up, unless the store cannot be written: answers are the same without."""
        with suppress(StoreReadOnly, StoreBusy, StoreFull, ProjectionSuperseded):
            self.catch_up(progress)

    def wait(self, position: int | None = None, timeout: float | None = None) -> bool:
        """Wait until others, such as `comity run`, have taken in a position; by default all.

        Answers False if the time, in seconds, is out or the engine is closed.
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
