"""Making: the schema and the tables of a store, if they are not there and may be made."""

from __future__ import annotations

from typing import NamedTuple

from psycopg import sql

from comity.adapters.storage.postgres import tables
from comity.adapters.storage.postgres.datastore import Datastore
from comity.adapters.storage.postgres.rights import why_not_writable
from comity.adapters.storage.postgres.soundness import check_log_table
from comity.adapters.storage.postgres.transactions import Transactions
from comity.adapters.storage.sql.dialect import Cursor
from comity.adapters.storage.sql.sealed import UNSOUND
from comity.domain.errors import StoreNotFound, StoreReadOnly

_PLACE = """
SELECT current_user::text, getdatabaseencoding()::text, has_schema_privilege(n.oid, 'USAGE'),
    COALESCE(has_schema_privilege(n.oid, 'CREATE'),
        has_database_privilege(current_database(), 'CREATE')),
    c.oid IS NOT NULL, has_table_privilege(c.oid, 'SELECT')
FROM (SELECT) AS one LEFT JOIN pg_namespace AS n ON n.nspname = %s
LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = 'stored_events'
"""
_HIDDEN = (
    "SELECT n.name FROM unnest(%s::text[]) AS n(name) "
    "WHERE NOT has_table_privilege(to_regclass(n.name), 'SELECT') LIMIT 1"
)


class _Place(NamedTuple):
    """What there is in the schema, and what the role may do; None where nothing is there yet."""

    role: str
    encoding: str
    may_enter: bool | None
    may_make: bool
    has_log: bool
    may_read: bool | None


def prepare(store: Transactions, datastore: Datastore, *, read_only: bool) -> str:
    """See to it that the tables are there; return why they cannot be written, if they cannot."""
    schema = datastore.address.schema
    with datastore.cursor_held() as cursor:
        place = _found(cursor, schema)
        _check_place(store.name, schema, place)
        if place.has_log:
            check_log_table(cursor, store.name)
        barrier = why_not_writable(cursor, schema)
        if place.has_log and tables.are_there(cursor):
            _check_readable(cursor, store.name, place.role)
            return barrier
    _check_can_make(store.name, schema, place, barrier, read_only=read_only)
    _make(store, datastore)
    return ""


def _found(cursor: Cursor, schema: str) -> _Place:
    cursor.execute(_PLACE, (schema,))
    role, encoding, *rest = cursor.fetchone()
    return _Place(_text(role), _text(encoding), *rest)


def _text(value: str | bytes) -> str:
    """A text, which a database without an encoding gives as bytes."""
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _check_place(name: str, schema: str, place: _Place) -> None:
    if place.encoding != "UTF8":
        raise StoreNotFound(name, f"its database has the encoding {place.encoding}, not UTF8")
    if place.may_enter is False:
        raise StoreNotFound(name, f"the role {place.role!r} has no right to the schema {schema!r}")
    if place.may_read is False:
        raise StoreNotFound(name, f"the role {place.role!r} has no right to read its log")


def _check_readable(cursor: Cursor, name: str, role: str) -> None:
    cursor.execute(_HIDDEN, (tables.names(),))
    if (row := cursor.fetchone()) is not None:
        raise StoreNotFound(name, f"the role {role!r} has no right to read its table {row[0]}")


def _check_can_make(
    name: str, schema: str, place: _Place, barrier: str, *, read_only: bool
) -> None:
    """Raise the error that says why what is missing cannot be made, if it cannot."""
    if not (read_only or barrier) and place.may_make:
        return
    if place.has_log:
        raise StoreReadOnly(name, f"{UNSOUND}; open it once as the owner of its schema")
    why = barrier or ("to read only makes none" if read_only else f"{place.role!r} may make none")
    raise StoreNotFound(name, f"there is no store in the schema {schema!r}, and {why}")


def _make(store: Transactions, datastore: Datastore) -> None:
    """Make what is missing, and the index from the log; two that open at once wait in turn."""
    with datastore.exclusive() as lease:
        _make_tables(lease.cursor, store.name, datastore.address.schema)
        if not _has_head(lease.cursor):
            store.remake(lease.cursor)


def _make_tables(cursor: Cursor, store: str, name: str) -> None:
    schema = sql.Identifier(name)
    cursor.execute("SELECT to_regnamespace(%s) IS NULL", (name,))
    if cursor.fetchone()[0]:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
    cursor.execute(sql.SQL("SET LOCAL search_path = {}, pg_catalog").format(schema))
    for statement in (tables.LOG, *tables.DERIVED):
        cursor.execute(statement)
    check_log_table(cursor, store)


def _has_head(cursor: Cursor) -> bool:
    cursor.execute("SELECT COUNT(*) FROM comity_head")
    return bool(cursor.fetchone()[0])
