"""Materialized projections in memory: those of the in-memory store, and passing snapshots."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from operator import attrgetter
from threading import RLock

from comity.ports import Build, Snapshot, SnapshotUpdate

_BY_DAY = attrgetter("day")
_BY_NAME = attrgetter("name", "number")


class MemoryProjectionStore:
    """Keeps rows in dictionaries; with `most` bytes of states, dropping the keys longest unused.

    `changed` is called after every change.
    """

    def __init__(self, changed: Callable[[], None] = lambda: None, most: int | None = None) -> None:
        self._changed, self._most, self._size = changed, most, 0
        self._builds: dict[int, Build] = {}
        self._rows: OrderedDict[tuple[int, str], list[Snapshot]] = OrderedDict()
        self._rivals: dict[tuple[int, str], set[int]] = {}
        self._number = 0
        self._lock = RLock()

    def builds(self) -> list[Build]:
        """Every build, by name and number."""
        with self._lock:
            return sorted(self._builds.values(), key=_BY_NAME)

    def begin(self, name: str, version: int, *, live: bool) -> Build:
        """A new build; if `live`, the one that is live already where one is."""
        with self._lock:
            for build in self._builds.values():
                if live and build.live and build.name == name:
                    return build
            self._number += 1
            build = Build(self._number, name, version, live, 0)
            self._builds[build.number] = build
        self._changed()
        return build

    def advance(self, build: Build, position: int, changes: Sequence[SnapshotUpdate]) -> bool:
        """Put the rows in place and the build at `position`; False if it has moved or is gone."""
        with self._lock:
            known = self._builds.get(build.number)
            if known is None or known.position != build.position:
                return False
            self._builds[build.number] = known._replace(position=position)
            for change in changes:
                self._put((build.number, change.key), change)
            while self._most is not None and self._size > self._most:
                self._drop(next(iter(self._rows)))
        self._changed()
        return True

    def _put(self, key: tuple[int, str], change: SnapshotUpdate) -> None:
        known = self._drop(key)
        rows = [*known[: bisect_left(known, change.since, key=_BY_DAY)], *change.rows]
        if rows:
            self._rows[key] = rows
            self._rivals[key] = set(change.rivals)
            self._size += sum(len(row.state) for row in rows)

    def _drop(self, key: tuple[int, str]) -> list[Snapshot]:
        rows = self._rows.pop(key, [])
        self._rivals.pop(key, None)
        self._size -= sum(len(row.state) for row in rows)
        return rows

    def promote(self, build: Build) -> bool:
        """Let the build answer, and drop every other of its name; False if it is gone."""
        with self._lock:
            if build.number not in self._builds:
                return False
            others = [b for b in self._builds.values() if b.name == build.name]
            self._builds[build.number] = self._builds[build.number]._replace(live=True)
            self._remove(b for b in others if b.number != build.number)
        self._changed()
        return True

    def forget(self, builds: Collection[Build]) -> None:
        """Drop these builds with all that they keep."""
        with self._lock:
            self._remove(builds)
        self._changed()

    def _remove(self, builds: Iterable[Build]) -> None:
        for build in builds:
            self._builds.pop(build.number, None)
            for key in [key for key in self._rows if key[0] == build.number]:
                self._drop(key)

    def keys(self, build: Build) -> list[str]:
        """The keys that have rows, sorted."""
        with self._lock:
            return sorted(key for number, key in self._rows if number == build.number)

    def rivals(self, build: Build, key: str) -> set[int]:
        """The positions of the accounts on a key's timeline that have rivals."""
        with self._lock:
            return self._rivals.get((build.number, key), set()).copy()

    def rows(self, build: Build, key: str, day: int, most: int = 1) -> list[Snapshot]:
        """The newest rows of a key that are no later than `day`, the newest first."""
        with self._lock:
            rows = self._rows.get((build.number, key), [])
            if rows:
                self._rows.move_to_end((build.number, key))
            end = bisect_right(rows, day, key=_BY_DAY)
            return rows[max(0, end - most) : end][::-1]
