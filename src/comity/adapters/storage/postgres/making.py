"""Making: the schema and the tables of an archive, if they are not there and may be made."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import errors, sql

from comity.adapters.storage.postgres import tables
from comity.adapters.storage.postgres.datastore import Datastore
from comity.adapters.storage.postgres.soundness import check_log_table
from comity.adapters.storage.postgres.transactions import Transactions
from comity.adapters.storage.sql.dialect import Cursor
from comity.adapters.storage.sql.index import IndexHead, put_head
from comity.domain.errors import StoreNotFound, StoreReadOnly

_PLACE = (
    "SELECT pg_is_in_recovery(), current_setting('server_encoding'), "
    "to_regclass(%s) IS NOT NULL, COALESCE(has_table_privilege(to_regclass(%s), 'INSERT'), "
    "to_regclass(%s) IS NULL)"
)


def prepare(store: Transactions, datastore: Datastore, *, read_only: bool) -> bool:
    """See to it that the tables are there; return whether the store can only be read."""
    schema = datastore.address.schema
    log = f"{schema}.stored_events"
    with datastore.cursor_held() as plain:
        cursor: Cursor = plain
        cursor.execute(_PLACE, (log, log, log))
        is_replica, encoding, is_there, can_write = cursor.fetchone()
        if encoding != "UTF8":
            raise StoreNotFound(store.name, f"its database has the encoding {encoding}, not UTF8")
        if is_there:
            check_log_table(cursor, store.name)
        are_there = is_there and tables.are_there(cursor)
    read_only = read_only or is_replica or not can_write
    if not is_there and read_only:
        raise StoreNotFound(store.name, f"there is no archive in the schema {schema!r}")
    if not are_there and read_only:
        raise StoreReadOnly(store.name, "this version's index is not made; let a writer open it")
    if not are_there:
        _make(store, datastore)
    return read_only


def _make(store: Transactions, datastore: Datastore) -> None:
    """Make what is missing, and the index from the log; two that open at once wait in turn."""
    with datastore.exclusive() as lease:
        cursor: Cursor = lease.cursor
        schema = sql.Identifier(datastore.address.schema)
        cursor.execute("SELECT to_regnamespace(%s) IS NULL", (datastore.address.schema,))
        if cursor.fetchone()[0]:
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        cursor.execute(sql.SQL("SET LOCAL search_path = {}, pg_catalog").format(schema))
        for statement in (tables.LOG, *tables.DERIVED):
            cursor.execute(statement)
        check_log_table(cursor, store.name)
        cursor.execute("SELECT COUNT(*) FROM comity_head")
        if not cursor.fetchone()[0]:
            put_head(cursor, tables.PostgresTables(), IndexHead())
            store.complete(lease.cursor)


def vacuum(datastore: Datastore, name: str) -> None:
    """Write the tables anew, without what was removed from them."""
    with datastore.get_connection() as connection:
        _vacuum(connection, datastore.address.schema, name)


def _vacuum(connection: psycopg.Connection[Any], schema: str, name: str) -> None:
    for table in ("stored_events", *tables.names()):
        place = sql.Identifier(schema, table)
        try:
            connection.execute(sql.SQL("VACUUM (FULL) {}").format(place))
        except errors.UndefinedTable as error:
            raise StoreNotFound(name, f"its table {table} is gone") from error
