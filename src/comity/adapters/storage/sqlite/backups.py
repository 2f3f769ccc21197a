"""Backups: copies of a whole file by SQLite, opened to be verified before they are used."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from comity.adapters.storage.sqlite.closing import mark_end
from comity.adapters.storage.sqlite.failures import translated
from comity.adapters.storage.sqlite.modes import Mode
from comity.adapters.storage.sqlite.places import Place

_PAGES = 1000
"""How many pages are copied between two calls of `progress`."""
Progress = Callable[[float], None]
"""It is called with the part that is done, up to 1."""


class _Closable(Protocol):
    def close(self) -> None: ...


S = TypeVar("S", bound=_Closable)


@contextmanager
def backed_up(
    source: str,
    place: Place,
    opened: Callable[[Path], S],
    progress: Progress,
    *,
    keep_mode: bool = False,
) -> Generator[S]:
    """A copy of the file at the URI `source`, `opened`; it is put in place if the block ends well.

    It is a file without companions.
    """
    with translated(place.name), place.temporary() as temporary:
        _copy_pages(source, temporary, progress)
        with closing(opened(temporary)) as store:
            yield store
        with closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")
        place.put(temporary, keep_mode=keep_mode)


def _copy_pages(source: str, target: Path, progress: Progress) -> None:
    """Copy all pages as they are at one moment; others may write meanwhile."""
    with (
        closing(sqlite3.connect(source, uri=True, isolation_level=None)) as old,
        closing(sqlite3.connect(Mode.WRITE.uri(target), uri=True, isolation_level=None)) as new,
    ):
        new.execute("PRAGMA journal_mode=OFF")
        new.execute("PRAGMA synchronous=OFF")  # the whole file is synchronised before it is used
        old.execute("BEGIN")
        old.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        old.backup(
            new,
            pages=_PAGES,
            progress=lambda _, left, total: progress((total - left) / max(total, 1)),
        )
        old.execute("ROLLBACK")
        mark_end(new)
