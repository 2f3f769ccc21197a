"""Follows a file that may not be written: how it is opened, as others begin and end to write."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from comity.adapters.storage.sqlite.files import reading_mode
from comity.adapters.storage.sqlite.modes import Mode


class Followed:
    """A file, and the mode in which it is opened from now on.

    SQLite does not notice writers to a file that it opened as one that nobody writes to. And once
    all writers have closed a file, it is such a one again for who may not make files beside it.
    """

    def __init__(self, path: Path, mode: Mode) -> None:
        self._path, self._mode = path, mode
        self._found: tuple[int, int] = _stamp(path)
        self._changes = 0

    @property
    def uri(self) -> str:
        """The URI by which SQLite opens it."""
        return self._mode.uri(self._path)

    def look(self) -> int:
        """How many changes were found: what was opened before the last one is out of date."""
        if self._mode in (Mode.READ, Mode.IMMUTABLE):
            mode, stamp = reading_mode(self._path), _stamp(self._path)
            if mode is not self._mode or (mode is Mode.IMMUTABLE and stamp != self._found):
                self._mode, self._found = mode, stamp
                self._changes += 1
        return self._changes


def _stamp(path: Path) -> tuple[int, int]:
    """What differs once a file was written to."""
    with suppress(FileNotFoundError):
        status = path.stat()
        return status.st_mtime_ns, status.st_size
    return 0, 0
