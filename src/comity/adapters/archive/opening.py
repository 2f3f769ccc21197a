"""Opens an archive as a store."""

from __future__ import annotations

from pathlib import Path

from comity.adapters.archive.places import SCHEME
from comity.adapters.archive.reading import ParquetArchive
from comity.adapters.archive.store import ArchiveStore
from comity.domain.errors import StoreNotFound


def open_store(address: str, *, read_only: bool = False) -> ArchiveStore:
    """An archive as a store that is only read, whatever `read_only` says.

    Its address is the path of its folder, with `parquet://` before it or without. Raises
    `NotAnArchive` and other `ArchiveError`s, and `NotInstalled`.
    """
    folder = address.removeprefix(SCHEME)
    if not folder:
        raise StoreNotFound(address, f"give the path of an archive's folder after {SCHEME}")
    return ParquetArchive(Path(folder).absolute()).store()
