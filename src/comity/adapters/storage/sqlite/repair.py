"""Repair: it completes the index from the log, which is the truth, and drops unsound snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.sqlite import index, schema, tables
from comity.adapters.storage.sqlite.datastore import Datastore
from comity.adapters.storage.sqlite.projection_store import mend
from comity.adapters.storage.sqlite.recorder import Recorder
from comity.adapters.storage.sqlite.schema import check_log_table
from comity.adapters.storage.sqlite.soundness import (
    check_log,
    gone,
    index_is_sound,
)
from comity.ports import SealedPage

Pages = Callable[[int], Iterator[SealedPage]]
"""The log after a position, page by page."""


def repair(store: str, recorder: Recorder, datastore: Datastore, pages: Pages) -> None:
    """Complete the index up to the end of the log, in the transaction that the thread holds.

    `store` is the store's name in errors. Raises `StoreDamaged` if the log lacks a position.
    """
    with datastore.plain_transaction(commit=True) as cursor:
        check_log_table(cursor, store)
        schema.check_structure(cursor, store)
        schema.drop(cursor, list(schema.strange(cursor, tables.statements(recorder))))
        for statement in recorder.create_table_statements:
            cursor.execute(statement)
        if not check_log(cursor, store):
            cursor.execute("REINDEX stored_events")
        if not index_is_sound(cursor):
            tables.rebuild(cursor)
            index.put_head(cursor, index.IndexHead())
        complete(cursor, recorder, store, pages)
        mend(cursor)


def complete(cursor: SQLiteCursor, recorder: Recorder, store: str, pages: Pages) -> None:
    """Add to the index what the log holds after the index's end."""
    done = index.head_of(cursor).position
    for records, _, commitments in pages(done):
        index.add(cursor, recorder, records, commitments)
        done = records[-1].position
    cursor.execute("SELECT MAX(position) FROM stored_events")
    if (last := cursor.fetchone()[0] or 0) != done:
        raise gone(store, min(last, done) + 1)
