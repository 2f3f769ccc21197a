"""What the verification of an archive notes of each event, in a file without a name."""

from __future__ import annotations

import os
from mmap import mmap
from struct import Struct as Packed
from tempfile import TemporaryFile, gettempdir
from typing import IO, NamedTuple

_PACKED = Packed("<32sIi8sB")


class Note(NamedTuple):
    """Of an event: its commitment, its stream's number from 1, its version in it, and more.

    `row` is a digest by which its copies are compared, `seen` says which of them were.
    """

    committed: bytes
    stream: int
    version: int
    row: bytes
    seen: int


class Notes:
    """A note for each position, so that memory does not grow with the log."""

    def __init__(self, positions: int) -> None:
        """Raises `OSError` if the temporary folder has no room for them."""
        size = max(1, positions) * _PACKED.size
        with TemporaryFile() as file:
            _allocate(file, size)
            self._notes = mmap(file.fileno(), size)

    def close(self) -> None:
        """Let the file go."""
        self._notes.close()

    def __getitem__(self, position: int) -> Note:
        return Note(*_PACKED.unpack_from(self._notes, (position - 1) * _PACKED.size))

    def __setitem__(self, position: int, note: Note) -> None:
        _PACKED.pack_into(self._notes, (position - 1) * _PACKED.size, *note)


def _allocate(file: IO[bytes], size: int) -> None:
    """Take the room: a process that writes into a mapped file without it is killed."""
    if not hasattr(os, "posix_fallocate"):  # Windows and macOS
        file.truncate(size)
        return
    try:
        os.posix_fallocate(file.fileno(), 0, size)
    except OSError as error:
        reason = f"{error.strerror}: verifying needs {size:,} bytes in the temporary folder"
        raise OSError(error.errno, reason, gettempdir()) from None
