"""The modes in which a file is opened, and what says which one it is now."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Mode(StrEnum):
    """How a file is opened: https://www.sqlite.org/uri.html."""

    WRITE = "rw"
    QUERY = "query"
    """Only to read, by connections that may keep what SQLite needs beside the file meanwhile."""
    READ = "ro"
    IMMUTABLE = "immutable"

    def uri(self, path: Path) -> str:
        """The URI by which SQLite opens the file in this mode. It never makes the file."""
        uri = path.absolute().as_uri()
        if self is Mode.IMMUTABLE:
            return f"{uri}?immutable=1"
        return f"{uri}?mode={'ro' if self is Mode.READ else 'rw'}"


class Following(Protocol):
    """Says how a file is to be opened, and when it must be opened anew (`followed`)."""

    @property
    def uri(self) -> str: ...

    def look(self) -> int: ...
