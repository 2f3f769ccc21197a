"""The mark in a store's file by which a copy shows that it lacks its write-ahead log.

What was recorded last is in the write-ahead log (`-wal`) alone. So before the first event goes
there, the position of the log's end is put into the file itself. A file that holds no event after
that position, and has no write-ahead log beside it, was separated from it. Whatever moves all
events into the file first takes the mark away, so a write-ahead log that is gone is missed only
where it held something; a process that is killed leaves it there.

SQLite moves events into the file on its own only when the last connection closes: the connections
of the pool do not, as the mark would be late then.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from comity.domain.errors import StoreIncomplete

LONGEST = 2000
"""How many pages the write-ahead log has, about, before its events are moved into the file."""
_PAGES, _ROWS = 12, 10
"""About how many pages a transaction writes, and how many rows are on each page after them."""
_LONGEST_PAUSE = 1024
_PATIENCE = 1.0
"""Seconds to wait for other writers before the mark is left as it is."""
_MARK = "SELECT position FROM comity_open"
_END = "SELECT IFNULL(MAX(position), 0) FROM stored_events"


def check_whole(cursor: sqlite3.Cursor, store: str, path: Path) -> None:
    """Raise `StoreIncomplete` if the file at `path` lacks its write-ahead log."""
    mark = _marked(cursor)
    if mark is not None and mark == _number(cursor, _END) and not _size(path):
        raise StoreIncomplete(store, mark)


def unmark(connection: sqlite3.Connection) -> None:
    """Take the mark away, in a transaction of its own unless one is held."""
    if _marked(connection.cursor()) is not None:
        connection.execute("DELETE FROM comity_open")


def _marked(cursor: sqlite3.Cursor) -> int | None:
    try:
        return _number(cursor, _MARK)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        return None  # nothing was ever recorded


def _number(cursor: sqlite3.Cursor, statement: str) -> int | None:
    row = cursor.execute(statement).fetchone()
    return row[0] if row is not None else None


def _size(path: Path) -> int:
    """How many bytes the write-ahead log of a file has; SQLite puts it where a link leads."""
    log = Path(f"{os.path.realpath(path)}-wal")
    return log.stat().st_size if log.exists() else 0


class Mark:
    """The mark of a store that is open for writing."""

    def __init__(self, path: Path, uri: str) -> None:
        self._path, self._uri = path, uri
        self._is_known = _size(path) > 0
        """Whether a mark that is there was put there for the write-ahead log that is there."""
        self._failed = self._pause = 0
        self._written = 0
        self._process = os.getpid()

    def put(self, cursor: sqlite3.Cursor) -> bool:
        """Put the mark into the file unless it is there.

        It is called in a write transaction before anything is written. Returns whether that was
        ended and begun again, so that others may have written meanwhile. A reader of an old moment
        can keep the mark out of the file; then it is tried again, less and less often.
        """
        if self._is_known and _marked(cursor) is not None:
            return False
        if self._pause:
            self._pause -= 1
            return False
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS comity_open ("
            "number INTEGER PRIMARY KEY CHECK (number = 1), position INTEGER NOT NULL)"
        )
        cursor.execute(f"INSERT OR REPLACE INTO comity_open VALUES (1, ({_END}))")
        cursor.execute("COMMIT")
        cursor.execute("BEGIN IMMEDIATE")
        alone = _marked(cursor) == _number(cursor, _END)
        self._is_known = alone and self._move()
        if not self._is_known:
            cursor.execute("DELETE FROM comity_open")
            self._pause = min(2**self._failed, _LONGEST_PAUSE)
        self._failed = 0 if self._is_known else self._failed + 1
        return True

    def clear(self, *, if_marked: bool = True) -> None:
        """Move all events into the file and take the mark away; not within a transaction.

        While others hold the store it stays as it is.
        """
        if self._process != os.getpid():
            return  # a forked process has none of the locks
        with suppress(sqlite3.DatabaseError), closing(self._connected(_PATIENCE)) as holding:
            if if_marked and _marked(holding.cursor()) is None:
                return
            holding.execute("PRAGMA synchronous=NORMAL")  # moving the events synchronises the log
            holding.execute("BEGIN IMMEDIATE")
            unmark(holding)
            holding.execute("COMMIT")
            # Nobody may record anything while the events are moved: it would be moved, too.
            holding.execute("BEGIN IMMEDIATE")
            if _marked(holding.cursor()) is None:
                self._move()
            holding.execute("ROLLBACK")

    def wrote(self, rows: int) -> None:
        """Move all events into the file once the write-ahead log has become long.

        How long it is can only be guessed: its file is written over and not made shorter.
        """
        self._written += _PAGES + rows // _ROWS
        if self._written >= LONGEST:
            self._written = 0
            self.clear(if_marked=False)

    def _move(self) -> bool:
        """Move all events into the file; False if a reader of an old moment prevents it."""
        with closing(self._connected(_PATIENCE)) as moving:
            moving.execute("PRAGMA synchronous=FULL")
            busy, length, moved = moving.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return not busy and length == moved

    def _connected(self, timeout: float) -> sqlite3.Connection:
        return sqlite3.connect(
            self._uri, uri=True, isolation_level=None, timeout=timeout, check_same_thread=False
        )
