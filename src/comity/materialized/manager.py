"""The projection manager: the part of the engine that materializes projections."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any, TypeVar, overload

from msgspec import Struct

from comity.domain.errors import (
    InvalidValue,
    ProjectionSuperseded,
    StoreBusy,
    StoreClosed,
    StoreError,
)
from comity.materialized.handle import MaterializedProjection
from comity.materialized.materializer import Materializer, folds
from comity.materialized.settings import Settings
from comity.ports import ProjectionStore
from comity.projections.projection import Projection, as_projection
from comity.query import Progress, QueryRunner

A = TypeVar("A")
_LOOK_EVERY = 0.2
"""Seconds between looks at whether a run is over; news of the store wakes it at once."""


class ProjectionStatus(Struct, frozen=True):
    """A materialized projection: its checkpoint in the log, and how many events it lags behind.

    It answers if it is `live`. Otherwise it is being rebuilt, or was left half built.
    """

    name: str
    version: int
    live: bool
    position: int
    lag: int


class ProjectionManager:
    """Materializes projections in the store, rebuilds them and keeps them caught up."""

    _runner: QueryRunner
    _settings: Settings

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
        """Materialize a projection in the store from now on, and answer a handle to ask it by.

        It is brought up to date whenever it is asked, and continuously by `run`, each step and its
        checkpoint in one transaction. A newer `version` is rebuilt beside the older one; an older
        one is refused (`ProjectionSuperseded`). `progress` is called with each position. Raises
        `InvalidValue` for a state that cannot be encoded, and for another key or other kinds under
        a name and version that are materialized already.
        """
        given = as_projection(projection)
        current = self._projections.live(given.name)
        if current is not None and current.version > given.version:
            raise ProjectionSuperseded(given.name, given.version, current.version)
        if current is not None and current.version < given.version:
            return self._rebuild(given, progress)
        if current is not None and current.folds != folds(given):
            expected = (
                f"another one, as {given.name!r} is materialized in this version for another "
                f"projection ({current.folds}): give yours another name or version, or rebuild it"
            )
            raise InvalidValue("version", given.version, expected)
        materializer = self._materializer(given)
        handle: MaterializedProjection[Any] = MaterializedProjection(
            self._runner, materializer, given
        )
        if current is not None:
            handle.try_to_catch_up(progress)
            return handle
        build = materializer.create(live=True)
        try:
            handle.catch_up(progress)
        except StoreError:
            raise
        except Exception:
            self._projections.delete([build])  # what a faulty projection made of it must not stay
            raise
        return handle

    def rebuild(
        self, projection: Any, *, progress: Progress | None = None
    ) -> MaterializedProjection[Any]:
        """Build a projection anew beside what is live under its name, then promote it.

        The old build answers until then. A rebuild that fails or is cancelled leaves it untouched.
        """
        return self._rebuild(as_projection(projection), progress)

    def _rebuild(
        self, projection: Projection[Any, Any], progress: Progress | None
    ) -> MaterializedProjection[Any]:
        materializer = self._materializer(projection)
        build = materializer.create(live=False)
        try:
            while build.position < self._runner.store.head().position:
                advanced = materializer.advance(build)
                if advanced is None:
                    break  # another build was promoted, and this one deleted with it
                build = advanced
                if progress is not None:
                    progress(build.position)
            promoted = self._projections.promote(build)
        except BaseException:
            self._projections.delete([build])
            raise
        current = self._projections.live(projection.name)
        version = current and current.version
        if not promoted and version != projection.version:
            raise ProjectionSuperseded(projection.name, projection.version, version)
        return MaterializedProjection(self._runner, materializer, projection)

    def delete_projection(self, name: str) -> None:
        """Delete what is materialized of a projection; the log is untouched.

        Raises `InvalidValue` for a name under which nothing is materialized.
        """
        builds = self._projections.builds()
        names = {build.name for build in builds}
        if name not in names:
            known = ", ".join(sorted(names)) or "none is"
            raise InvalidValue("name", name, f"a projection that is materialized: {known}")
        self._projections.delete([build for build in builds if build.name == name])

    def projections(self) -> tuple[ProjectionStatus, ...]:
        """Every projection that the store keeps, and those that are being built."""
        with self._runner.store.reading():
            end = self._runner.store.head().position
            return tuple(
                ProjectionStatus(b.name, b.version, b.live, b.position, end - b.position)
                for b in self._projections.builds()
            )

    def run(
        self,
        *projections: Any,
        stop: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Materialize projections, and keep them caught up as the log grows, whoever writes to it.

        Returns when `stop` is set or the engine is closed. `progress` is called with each position
        that one of them has come to. Raises `ProjectionSuperseded` once a newer version is live.
        """
        handles = [self.materialize(given, progress=progress) for given in projections]
        watch = self._runner.store.watch()
        try:
            while not (watch.is_over or (stop is not None and stop.is_set())):
                for handle in handles:
                    with suppress(StoreBusy):  # the next look tries again
                        handle.catch_up(progress)
                watch.wait(_LOOK_EVERY)
        except StoreClosed:
            pass
        finally:
            watch.stop()

    def _materializer(self, projection: Projection[Any, Any]) -> Materializer:
        return Materializer(self._runner.store, projection, self._settings)

    @property
    def _projections(self) -> ProjectionStore:
        return self._runner.store.projections
