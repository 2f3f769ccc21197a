"""Looking: a connection that only looks whether another connection has committed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from threading import RLock, get_ident

from comity.adapters.storage.sqlite import forks
from comity.adapters.storage.sqlite.failures import translated
from comity.adapters.storage.sqlite.modes import Following


class Looking:
    """Tells commits of any process apart. It opens its connection anew after a fork.

    `store` is the store's name in errors.
    """

    def __init__(self, store: str, following: Following, file: forks.File | None) -> None:
        self._store = store
        self._following, self.file, self.process = following, file, os.getpid()
        self._changes = following.look()
        self._using = RLock()
        self._connection: sqlite3.Connection | None = None
        self._opened, self._is_over = 0, False
        self._pauses: dict[int, None] = {}
        self._last = (0, 0)
        forks.register(self)

    def commits(self) -> tuple[int, int]:
        """Two numbers; every commit of another connection changes at least one of them."""
        with self._using, translated(self._store):
            if self._is_over or self._pauses:
                return self._last
            if (changes := self._following.look()) != self._changes:
                self._changes = changes
                self._close()
            if self._connection is None:
                uri = self._following.uri
                self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
                self._opened += 1
            [version] = self._connection.execute("PRAGMA data_version").fetchone()
            self._last = self._opened, int(version)
            return self._last

    def close(self) -> None:
        """Look no more. In another process it does nothing."""
        if os.getpid() == self.process:
            with self._using:
                self._is_over = True
                self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # Forks

    def pause(self) -> None:
        """Let no other thread use the connection."""
        self._pauses[get_ident()] = None

    def rest(self) -> bool:
        """Close the connection; False while another thread uses it."""
        if not self._using.acquire(blocking=False):
            return False
        try:
            self._close()
        finally:
            self._using.release()
        return True

    def resume(self) -> None:
        """End the pause of this thread."""
        self._pauses.pop(get_ident(), None)

    def connections(self) -> Iterable[sqlite3.Connection]:
        """The connection, if it is open."""
        return [] if self._connection is None else [self._connection]
