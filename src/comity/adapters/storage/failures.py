"""The one place where errors of drivers and of eventsourcing become comity's errors."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from eventsourcing.domain import EventSourcingError
from eventsourcing.persistence import ConnectionPoolClosedError, ConnectionUnavailableError

from comity.domain.errors import (
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreNotFound,
    StoreReadOnly,
)

# SQLite's primary result codes, from https://www.sqlite.org/rescode.html. Our statements never
# change. So if SQLite refuses a statement, the tables or rows are not those that we wrote.
_BY_CODE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_ERROR: StoreDamaged,
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
_BY_ERRNO: dict[int | None, type[StoreError]] = {
    errno.ENOSPC: StoreFull,
    errno.EDQUOT: StoreFull,
    errno.EFBIG: StoreFull,
    errno.EROFS: StoreReadOnly,
}


DRIVER_ERRORS = (sqlite3.Error, EventSourcingError, OSError, UnicodeDecodeError)
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
    cause: BaseException | None = error
    while cause is not None:
        if (kind := _kind(cause)) is not None:
            return kind(store, str(error) or type(error).__name__)
        cause = cause.__cause__ or cause.__context__
    return StoreError(store, str(error) or type(error).__name__)


def _kind(error: BaseException) -> type[StoreError] | None:
    """The kind of error for `error` alone, without its causes; None if it does not say."""
    if isinstance(error, sqlite3.Error):
        closed = "closed database" in str(error)
        return StoreClosed if closed else _BY_CODE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if isinstance(error, UnicodeDecodeError):
        return StoreDamaged  # the driver read bytes that are not text, perhaps in its own message
    if isinstance(error, ConnectionPoolClosedError):
        return StoreClosed
    if isinstance(error, ConnectionUnavailableError):
        return StoreBusy
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno, StoreNotFound)
    return None
