"""Materialized projections of the in-memory store."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from threading import RLock

from comity.adapters.storage.signal import let_go
from comity.ports import Build, Snapshot, SnapshotUpdate, Wanted, newest_known

_by_day = attrgetter("day")
_by_name = attrgetter("name", "number")


class MemoryProjectionStore:
    """Keeps snapshots in dictionaries; it calls `changed` after every change."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._changed = changed
        self._builds: dict[int, Build] = {}
        self._snapshots: dict[tuple[int, str], list[Snapshot]] = {}
        self._unsettled: dict[tuple[int, str], set[int]] = {}
        self._number = 0
        self._lock = RLock()

    def abandon(self) -> None:
        """Let go of the lock, should an interrupt have left it held by this thread."""
        let_go(self._lock)

    def builds(self) -> list[Build]:
        """Every build, by name and number."""
        with self._lock:
            return sorted(self._builds.values(), key=_by_name)

    def live(self, name: str, /) -> Build | None:
        """The live build of a projection, in any version, if there is one."""
        with self._lock:
            builds = self._builds.values()
            return next((build for build in builds if build.live and build.name == name), None)

    def create(self, name: str, version: int, folds: str, *, live: bool) -> Build:
        """Create an empty build. If `live`, an existing live build is returned instead."""
        with self._lock:
            if live and (known := self.live(name)) is not None:
                return known
            self._number += 1
            build = Build(self._number, name, version, folds, live, 0)
            self._builds[build.number] = build
        self._changed()
        return build

    def empty_all(self) -> None:
        """Take all builds back to the beginning of the log."""
        with self._lock:
            self._snapshots, self._unsettled = {}, {}
            self._builds = {n: b._replace(position=0) for n, b in self._builds.items()}

    def commit(self, build: Build, position: int, updates: Sequence[SnapshotUpdate]) -> bool:
        """Apply updates and move the checkpoint; False if the build has moved or is gone."""
        with self._lock:
            known = self._builds.get(build.number)
            if known is None or known.position != build.position:
                return False
            self._builds[build.number] = known._replace(position=position)
            for update in updates:
                self._apply((build.number, update.key), update)
        self._changed()
        return True

    def _apply(self, key: tuple[int, str], update: SnapshotUpdate) -> None:
        known = self._snapshots.pop(key, [])
        known = known[: bisect_left(known, update.since, key=_by_day)]
        if snapshots := [*known, *update.snapshots]:
            self._snapshots[key] = snapshots
        self._unsettled.setdefault(key, set()).update(update.unsettled)

    def promote(self, build: Build) -> bool:
        """Make the build live, and delete every other build of its name; False if it is gone."""
        with self._lock:
            if build.number not in self._builds:
                return False
            others = [b for b in self._builds.values() if b.name == build.name]
            self._builds[build.number] = self._builds[build.number]._replace(live=True)
            self._remove(b for b in others if b.number != build.number)
        self._changed()
        return True

    def delete(self, builds: Collection[Build]) -> None:
        """Delete these builds with all their snapshots."""
        with self._lock:
            self._remove(builds)
        self._changed()

    def _remove(self, builds: Iterable[Build]) -> None:
        for build in builds:
            self._builds.pop(build.number, None)
            for key in [key for key in self._unsettled if key[0] == build.number]:
                self._snapshots.pop(key, None)
                del self._unsettled[key]

    def unsettled(self, build: Build, links: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
        """By key, which of these links are unsettled on its timeline."""
        with self._lock:
            known = {key: self._unsettled.get((build.number, key), set()) for key in links}
            return {key: known[key].intersection(own) for key, own in links.items()}

    def snapshots(self, build: Build, key: str, day: int, limit: int = 1) -> list[Snapshot]:
        """The newest snapshots of a key that are not later than `day`, the newest first."""
        with self._lock:
            snapshots = self._snapshots.get((build.number, key), [])
            end = bisect_right(snapshots, day, key=_by_day)
            return snapshots[max(0, end - limit) : end][::-1]

    def starts(self, build: Build, wanted: Mapping[str, Wanted]) -> dict[str, Snapshot]:
        """For each key, the newest snapshot that fits what is wanted, if there is one."""
        starts: dict[str, Snapshot] = {}
        with self._lock:
            for key, (day, position) in wanted.items():
                snapshots = self._snapshots.get((build.number, key), [])
                if (start := newest_known(snapshots, day, position)) is not None:
                    starts[key] = start
        return starts

    def first_days(self, build: Build, keys: Collection[str]) -> dict[str, int]:
        """By key, the day of its first snapshot, if there is one."""
        with self._lock:
            found = {key: self._snapshots.get((build.number, key)) for key in keys}
            return {key: snapshots[0].day for key, snapshots in found.items() if snapshots}
