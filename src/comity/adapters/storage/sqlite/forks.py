"""Forks: SQLite's connections do not survive them, so they are closed before and never used after.

A process that forks has its connections closed first, as far as its threads let go of them, and
opens others afterwards. So the new process can open the file itself. What could not be closed stays
open in the new process for ever: to close it would harm the file of the other process
(https://www.sqlite.org/howtocorrupt.html, 2.6).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from threading import RLock
from typing import Protocol
from weakref import ref

File = tuple[int, int]
"""A file, whatever its name: its device and its number there."""

_PATIENCE = 5.0
"""Seconds that a fork waits at most for the threads that use a connection."""


class Pausable(Protocol):
    """Something that has connections."""

    process: int
    """The process in which it was made."""
    file: File | None

    def pause(self) -> None:
        """Give this thread's fork its time: no other thread may begin to use a connection."""
        ...

    def rest(self) -> bool:
        """Close the connections that are not in use; whether no other thread uses one."""
        ...

    def resume(self) -> None:
        """End the pause of this thread."""
        ...

    def connections(self) -> Iterable[sqlite3.Connection]:
        """The connections that are open."""
        ...


IN_USE = "a transaction used it as this process was forked; begin the process by spawn"

opening = RLock()
"""Held while a file is checked or made, by connections that no pool has."""
_known: dict[int, ref[Pausable]] = {}
_left_open: set[File] = set()
"""Files of which this process has connections that another process made."""
_opening_held: list[None] = []
"""Whether the thread that forks holds `opening`."""
_kept: list[sqlite3.Connection] = []


def register(user: Pausable) -> None:
    """Let forks pause what has connections, as long as it lives."""
    number = id(user)
    _known[number] = ref(user, lambda _: _known.pop(number, None))


def is_left_open(file: File) -> bool:
    """Whether this process was forked while another thread or a transaction used the file."""
    return file in _left_open


def _users() -> list[Pausable]:
    """What has connections in this process."""
    users = (known() for known in _known.copy().values())
    return [user for user in users if user is not None and user.process == os.getpid()]


def _before() -> None:
    if opening.acquire(timeout=_PATIENCE):
        _opening_held.append(None)
    users = _users()
    for user in users:
        user.pause()
    deadline = time.monotonic() + _PATIENCE
    while not _rest(users) and time.monotonic() < deadline:
        time.sleep(0.001)
    if any(user.connections() for user in users):
        with suppress(ImportError):
            import_module("ctypes")  # the new process needs it, and must not wait for an import


def _rest(users: Iterable[Pausable]) -> bool:
    """Let each of them rest; whether all of them do."""
    are_at_rest = [user.rest() for user in users]
    return all(are_at_rest)


def _after() -> None:
    for user in _users():
        user.resume()
    if _opening_held:
        _opening_held.pop()
        opening.release()


def _in_child() -> None:
    global opening  # noqa: PLW0603 - a thread that is no more may have held it
    opening = RLock()
    _opening_held.clear()
    for known in _known.copy().values():
        user = known()
        open_ones = [] if user is None else list(user.connections())
        for connection in open_ones:
            _keep_for_ever(connection)
        if user is not None and user.file is not None and open_ones:
            _left_open.add(user.file)
    _known.clear()


def _keep_for_ever(connection: sqlite3.Connection) -> None:
    """Let a connection be closed neither by the garbage collector nor when the process ends."""
    try:
        from ctypes import py_object, pythonapi

        pythonapi.Py_IncRef(py_object(connection))
    except (ImportError, AttributeError):  # another Python than CPython
        _kept.append(connection)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_in_child)
