"""Checks a store's file: new, ours, another application's, damaged, or from a newer comity."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from comity.adapters.storage.companions import COMPANIONS, companions
from comity.adapters.storage.sqlite import forks
from comity.adapters.storage.sqlite.making import (
    APPLICATION_ID,
    FILE_MODE,
    FORMAT,
    begin,
    holds_nothing,
    make,
)
from comity.adapters.storage.sqlite.modes import Mode
from comity.adapters.storage.sqlite.wal import check_wal, wal_of
from comity.domain.errors import NotAStore, StoreDamaged, StoreNotFound, StoreTooNew

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100


def prepare(path: Path, file_mode: int = FILE_MODE, *, read_only: bool = False) -> Mode:
    """Check the file, make it if there is none, and return the mode in which it can be opened.

    A file in which there is nothing becomes a store, and keeps its own mode. What is only read is
    left as it is: then there must be a store already.

    Raises `StoreNotFound`, `NotAStore`, `StoreDamaged` or `StoreTooNew`. It never writes to a file
    that is not ours.
    """
    check_place(path)
    with forks.opening:
        if read_only:
            _check_there(path)
        if not path.exists():
            make(path, file_mode)
        elif holds_nothing(path):
            begin(path)
        else:
            check_header(path)
            check_wal(path)
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return Mode.QUERY if read_only else Mode.WRITE
    return reading_mode(path)


def reading_mode(path: Path) -> Mode:
    """The mode in which a file can be opened without writing to it or beside it.

    Without write permission SQLite can read an existing write-ahead log, but cannot make one. So
    without such a log the file is opened as one that nobody writes to.
    """
    in_use = has_wal(path) or path.with_name(path.name + "-shm").exists()
    return Mode.READ if in_use else Mode.IMMUTABLE


def path_in(address: str) -> str:
    """The path in a store's address: with `sqlite://` before it or without."""
    return address.removeprefix("sqlite://")


def check_place(path: Path) -> None:
    """Raise `StoreNotFound` unless a file can be at this path."""
    if "\0" in str(path):
        raise StoreNotFound(str(path), "a path has no NUL character")
    if not path.parent.is_dir():
        raise StoreNotFound(str(path), f"there is no directory {str(path.parent)!r}")
    if path.exists() and not path.is_file():
        raise StoreNotFound(str(path), "it is a directory or a device, not a file")


def _check_there(path: Path) -> None:
    """Raise `StoreNotFound` unless there is something in the file: what only reads makes none."""
    if not path.exists():
        raise StoreNotFound(str(path), "there is no such file, and to read only makes none")
    if holds_nothing(path):
        raise StoreNotFound(str(path), "there is nothing in it yet; open it to write first")


def has_wal(path: Path) -> bool:
    """Whether there is a write-ahead log that is not empty."""
    with suppress(FileNotFoundError):
        return wal_of(path).stat().st_size > 0
    return False


def check_header(path: Path) -> None:
    """Check by its header that a file is ours: https://www.sqlite.org/fileformat.html."""
    name = str(path)
    if (size := path.stat().st_size) < _HEADER_BYTES:
        start = path.read_bytes()[: len(_MAGIC)]
        raise StoreDamaged(name, _left(size)) if _MAGIC.startswith(start) else NotAStore(name)
    application, version = _header(path)
    if application != APPLICATION_ID:
        raise NotAStore(name, "it is a file of another application")
    if version > FORMAT:
        raise StoreTooNew(name, f"format {version}", f"format {FORMAT}")
    if version < FORMAT:
        raise NotAStore(name, "it was made before the first release of comity")


def _header(path: Path) -> tuple[int, int]:
    """The application id and the format; SQLite reads them without a lock and changes nothing.

    Never read them with `open`: closing a file drops every lock that the process has on it, also
    those of an engine (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    with closing(sqlite3.connect(Mode.IMMUTABLE.uri(path), uri=True)) as opened:
        opened.execute("PRAGMA writable_schema=ON")  # reads the header of a truncated file too
        try:
            [application] = opened.execute("PRAGMA application_id").fetchone()
            [version] = opened.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
                raise
            raise NotAStore(str(path)) from error
    return application, version


def check_size(path: Path, page_size: int) -> None:
    """Refuse a file that was truncated within its last page: SQLite does not notice that."""
    size = path.stat().st_size
    if size % page_size and not has_wal(path):
        raise StoreDamaged(str(path), _left(size))


def _left(size: int) -> str:
    return f"it was cut short, {size} bytes are left of it"


def sizes_beside(path: Path) -> dict[str, int]:
    """The files that SQLite has beside a store's, by what it adds to the name, with their bytes."""
    sizes: dict[str, int] = {}
    for ending, companion in zip(COMPANIONS, companions(path), strict=True):
        with suppress(FileNotFoundError):
            sizes[ending] = companion.stat().st_size
    return sizes


def identity(path: Path) -> tuple[int, int]:
    """A file, whatever its name: its device and its number there."""
    status = path.stat()
    return status.st_dev, status.st_ino
