"""Signals that the store has changed: at once within the process, soon from other processes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from threading import Condition, Lock
from weakref import WeakValueDictionary, finalize

from comity.adapters.storage.failures import translated


class Signal:
    """Wakes the threads of this process when something was written or the store is closed."""

    def __init__(self) -> None:
        self.condition = Condition()
        self.count = 0

    def send(self) -> None:
        """Wake all waiting threads."""
        with self.condition:
            self.count += 1
            self.condition.notify_all()


_signals: WeakValueDictionary[str, Signal] = WeakValueDictionary()
_making = Lock()


def signal_of(path: str) -> Signal:
    """The signal that all stores of this process on the file at `path` share."""
    with _making:
        return _signals.setdefault(path, Signal())


class Watch:
    """Waits for a signal, and with a `connection` also for commits of other processes.

    It looks for such commits at an interval. `store` is the store's name in errors.
    """

    def __init__(
        self,
        store: str,
        signal: Signal,
        is_closed: Callable[[], bool],
        connection: sqlite3.Connection | None = None,
        look_every: float | None = None,
    ) -> None:
        self._store, self._signal, self._is_closed = store, signal, is_closed
        if connection is not None:
            finalize(self, connection.close)
        self._connection, self._using = connection, Lock()
        self._look_every = look_every
        self._stopped = False
        self._seen = self._news()

    @property
    def is_over(self) -> bool:
        """Whether it was stopped or the store is closed."""
        return self._stopped or self._is_closed()

    def wait(self, timeout: float | None = None) -> bool:
        """Return once something was written since the last call; False if the time is over."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            count = self._signal.count
            news = self._news()
            if self.is_over or news != self._seen:
                self._seen = news
                return True
            rest = None if deadline is None else deadline - time.monotonic()
            if rest is not None and rest <= 0:
                return False
            self._pause(count, rest)

    def _pause(self, count: int, rest: float | None) -> None:
        """Sleep until a signal is sent, or until it is time to look again."""
        pauses = [pause for pause in (rest, self._look_every) if pause is not None]
        with self._signal.condition:
            if self._signal.count == count:
                self._signal.condition.wait(min(pauses, default=None))

    def _news(self) -> tuple[int, int]:
        """Two numbers; every write changes at least one of them."""
        with translated(self._store), self._using:
            if self._connection is None:
                return self._signal.count, 0
            [version] = self._connection.execute("PRAGMA data_version").fetchone()
            return self._signal.count, int(version)

    def stop(self) -> None:
        """End every wait, now and later; any thread may call it."""
        self._stopped = True
        with self._using:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
        self._signal.send()
