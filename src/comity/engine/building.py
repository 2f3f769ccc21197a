"""Building from an archive: each part gives its keys' snapshots; one build takes them all.

The build is not live until it is whole, so whoever is killed leaves the old one as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from typing import Any, NamedTuple

from comity.domain.errors import LogsDiffer
from comity.domain.parties import Organisation, add_organisations, given_organisations
from comity.engine.same_log import check_same_log, first_redaction
from comity.engine.scheduling import Scheduling, folded_here
from comity.materialized.materializer import Materializer
from comity.materialized.settings import Settings
from comity.ports import Archive, ArchivePart, Build, LogStore, SnapshotUpdate
from comity.projections.projection import Projection, as_projection, unwrapped


class BuildTask(NamedTuple):
    """What a process builds: the snapshots of a part's keys, from the first event to a position."""

    part: ArchivePart
    projection: Any
    position: int
    settings: Settings
    organisations: Sequence[Organisation]

    def __call__(self) -> list[SnapshotUpdate]:
        """The snapshots, by key."""
        add_organisations(self.organisations)
        store = self.part.open()
        try:
            materializer = Materializer(store, as_projection(self.projection), self.settings)
            return materializer.all_updates(self.position, self.part.holds)
        finally:
            store.close()


class Building:
    """Fills builds of a store with what an archive of its log gives."""

    def __init__(
        self, store: LogStore, archive: Archive, executor: Executor | None, retries: int
    ) -> None:
        """Raises `LogsDiffer` unless the archive is the beginning of the log, as it is now."""
        self._store, self._archive = store, archive
        self._executor, self._retries = executor, retries
        self.position = archive.head().position
        with store.reading():
            check_same_log(store, archive.name, self.position, archive.commitment)
            self._check_unredacted()
            self._rewritten = store.rewritten

    def _check_unredacted(self) -> None:
        """Raise `LogsDiffer` if the archive still holds a text that was redacted."""
        if (position := first_redaction(self._store, self.position)) is not None:
            reason = (
                "redacts what the archive may still hold; bring it up to the log with "
                "`comity archive`"
            )
            raise LogsDiffer(self._store.name, position, reason, archive=self._archive.name)

    def fill(
        self,
        build: Build,
        projection: Projection[Any, Any],
        settings: Settings,
        filled: Callable[[Build], None],
    ) -> None:
        """Fill an empty build, part by part; `filled` is called with it after each of them.

        Its checkpoint says meanwhile which share of the archive is done. It ends early if the
        build is gone. A redaction empties every build, so a checkpoint that is no longer at 0
        shows it: then `LogsDiffer` is raised.
        """
        if not self.position:
            return
        tasks = self._tasks(projection, settings)
        total, done = sum(task.part.events for task in tasks), 0
        build = self._moved(build, 1, ()) or build
        if self._store.rewritten != self._rewritten:
            self._check_unredacted()
        with closing(self._done(tasks)) as parts:
            for number, (task, updates) in enumerate(parts, 1):
                done += task.part.events
                share = max(1, min(self.position - 1, self.position * done // total))
                position = self.position if number == len(tasks) else share
                moved = self._moved(build, position, updates)
                if moved is None:
                    self._check_unredacted()
                    return
                build = moved
                filled(build)

    def _tasks(self, projection: Projection[Any, Any], settings: Settings) -> list[BuildTask]:
        own, organisations = unwrapped(projection), given_organisations()
        return [
            BuildTask(part, own, self.position, settings, organisations)
            for part in self._archive.parts("relationship")
            if part.events
        ]

    def _moved(
        self, build: Build, position: int, updates: Sequence[SnapshotUpdate]
    ) -> Build | None:
        """The build with more snapshots at a checkpoint; None if it was emptied, or is gone."""
        committed = self._store.projections.commit(build, position, updates)
        return build._replace(position=position) if committed else None

    def _done(self, tasks: Sequence[BuildTask]) -> Generator[tuple[BuildTask, Sequence[Any]]]:
        """Each task with its snapshots, as they are done."""
        if self._executor is None:
            for task in tasks:
                yield task, list(folded_here(self._archive.name, task, self._retries))
        else:
            yield from Scheduling(self._archive.name, self._executor, self._retries).run(tasks)
