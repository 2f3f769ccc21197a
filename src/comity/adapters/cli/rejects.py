"""The file for rejected lines. What it had before stays until the work is done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

import typer


class RejectsFile:
    """Rejected lines on their way into a file.

    New lines are added after those of an earlier run, which are dropped at the end of the work. So
    a run that is interrupted or killed loses neither.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = Path(os.path.realpath(path)), file
        self._before = self._path.stat().st_size if self._path.is_file() else 0
        if self._before and not os.access(self._path.parent, os.W_OK | os.X_OK):
            raise typer.BadParameter(f"cannot replace {str(path)!r}: its folder is read-only.")
        if self._before and not _ends_whole(self._path):
            self._before += self._file.write(b"\n")

    def write(self, line: bytes) -> None:
        """Add a line."""
        self._file.write(line + b"\n")

    def flush(self) -> None:
        """Hand what was written to the system, so that it outlives this process."""
        self._file.flush()

    def drop_earlier(self) -> None:
        """Close the file, and drop at one stroke what it had before this run."""
        self._file.close()
        if not self._before:
            return
        descriptor, name = mkstemp(dir=self._path.parent, prefix=".")
        new = Path(name)
        try:
            with self._path.open("rb") as whole, os.fdopen(descriptor, "wb") as copy:
                whole.seek(self._before)
                shutil.copyfileobj(whole, copy)
                copy.flush()
                os.fsync(copy.fileno())
            shutil.copymode(self._path, new)
            new.replace(self._path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


def _ends_whole(path: Path) -> bool:
    """Whether the last line of a file that is not empty is complete."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"


@contextmanager
def opened_rejects(path: Path | None) -> Generator[RejectsFile | None]:
    """The file for rejected lines, opened before anything is recorded; None if none is wanted."""
    if path is None:
        yield None
        return
    try:
        opened = path.open("ab")
    except OSError as error:
        raise typer.BadParameter(f"cannot write {str(path)!r}: {error.strerror}.") from None
    with opened:
        rejects = RejectsFile(path, opened)
        yield rejects
        rejects.drop_earlier()
