"""Materialized projections in SQLite, their checkpoints in eventsourcing's tracking."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from hashlib import blake2b
from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.failures import is_no_text
from comity.adapters.storage.sqlite.recorder import Recorder, as_json
from comity.adapters.storage.sqlite.soundness import (
    BUILDS,
    build_check,
    unsettled_sum,
    unsound_builds,
)
from comity.adapters.storage.sqlite.sums import MOST
from comity.ports import Build, Snapshot, SnapshotUpdate, Wanted

_BUILDS = (
    "SELECT b.number, b.name, b.version, b.folds, b.live, (SELECT MAX(notification_id) "
    "FROM tracking WHERE application_name = 'comity-projection-' || b.number) "
    "FROM comity_projections AS b "
)
_SNAPSHOTS = (
    "SELECT day, events, newest, state, digest FROM comity_snapshots "
    "WHERE build = ? AND key = ? AND day <= ? ORDER BY day DESC LIMIT ?"
)
_STARTS = (
    "SELECT s.key, s.day, s.events, s.newest, s.state, s.digest FROM json_each(:wanted) AS wanted "
    "CROSS JOIN comity_snapshots AS s ON s.build = :build AND s.key = wanted.key AND s.day = ("
    "SELECT day FROM comity_snapshots WHERE build = :build AND key = wanted.key "
    "AND day <= json_extract(wanted.value, '$[0]') AND newest <= json_extract(wanted.value, '$[1]')"
    " ORDER BY day DESC LIMIT 1)"
)
_FIRST_DAYS = (
    "SELECT wanted.value, (SELECT min(day) FROM comity_snapshots "
    "WHERE build = :build AND key = wanted.value) FROM json_each(:keys) AS wanted"
)
_UNSETTLED = (
    "SELECT wanted.key, u.link FROM json_each(:links) AS wanted "
    "CROSS JOIN json_each(wanted.value) AS link "
    "CROSS JOIN comity_unsettled AS u ON u.build = :build AND u.key = wanted.key "
    "AND u.link = link.value"
)


class SQLiteProjectionStore:
    """Keeps snapshots in the store's own file; each change is a transaction of its own.

    `reading` (a cursor in a read transaction), `writing` and `live` are the store's.
    """

    def __init__(
        self,
        recorder: Recorder,
        reading: Callable[[], AbstractContextManager[sqlite3.Cursor]],
        writing: Callable[[], AbstractContextManager[None]],
        live: Callable[[str], Build | None],
    ) -> None:
        self._recorder = recorder
        self._reading, self._writing = reading, writing
        self.live = live

    @contextmanager
    def _write(self) -> Generator[SQLiteCursor]:
        with self._writing(), self._recorder.datastore.plain_transaction(commit=True) as cursor:
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
                "INSERT INTO comity_projections VALUES (NULL, ?, ?, ?, ?, 0, 0)",
                (name, version, folds, live),
            )
            build = Build(int(cursor.lastrowid), name, version, folds, live, 0)
            empty(cursor, build.number)  # a damaged store may give a number again
            return build

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
                "INSERT INTO comity_snapshots VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (build.number, update.key, *s[:4], _digest(build, update.key, s))
                    for update in updates
                    for s in update.snapshots
                ],
            )
            self._add_unsettled(cursor, build, {u.key: u.unsettled for u in updates})
            if position > build.position:
                self._recorder.track(cursor, Tracking(_tracked(build.number), position))
            _mark(cursor, build.number)
            return True

    def _add_unsettled(
        self, cursor: SQLiteCursor, build: Build, links: Mapping[str, Collection[int]]
    ) -> None:
        known = _unsettled(cursor, build, links)
        new = {key: set(own).difference(known.get(key, ())) for key, own in links.items() if own}
        cursor.executemany(
            "INSERT INTO comity_unsettled VALUES (?, ?, ?)",
            [(build.number, key, link) for key, own in new.items() for link in own],
        )
        added = sum(unsettled_sum(key, len(own), sum(own)) for key, own in new.items())
        cursor.execute("SELECT unsettled FROM comity_projections WHERE number = ?", (build.number,))
        total = (cursor.fetchone()[0] + added) & MOST
        cursor.execute(
            "UPDATE comity_projections SET unsettled = ? WHERE number = ?", (total, build.number)
        )

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
            for known in builds:
                if known.number != build.number:
                    drop(cursor, known.number)
            cursor.execute(
                "UPDATE comity_projections SET live = 1 WHERE number = ?", (build.number,)
            )
            _mark(cursor, build.number)
            return True

    def delete(self, builds: Collection[Build]) -> None:
        """Delete these builds with all their snapshots."""
        with self._write() as cursor:
            for build in builds:
                drop(cursor, build.number)

    def unsettled(self, build: Build, links: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
        """By key, which of these links are unsettled on its timeline."""
        with self._reading() as cursor:
            return _unsettled(cursor, build, links)

    def snapshots(self, build: Build, key: str, day: int, limit: int = 1) -> list[Snapshot]:
        """The newest snapshots of a key that are not later than `day`, the newest first."""
        with self._reading() as cursor:
            cursor.execute(_SNAPSHOTS, (build.number, key, day, limit))
            found = [_snapshot(build, key, row) for row in cursor.fetchall()]
        return [snapshot for snapshot in found if snapshot is not None]

    def starts(self, build: Build, wanted: Mapping[str, Wanted]) -> dict[str, Snapshot]:
        """For each key, the newest snapshot that fits what is wanted, if there is one.

        One that was changed is left out: the key is then folded from its first event.
        """
        parameters = {"build": build.number, "wanted": as_json(wanted)}
        with self._reading() as cursor:
            cursor.execute(_STARTS, parameters)
            found = {key: _snapshot(build, key, row) for key, *row in cursor.fetchall()}
        return {key: snapshot for key, snapshot in found.items() if snapshot is not None}

    def first_days(self, build: Build, keys: Collection[str]) -> dict[str, int]:
        """By key, the day of its first snapshot, if there is one."""
        parameters = {"build": build.number, "keys": as_json(list(keys))}
        with self._reading() as cursor:
            cursor.execute(_FIRST_DAYS, parameters)
            return {key: day for key, day in cursor.fetchall() if day is not None}


def _snapshot(build: Build, key: str, row: Sequence[Any]) -> Snapshot | None:
    """The snapshot in a row; None if the row is not what was written."""
    *values, digest = row
    snapshot = Snapshot(*values)
    is_written = type(snapshot.state) is bytes and digest == _digest(build, key, snapshot)
    return snapshot if is_written else None


def _digest(build: Build, key: str, snapshot: Snapshot) -> bytes:
    """The digest of all that a row of snapshots holds."""
    day, events, newest, state, _ = snapshot
    place = f"{build.number}/{key}/{day}/{events}/{newest}/".encode()
    return blake2b(place + state, digest_size=16).digest()


def _build(row: Sequence[Any]) -> Build:
    number, name, version, folds, live, position = row
    return Build(number, name, version, folds, bool(live), position or 0)


def _tracked(build: int) -> str:
    """The name under which a build's checkpoint is tracked."""
    return f"comity-projection-{build}"


