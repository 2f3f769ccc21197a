"""Listening: a thread that hears of every write of any process, and wakes those who wait."""

from __future__ import annotations

import os
import select
from contextlib import suppress
from threading import Thread
from typing import Any

import psycopg
from psycopg import sql

from comity.adapters.storage.postgres.address import Address
from comity.adapters.storage.signal import Signal

_PAUSE = 0.2
"""Seconds between attempts to reach a server that is gone."""
_LOOK_EVERY = 0.1
"""Seconds between looks at what a replica has received: a replica sends no notification."""
_STILL_THERE = 15.0
"""Seconds of silence after which the server is asked whether it is still there, and all look."""


class Listening:
    """Listens on the store's channel until it is stopped; a lost connection is made again.

    Each time that it begins anew it wakes everybody: something may have been missed.
    """

    def __init__(self, address: Address, signal: Signal) -> None:
        self._address, self._signal, self._process = address, signal, os.getpid()
        self._is_over = False
        self._ear, self._mouth = os.pipe()
        self._thread = Thread(target=self._run, name="comity-listening", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no more. A forked process ends nothing."""
        if self._is_over or os.getpid() != self._process:
            return
        self._is_over = True
        os.close(self._mouth)
        self._thread.join(1.0)

    def _run(self) -> None:
        while not self._is_over:
            with (
                suppress(psycopg.Error, OSError, ValueError),
                psycopg.connect(**self._address.listens_at, autocommit=True) as connection,
            ):
                self._listen(connection)
            if not self._is_over:
                self._signal.send()
                self._sleep(_PAUSE)
        os.close(self._ear)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        if _is_replica(connection):
            self._look(connection)
            return
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._address.channel)))
        self._signal.send()
        while not self._is_over:
            ready, _, _ = select.select([connection.fileno(), self._ear], [], [], _STILL_THERE)
            if not ready:
                connection.execute("SELECT 1")
            if not ready or any(True for _ in connection.notifies(timeout=0)):
                self._signal.send()

    def _look(self, connection: psycopg.Connection[Any]) -> None:
        """Look at how far a replica is, until it is a replica no more."""
        seen: object = None
        while not self._is_over and _is_replica(connection):
            [news] = connection.execute("SELECT pg_last_wal_replay_lsn()").fetchone() or [None]
            if news != seen:
                seen = news
                self._signal.send()
            self._sleep(_LOOK_EVERY)

    def _sleep(self, seconds: float) -> None:
        select.select([self._ear], [], [], seconds)


def _is_replica(connection: psycopg.Connection[Any]) -> bool:
    [is_replica] = connection.execute("SELECT pg_is_in_recovery()").fetchone() or [False]
    return bool(is_replica)
