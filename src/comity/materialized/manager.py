"""The projection manager: the part of the engine that keeps materialized projections."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

from msgspec import Struct

from comity.domain.errors import (
    InvalidValue,
    ProjectionSuperseded,
    StoreBusy,
    StoreClosed,
    StoreError,
    StoreUnreachable,
    say_how_far,
)
from comity.materialized.handle import MaterializedProjection
from comity.materialized.materializer import Materializer, folds
from comity.materialized.settings import Settings
from comity.ports import Build, ProjectionStore
from comity.projections.projection import Projection, as_projection
from comity.query import Progress, QueryRunner
from comity.query.calls import Calls, writes

_LOOK_EVERY = 0.2
"""Seconds after which a run checks whether it is over; a change of the store wakes it at once."""


class ProjectionStatus(Struct, frozen=True):
    """A materialized projection: its checkpoint, and how many events it lags behind the log.

    A `live` one answers. Any other is being rebuilt, or its rebuild was interrupted.
    """

    name: str
    version: int
    live: bool
    position: int
    lag: int


class ProjectionManager:
    """Rebuilds materialized projections, and keeps them caught up."""

    _runner: QueryRunner
    _settings: Settings
    _calls: Calls

    def _materialize(
        self, projection: Projection[Any, Any], progress: Progress | None
    ) -> MaterializedProjection[Any]:
        """Materialize a projection from the log; the engine's `materialize` says how."""
        current = self._current(projection)
        if current is not None and current.version < projection.version:
            return self._rebuild(projection, progress)
        materializer = self._materializer(projection)
        handle = self._handle(materializer, projection)
        if current is not None:
            handle.try_to_catch_up(progress)
            return handle
        build = materializer.create(live=True)
        try:
            handle.catch_up(progress)
        except StoreError:
            raise
        except Exception:
            self._projections.delete([build])  # a faulty projection must leave nothing behind
            raise
        return handle

    def _current(self, projection: Projection[Any, Any]) -> Build | None:
        """The live build of a projection's name, which is of this version or an older one.

        Raises `ProjectionSuperseded` for a newer one, and `InvalidValue` if another projection has
        this name and version.
        """
        current = self._projections.live(projection.name)
        if current is None or current.version < projection.version:
            return current
        if current.version > projection.version:
            raise ProjectionSuperseded(projection.name, projection.version, current.version)
        if current.folds != folds(projection):
            expected = (
                f"another one, as {projection.name!r} is materialized in this version for another "
                f"projection ({current.folds}): give yours another name or version, or rebuild it"
            )
            raise InvalidValue("version", projection.version, expected)
        return current

    @writes
    def rebuild(
        self, projection: Any, *, progress: Progress | None = None
    ) -> MaterializedProjection[Any]:
        """Fold a projection again beside the live build of its name, then promote the new build.

        The old build answers until then. If the rebuild fails or is cancelled, the old build
        stays as it is. Raises `InvalidValue` for what is no projection.
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
                    break  # another build was promoted, so this one was deleted
                build = advanced
                if progress is not None:
                    progress(build.position)
            promoted = self._projections.promote(build)
        except BaseException as error:
            self._discard(build, error)
            raise
        return self._promoted(materializer, projection, promoted=promoted)

    def _discard(self, build: Build, error: BaseException) -> None:
        """Delete a build that is not live, which an error broke off; let the error say so."""
        said = f"{build.position:,} events were folded before; the old build stays"
        say_how_far(error, said if build.position else "", done=build.position)
        self._projections.delete([build])

    def _promoted(
        self, materializer: Materializer, projection: Projection[Any, Any], *, promoted: bool
    ) -> MaterializedProjection[Any]:
        """The handle after a build was promoted, or that of another process in its place."""
        current = self._projections.live(projection.name)
        version = current and current.version
        if not promoted and version != projection.version:
            raise ProjectionSuperseded(projection.name, projection.version, version)
        return self._handle(materializer, projection)

    @writes
    def delete_projection(self, name: str) -> None:
        """Delete all that is materialized of a projection; the log is untouched.

        Raises `InvalidValue` if no projection of that name is materialized.
        """
        builds = self._projections.builds()
        names = {build.name for build in builds}
        if name not in names:
            known = ", ".join(sorted(names)) or "none is"
            raise InvalidValue("name", name, f"a projection that is materialized: {known}")
        self._projections.delete([build for build in builds if build.name == name])

    def projections(self) -> tuple[ProjectionStatus, ...]:
        """Every materialized projection, and those that are being built.

        Raises a `StoreError` if the store fails.
        """
        with self._runner.store.reading():
            end = self._runner.store.head().position
            return tuple(
                ProjectionStatus(b.name, b.version, b.live, b.position, end - b.position)
                for b in self._projections.builds()
            )

    @writes
    def run(
        self,
        *projections: Any,
        stop: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Materialize projections, and keep them caught up with the log, whatever process writes.

        Returns when `stop` is set or the engine is closed. `progress` is called with each position
        that a projection reaches. Raises `ProjectionSuperseded` once a newer version is live. A
        server that cannot be reached is waited for.
        """
        handles: list[MaterializedProjection[Any]] = []

        def catch_up() -> None:
            for projection in projections[len(handles) :]:  # until an error, and from there on
                handle = self._materialize(as_projection(projection), progress)
                handles.append(handle)
            for handle in handles:
                with suppress(StoreBusy):  # the next turn tries again
                    handle.catch_up(progress)

        with suppress(StoreUnreachable):
            catch_up()
        watch = self._runner.store.watch()
        try:
            while not (watch.is_over or (stop is not None and stop.is_set())):
                with suppress(StoreUnreachable):  # each step is whole or not at all
                    catch_up()
                watch.wait(_LOOK_EVERY)
        except StoreClosed:
            pass
        finally:
            watch.stop()

    def _handle(
        self, materializer: Materializer, projection: Projection[Any, Any]
    ) -> MaterializedProjection[Any]:
        return MaterializedProjection(self._runner, materializer, projection, self._calls)

    def _materializer(self, projection: Projection[Any, Any]) -> Materializer:
        return Materializer(self._runner.store, projection, self._settings)

    @property
    def _projections(self) -> ProjectionStore:
        return self._runner.store.projections
