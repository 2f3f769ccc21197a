"""Deliveries: each goes on by itself, from its own checkpoint, however the others fare."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Protocol

from comity.adapters.watch.state_file import StateFile, Waiting
from comity.domain.errors import ComityError

Say = Callable[[str], None]
"""Writes a line to the user."""
LONGEST_PAUSE = 300.0
"""Seconds between two attempts at most, give or take a fifth."""
_ATTEMPTS_ONCE = 4
"""How often an alert is tried where a command must come to its end."""


class DeliveryFailed(Exception):
    """An alert could not be delivered; `pause` is how long the receiver asks to be left alone."""

    def __init__(self, reason: str, pause: float = 0) -> None:
        super().__init__(reason)
        self.pause = pause


class DeliveryOver(Exception):
    """The receiver wants no more alerts."""


class Receiver(Protocol):
    """What takes alerts."""

    @property
    def name(self) -> str:
        """The name of the delivery."""
        ...

    @property
    def watches(self) -> Sequence[str]:
        """The watches whose alerts it takes; none mean all."""
        ...

    @property
    def at_once(self) -> int:
        """How many alerts it takes at once."""
        ...

    def deliver(self, waiting: Sequence[Waiting], stop: Event) -> None:
        """Deliver alerts; raises `DeliveryFailed` or `DeliveryOver` if none of them was."""
        ...


class Worker(Thread):
    """Delivers to one receiver until it is stopped; with `once`, until nothing waits."""

    def __init__(
        self,
        receiver: Receiver,
        state: StateFile,
        say: Say,
        *,
        once: bool = False,
        first_pause: float = 1.0,
    ) -> None:
        super().__init__(name=f"delivers {receiver.name}", daemon=True)
        self.receiver, self._state, self._say = receiver, state, say
        self._once, self._first_pause = once, first_pause
        self._failures, self._said = 0, ""
        self._news, self._stop_all = Event(), Event()
        self.error: ComityError | None = None

    def wake(self) -> None:
        """Look for alerts again."""
        self._news.set()

    def stop(self) -> None:
        """End, at the latest after the delivery that is under way has been given up."""
        self._stop_all.set()
        self._news.set()

    def run(self) -> None:
        """Deliver what waits, and wait for more."""
        try:
            self._deliver_all()
        except DeliveryOver as over:
            self._say(f"{self.receiver.name}: {over}; nothing more is delivered there")
        except ComityError as error:
            self.error = error

    def _deliver_all(self) -> None:
        receiver = self.receiver
        while not self._stop_all.is_set():
            self._news.clear()
            waiting = self._state.waiting(receiver.name, receiver.watches, receiver.at_once)
            if waiting:
                if not self._tried(waiting):
                    return
            else:
                self._state.pass_over(receiver.name, receiver.watches)
                if self._once:
                    return
                self._news.wait()

    def _tried(self, waiting: Sequence[Waiting]) -> bool:
        """Try to deliver, and pause after a failure; False to try no more."""
        try:
            self.receiver.deliver(waiting, self._stop_all)
        except DeliveryFailed as failure:
            if self._stop_all.is_set():
                return False
            self._failures += 1
            self._report(str(failure))
            if self._once and self._failures >= _ATTEMPTS_ONCE:
                return False
            self._stop_all.wait(pause_after(self._failures, failure.pause, self._first_pause))
            return True
        self._state.delivered(self.receiver.name, waiting[-1].number)
        if self._failures:
            self._say(f"{self.receiver.name}: delivered again")
        self._failures, self._said = 0, ""
        return True

    def _report(self, reason: str) -> None:
        """Say why a delivery fails, once for each reason."""
        if reason != self._said:
            waiting = self._state.count_waiting(self.receiver.name, self.receiver.watches)
            kept = "kept for the next run" if self._once else "kept and tried again"
            self._say(f"{self.receiver.name}: {reason}; {waiting} waiting, {kept}")
            self._said = reason


def pause_after(failures: int, asked: float = 0, first: float = 1) -> float:
    """Seconds to wait: twice as long after each failure, and never the same for all who wait.

    `asked` is what the receiver asks for.
    """
    growing = first * 2.0 ** min(failures - 1, 20)
    return min(max(growing, asked), LONGEST_PAUSE) * random.uniform(0.8, 1.2)
