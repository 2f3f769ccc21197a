"""The pool of connections: who uses which, how each is made, and when it is closed."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock, get_ident
from typing import Any

import psycopg
from eventsourcing.postgres import ConnectionPool
from psycopg.pq import TransactionStatus
from psycopg_pool import PoolClosed

from comity.adapters.storage.postgres.failures import PoolBusy, is_passing, is_refusal

Connection = psycopg.Connection[Any]
_MOST = 16
"""Connections that one store has open at once; a thread more waits until one is given back."""
_KEPT = 60.0
"""Seconds after which a connection that nobody uses is closed."""
_PAUSE = 0.1
"""Seconds between attempts to reach a server."""
_LOOK_EVERY = 0.05
"""Seconds after which a waiting thread looks for itself: an interrupt can lose a wake-up."""


class Use:
    """The use of a connection by a thread, from when it asks until it gives the connection back."""

    def __init__(self) -> None:
        self.thread, self.connection = get_ident(), None
        self.go = Lock()
        self.go.acquire()

    connection: Connection | None


class Pool(ConnectionPool[Connection]):
    """Connections that the thread which asks makes itself, so that it learns why it gets none.

    psycopg's own pool makes them in threads of its own, with pauses that grow, and says only that
    the time is over. An interrupt may break off any call at any place. So this one has no locks,
    and its state is such that `abandon` can mend it: it always knows which thread has asked for
    which connection. Only the process that made the pool uses its connections.
    """

    def __init__(
        self, options: Mapping[str, Any], configure: Callable[[Connection], None], timeout: float
    ) -> None:
        super().__init__(
            kwargs=dict(options), configure=configure, min_size=0, max_size=_MOST, open=False
        )
        self.process, self._patience, self._is_over = os.getpid(), timeout, False
        self._idle: deque[tuple[float, Connection]] = deque()
        self._uses: dict[Use, None] = {}

    def open(self, wait: bool = False, timeout: float = 30.0) -> None:
        """Nothing: no thread need be started."""

    def check_server(self) -> None:
        """Make a first connection, and wait for the server only if that says it will be there."""
        self.putconn(self._lent(time.monotonic() + self._patience, is_first=True))

    def getconn(self, timeout: float | None = None) -> Connection:
        """A connection that works, once there is one; raises what the last attempt raised."""
        return self._lent(time.monotonic() + (self._patience if timeout is None else timeout))

    def _lent(self, deadline: float, *, is_first: bool = False) -> Connection:
        use = Use()
        try:
            self._uses[use] = None
            self._wait(use, deadline)
            use.connection = self._idle_connection()
            if use.connection is None:
                use.connection = self._made(deadline, is_first=is_first)
            if self._is_over:
                raise PoolClosed("the store was closed")
        except BaseException:
            self._drop(use)
            raise
        return use.connection

    def _wait(self, use: Use, deadline: float) -> None:
        """Wait until this use is among those that can have a connection, in order of asking."""
        while use not in list(self._uses)[:_MOST]:
            rest = deadline - time.monotonic()
            if self._is_over:
                raise PoolClosed("the store was closed")
            if rest <= 0:
                raise PoolBusy(f"all of its {_MOST} connections are in use")
            use.go.acquire(timeout=min(rest, _LOOK_EVERY))

    def _idle_connection(self) -> Connection | None:
        """A connection that nobody uses, if there is one whose server is still there."""
        with suppress(IndexError):  # there is none, or another thread was first
            while True:
                _, connection = self._idle.pop()
                if _is_alive(connection):
                    return connection
                connection.close()
        return None

    def _made(self, deadline: float, *, is_first: bool) -> Connection:
        """A new connection; a server that is not there is waited for, one that refuses is not."""
        while True:
            try:
                return self._connect()  # as eventsourcing's pool, whose method it is
            except psycopg.OperationalError as error:
                will_be_there = is_passing(error) if is_first else not is_refusal(error)
                if not will_be_there or self._is_over or time.monotonic() + _PAUSE > deadline:
                    raise
            time.sleep(_PAUSE)

    def putconn(self, conn: Connection) -> None:
        """Give a connection back; one that is closed or within a transaction is dropped."""
        if os.getpid() != self.process:
            return
        for use in list(self._uses):
            if use.connection is conn:
                use.connection = None
                self._keep(conn)
                self._end(use)

    def _keep(self, connection: Connection) -> None:
        now = time.monotonic()
        if self._is_over or connection.info.transaction_status != TransactionStatus.IDLE:
            connection.close()
        else:
            self._idle.append((now, connection))
        with suppress(IndexError):
            while self._idle[0][0] < now - _KEPT:
                self._idle.popleft()[1].close()

    def _drop(self, use: Use) -> None:
        if use.connection is not None:
            use.connection.close()
            use.connection = None
        self._end(use)

    def _end(self, use: Use) -> None:
        self._uses.pop(use, None)
        for waiting in list(self._uses)[_MOST - 1 : _MOST]:
            with suppress(RuntimeError):  # it knows already
                waiting.go.release()

    def abandon(self) -> None:
        """Close what this thread still has after an interrupt; the server rolls it back."""
        thread = get_ident()
        for use in list(self._uses):
            if use.thread == thread:
                self._drop(use)

    def close(self, timeout: float = 5.0) -> None:
        """Close every connection that is not in use, and each other one once it is given back.

        In another process it does nothing: closing it there would end it here.
        """
        if os.getpid() != self.process:
            return
        self._is_over = True
        with suppress(IndexError):
            while True:
                self._idle.pop()[1].close()


def _is_alive(connection: Connection) -> bool:
    """Whether a connection that nobody uses is clean, and its server has not ended it."""
    if connection.info.transaction_status != TransactionStatus.IDLE:
        return False
    try:
        connection.pgconn.consume_input()  # what it said at its end
        connection.pgconn.consume_input()  # the end
    except psycopg.OperationalError:
        return False
    return True
