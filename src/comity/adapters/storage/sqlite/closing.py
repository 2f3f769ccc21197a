"""The mark of a clean close: how long the log was, so that a file shows that it is not all of it.

What was appended last stands in the write-ahead log beside the file, until the last engine closes.
A file copied alone meanwhile lacks it, and may hold more events than its last mark says.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from warnings import warn

from comity.adapters.storage.sqlite.datastore import Datastore
from comity.adapters.storage.sqlite.files import has_wal, identity
from comity.adapters.storage.sqlite.forks import File
from comity.adapters.storage.sqlite.wal import wal_of
from comity.domain.errors import StoreMayLackEvents

_NAME, _TRACES = "comity-closed", "comity-traces"
_ENDS = (
    "SELECT IFNULL((SELECT MAX(position) FROM stored_events), 0), IFNULL(("
    f"SELECT MAX(notification_id) FROM tracking WHERE application_name = '{_NAME}'), 0)"
)


def is_alone(path: Path) -> bool:
    """Whether a file has no write-ahead log beside it, not even an empty one."""
    return path.exists() and not wal_of(path).exists()


class Closing:
    """Looks at the mark of a file as an engine opens it, and sets it as one closes.

    `file` is that which was opened at `path`; another one may come to its place. The `uri` is that
    by which it can be written, if it can.
    """

    def __init__(self, path: Path, file: File, uri: str | None) -> None:
        self._path, self._file, self._uri = path, file, uri
        self._process = os.getpid()
        self._doubted = 0

    def check(self, datastore: Datastore, name: str) -> None:
        """Warn if the file was not closed; without a write-ahead log it may lack events."""
        with datastore.plain_transaction(commit=False) as cursor:
            cursor.execute(_ENDS)
            last, marked = cursor.fetchone()
        if last > marked and not has_wal(self._path):  # an empty one is of whoever reads
            self._doubted = last
            warn(StoreMayLackEvents(name, last), stacklevel=7)

    def mark(self, close: Callable[[], None] = lambda: None) -> None:
        """Call `close`, and mark the end of the log, if the file is there and can be written.

        What may lack events is marked only once more of them are appended.
        """
        if self._uri is None or os.getpid() != self._process or not self._is_there():
            close()
            return
        try:
            last = sqlite3.connect(self._uri, uri=True, isolation_level=None, timeout=0)
        except sqlite3.Error:  # the file is gone
            close()
            return
        with closing(last):
            with suppress(sqlite3.Error):
                last.execute(_ENDS).fetchall()  # from now on it keeps the write-ahead log
            close()
            mark_end(last, unless=self._doubted)
            with suppress(sqlite3.Error):
                if _has_traces(last):
                    scrubbed(last)

    def _is_there(self) -> bool:
        with suppress(OSError):
            return identity(self._path) == self._file
        return False


def mark_end(connection: sqlite3.Connection, unless: int = 0) -> None:
    """Mark the end of the log, if it has moved and is not this one.

    Where that fails, it stays unmarked. Others who write will mark it, and are not waited for.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        last, marked = connection.execute(_ENDS).fetchone()
        if last not in {marked, unless}:
            connection.execute("INSERT OR REPLACE INTO tracking VALUES (?, ?)", (_NAME, last))
        connection.execute("COMMIT")
    except sqlite3.Error:
        with suppress(sqlite3.Error):
            connection.rollback()


def note_traces(cursor: sqlite3.Cursor) -> None:
    """Note in a transaction that pages of the file will hold what it removes from the log."""
    cursor.execute("INSERT OR REPLACE INTO tracking VALUES (?, 1)", (_TRACES,))


def _has_traces(connection: sqlite3.Connection) -> bool:
    query = "SELECT COUNT(*) FROM tracking WHERE application_name = ?"
    return bool(connection.execute(query, (_TRACES,)).fetchone()[0])


def scrubbed(connection: sqlite3.Connection) -> bool:
    """Whether no page holds any more what was removed: the file is written anew.

    It is false while others read what was there before.
    """
    try:
        connection.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if not busy:
        connection.execute("DELETE FROM tracking WHERE application_name = ?", (_TRACES,))
    return not busy
