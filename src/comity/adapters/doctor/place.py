"""The file of a store: its size, who may use it, who does, and how much room there is."""

from __future__ import annotations

import os
import shutil
import stat
import struct
import sys
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from comity.adapters.storage.companions import COMPANIONS, companions

_SHARED, _SHARED_BYTES = 0x40000002, 510
"""The bytes that SQLite locks in the file of whoever has it open: its `os_unix.c`."""
_WRITING = 120
"""The byte of the `-shm` file that SQLite locks while somebody writes: walformat, 2.3.1."""
_FLOCK = "hhqqi4x"


class Place(Struct, frozen=True):
    """A store's file. Sizes are bytes; `files` are those of its companions that are there.

    `user` is the id of a process that has it open, `writer` of that which writes now; both are
    None where the system does not tell.
    """

    path: str
    size: int
    files: dict[str, int]
    journal_mode: str
    permissions: str
    readable: bool
    writable: bool
    free: int
    user: int | None = None
    writer: int | None = None


def place_of(path: Path) -> Place | None:
    """Where a store's file lies; None if there is no file."""
    if not os.path.isfile(path):  # noqa: PTH113 - a name that is too long is no file
        return None
    found = path.stat()
    sizes: dict[str, int] = {}
    for ending, companion in zip(COMPANIONS, companions(path), strict=True):
        with suppress(OSError):
            sizes[ending] = companion.stat().st_size
    return Place(
        path=str(path), size=found.st_size, files=sizes, journal_mode=_journal_mode(path),
        permissions=stat.filemode(found.st_mode),
        readable=os.access(path, os.R_OK),
        writable=os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK),
        free=shutil.disk_usage(path.absolute().parent).free,
        user=_holder(path, _SHARED, _SHARED_BYTES),
        writer=_holder(Path(f"{path}-shm"), _WRITING, 1),
    )  # fmt: skip


def _journal_mode(path: Path) -> str:
    """How SQLite makes what it writes durable, by the header of the file; empty if it has none."""
    try:
        with path.open("rb") as file:
            header = file.read(20)
    except OSError:
        return ""
    if not header.startswith(b"SQLite format 3\0"):
        return ""
    return {1: "rollback", 2: "wal"}.get(header[18], "not known") if len(header) == 20 else ""


def _holder(path: Path, first: int, count: int) -> int | None:
    """The process that has locked bytes of a file, where Linux tells; never this process."""
    if sys.platform != "linux":
        return None
    from fcntl import F_GETLK, F_UNLCK, F_WRLCK, fcntl

    asked = struct.pack(_FLOCK, F_WRLCK, os.SEEK_SET, first, count, 0)
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        kind, _, _, _, process = struct.unpack(_FLOCK, fcntl(handle, F_GETLK, asked))
    except (OSError, struct.error):
        return None
    finally:
        os.close(handle)
    return None if kind == F_UNLCK else int(process)
