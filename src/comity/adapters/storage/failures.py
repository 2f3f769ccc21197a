"""The one place where errors of drivers and of eventsourcing become comity's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from eventsourcing.domain import EventSourcingError

from comity.domain.errors import (
    ComityError,
    NotAStore,
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreNotFound,
    StoreReadOnly,
)

# SQLite's primary result codes, from https://www.sqlite.org/rescode.html
_BY_CODE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_PERM: StoreNotFound,
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_CORRUPT: StoreDamaged,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_CANTOPEN: StoreNotFound,
    sqlite3.SQLITE_NOTADB: NotAStore,
}
_BY_NAME: dict[str, type[StoreError]] = {
    "ConnectionPoolClosedError": StoreClosed,
    "ConnectionUnavailableError": StoreBusy,
}


@contextmanager
def translated(store: str) -> Iterator[None]:
    """Raise a `StoreError` in place of whatever the driver raises inside."""
    try:
        yield
    except (sqlite3.Error, EventSourcingError, OSError) as error:
        raise translation(error, store) from error


def translation(error: BaseException, store: str) -> ComityError:
    """Comity's error for a driver's or eventsourcing's, judged by what lies at its root."""
    found = _BY_NAME.get(type(error).__name__)
    cause: BaseException | None = error
    while cause is not None and found is None:
        if isinstance(cause, sqlite3.Error):
            found = _BY_CODE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
            if found is None and "closed database" in str(cause):
                found = StoreClosed
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, OSError):
        found = StoreFull if error.errno == 28 else StoreNotFound
    return (found or StoreError)(store, str(error) or type(error).__name__)
