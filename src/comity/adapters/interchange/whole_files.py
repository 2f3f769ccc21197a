"""Files that are put in place whole, or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO


@contextmanager
def replacing(target: Path) -> Generator[BinaryIO]:
    """A file to write; it takes the place of `target`, safe on the disk, if the block ends well.

    Raises `OSError`; then `target` is what it was.
    """
    descriptor, name = mkstemp(prefix=".comity-", suffix=".part", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode_of(target))
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _mode_of(target: Path) -> int:
    """The mode of the file that is replaced, or what a new file gets from the process."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    return new_mode(0o666)


def new_mode(asked: int) -> int:
    """The mode that the process lets something new have, of the one that is asked for."""
    mask = os.umask(0)
    os.umask(mask)
    return asked & ~mask
