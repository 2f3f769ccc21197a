"""The files that SQLite makes beside a database: https://www.sqlite.org/tempfiles.html."""

from __future__ import annotations

from pathlib import Path

COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite puts behind the name of a file for the files that belong to it."""


def companions(path: Path) -> list[Path]:
    """The files that belong to a file, whether they are there or not."""
    return [Path(f"{path}{ending}") for ending in COMPANIONS]
