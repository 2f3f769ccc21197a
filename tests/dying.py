"""Processes that die, as by kill -9, at the n-th thing that they do to the files of a folder."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

_CHANGES = {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod"}
"""The events that Python audits of files which are opened, made, renamed or removed."""


def die_at(number: int, folder: Path) -> None:
    """Kill this process before the n-th such event in a folder, counted from 1, or n-th fsync."""
    left, sync = number, os.fsync

    def look() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def audited(event: str, values: tuple[Any, ...]) -> None:
        if event in _CHANGES and str(values[0]).startswith(str(folder)):
            look()

    def synced(fd: Any) -> None:
        look()
        sync(fd)

    sys.addaudithook(audited)
    os.fsync = synced


def killed_at_each(work: Callable[[Path], object], folder: Path, copies: Path) -> int:
    """Do work on copies of a folder, each in a process that is killed one event later.

    The copies are named by the number of the event, from 1. Returns how many there are; the last
    one was not killed.
    """
    number = 0
    while True:
        number += 1
        copied = copies / str(number)
        copytree(folder, copied)
        child = os.fork()
        if not child:
            try:
                die_at(number, copied)
                work(copied)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            return number
