"""The one place where errors of SQLite's driver and of eventsourcing become comity's errors."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import ConnectionPoolClosedError, ConnectionUnavailableError

from comity.adapters.storage.failures import CommitFailed
from comity.domain.errors import (
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreNotFound,
    StoreReadOnly,
)

# SQLite's result codes, from https://www.sqlite.org/rescode.html, the extended ones first.
_BY_CODE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_READONLY_DBMOVED: StoreNotFound,
    sqlite3.SQLITE_PERM: StoreNotFound,
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_CORRUPT: StoreDamaged,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_CANTOPEN: StoreNotFound,
    sqlite3.SQLITE_CONSTRAINT: StoreDamaged,
    sqlite3.SQLITE_NOTADB: StoreDamaged,  # not NotAStore: `files` has checked the header
}
_CHANGED_TABLES = re.compile(
    "no such (table|column|index)|has no column|has [0-9]+ columns but|no query solution"
)
"""What SQLite says of our statements, which never change, if the tables are not ours any more."""
_NO_TEXT = "Could not decode to UTF-8"
"""What the driver says, without a code, of bytes that are not the text that they should be."""
_BY_ERRNO: dict[int | None, type[StoreError]] = {
    errno.ENOSPC: StoreFull,
    errno.EDQUOT: StoreFull,
    errno.EFBIG: StoreFull,
    errno.EROFS: StoreReadOnly,
}


_OF_THE_DISK = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
"""What SQLite says, among other things, when a file beside the store's cannot be made."""
_ROOM = 2**16
"""Bytes that SQLite needs at once to make the index of its write-ahead log, and more."""


DRIVER_ERRORS = (sqlite3.Error, EventSourcingError, OSError, UnicodeDecodeError, CommitFailed)
"""All errors that a driver or eventsourcing may raise."""


@contextmanager
def translated(store: str) -> Generator[None]:
    """Raise a `StoreError` in place of any error that the driver raises inside."""
    try:
        yield
    except DRIVER_ERRORS as error:
        raise translation(error, store) from error


def translation(error: BaseException, store: str) -> StoreError:
    """Comity's error for an error of a driver or of eventsourcing, found by its causes."""
    kinds: list[type[StoreError]] = []
    said, in_doubt = str(error) or type(error).__name__, False
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, CommitFailed):
            in_doubt, said = True, str(cause.__cause__)
        elif (kind := _kind(cause, store)) is not None:
            kinds.append(kind)
        cause = cause.__cause__ or cause.__context__
    kind = kinds[0] if kinds else StoreError
    return kind(store, said, in_doubt=in_doubt and kind is not StoreBusy)


def _kind(error: BaseException, store: str) -> type[StoreError] | None:
    """The kind of error for `error` alone, without its causes; None if it does not say."""
    if isinstance(error, sqlite3.Error):
        if is_no_text(error):
            return StoreDamaged
        return _kind_of_code(getattr(error, "sqlite_errorcode", 0), str(error), store)
    if isinstance(error, UnicodeDecodeError):
        return StoreDamaged  # the driver read bytes that are not text, perhaps in its own message
    if isinstance(error, ConnectionPoolClosedError):
        return StoreClosed
    if isinstance(error, ConnectionUnavailableError):
        return StoreBusy
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno, StoreNotFound)
    return None


def _kind_of_code(code: int, said: str, store: str) -> type[StoreError] | None:
    if "closed database" in said:
        return StoreClosed
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_ERROR:
        return StoreDamaged if _CHANGED_TABLES.search(said) else None
    if primary in _OF_THE_DISK and _is_full(store):
        return StoreFull
    return _BY_CODE.get(code) or _BY_CODE.get(primary)


def is_no_text(error: sqlite3.Error) -> bool:
    """Whether the driver read bytes that are not the text that they should be."""
    return str(error).startswith(_NO_TEXT)


def _is_full(store: str) -> bool:
    """Whether the disk of a store's file has no room for what SQLite makes beside it."""
    try:
        disk = os.statvfs(Path(store).absolute().parent)
    except (AttributeError, OSError, ValueError):  # Windows has no statvfs
        return False
    return disk.f_bavail * disk.f_frsize < _ROOM or (disk.f_files > 0 and disk.f_favail == 0)
