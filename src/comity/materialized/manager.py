"""Materialized projections: materialised in the store, caught up, rebuilt and asked."""

from __future__ import annotations

import threading
from contextlib import suppress
from time import monotonic
from typing import Any, Generic, TypeVar, overload

from msgspec import Struct

from comity.domain.errors import (
    InvalidValue,
    ProjectionSuperseded,
    StoreBusy,
    StoreClosed,
    StoreError,
    StoreFull,
    StoreReadOnly,
)
from comity.domain.scope import all_scopes, scope_for
from comity.materialized.materializer import Materializer, live_build
from comity.ports import Build, ProjectionStore
from comity.projections.projection import Projection, as_projection
from comity.query.runner import Day, Progress, QueryRunner

A = TypeVar("A")
_LOOK_EVERY = 0.2
"""Seconds between looks at whether a run is over; news of the store wakes it at once."""


class ProjectionStatus(Struct, frozen=True):
    """One that the store keeps: how far along the log it is, and how many events it lags behind.

    It answers if it is `live`; else it is being built anew, or was left half built.
    """

    name: str
    version: int
    live: bool
    position: int
    lag: int


class MaterializedProjection(Generic[A]):
    """A projection that the store keeps; made by `engine.materialize`.

    Its answers are those of `engine.replay` for what is known now, and never older than the log
    was when it was asked. Made with an older version than the store now keeps, it folds its
    answers anew.
    """

    def __init__(self, asking: QueryRunner, projection: Projection[Any, A]) -> None:
        self._asking, self._store = asking, asking.store
        self._projection = projection
        self._keeper = Materializer(asking, asking.store.projections, projection)
        self.name, self.version = projection.name, projection.version

    @property
    def position(self) -> int:
        """The last position that it has taken in; raises `ProjectionSuperseded`."""
        return self._build().position

    def answer(self, *parties: str, on: Day = None) -> A:
        """The answer for one key on a day, by default today.

        The key's parties are those of a relationship, one party, or none for the whole log.
        Raises `InvalidInput` errors.
        """
        seen = scope_for(self._projection.key, parties)
        self.catch_up_if_it_can()
        return self._keeper.answer(seen, self._asking.question(on))

    def answers(self, on: Day = None) -> dict[str, A]:
        """The answers for every key, by key."""
        self.catch_up_if_it_can()
        asked = self._asking.question(on)
        build = self._keeper.build()
        folded = set(self._store.projections.keys(build)) if build else set[str]()
        return {
            seen.key: self._keeper.answer(seen, asked)
            for seen in all_scopes(self._projection.key, self._store.relationships())
            if seen.key in folded or self._asking.knows(seen, asked.upto)
        }

    def catch_up(self, progress: Progress | None = None) -> int:
        """Take in all that is recorded by now; answers the position to which it has come.

        `progress` hears each position on the way. Raises `ProjectionSuperseded`, and whatever the
        projection raises; what was taken in until then is kept.
        """
        end = self._store.head().position
        while (build := self._build()).position < end:
            advanced = self._keeper.advance(build)
            if advanced is not None and progress is not None:
                progress(advanced.position)
        return build.position

    def catch_up_if_it_can(self, progress: Progress | None = None) -> None:
        """Catch up, unless the store cannot be written: answers are folded anew then."""
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
        build = self._keeper.build()
        if build is None:
            live = live_build(self._store.projections, self.name)
            raise ProjectionSuperseded(self.name, self.version, live and live.version)
        return build


