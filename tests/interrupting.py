"""Interrupts: raises KeyboardInterrupt at any bytecode of our code and of what it stands on."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

from tests.effort import wait_for_end

_FILES = ("/comity/", "/eventsourcing/", "/contextlib.py")
_NEVER = sys.maxsize


class Interrupter:
    """Counts the bytecodes that a thread executes, and raises at one of them."""

    def __init__(self, at: int = _NEVER) -> None:
        self.count, self.at = 0, at

    def begin(self) -> None:
        """Begin to count, in this thread."""
        sys.settrace(self._called)

    def _called(self, frame: FrameType, event: str, arg: Any) -> Any:
        name = Path(frame.f_code.co_filename).as_posix()
        if not any(part in name for part in _FILES):
            return None
        frame.f_trace_opcodes = True
        return self._executed

    def _executed(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "opcode":
            self.count += 1
            if self.count == self.at:
                raise KeyboardInterrupt  # which also ends the tracing
        return self._executed


def interrupted(work: Callable[[], object], at: int, after: Callable[[], object]) -> int:
    """Do work in a thread, interrupted at a bytecode, and go on; returns how many it executed.

    Raises what `after` raises, and what `work` raises, if it is something else.
    """
    problems: list[BaseException] = []
    interrupter = Interrupter(at)
    # The collector may close engines of other tests, and nobody hears of an interrupt within that.
    gc.disable()

    def run() -> None:
        try:
            interrupter.begin()
            try:
                work()
            except KeyboardInterrupt:
                pass
            finally:
                sys.settrace(None)
            after()
        except BaseException as error:
            problems.append(error)
            raise

    def quietly() -> None:
        try:
            run()
        except BaseException:  # noqa: BLE001 - it is raised in the other thread
            return

    thread = Thread(target=quietly, daemon=True)
    thread.start()
    try:
        wait_for_end(thread)
    finally:
        gc.enable()
    if problems:
        raise problems[0]
    return interrupter.count


def bytecodes(work: Callable[[], object]) -> int:
    """Do work, and return how many bytecodes it executes."""
    return interrupted(work, _NEVER, lambda: None)
