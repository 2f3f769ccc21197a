"""What a signal does while events are recorded: the work breaks off and says how far it came."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

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
