"""Turns: the threads of a process write one after another, in the order in which they ask."""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from threading import Lock
from typing import Protocol


class Turn(Protocol):
    """Something that waits for its turn."""

    @property
    def go(self) -> Lock:
        """A lock that is held; it is released when the turn may have come."""
        ...


_LOOK_EVERY = 0.05
"""Seconds after which a waiting thread looks for itself: an interrupt can lose a wake-up."""


class Turns:
    """A queue without a lock, so that no interrupt can leave one held."""

    def __init__(self) -> None:
        self._queue: deque[Turn] = deque()

    def wait(self, turn: Turn, timeout: float) -> bool:
        """Wait until it is this turn's time; False after so many seconds. Then `end` it, too."""
        deadline = time.monotonic() + timeout
        self._queue.append(turn)
        while self._queue[0] is not turn:
            rest = deadline - time.monotonic()
            if rest <= 0:
                return False
            turn.go.acquire(timeout=min(rest, _LOOK_EVERY))
        return True

    def end(self, turn: Turn) -> None:
        """Let the next one have its turn. A second call does nothing."""
        with suppress(ValueError):
            self._queue.remove(turn)
        with suppress(IndexError, RuntimeError):  # nobody waits, or it knows already
            self._queue[0].go.release()
