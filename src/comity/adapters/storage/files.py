"""What a store's file is: new, ours, somebody else's, damaged, or from a newer comity."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from comity.adapters.storage.recorder import LOCK_TIMEOUT, log_table
from comity.domain.errors import NotAStore, StoreDamaged, StoreNotFound, StoreTooNew

APPLICATION_ID = 0x636F6D79  # "comy", in the file's header: see `PRAGMA application_id`
FORMAT = 1
"""The format of the log's table, in the header as `user_version`."""

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100


def prepare(path: Path) -> str:
    """Check the file, make it if there is none, and answer the name to open it by.

    Raises `StoreNotFound`, `NotAStore`, `StoreDamaged` or `StoreTooNew`; a file that is not ours
    is never written to.
    """
    if not path.parent.is_dir():
        raise StoreNotFound(str(path), f"there is no directory {str(path.parent)!r}")
    if path.is_dir():
        raise StoreNotFound(str(path), "it is a directory")
    if not path.exists() or path.stat().st_size == 0:
        _create(path)
    check_header(path)
    uri = path.absolute().as_uri()
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return uri
    return f"{uri}?mode=ro" if _wal(path) else f"{uri}?immutable=1"


def _wal(path: Path) -> bool:
    """Whether there is a write-ahead log with something in it."""
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def check_header(path: Path) -> None:
    """Judge a file by its first hundred bytes, as https://www.sqlite.org/fileformat.html says."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    name = str(path)
    if not header.startswith(_MAGIC):
        if _MAGIC.startswith(header[: len(_MAGIC)]):
            raise StoreDamaged(name, f"only {len(header)} bytes are left of it")
        raise NotAStore(name)
    if len(header) < _HEADER_BYTES:
        raise StoreDamaged(name, f"only {len(header)} bytes are left of it")
    if _number(header, 68) != APPLICATION_ID:
        raise NotAStore(name, "it is an SQLite file of another application")
    if (written := _number(header, 60)) > FORMAT:
        raise StoreTooNew(name, f"format {written}", f"format {FORMAT}")
    page_size = _number(header, 16, 2)
    expected = _number(header, 28) * (65536 if page_size == 1 else page_size)
    size = path.stat().st_size
    if size < expected and not _wal(path):
        raise StoreDamaged(name, f"it has {size} of {expected} bytes")


def _number(header: bytes, offset: int, length: int = 4) -> int:
    return int.from_bytes(header[offset : offset + length], "big")


def _create(path: Path) -> None:
    """Make an empty store, its header complete before anything can be logged in it."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=LOCK_TIMEOUT)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(log_table())
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={FORMAT}")
        connection.execute("COMMIT")
    finally:
        connection.close()
