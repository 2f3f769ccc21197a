"""Materializing: a projection is kept by the store, folded from its log or from an archive."""

from __future__ import annotations

from concurrent.futures import Executor
from os import PathLike
from typing import Any, TypeVar, overload

from comity.domain.errors import InvalidValue
from comity.engine.archives import check_executor
from comity.engine.building import Building
from comity.engine.parameters import address_of
from comity.materialized.handle import MaterializedProjection
from comity.materialized.manager import ProjectionManager
from comity.ports import Archive, ArchiveOpener, Build, LogStore
from comity.projections.projection import Projection, as_projection
from comity.query import Progress

A = TypeVar("A")


class Materializing(ProjectionManager):
    """Materializes projections in the store, rebuilds them and keeps them caught up."""

    _store: LogStore
    _open_archive: ArchiveOpener | None

    @overload
    def materialize(
        self,
        projection: Projection[Any, A],
        *,
        archive: str | PathLike[str] | None = ...,
        executor: Executor | None = ...,
        retries: int = ...,
        progress: Progress | None = ...,
    ) -> MaterializedProjection[A]: ...
    @overload
    def materialize(
        self,
        projection: Any,
        *,
        archive: str | PathLike[str] | None = ...,
        executor: Executor | None = ...,
        retries: int = ...,
        progress: Progress | None = ...,
    ) -> MaterializedProjection[Any]: ...
    def materialize(
        self,
        projection: Any,
        *,
        archive: str | PathLike[str] | None = None,
        executor: Executor | None = None,
        retries: int = 2,
        progress: Progress | None = None,
    ) -> MaterializedProjection[Any]:
        """Materialize a projection in the store, and return a handle that answers questions.

        The handle catches up before each answer, and `run` catches up continuously. Each step and
        its checkpoint are one transaction. A newer `version` is rebuilt beside the older one; an
        older version is refused (`ProjectionSuperseded`). `progress` is called with each position.
        Raises `InvalidValue` for a state that cannot be encoded. Also raises it if
        the name and version are materialized already for another class, key or kinds.

        With an `archive` of this log, the folder that `comity.archive` wrote, the snapshots are
        folded from its files, each bucket of them as a task of the `executor`; `executor` and
        `retries` are those of `comity.replay`. The new build takes over in one transaction, at the
        archive's position, and catches up from the log. Until then the old one answers, and stays
        if this fails or is killed. A build of this version that has come so far already is only
        caught up. The projection must be one by relationship. Raises `LogsDiffer` if the archive is
        not the beginning of the log, or the log was redacted since; `ReplayFailed` for a task that
        fails each time; and other `ArchiveError`s.
        """
        wanted = as_projection(projection)
        if archive is not None:
            return self._from_archive(wanted, archive, executor, retries, progress)
        if executor is not None:
            expected = "None, unless `archive` is given: an executor folds the files of an archive"
            raise InvalidValue("executor", executor, expected)
        return self._materialize(wanted, progress)

    def _from_archive(
        self,
        projection: Projection[Any, Any],
        folder: str | PathLike[str],
        executor: Executor | None,
        retries: int,
        progress: Progress | None,
    ) -> MaterializedProjection[Any]:
        self._calls.check_writable()
        check_executor(executor, retries, projection)
        if projection.key != "relationship":
            expected = (
                f"one by relationship: the events of a {projection.key} are in several files of "
                "an archive. Materialize it from the store, without `archive`"
            )
            raise InvalidValue("projection", projection.name, expected)
        archive = self._opened(folder)
        archive.check_parties()
        building = Building(self._store, archive, executor, retries)
        current = self._current(projection)
        is_older = current is None or current.version < projection.version
        if current is not None and not is_older and current.position >= building.position:
            return self._materialize(projection, progress)
        handle = self._built(projection, building, progress)
        handle.catch_up(progress)
        return handle

    def _built(
        self, projection: Projection[Any, Any], building: Building, progress: Progress | None
    ) -> MaterializedProjection[Any]:
        """Fold a projection from an archive beside the live build, then promote the new build."""
        materializer = self._materializer(projection)
        build = materializer.create(live=False)

        def filled(now: Build) -> None:
            nonlocal build
            build = now
            if progress is not None:
                progress(now.position)

        try:
            building.fill(build, projection, self._settings, filled)
            promoted = self._projections.promote(build)
        except BaseException as error:
            self._discard(build, error)
            raise
        return self._promoted(materializer, projection, promoted=promoted)

    def _opened(self, folder: str | PathLike[str]) -> Archive:
        if self._open_archive is None:
            expected = "None: this engine was made without what opens archives; use comity.open()"
            raise InvalidValue("archive", folder, expected)
        return self._open_archive(address_of("archive", folder))
