"""Materialized projections in SQLite, their checkpoints in eventsourcing's tracking."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.sqlite.recorder import Recorder, as_json
from comity.domain.errors import StoreDamaged
from comity.ports import Build, Snapshot, SnapshotUpdate, Wanted

_BUILDS = (
    "SELECT b.number, b.name, b.version, b.folds, b.live, (SELECT MAX(notification_id) "
    "FROM tracking WHERE application_name = 'comity-projection-' || b.number) "
    "FROM comity_projections AS b "
)
_SNAPSHOTS = (
    "SELECT day, events, newest, state FROM comity_snapshots "
    "WHERE build = ? AND key = ? AND day <= ? ORDER BY day DESC LIMIT ?"
)
_STARTS = (
    "SELECT s.key, s.day, s.events, s.newest, s.state FROM json_each(:wanted) AS wanted "
    "CROSS JOIN comity_snapshots AS s ON s.build = :build AND s.key = wanted.key AND s.day = ("
    "SELECT day FROM comity_snapshots WHERE build = :build AND key = wanted.key "
    "AND day <= json_extract(wanted.value, '$[0]') AND newest <= json_extract(wanted.value, '$[1]')"
    " ORDER BY day DESC LIMIT 1)"
)
_UNSETTLED = (
    "SELECT wanted.key, u.link FROM json_each(:links) AS wanted "
    "CROSS JOIN json_each(wanted.value) AS link "
    "CROSS JOIN comity_unsettled AS u ON u.build = :build AND u.key = wanted.key "
    "AND u.link = link.value"
)


class SQLiteProjectionStore:
    """Keeps snapshots in the store's own file; each change is a transaction of its own.

    `name`, `reading` (a cursor in a read transaction), `writing` and `live` are the store's.
    """

    def __init__(
        self,
        name: str,
        recorder: Recorder,
        reading: Callable[[], AbstractContextManager[sqlite3.Cursor]],
        writing: Callable[[], AbstractContextManager[None]],
        live: Callable[[str], Build | None],
    ) -> None:
        self._name, self._recorder = name, recorder
        self._reading, self._writing = reading, writing
        self.live = live

    @contextmanager
    def _write(self) -> Generator[SQLiteCursor]:
        with self._writing(), self._recorder.datastore.transaction(commit=True) as cursor:
            cursor.sqlite_cursor.row_factory = None
            yield cursor

    def builds(self) -> list[Build]:
        """Every build, by name and number."""
        with self._reading() as cursor:
            cursor.execute(f"{_BUILDS} ORDER BY b.name, b.number")
            return [_build(row) for row in cursor.fetchall()]

    def create(self, name: str, version: int, folds: str, *, live: bool) -> Build:
        """Create an empty build. If `live`, an existing live build is returned instead."""
        with self._write() as cursor:
            if live:
                cursor.execute(f"{_BUILDS} WHERE b.name = ? AND b.live", (name,))
                for row in cursor.fetchall():
                    return _build(row)
            cursor.execute(
                "INSERT INTO comity_projections (name, version, folds, live) VALUES (?, ?, ?, ?)",
                (name, version, folds, live),
            )
            return Build(int(cursor.lastrowid), name, version, folds, live, 0)

    def commit(self, build: Build, position: int, updates: Sequence[SnapshotUpdate]) -> bool:
        """Apply updates and move the checkpoint; False if the build has moved or is gone."""
        with self._write() as cursor:
            if not self._is_at(cursor, build):
                return False
            cursor.executemany(
                "DELETE FROM comity_snapshots WHERE build = ? AND key = ? AND day >= ?",
                [(build.number, update.key, update.since) for update in updates],
            )
            cursor.executemany(
                "INSERT INTO comity_snapshots VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (build.number, update.key, *snapshot[:4])
                    for update in updates
                    for snapshot in update.snapshots
                ],
            )
            cursor.executemany(
                "INSERT OR IGNORE INTO comity_unsettled VALUES (?, ?, ?)",
                [
                    (build.number, update.key, link)
                    for update in updates
                    for link in update.unsettled
                ],
            )
            if position > build.position:
                self._recorder.track(cursor, Tracking(_tracked(build), position))
            return True

    def _is_at(self, cursor: SQLiteCursor, build: Build) -> bool:
        cursor.execute(f"{_BUILDS} WHERE b.number = ?", (build.number,))
        return [_build(row).position for row in cursor.fetchall()] == [build.position]

    def promote(self, build: Build) -> bool:
        """Make the build live, and delete every other build of its name; False if it is gone."""
        with self._write() as cursor:
            cursor.execute(f"{_BUILDS} WHERE b.name = ?", (build.name,))
            builds = [_build(row) for row in cursor.fetchall()]
            if build.number not in [known.number for known in builds]:
                return False
            _remove(cursor, [known for known in builds if known.number != build.number])
            cursor.execute(
                "UPDATE comity_projections SET live = 1 WHERE number = ?", (build.number,)
            )
            return True

    def delete(self, builds: Collection[Build]) -> None:
        """Delete these builds with all their snapshots."""
        with self._write() as cursor:
            _remove(cursor, builds)

    def unsettled(self, build: Build, links: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
        """By key, which of these links are unsettled on its timeline."""
        wanted = as_json({key: list(own) for key, own in links.items()})
        with self._reading() as cursor:
            cursor.execute(_UNSETTLED, {"build": build.number, "links": wanted})
            rows = cursor.fetchall()
        unsettled: dict[str, set[int]] = {}
        for key, link in rows:
            unsettled.setdefault(key, set()).add(link)
        return unsettled

    def snapshots(self, build: Build, key: str, day: int, limit: int = 1) -> list[Snapshot]:
        """The newest snapshots of a key that are not later than `day`, the newest first."""
        with self._reading() as cursor:
            cursor.execute(_SNAPSHOTS, (build.number, key, day, limit))
            return [self._snapshot(row) for row in cursor.fetchall()]

    def starts(self, build: Build, wanted: Mapping[str, Wanted]) -> dict[str, Snapshot]:
        """For each key, the newest snapshot that fits what is wanted, if there is one."""
        parameters = {"build": build.number, "wanted": as_json(wanted)}
        with self._reading() as cursor:
            cursor.execute(_STARTS, parameters)
            return {key: self._snapshot(row) for key, *row in cursor.fetchall()}

    def _snapshot(self, row: Sequence[Any]) -> Snapshot:
        # SQLite itself does not mind what a column holds.
        *numbers, state = row
        if not all(type(n) is int for n in numbers) or type(state) is not bytes or row[0] < 1:
            raise StoreDamaged(self._name, "a snapshot in it cannot be read")
        return Snapshot(*row)


def _build(row: Sequence[Any]) -> Build:
    number, name, version, folds, live, position = row
    return Build(number, name, version, folds, bool(live), position or 0)


def _tracked(build: Build) -> str:
    """The name under which a build's checkpoint is tracked."""
    return f"comity-projection-{build.number}"


def _remove(cursor: SQLiteCursor, builds: Iterable[Build]) -> None:
    for build in builds:
        cursor.execute("DELETE FROM comity_snapshots WHERE build = ?", (build.number,))
        cursor.execute("DELETE FROM comity_unsettled WHERE build = ?", (build.number,))
        cursor.execute("DELETE FROM comity_projections WHERE number = ?", (build.number,))
        cursor.execute("DELETE FROM tracking WHERE application_name = ?", (_tracked(build),))
