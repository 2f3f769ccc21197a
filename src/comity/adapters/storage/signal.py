"""Signals that the store has changed: at once within the process, soon from other processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Lock, RLock
from typing import Protocol
from weakref import WeakValueDictionary, finalize


class Signal:
    """Wakes the threads of this process when something was written or the store is closed."""

    def __init__(self) -> None:
        # Taken itself, not through the condition: its own methods can be interrupted in between.
        self.lock = RLock()
        self.condition = Condition(self.lock)
        self.count = 0

    def send(self) -> None:
        """Wake all waiting threads."""
        with self.lock:
            self.count += 1
            self.condition.notify_all()

    def abandon(self) -> None:
        """Let go of the lock, should an interrupt have left it held by this thread."""
        let_go(self.lock)


def let_go(lock: RLock) -> bool:
    """Release a lock as often as this thread holds it; whether it held it at all."""
    held = False
    with suppress(RuntimeError):
        while True:
            lock.release()
            held = True
    return held


class Look(Protocol):
    """Looks for commits of other processes."""

    def commits(self) -> tuple[int, int]:
        """Two numbers; every commit changes at least one of them."""
        ...

    def close(self) -> None:
        """Look no more."""
        ...


_signals: WeakValueDictionary[str, Signal] = WeakValueDictionary()
_making = Lock()


def _forget_signals() -> None:
    """Let a forked process share no signal with the stores of the process it came from."""
    global _signals, _making
    _signals, _making = WeakValueDictionary[str, Signal](), Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_signals)


def signal_of(path: str) -> Signal:
    """The signal that all stores of this process on the file at `path` share."""
    with _making:
        return _signals.setdefault(path, Signal())


class Watch:
    """Waits for a signal, and with a `look` also for commits of other processes.

    It looks for such commits at an interval.
    """

    def __init__(
        self,
        signal: Signal,
        is_closed: Callable[[], bool],
        look: Look | None = None,
        look_every: float | None = None,
    ) -> None:
        self._signal, self._is_closed = signal, is_closed
        if look is not None:
            finalize(self, look.close)
        self._look, self._look_every = look, look_every
        self._stopped, self._process = False, os.getpid()
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
        with self._signal.lock:
            if self._signal.count == count:
                self._signal.condition.wait(min(pauses, default=None))

    def _news(self) -> tuple[int, tuple[int, int]]:
        """Numbers of which every write changes at least one."""
        return self._signal.count, (0, 0) if self._look is None else self._look.commits()

    def stop(self) -> None:
        """End every wait, now and later; any thread may call it. A forked process ends nothing."""
        if os.getpid() != self._process:
            return
        self._stopped = True
        if self._look is not None:
            self._look.close()
        self._signal.send()
