"""The pool of connections: how each is opened, who uses it, and when it is closed."""

from __future__ import annotations

import os
import sqlite3
import time
from collections import deque
from collections.abc import Iterable
from threading import Lock, get_ident

from eventsourcing.persistence import ConnectionPoolClosedError, ConnectionUnavailableError
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool

from comity.adapters.storage.sqlite import forks
from comity.adapters.storage.sqlite.modes import Following, Mode
from comity.adapters.storage.sqlite.turns import Turns
from comity.domain.errors import ForkedEngine

_STATEMENTS = 128
"""How many prepared statements a connection keeps."""
_LARGEST_LOG = 16 * 2**20
"""Bytes to which SQLite cuts the write-ahead log once no reader needs more of it."""


class Connection(SQLiteConnection):
    """A connection of the pool."""

    is_writable = False
    """Whether it is known that SQLite has opened the file for writing."""
    generation = 0
    """How often the pool had been renewed when this one was opened."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open on it."""
        return self._sqlite_conn.in_transaction

    @property
    def driver(self) -> sqlite3.Connection:
        """The driver's own connection."""
        return self._sqlite_conn

    def close(self) -> None:
        """Close it, which also rolls back. It takes no lock that an interrupt could leave held."""
        self._sqlite_conn.close()
        self._closed = True


class Lease:
    """The use of a connection by a thread, from when it asks until it gives the connection back."""

    def __init__(self, *, is_writer: bool, outer: Lease | None) -> None:
        self.thread, self.is_writer, self.outer = get_ident(), is_writer, outer
        self.connection: SQLiteConnection | None = None
        self.moment: object = None
        self.changes = 0
        self.go = Lock()
        self.go.acquire()


class Pool(SQLiteConnectionPool):
    """Connections whose commits reach the disk before they return.

    An interrupt may break off any call at any place. So the pool has no locks, and its state is
    such that `abandon` can mend it: it always knows which thread has asked for which connection.
    Only the process that made the pool uses its connections.
    """

    def __init__(self, db_name: str, mode: Mode, lock_timeout: float) -> None:
        super().__init__(db_name=db_name, lock_timeout=lock_timeout, pool_timeout=lock_timeout)  # type: ignore[arg-type]  # seconds need not be whole
        self._lock_timeout, self.mode = lock_timeout, mode
        if mode is not Mode.WRITE:
            self.is_journal_mode_wal = True  # no connection may try to change it
        self.process = os.getpid()
        self.file: forks.File | None = None
        self.following: Following | None = None
        self._changes = 0
        self._idle: deque[Connection] = deque()
        self._leases: dict[Lease, None] = {}
        self._turns = Turns()
        self._pauses: dict[int, None] = {}
        self._generation = 0
        forks.register(self)

    # Connections

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
        if self.mode is Mode.QUERY:
            connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA journal_size_limit={_LARGEST_LOG}")
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        return Connection(connection, self.max_age)

    def _idle_connection(self) -> SQLiteConnection | None:
        """A connection that nobody uses, if there is a clean one."""
        while self._idle:
            try:
                connection = self._idle.popleft()
            except IndexError:  # another thread was first
                break
            if not connection.closed and not connection.in_transaction:
                return connection
            connection.close()
        return None

    # Leases

    def lease(self, *, is_writer: bool, outer: Lease | None = None) -> Lease:
        """A connection for this thread; a writer waits until no other thread is one."""
        if os.getpid() != self.process:
            raise ForkedEngine(self.db_name)
        lease = Lease(is_writer=is_writer, outer=outer)
        try:
            self._enter(lease)
            if is_writer and not self._turns.wait(lease, self._lock_timeout):
                raise ConnectionUnavailableError("another thread is writing")
            if self._closed:
                raise ConnectionPoolClosedError
            self._follow()
            lease.changes = self._changes
            lease.connection = self._idle_connection()
            if lease.connection is None:
                generation = self._generation
                lease.connection = connection = self._create_connection()
                if isinstance(connection, Connection):
                    connection.generation = generation
        except BaseException:
            self.drop(lease)
            raise
        return lease

    def _enter(self, lease: Lease) -> None:
        """Enter a lease, so that it is waited for. A thread with another one need not pause."""
        self._leases[lease] = None
        while self._pauses and lease.outer is None and lease.thread not in self._pauses:
            self._leases.pop(lease, None)
            time.sleep(0.001)
            self._leases[lease] = None
        if self._closed:
            raise ConnectionPoolClosedError

    def _follow(self) -> None:
        """Open the file anew if others have changed it without SQLite's notice."""
        if self.following is not None and (changes := self.following.look()) != self._changes:
            self._changes, self.db_name = changes, self.following.uri
            self.renew()

    def has(self, lease: Lease) -> bool:
        """Whether a lease has not ended."""
        return lease in self._leases

    def give_back(self, lease: Lease) -> None:
        """End a lease whose connection is clean; a second call does nothing."""
        if os.getpid() != self.process:
            return
        if self.following is not None and self.following.look() != lease.changes:
            raise ConnectionUnavailableError("others began to write to it as it was read")
        connection, lease.connection = lease.connection, None
        if isinstance(connection, Connection):
            is_old = connection.generation != self._generation
            if self._closed or is_old or len(self._idle) >= self.pool_size:
                connection.close()
            else:
                self._idle.append(connection)
        self._end(lease)

    def drop(self, lease: Lease) -> None:
        """End a lease and close its connection, whatever state it is in."""
        if os.getpid() != self.process:
            return
        if lease.connection is not None:
            lease.connection.close()
            lease.connection = None
        self._end(lease)

    def _end(self, lease: Lease) -> None:
        self._leases.pop(lease, None)
        if lease.is_writer:
            self._turns.end(lease)

    def abandon(self, *, only_writers: bool = False) -> None:
        """Drop what this thread still has after an interrupt."""
        thread = get_ident()
        for lease in self._leases.copy():
            if lease.thread == thread and (lease.is_writer or not only_writers):
                self.drop(lease)

    def renew(self) -> None:
        """Use no connection again that was open until now: the file may have failed them all."""
        self._generation += 1
        self._close_idle()

    # What eventsourcing calls

    @property
    def num_in_use(self) -> int:
        """How many connections are in use."""
        return len(self._leases)

    @property
    def num_in_pool(self) -> int:
        """How many connections are kept for later."""
        return len(self._idle)

    def close(self) -> None:
        """Close every connection once its user is done: closing it earlier would crash.

        In another process it does nothing.
        """
        if os.getpid() != self.process:
            return
        self._closed = True
        deadline = time.monotonic() + self._lock_timeout
        while self._leases:
            if time.monotonic() > deadline:
                raise ConnectionUnavailableError("still in use")
            time.sleep(0.001)
        self._close_idle()

    def _close_idle(self) -> None:
        while self._idle:
            try:
                self._idle.popleft().close()
            except IndexError:  # another thread was first
                break

    # Forks

    def pause(self) -> None:
        """Let no other thread begin to use a connection."""
        self._pauses[get_ident()] = None

    def rest(self) -> bool:
        """Close the connections that are not in use; whether no other thread uses one."""
        thread = get_ident()
        is_quiet = all(lease.thread == thread for lease in self._leases.copy())
        self._close_idle()
        return is_quiet

    def resume(self) -> None:
        """End the pause of this thread."""
        self._pauses.pop(get_ident(), None)

    def connections(self) -> Iterable[sqlite3.Connection]:
        """The connections that are open."""
        used = [lease.connection for lease in self._leases.copy()]
        return [c.driver for c in (*self._idle, *used) if isinstance(c, Connection)]


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
