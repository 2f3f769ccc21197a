"""Waiting: how far the store of an engine has come, and the call that waits for a position."""

from __future__ import annotations

from threading import TIMEOUT_MAX
from time import monotonic

from comity.domain.errors import InvalidValue, StoreBehind
from comity.ports import LogStore


class Waiting:
    """How far the log is as this store has it: a replica follows the store that is written to."""

    _store: LogStore

    @property
    def position(self) -> int:
        """The last position of the log as this store has it; 0 while it is empty."""
        return self._store.head().position

    def read_your_writes(self, position: int, timeout: float | None = 30.0) -> None:
        """Return once the store has this position, such as the last one of a receipt.

        Whatever is asked afterwards is answered from a log that holds it. It matters on a replica,
        which is told of an event a moment after the store that recorded it. `timeout` is in
        seconds; None waits without end. Raises `StoreBehind` when the time is over, `StoreClosed`
        if the engine is closed meanwhile, and `InvalidValue` for what is no position or no time.
        """
        if type(position) is not int or position < 0:
            raise InvalidValue("position", position, "a whole number from 0")
        end = None if timeout is None else monotonic() + _seconds(timeout)
        if self.position >= position:
            return
        watch = self._store.watch()
        try:
            while (last := self.position) < position:
                rest = None if end is None else end - monotonic()
                if rest is not None and rest <= 0:
                    raise StoreBehind(self._store.name, last, position)
                watch.wait(rest)
        finally:
            watch.stop()


def _seconds(timeout: object) -> float:
    """How long to wait; what is longer than a system can wait is cut to many years or days."""
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not timeout >= 0:
        raise InvalidValue("timeout", timeout, "seconds from 0, or None to wait without end")
    return min(timeout, TIMEOUT_MAX / 2)
