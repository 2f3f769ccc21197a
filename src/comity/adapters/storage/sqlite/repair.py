"""Repair: it completes the index from the log, which is the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from comity.adapters.storage.sqlite import index
from comity.adapters.storage.sqlite.datastore import Datastore
from comity.adapters.storage.sqlite.files import check_size
from comity.adapters.storage.sqlite.recorder import Recorder
from comity.domain.errors import StoreDamaged
from comity.domain.recorded import Recorded

Pages = Callable[[int], Iterator[list[Recorded]]]
"""The log after a position, page by page."""


def is_sound(datastore: Datastore, path: Path) -> bool:
    """Whether the index is complete; raises `StoreDamaged` for a truncated file."""
    with datastore.transaction(commit=False) as cursor:
        is_whole = index.is_whole(cursor)
        cursor.execute("PRAGMA page_size")
        check_size(path, cursor.fetchone()[0])
    return is_whole


def repair(store: str, recorder: Recorder, datastore: Datastore, pages: Pages) -> None:
    """Complete the index up to the end of the log, in the transaction that the thread holds.

    `store` is the store's name in errors. Raises `StoreDamaged` if the log lacks a position.
    """
    with datastore.transaction(commit=True) as cursor:
        cursor.execute("SELECT 1 FROM stored_events")  # fails if the log itself is gone
        for statement in recorder.create_table_statements:
            cursor.execute(statement)
        if not index.is_whole(cursor):
            index.rebuild(cursor)
        _, done, _ = index.progress(cursor)
        for page in pages(done):
            for position, record in enumerate(page, done + 1):
                if record.position != position:
                    raise StoreDamaged(store, f"position {position} of its log is gone")
            index.add(cursor, recorder, page)
            done = page[-1].position
