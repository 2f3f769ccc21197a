"""The datastore: pooled connections, and transactions that a thread holds over several calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from eventsourcing.postgres import PostgresDatastore
from psycopg import sql
from psycopg.errors import Diagnostic
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from comity.adapters.storage.failures import CommitFailed
from comity.adapters.storage.postgres.address import Address
from comity.adapters.storage.postgres.ahead import AheadRead
from comity.adapters.storage.postgres.cursor import PlainCursor, plain_cursor
from comity.adapters.storage.postgres.failures import is_of_the_connection
from comity.adapters.storage.postgres.pool import Connection, Pool
from comity.adapters.storage.sql.dialect import StoreHead

LOCK_TIMEOUT = 30.0
"""Seconds to wait for another writer, and for a server that is not there."""
_PAUSE = 0.1
"""Seconds between attempts to reach a server."""
# A question looks up a few rows by an index; a plan that reads a table whole may suit a small
# store and not the large one that it becomes.
_PLANS = (
    "jit = off", "enable_seqscan = off", "enable_bitmapscan = off", "enable_hashjoin = off",
    "enable_mergejoin = off", "join_collapse_limit = 1",
)  # fmt: skip


Statement = sql.SQL | sql.Composed
Question = tuple[str, Sequence[object] | None]
"""A statement and its parameters."""


class Lease:
    """The transaction of a thread, from its begin to its end."""

    def __init__(self, connection: Connection, *, is_writer: bool) -> None:
        self.connection, self.is_writer = connection, is_writer
        self.answers: list[list[Any]] = []
        self.moment: StoreHead | None = None
        self.ahead: AheadRead | None = None
        self.cursor = plain_cursor(connection)
        self.pipeline: Any = None
        self.is_unconfirmed = False


class _Held(threading.local):
    """What a thread holds: the lease in whose transaction all its calls join."""

    lease: Lease | None = None


class Datastore(PostgresDatastore):
    """A datastore in which a thread can make several calls within one transaction."""

    def __init__(self, address: Address, *, lock_timeout: float = LOCK_TIMEOUT) -> None:
        super().__init__("", "", "", "", "", schema=address.schema, originator_id_type="text")
        self.address, self._timeout, self._held = address, lock_timeout, _Held()
        # As SQL that is composed, so that nothing in it is taken for a table's name.
        settings = [
            sql.SQL("search_path = {}, pg_catalog").format(sql.Identifier(address.schema)),
            sql.SQL("lock_timeout = {}").format(int(lock_timeout * 1000)),
            *map(sql.SQL, _PLANS),
        ]
        self._settings = sql.SQL("; ").join(sql.SQL("SET {}").format(each) for each in settings)
        local = [sql.SQL("SET LOCAL {}").format(each) for each in settings]
        local = local if address.has_pooler else []
        self._reading: list[Statement] = [
            sql.SQL("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            *local,
        ]
        self._writing: list[Statement] = [
            sql.SQL("BEGIN ISOLATION LEVEL READ COMMITTED"), *local,
            sql.SQL("SELECT pg_advisory_xact_lock({})").format(address.lock),
        ]  # fmt: skip
        self._notify = sql.SQL("NOTIFY {}").format(sql.Identifier(address.channel))
        options = {
            **address.options,
            "row_factory": dict_row,
            "cursor_factory": PlainCursor,
            "prepare_threshold": None if address.has_pooler else 5,
        }
        self.pool: Pool = Pool(options, self._configure, lock_timeout)

    def register_type_adapters(self) -> None:
        """Nothing: rows go into our tables as arrays, not as composite types."""

    def _configure(self, connection: Connection) -> None:
        connection.autocommit = True
        for dumper in (Int8Dumper, Int8BinaryDumper):  # one type for all, so one plan for all
            connection.adapters.register_dumper(int, dumper)
        connection.add_notice_handler(self._noticed)
        if not self.address.has_pooler:
            connection.execute(self._settings)

    def _noticed(self, notice: Diagnostic) -> None:
        """Hear that the server has given up to wait for its replica.

        It answers such a commit as any other, though a failover would lose it.
        """
        if notice.source_function == "SyncRepWaitForLSN" and self.held is not None:
            self.held.is_unconfirmed = True

    def open(self) -> None:
        """See that the server can be reached, and takes this client."""
        self.pool.check_server()

    def deadline(self) -> float:
        """Until when a server that is not there is waited for, by the monotonic clock."""
        return time.monotonic() + self._timeout

    # Transactions

    @property
    def held(self) -> Lease | None:
        """The lease that this thread holds."""
        return self._held.lease

    @property
    def is_writing(self) -> bool:
        """Whether this thread is within `exclusive`, so that it sees its uncommitted rows."""
        return self.held is not None and self.held.is_writer

    @contextmanager
    def exclusive(self, *first: Question) -> Generator[Lease]:
        """A write transaction with none beside it; `first` are the questions that it begins with.

        All calls of this thread inside join it. Whoever listens is notified of its end.
        """
        lease = self._begin(self._writing, first, is_writer=True)
        try:
            yield lease
            self._commit(lease)
        except BaseException as error:
            self._end(lease, error)
            raise
        self._end(lease)

    @contextmanager
    def read_transaction(self, *first: Question) -> Generator[Lease]:
        """A read transaction; all calls of this thread inside see the same moment."""
        lease = self._begin(self._reading, first, is_writer=False)
        try:
            yield lease
        except BaseException as error:
            self._end(lease, error)
            raise
        self._end(lease)

    def _begin(
        self,
        statements: Sequence[Statement],
        first: Sequence[Question],
        *,
        is_writer: bool,
    ) -> Lease:
        """Begin on a connection that works; a server that comes back in time is waited for."""
        deadline = self.deadline()
        while True:
            connection = self.pool.getconn(deadline - time.monotonic())
            try:
                lease = Lease(connection, is_writer=is_writer)
                self._held.lease = lease
                lease.answers = _answers(connection, statements, first)
            except BaseException as error:
                self._held.lease = None
                self._give_back(connection, is_broken=True)
                if not is_of_the_connection(error) or time.monotonic() + _PAUSE > deadline:
                    raise
                time.sleep(_PAUSE)
            else:
                return lease

    def _commit(self, lease: Lease) -> None:
        """Make a transaction durable. Where that fails, nobody can say whether it is."""
        if lease.connection.info.transaction_status == TransactionStatus.INERROR:
            raise psycopg.OperationalError("a statement of the transaction failed")
        try:
            if lease.pipeline is not None:
                lease.cursor.execute(self._notify)
                lease.cursor.execute("COMMIT")
                self.unpipelined(lease)
            else:
                lease.connection.execute(self._notify + sql.SQL("; COMMIT"))
            if lease.is_unconfirmed:
                raise psycopg.OperationalError("the replica has not confirmed the commit")
        except psycopg.Error as error:
            raise CommitFailed from error

    def pipelined(self, lease: Lease) -> None:
        """Send what follows in this transaction without waiting for each answer."""
        if lease.pipeline is None:
            lease.pipeline = lease.connection.pipeline()
            lease.pipeline.__enter__()

    def unpipelined(self, lease: Lease) -> None:
        """Wait for the answers to all that was sent."""
        if lease.pipeline is not None:
            pipeline, lease.pipeline = lease.pipeline, None
            pipeline.__exit__(None, None, None)

    def _end(self, lease: Lease, error: BaseException | None = None) -> None:
        """End a transaction. A connection on which a call broke off is closed."""
        if self._held.lease is lease:
            self._held.lease = None
        is_broken = error is not None and not isinstance(error, Exception)
        try:
            if not is_broken:
                with suppress(psycopg.Error):
                    self.unpipelined(lease)
                if lease.connection.info.transaction_status:
                    lease.connection.execute("ROLLBACK")
        except psycopg.Error:
            is_broken = True
        except BaseException:
            self._give_back(lease.connection, is_broken=True)
            raise
        self._give_back(lease.connection, is_broken=is_broken)

    def _give_back(self, connection: Connection, *, is_broken: bool) -> None:
        if is_broken:
            connection.close()
        self.pool.putconn(connection)

    def abandon(self) -> None:
        """Give back what an interrupt has left to this thread; its server rolls it back."""
        self._held.lease = None
        self.pool.abandon()

    @contextmanager
    def cursor_held(self) -> Generator[PlainCursor]:
        """A cursor for one statement, in the transaction that this thread holds if it holds one."""
        lease = self.held
        if lease is not None:
            yield lease.cursor
            return
        if self.address.has_pooler:
            with self.read_transaction() as own:
                yield own.cursor
            return
        with self.pool.connection() as connection:
            yield plain_cursor(connection)


def _answers(
    connection: Connection, statements: Sequence[Statement], first: Sequence[Question]
) -> list[list[Any]]:
    """Begin a transaction and ask the first questions in it, all at once; their rows."""
    with connection.pipeline():
        begin = plain_cursor(connection)
        for statement in statements:
            begin.execute(statement)
        cursors = [plain_cursor(connection).execute(*question) for question in first]
        return [cursor.fetchall() for cursor in cursors]
