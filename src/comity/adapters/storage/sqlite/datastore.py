"""The datastore: transactions that a thread holds open over several calls."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProgrammingError,
)
from eventsourcing.sqlite import SQLiteConnection, SQLiteCursor, SQLiteDatastore

from comity.adapters.storage.failures import CommitFailed
from comity.adapters.storage.sqlite.failures import DRIVER_ERRORS
from comity.adapters.storage.sqlite.modes import Mode
from comity.adapters.storage.sqlite.pool import Connection, Lease, Pool
from comity.domain.errors import StoreError

LOCK_TIMEOUT = 30.0
"""Seconds to wait for another writer."""

_STOCK_ERRORS: dict[type[BaseException], type[PersistenceError]] = {
    getattr(sqlite3, kind.__name__): kind
    for kind in (
        DatabaseError, DataError, IntegrityError, InterfaceError, InternalError, NotSupportedError,
        OperationalError, ProgrammingError,
    )
}  # fmt: skip
"""eventsourcing's error for each of the driver's."""

_PROBE = "PRAGMA incremental_vacuum(1)"
"""It changes nothing in our files, and fails if SQLite has opened the file only to read it.

`BEGIN IMMEDIATE` does not. SQLite opens it so, too, when it failed to open it for another reason.
"""


class _Held(threading.local):
    """What a thread holds: the lease in whose transaction all its calls join."""

    lease: Lease | None = None


class Datastore(SQLiteDatastore):
    """A datastore in which a thread can make several calls within one write transaction."""

    pool: Pool

    def __init__(
        self,
        db_name: str,
        *,
        mode: Mode = Mode.WRITE,
        lock_timeout: float = LOCK_TIMEOUT,
        **options: Any,
    ) -> None:
        super().__init__(db_name, **options)
        self.pool = Pool(db_name, mode, lock_timeout)
        self._held = _Held()

    @property
    def held(self) -> Lease | None:
        """The lease that this thread holds within `exclusive` or `read_transaction`."""
        lease = self._held.lease
        return lease if lease is not None and self.pool.has(lease) else None

    @property
    def is_held(self) -> bool:
        """Whether this thread is within `exclusive` or `read_transaction`."""
        return self.held is not None

    @property
    def is_writing(self) -> bool:
        """Whether this thread is within `exclusive`, so that it sees its uncommitted rows."""
        lease = self.held
        return lease is not None and lease.is_writer

    @contextmanager
    def exclusive(self) -> Generator[Lease]:
        """A write transaction from its start on; all calls of this thread inside join it."""
        self.pool.abandon(only_writers=True)  # of an interrupt: a thread writes one at a time
        try:
            lease = self._begin("BEGIN IMMEDIATE", is_writer=True)
        except sqlite3.OperationalError as error:
            if self.pool.mode is not Mode.WRITE or _code(error) != sqlite3.SQLITE_READONLY:
                raise
            lease = self._begin("BEGIN IMMEDIATE", is_writer=True)
        try:
            yield lease
            _commit(self._connection(lease))
        except BaseException as error:
            self._end(lease, error)
            raise
        self._end(lease)

    @contextmanager
    def read_transaction(self) -> Generator[Lease]:
        """A read transaction; all calls of this thread inside see the same moment."""
        lease = self._begin("BEGIN", is_writer=False)
        try:
            yield lease
        except BaseException as error:
            self._end(lease, error)
            raise
        self._end(lease)

    def _begin(self, statement: str, *, is_writer: bool) -> Lease:
        lease = self.pool.lease(is_writer=is_writer, outer=self.held)
        try:
            connection = self._connection(lease)
            connection.cursor().execute(statement)
            if is_writer and isinstance(connection, Connection) and not connection.is_writable:
                connection.cursor().execute(_PROBE)
                connection.is_writable = True
            self._held.lease = lease
        except BaseException as error:
            self._end(lease, error)
            raise
        return lease

    def _end(self, lease: Lease, error: BaseException | None = None) -> None:
        """End a transaction. A connection on which something failed or broke off is closed.

        A second call does nothing, such as that of a generator which the garbage collector ends.
        """
        try:
            if self._held.lease is lease:
                self._held.lease = lease.outer
            if self.pool.process == os.getpid() and self.pool.has(lease):
                if error is not None and _is_of_the_connection(error):
                    self.pool.drop(lease)
                    if _code(error) not in (0, sqlite3.SQLITE_BUSY):
                        self.pool.renew()
                elif lease.connection is not None:
                    lease.connection.rollback()  # does nothing after a commit
                    self.pool.give_back(lease)
        except BaseException:
            self.pool.drop(lease)
            raise

    def abandon(self) -> None:
        """Give back what an interrupt has left to this thread, and roll it back."""
        self._held.lease = None
        self.pool.abandon()

    def _connection(self, lease: Lease | None) -> SQLiteConnection:
        if lease is None or lease.connection is None:
            raise OperationalError("the transaction was broken off")
        return lease.connection

    def plain_cursor(self) -> sqlite3.Cursor:
        """A cursor in the transaction that this thread holds; rows are tuples, the fastest form."""
        cursor: sqlite3.Cursor = self._connection(self._held.lease).cursor().sqlite_cursor
        cursor.row_factory = None
        return cursor

    @contextmanager
    def get_connection(self, *, commit: bool) -> Generator[SQLiteConnection]:
        """A connection for this thread alone."""
        lease = self.pool.lease(is_writer=commit, outer=self.held)
        try:
            yield self._connection(lease)
        except BaseException as error:
            self._end(lease, error)
            raise
        self._end(lease)

    @contextmanager
    def transaction(self, *, commit: bool) -> Generator[SQLiteCursor]:
        """The transaction that this thread holds, or a new one."""
        own = None if self.is_held else self._begin("BEGIN", is_writer=commit)
        try:
            cursor = self._connection(own or self._held.lease).cursor()
            yield cursor
            cursor.sqlite_cursor.close()
            if own is not None and commit:
                self._connection(own).commit()
        except BaseException as error:
            if own is not None:
                self._end(own, error)
            stock = _STOCK_ERRORS.get(type(error))
            if stock is None:
                raise
            raise stock(error) from error
        if own is not None:
            self._end(own)

    @contextmanager
    def plain_transaction(self, *, commit: bool) -> Generator[sqlite3.Cursor]:
        """The same, with the driver's cursor; rows are tuples."""
        with self.transaction(commit=commit) as cursor:
            cursor.sqlite_cursor.row_factory = None
            yield cursor.sqlite_cursor

    def __del__(self) -> None:
        """Nothing: the application that owns it closes it."""


def _commit(connection: SQLiteConnection) -> None:
    """Make a transaction durable. Where that fails, nobody can say whether it is."""
    if isinstance(connection, Connection) and not connection.in_transaction:
        raise OperationalError("the transaction was rolled back")
    try:
        connection.commit()
    except sqlite3.Error as error:
        raise CommitFailed from error


def _is_of_the_connection(error: BaseException) -> bool:
    """Whether an error may have left the connection, or the file, in another state than before."""
    return isinstance(error, (*DRIVER_ERRORS, StoreError)) or not isinstance(error, Exception)


def _code(error: BaseException) -> int:
    """SQLite's primary result code of an error or of its cause; 0 if there is none."""
    cause: BaseException | None = error
    while cause is not None:
        if code := getattr(cause, "sqlite_errorcode", 0):
            return int(code) & 0xFF
        cause = cause.__cause__
    return 0
