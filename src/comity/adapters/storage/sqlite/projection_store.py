"""Materialized projections in SQLite, their checkpoints in eventsourcing's tracking."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager

import msgspec
from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.sqlite.index import as_json
from comity.adapters.storage.sqlite.recorder import Recorder
from comity.ports import Build, Snapshot, SnapshotUpdate

_BUILDS = (
    "SELECT b.number, b.name, b.version, b.live, (SELECT MAX(notification_id) FROM tracking "
    "WHERE application_name = 'comity-kept-' || b.number) FROM comity_builds AS b "
)
_ROWS = (
    "SELECT day, events, state FROM comity_kept "
    "WHERE build = ? AND key = ? AND day <= ? ORDER BY day DESC LIMIT ?"
)


class SQLiteProjectionStore:
    """Rows in the store's own file; a change joins no other transaction.

    `reading` and `writing` are the store's.
    """

    def __init__(
        self,
        recorder: Recorder,
        reading: Callable[[], AbstractContextManager[None]],
        writing: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._recorder, self._reading, self._writing = recorder, reading, writing

    @contextmanager
    def _read(self) -> Generator[sqlite3.Cursor]:
        with self._reading(), self._recorder.datastore.transaction(commit=False) as cursor:
            cursor.sqlite_cursor.row_factory = None
            yield cursor.sqlite_cursor

    @contextmanager
    def _write(self) -> Generator[SQLiteCursor]:
        with self._writing(), self._recorder.datastore.transaction(commit=True) as cursor:
            cursor.sqlite_cursor.row_factory = None
            yield cursor

    def builds(self) -> list[Build]:
        """Every build, by name and number."""
        with self._read() as cursor:
            cursor.execute(f"{_BUILDS} ORDER BY b.name, b.number")
            return [_build(*row) for row in cursor.fetchall()]

    def begin(self, name: str, version: int, *, live: bool) -> Build:
        """A new build; if `live`, the one that is live already where one is."""
        with self._write() as cursor:
            if live:
                cursor.execute(f"{_BUILDS} WHERE b.name = ? AND b.live", (name,))
                for row in cursor.fetchall():
                    return _build(*row)
            cursor.execute(
                "INSERT INTO comity_builds (name, version, live) VALUES (?, ?, ?)",
                (name, version, live),
            )
            return Build(int(cursor.lastrowid), name, version, live, 0)

    def advance(self, build: Build, position: int, changes: Sequence[SnapshotUpdate]) -> bool:
        """Put the rows in place and the build at `position`; False if it has moved or is gone."""
        with self._write() as cursor:
            if not self._is_at(cursor, build):
                return False
            cursor.executemany(
                "DELETE FROM comity_kept WHERE build = ? AND key = ? AND day >= ?",
                [(build.number, change.key, change.since) for change in changes],
            )
            cursor.executemany(
                "INSERT INTO comity_kept VALUES (?, ?, ?, ?, ?)",
                [(build.number, change.key, *row) for change in changes for row in change.rows],
            )
            cursor.executemany(
                "INSERT OR REPLACE INTO comity_keys VALUES (?, ?, ?)",
                [(build.number, change.key, as_json(change.rivals)) for change in changes],
            )
            if position > build.position:
                self._recorder.track(cursor, Tracking(_tracked(build), position))
            return True

    def _is_at(self, cursor: SQLiteCursor, build: Build) -> bool:
        cursor.execute(f"{_BUILDS} WHERE b.number = ?", (build.number,))
        return [_build(*row).position for row in cursor.fetchall()] == [build.position]

    def promote(self, build: Build) -> bool:
        """Let the build answer, and drop every other of its name; False if it is gone."""
        with self._write() as cursor:
            cursor.execute(f"{_BUILDS} WHERE b.name = ?", (build.name,))
            builds = [_build(*row) for row in cursor.fetchall()]
            if build.number not in [one.number for one in builds]:
                return False
            _remove(cursor, [one for one in builds if one.number != build.number])
            cursor.execute("UPDATE comity_builds SET live = 1 WHERE number = ?", (build.number,))
            return True

    def forget(self, builds: Collection[Build]) -> None:
        """Drop these builds with all that they keep."""
        with self._write() as cursor:
            _remove(cursor, builds)

    def keys(self, build: Build) -> list[str]:
        """The keys that have rows, sorted."""
        with self._read() as cursor:
            cursor.execute(
                "SELECT DISTINCT key FROM comity_kept WHERE build = ? ORDER BY key", (build.number,)
            )
            return [key for (key,) in cursor.fetchall()]

    def rivals(self, build: Build, key: str) -> set[int]:
        """The positions of the accounts on a key's timeline that have rivals."""
        with self._read() as cursor:
            cursor.execute(
                "SELECT rivals FROM comity_keys WHERE build = ? AND key = ?", (build.number, key)
            )
            found = cursor.fetchone()
        return msgspec.json.decode(found[0], type=set[int]) if found else set()

    def rows(self, build: Build, key: str, day: int, most: int = 1) -> list[Snapshot]:
        """The newest rows of a key that are no later than `day`, the newest first."""
        with self._read() as cursor:
            cursor.execute(_ROWS, (build.number, key, day, most))
            return [Snapshot(*row) for row in cursor.fetchall()]


def _build(number: int, name: str, version: int, live: int, position: int | None) -> Build:
    return Build(number, name, version, bool(live), position or 0)


def _tracked(build: Build) -> str:
    """The name under which a build's checkpoint is tracked."""
    return f"comity-kept-{build.number}"


def _remove(cursor: SQLiteCursor, builds: Iterable[Build]) -> None:
    for build in builds:
        cursor.execute("DELETE FROM comity_kept WHERE build = ?", (build.number,))
        cursor.execute("DELETE FROM comity_keys WHERE build = ?", (build.number,))
        cursor.execute("DELETE FROM comity_builds WHERE number = ?", (build.number,))
        cursor.execute("DELETE FROM tracking WHERE application_name = ?", (_tracked(build),))
