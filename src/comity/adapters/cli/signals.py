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
_NOTHING = "nothing was recorded; repeating is safe"


@contextmanager
def stopped_by_signals() -> Generator[None]:
    """Let SIGTERM break the work off as Ctrl-C does; an interrupt says if nothing was recorded."""
    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _interrupt) if is_main else None
    try:
        yield
    except KeyboardInterrupt as interrupt:
        if not getattr(interrupt, "__notes__", ()):
            interrupt.add_note(_NOTHING)
        raise
    finally:
        if is_main:
            signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


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