def _unsettled(
    cursor: SQLiteCursor | sqlite3.Cursor, build: Build, links: Mapping[str, Collection[int]]
) -> dict[str, set[int]]:
    wanted = as_json({key: list(own) for key, own in links.items()})
    cursor.execute(_UNSETTLED, {"build": build.number, "links": wanted})
    unsettled: dict[str, set[int]] = {}
    for key, link in cursor.fetchall():
        unsettled.setdefault(key, set()).add(link)
    return unsettled


def _mark(cursor: SQLiteCursor, build: int) -> None:
    """Renew the check of a build's row, after it or its checkpoint was changed."""
    cursor.execute(f"{BUILDS} WHERE b.number = ?", (build,))
    for number, name, version, folds, live, unsettled, _, position in cursor.fetchall():
        crc = build_check(number, name, version, folds, live, unsettled, position or 0)
        cursor.execute("UPDATE comity_projections SET crc = ? WHERE number = ?", (crc, build))


def has_unreadable(cursor: SQLiteCursor, build: int) -> bool:
    """Whether any snapshot of a build is not what was written."""
    cursor.execute(
        "SELECT key, day, events, newest, state, digest FROM comity_snapshots WHERE build = ?",
        (build,),
    )
    of = Build(build, "", 0, "", live=False, position=0)
    try:
        return any(_snapshot(of, key, row) is None for key, *row in cursor.sqlite_cursor)
    except sqlite3.OperationalError as error:
        if not is_no_text(error):
            raise
        return True


def mend(cursor: SQLiteCursor) -> list[int]:
    """Drop the builds whose rows were changed, take others that are not whole to the beginning.

    Returns their numbers.
    """
    unsound = unsound_builds(cursor)
    cursor.execute("SELECT COUNT(*) FROM comity_projections")
    if len(unsound) == cursor.fetchone()[0]:
        cursor.execute("DELETE FROM comity_unsettled")  # whatever their keys are
        cursor.execute("DELETE FROM comity_snapshots")
    for number, is_changed in unsound:
        (drop if is_changed else empty)(cursor, number)
    return [number for number, _ in unsound]


def empty(cursor: SQLiteCursor, build: int) -> None:
    """Take a build back to the beginning of the log, without snapshots."""
    _clear(cursor, build)
    cursor.execute("UPDATE comity_projections SET unsettled = 0 WHERE number = ?", (build,))
    _mark(cursor, build)


def empty_all(cursor: SQLiteCursor) -> None:
    """Take all builds back to the beginning of the log."""
    cursor.execute("SELECT number FROM comity_projections")
    for (build,) in cursor.fetchall():
        empty(cursor, build)


def drop(cursor: SQLiteCursor, build: int) -> None:
    """Delete a build with all its snapshots."""
    _clear(cursor, build)
    cursor.execute("DELETE FROM comity_projections WHERE number = ?", (build,))


def _clear(cursor: SQLiteCursor, build: int) -> None:
    cursor.execute("DELETE FROM comity_snapshots WHERE build = ?", (build,))
    cursor.execute("DELETE FROM comity_unsettled WHERE build = ?", (build,))
    cursor.execute("DELETE FROM tracking WHERE application_name = ?", (_tracked(build),))
