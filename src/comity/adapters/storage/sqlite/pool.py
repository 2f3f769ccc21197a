"""The pool of connections: how each is opened, and when it may be closed."""

from __future__ import annotations

import sqlite3
import time
from enum import StrEnum
from pathlib import Path

from eventsourcing.persistence import ConnectionPoolClosedError, ConnectionUnavailableError
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool

_STATEMENTS = 128
"""How many prepared statements a connection keeps."""


class Mode(StrEnum):
    """How a file is opened: https://www.sqlite.org/uri.html."""

    WRITE = "rw"
    READ = "ro"
    IMMUTABLE = "immutable"

    def uri(self, path: Path) -> str:
        """The URI by which SQLite opens the file in this mode."""
        uri = path.absolute().as_uri()
        return {"rw": uri, "ro": f"{uri}?mode=ro", "immutable": f"{uri}?immutable=1"}[self]


class Pool(SQLiteConnectionPool):
    """Connections whose commits reach the disk before they return."""

    def __init__(self, db_name: str, mode: Mode, lock_timeout: float) -> None:
        super().__init__(db_name=db_name, lock_timeout=lock_timeout, pool_timeout=lock_timeout)  # type: ignore[arg-type]  # seconds need not be whole
        self._lock_timeout = lock_timeout
        if mode is not Mode.WRITE:
            self.is_journal_mode_wal = True  # no connection may try to change it

    def _create_connection(self) -> SQLiteConnection:
        connection = sqlite3.connect(
            self.db_name,
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            # The stock pool's connections keep one prepared statement. To prepare the others again
            # took two fifths of a single append.
            cached_statements=_STATEMENTS,
            timeout=self._lock_timeout,
        )
        connection.row_factory = sqlite3.Row
        if not self.is_journal_mode_wal:
            _use_wal(connection, time.monotonic() + self._lock_timeout)
            self.is_journal_mode_wal = True
        connection.execute("PRAGMA synchronous=FULL")
        return SQLiteConnection(connection, self.max_age)

    def _get_connection(self, timeout: float = 0.0) -> SQLiteConnection:
        with self._put_condition:
            if self._closed:  # while the caller waited
                raise ConnectionPoolClosedError
            return super()._get_connection(timeout)

    def close(self) -> None:
        """Close every connection once its user is done: closing it earlier would crash."""
        deadline = time.monotonic() + self._lock_timeout
        with self._put_condition:
            while self._in_use:
                if not self._put_condition.wait(max(0, deadline - time.monotonic())):
                    raise ConnectionUnavailableError("still in use")
                self._put_condition.notify()  # the signal may have been for a waiting thread
            super().close()


def _use_wal(connection: sqlite3.Connection, deadline: float) -> None:
    """Put the file into WAL mode. It retries: SQLite does not wait for the lock on the mode."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                connection.close()
                raise
        time.sleep(0.01)
