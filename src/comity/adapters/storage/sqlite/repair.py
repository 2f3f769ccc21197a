"""Repair: it completes the index from the log, which is the truth, and drops unsound snapshots."""

from __future__ import annotations

from comity.adapters.storage.sql.building import Pages, complete
from comity.adapters.storage.sql.builds import BuildTables
from comity.adapters.storage.sql.dialect import IndexTables
from comity.adapters.storage.sql.index import IndexHead, put_head
from comity.adapters.storage.sqlite import schema, tables
from comity.adapters.storage.sqlite.datastore import Datastore
from comity.adapters.storage.sqlite.projections import mend
from comity.adapters.storage.sqlite.recorder import Recorder
from comity.adapters.storage.sqlite.schema import check_log_table
from comity.adapters.storage.sqlite.soundness import check_log, index_is_sound


def repair(
    store: str, recorder: Recorder, index: IndexTables, datastore: Datastore, pages: Pages
) -> None:
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
            put_head(cursor, index, IndexHead())
        complete(cursor, index, store, pages)
        mend(cursor, BuildTables(index))
