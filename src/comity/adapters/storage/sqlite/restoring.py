"""Restoring: a backup, or what is left of a store, becomes a store at a place."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from comity.adapters.storage.sqlite.backups import backed_up
from comity.adapters.storage.sqlite.failures import translated
from comity.adapters.storage.sqlite.files import check_header, check_place, path_in, reading_mode
from comity.adapters.storage.sqlite.places import Place, place_of
from comity.adapters.storage.sqlite.store import SQLiteStore
from comity.domain.errors import StoreNotFound


@contextmanager
def restored(
    backup: str, target: str, *, overwrite: bool, progress: Callable[[float], None]
) -> Generator[SQLiteStore]:
    """A copy of the backup, open, which is put at `target` if the block ends well."""
    source = Path(path_in(backup))
    with translated(backup):
        check_there(backup)
        check_header(source)
        uri = reading_mode(source).uri(source)
    with translated(target):
        place = Place(source, Path(path_in(target)), overwrite=overwrite)
    opened = partial(SQLiteStore, name=backup)
    with backed_up(uri, place, opened, progress, keep_mode=overwrite) as store:
        yield store


def check_there(address: str) -> None:
    """Raise `StoreNotFound` unless there is a file at the address that is not empty."""
    path = Path(path_in(address))
    check_place(path)
    if not path.exists() or path.stat().st_size == 0:
        raise StoreNotFound(str(path), "there is no such file, or it is empty")


def check_apart(source: str, target: str) -> None:
    """Raise `InvalidValue` if the target's address is that of the source, or of a companion."""
    place_of(Path(path_in(source)), Path(path_in(target)))
