"""What a signal does: it breaks a recording off, or ends what runs until it is stopped."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

_PATIENCE = 3
"""Seconds after the first signal during which further signals are ignored."""
_SIGNALS = ("SIGTERM", "SIGHUP")  # Windows has but the first
_NOTHING = "nothing was recorded; repeating is safe"


@contextmanager
def interrupted_by_signals() -> Generator[None]:
    """Let SIGTERM and SIGHUP break the work off as Ctrl-C does; what nohup ignores stays so."""
    is_main = threading.current_thread() is threading.main_thread()
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    handlers = {number: signal.getsignal(number) for number in numbers if is_main}
    previous = {n: handler for n, handler in handlers.items() if handler is not signal.SIG_IGN}
    for number in previous:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def stopped_by_signals() -> Generator[None]:
    """The same for a recording; an interrupt says if nothing was recorded."""
    with interrupted_by_signals():
        try:
            yield
        except KeyboardInterrupt as interrupt:
            if not getattr(interrupt, "__notes__", ()):
                interrupt.add_note(_NOTHING)
            raise


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Interrupt as Ctrl-C does, so also not where that is kept for a moment."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.raise_signal(signal.SIGINT)


@contextmanager
def stop_on_signals() -> Generator[threading.Event]:
    """An event that SIGINT and SIGTERM set; a signal some seconds later raises KeyboardInterrupt.

    An exception in a signal handler breaks off whatever runs, such as a commit. So the first
    signal only sets the event, and the work ends between two steps. A step of the user's own code
    may hang; then the exception of a later signal ends it. Once it has been stopped, the process
    ends, and further signals are ignored.
    """
    stop = threading.Event()
    deadline = float("inf")

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal deadline
        if time.monotonic() > deadline:
            raise KeyboardInterrupt
        if not stop.is_set():
            deadline = time.monotonic() + _PATIENCE
            stop.set()

    previous = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, signal.SIG_IGN if stop.is_set() else handler)
