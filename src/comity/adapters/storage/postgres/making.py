"""Making: the schema and the tables of an archive, if they are not there and may be made."""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg
from psycopg import errors, sql

from comity.adapters.storage.postgres import tables
from comity.adapters.storage.postgres.datastore import Datastore
from comity.adapters.storage.postgres.rights import why_not_writable
from comity.adapters.storage.postgres.soundness import check_log_table
from comity.adapters.storage.postgres.transactions import Transactions
from comity.adapters.storage.sql.dialect import Cursor
from comity.adapters.storage.sql.index import IndexHead, put_head
from comity.adapters.storage.sql.sealed import UNSOUND
from comity.domain.errors import StoreNotFound, StoreReadOnly

_PLACE = "SELECT current_setting('server_encoding'), to_regclass(%s) IS NOT NULL"


def prepare(store: Transactions, datastore: Datastore, *, read_only: bool) -> str:
    """See to it that the tables are there; return why they cannot be written, if they cannot."""
    try:
        place = _found(store, datastore)
    except errors.InsufficientPrivilege as error:
        raise StoreNotFound(store.name, error.diag.message_primary or str(error)) from error
    if place.is_whole:
        return place.barrier
    if read_only or place.barrier:
        if place.has_log:
            raise StoreReadOnly(store.name, UNSOUND)
        schema, why = datastore.address.schema, place.barrier or "to read only makes none"
        raise StoreNotFound(store.name, f"there is no archive in the schema {schema!r}, and {why}")
    _make(store, datastore)
    return ""


class _Place(NamedTuple):
    """What there is: the log, all tables; and why nothing can be written, if it cannot."""

    has_log: bool
    is_whole: bool
    barrier: str


def _found(store: Transactions, datastore: Datastore) -> _Place:
    schema = datastore.address.schema
    with datastore.cursor_held() as plain:
        cursor: Cursor = plain
        cursor.execute(_PLACE, (f"{schema}.stored_events",))
        encoding, has_log = cursor.fetchone()
        if encoding != "UTF8":
            raise StoreNotFound(store.name, f"its database has the encoding {encoding}, not UTF8")
        if has_log:
            check_log_table(cursor, store.name)
        is_whole = has_log and tables.are_there(cursor)
        return _Place(has_log, is_whole, why_not_writable(cursor, schema))


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
