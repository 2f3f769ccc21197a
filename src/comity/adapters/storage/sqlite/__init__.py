"""The SQLite store: the log, its index and its materialized projections in one file."""

from __future__ import annotations

from comity.adapters.storage.sqlite.files import path_in
from comity.adapters.storage.sqlite.making import FILE_MODE
from comity.adapters.storage.sqlite.store import SQLiteStore
from comity.domain.errors import StoreNotFound

__all__ = ["SQLiteStore", "open_store"]


def open_store(address: str, *, file_mode: int = FILE_MODE, read_only: bool = False) -> SQLiteStore:
    """The store in a file; its address is the path, with `sqlite://` before it or without."""
    path = path_in(address)
    if not path:
        raise StoreNotFound(address, "give the path of a file after sqlite://")
    return SQLiteStore(path, file_mode=file_mode, read_only=read_only)
