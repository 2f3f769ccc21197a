"""The state of a watcher in one file: how far it looked, what stands, and what is to be delivered.

It is SQLite. One process has it at a time: the lock is held as long as it is open, and a killed
process leaves none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from comity.adapters.watch.alert import Alert, from_json, to_json
from comity.domain.errors import InvalidValue, StoreBusy, StoreError

_KEPT = 1_000
"""How many delivered alerts are kept, for feeds that hold more than the newest."""
_MARK = 0x636F7701
"""The number by which the file is known; another layout has another."""
_TABLES = """
CREATE TABLE IF NOT EXISTS looked (one INTEGER PRIMARY KEY CHECK (one = 1), told INTEGER NOT NULL,
  position INTEGER NOT NULL, last TEXT NOT NULL, day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS watches (name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS conditions (watch TEXT NOT NULL, key TEXT NOT NULL,
  stands INTEGER NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (watch, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alerts (number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, watch TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (name TEXT PRIMARY KEY, done INTEGER NOT NULL);
"""


class Looked(NamedTuple):
    """How far a watcher came.

    The events up to position `told` are told, of which the last has the id `last`. What stands was
    looked at on `day` as known at `position`.
    """

    told: int
    position: int
    last: str
    day: date


class Waiting(NamedTuple):
    """An alert that waits for a delivery, with its number in the order of telling."""

    number: int
    alert: Alert


class StateFile:
    """The state in a file. Any thread may use it; every change is safe on the disk when it returns.

    Raises `StoreBusy` if another process has it, and other `StoreError`s.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._lock = RLock()
        with self._translated():
            self._connection = sqlite3.connect(
                path, timeout=0, isolation_level=None, check_same_thread=False
            )
        try:
            with self._translated():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA locking_mode = EXCLUSIVE")
        execute("PRAGMA synchronous = FULL")
        execute("BEGIN EXCLUSIVE")
        [tables] = execute("SELECT count(*) FROM sqlite_master").fetchone()
        [mark] = execute("PRAGMA application_id").fetchone()
        if tables and mark != _MARK:
            raise InvalidValue("state", self.name, "a state that this `comity watch` wrote")
        for statement in _TABLES.split(";"):
            execute(statement)
        execute(f"PRAGMA application_id = {_MARK}")
        execute("COMMIT")

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def changing(self) -> Generator[None]:
        """A transaction: all changes inside become durable at its end, or none does.

        One within another is part of it.
        """
        with self._lock, self._translated():
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise StoreBusy(self.name, "another `comity watch` uses this state") from None
            raise StoreError(self.name, f"the state of the watch: {error}") from error

    # Looking

    def looked(self) -> Looked | None:
        """How far the watcher came; None for a new state."""
        with self._lock, self._translated():
            row = self._connection.execute(
                "SELECT told, position, last, day FROM looked"
            ).fetchone()
        return None if row is None else Looked(row[0], row[1], row[2], date.fromisoformat(row[3]))

    def set_looked(self, looked: Looked) -> None:
        """Note how far the watcher came."""
        self._connection.execute(
            "REPLACE INTO looked VALUES (1, ?, ?, ?, ?)",
            (looked.told, looked.position, looked.last, looked.day.isoformat()),
        )

    def fingerprints(self) -> dict[str, str]:
        """What each known watch said, by name."""
        with self._lock, self._translated():
            return dict(
                self._connection.execute("SELECT name, fingerprint FROM watches").fetchall()
            )

    def know(self, name: str, fingerprint: str, standing: Iterable[str]) -> None:
        """Know a watch, with what stands and is not told."""
        self.forget(name)
        self._connection.execute("INSERT INTO watches VALUES (?, ?)", (name, fingerprint))
        self._connection.executemany(
            "INSERT INTO conditions VALUES (?, ?, 1, 0)", [(name, key) for key in standing]
        )

    def forget(self, name: str) -> None:
        """Forget a watch."""
        for table, column in (("conditions", "watch"), ("watches", "name")):
            self._connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (name,))

    def standing(self, watch: str) -> set[str]:
        """The keys of the conditions that stood at the last look."""
        rows = self._connection.execute(
            "SELECT key FROM conditions WHERE watch = ? AND stands", (watch,)
        )
        return {key for (key,) in rows}

    def came_true(self, watch: str, key: str) -> int:
        """Note that a condition came true, and return how often it has."""
        row = self._connection.execute(
            "INSERT INTO conditions VALUES (?, ?, 1, 1) ON CONFLICT (watch, key)"
            " DO UPDATE SET stands = 1, times = times + 1 RETURNING times",
            (watch, key),
        ).fetchone()
        return int(row[0])

    def ended(self, watch: str, keys: Iterable[str]) -> None:
        """Note that conditions have ended."""
        self._connection.executemany(
            "UPDATE conditions SET stands = 0 WHERE watch = ? AND key = ?",
            [(watch, key) for key in keys],
        )

    def tell(self, alert: Alert) -> None:
        """Give an alert to all deliveries; one with the same id is told already."""
        self._connection.execute(
            "INSERT OR IGNORE INTO alerts (id, watch, body) VALUES (?, ?, ?)",
            (alert.id, alert.watch, to_json(alert)),
        )

    # Delivering

    def begin_deliveries(self, names: Collection[str]) -> None:
        """Know these deliveries and no others; a new one begins with what is told from now on."""
        with self.changing():
            newest = self._newest()
            known = {name for (name,) in self._connection.execute("SELECT name FROM deliveries")}
            self._connection.executemany(
                "DELETE FROM deliveries WHERE name = ?", [(name,) for name in known - {*names}]
            )
            self._connection.executemany(
                "INSERT OR IGNORE INTO deliveries VALUES (?, ?)", [(name, newest) for name in names]
            )

    def _newest(self) -> int:
        [number] = self._connection.execute(
            "SELECT coalesce(max(number), 0) FROM alerts"
        ).fetchone()
        return int(number)

    def waiting(self, delivery: str, watches: Sequence[str], most: int) -> list[Waiting]:
        """The next alerts of these watches (by default: all) for a delivery, the oldest first."""
        clause, values = _of(watches)
        with self._lock, self._translated():
            rows = self._connection.execute(
                "SELECT number, body FROM alerts WHERE number >"
                f" (SELECT done FROM deliveries WHERE name = ?){clause} ORDER BY number LIMIT ?",
                (delivery, *values, most),
            ).fetchall()
        return [Waiting(number, from_json(body)) for number, body in rows]

    def pass_over(self, delivery: str, watches: Sequence[str]) -> None:
        """Pass over what is told and not for a delivery, so that it is not kept for it."""
        with self.changing():
            if self._newest() > self._done(delivery) and not self.count_waiting(delivery, watches):
                self.delivered(delivery, self._newest())

    def _done(self, delivery: str) -> int:
        row = self._connection.execute(
            "SELECT done FROM deliveries WHERE name = ?", (delivery,)
        ).fetchone()
        return int(row[0]) if row else 0

    def count_waiting(self, delivery: str, watches: Sequence[str]) -> int:
        """How many alerts wait for a delivery."""
        clause, values = _of(watches)
        with self._lock, self._translated():
            [count] = self._connection.execute(
                "SELECT count(*) FROM alerts WHERE number >"
                f" (SELECT done FROM deliveries WHERE name = ?){clause}",
                (delivery, *values),
            ).fetchone()
        return int(count)

    def newest(self, watches: Sequence[str], most: int) -> list[Alert]:
        """The newest alerts of these watches (by default: all), from the newest on."""
        clause, values = _of(watches)
        with self._lock, self._translated():
            rows = self._connection.execute(
                f"SELECT body FROM alerts WHERE 1{clause} ORDER BY number DESC LIMIT ?",
                (*values, most),
            ).fetchall()
        return [from_json(body) for (body,) in rows]

    def delivered(self, delivery: str, number: int) -> None:
        """Note that a delivery has every alert up to a number; drop what none needs any more."""
        with self.changing():
            self._connection.execute(
                "UPDATE deliveries SET done = ? WHERE name = ?", (number, delivery)
            )
            self._connection.execute(
                "DELETE FROM alerts WHERE number <= (SELECT min(done) FROM deliveries) - ?",
                (_KEPT,),
            )


def _of(watches: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """A clause that selects the alerts of some watches, with its values."""
    if not watches:
        return "", ()
    return f" AND watch IN ({', '.join('?' * len(watches))})", tuple(watches)