class ProjectionManager:
    """The part of the engine that keeps projections."""

    _asking: QueryRunner

    @overload
    def materialize(
        self, projection: Projection[Any, A], *, progress: Progress | None = ...
    ) -> MaterializedProjection[A]: ...
    @overload
    def materialize(
        self, projection: Any, *, progress: Progress | None = ...
    ) -> MaterializedProjection[Any]: ...
    def materialize(
        self, projection: Any, *, progress: Progress | None = None
    ) -> MaterializedProjection[Any]:
        """Materialise a projection in the store, from now on, and answer a handle to ask it by.

        What is kept is brought up to date whenever it is asked, and continuously by `run`, each
        step and its checkpoint in one transaction. A newer `version` is rebuilt beside the older
        one; an older one is refused (`ProjectionSuperseded`). `progress` hears each position.
        Raises `InvalidValue` for a state that cannot be written down.
        """
        asked = as_projection(projection)
        current = self._version(asked.name)
        if current is not None and current > asked.version:
            raise ProjectionSuperseded(asked.name, asked.version, current)
        if current is not None and current < asked.version:
            return self._rebuild(asked, progress)
        kept: MaterializedProjection[Any] = MaterializedProjection(self._asking, asked)
        if current is not None:
            kept.catch_up_if_it_can(progress)
            return kept
        build = self._projections.begin(asked.name, asked.version, live=True)
        try:
            kept.catch_up(progress)
        except StoreError:
            raise
        except Exception:
            self._projections.forget([build])  # what a faulty projection made of it must not stay
            raise
        return kept

    def rebuild(
        self, projection: Any, *, progress: Progress | None = None
    ) -> MaterializedProjection[Any]:
        """Build a projection anew beside what is kept under its name, then let it take over.

        The old one answers until then. A rebuild that fails or is cancelled leaves it untouched.
        """
        return self._rebuild(as_projection(projection), progress)

    def _rebuild(
        self, asked: Projection[Any, Any], progress: Progress | None
    ) -> MaterializedProjection[Any]:
        keeper = Materializer(self._asking, self._projections, asked)
        build = self._projections.begin(asked.name, asked.version, live=False)
        try:
            while build.position < self._asking.store.head().position:
                advanced = keeper.advance(build)
                if advanced is None:
                    break  # another has taken over, and swept this one away
                build = advanced
                if progress is not None:
                    progress(build.position)
            taken = self._projections.promote(build)
        except BaseException:
            self._projections.forget([build])
            raise
        current = self._version(asked.name)
        if not taken and current != asked.version:
            raise ProjectionSuperseded(asked.name, asked.version, current)
        return MaterializedProjection(self._asking, asked)

    def delete_projection(self, name: str) -> None:
        """Keep a projection no longer; the log is untouched. Raises `InvalidValue`."""
        builds = self._projections.builds()
        if name not in {build.name for build in builds}:
            known = ", ".join(sorted({build.name for build in builds}))
            raise InvalidValue("name", name, f"a projection that is kept: {known or 'none is'}")
        self._projections.forget([build for build in builds if build.name == name])

    def projections(self) -> tuple[ProjectionStatus, ...]:
        """Every projection that the store keeps, and those that are being built."""
        with self._asking.store.reading():
            end = self._asking.store.head().position
            return tuple(
                ProjectionStatus(one.name, one.version, one.live, one.position, end - one.position)
                for one in self._projections.builds()
            )

    def run(
        self,
        *projections: Any,
        stop: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Keep projections, and keep them caught up as the log grows, whoever writes to it.

        Returns when `stop` is set or the engine is closed. `progress` hears each position that
        one of them has come to. Raises `ProjectionSuperseded` once a newer version has taken over.
        """
        kept = [self.materialize(projection, progress=progress) for projection in projections]
        watch = self._asking.store.watch()
        try:
            while not (watch.is_over or (stop is not None and stop.is_set())):
                for one in kept:
                    with suppress(StoreBusy):  # the next look tries again
                        one.catch_up(progress)
                watch.wait(_LOOK_EVERY)
        except StoreClosed:
            pass
        finally:
            watch.stop()

    @property
    def _projections(self) -> ProjectionStore:
        return self._asking.store.projections

    def _version(self, name: str) -> int | None:
        """The version in which a projection is kept and answers, if it is."""
        live = live_build(self._projections, name)
        return live and live.version
