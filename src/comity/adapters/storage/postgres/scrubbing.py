"""Scrubbing: what was removed from the tables leaves no trace in them."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from psycopg import errors, sql

from comity.adapters.storage.postgres.address import Address
from comity.adapters.storage.postgres.cursor import PlainCursor
from comity.adapters.storage.sql.index import VERSION
from comity.domain.errors import TracesLeft

_PATIENCE = 2.0
"""Seconds to wait for those who read, until they are said to hinder a scrub."""
_PAUSE = 0.1
"""Seconds between attempts."""
_OF_A_VERSION = "(comity_[a-z_]+|tracking)_[0-9]+"
"""The tables of the index, as each version of it names them."""
_TABLES = """
SELECT c.relname, CASE WHEN current_setting('server_version_num')::int >= 170000
    THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE pg_has_role(c.relowner, 'USAGE') END
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r' AND c.relname ~ %s ORDER BY c.relname
"""
_IS_CLEAN = """
SELECT age(c.relfrozenxid) <= age((%s::bigint %% 4294967296)::text::xid)
FROM pg_class AS c WHERE c.oid = %s::regclass
"""


def empty_other_versions(cursor: PlainCursor, schema: str) -> None:
    """Empty the tables of other versions of the index; each version makes its own anew."""
    found = cursor.execute(_TABLES, (schema, f"^{_OF_A_VERSION}$")).fetchall()
    for table, _ in found:
        if not table.endswith(f"_{VERSION}"):
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(schema, table)))


def vacuum(address: Address, name: str) -> None:
    """Write all tables of the store anew, those of other versions too.

    Raises `TracesLeft` if the role may not, if others hold a table for too long, or if a
    transaction anywhere on the server can still see what was removed.
    """
    with psycopg.connect(**address.listens_at, autocommit=True) as connection:
        if address.has_sessions:
            wait = str(int(_PATIENCE * 1000))
            connection.execute("SELECT set_config('lock_timeout', %s, false)", (wait,))
        tables = connection.execute(_TABLES, (address.schema, f"^(stored_events|{_OF_A_VERSION})$"))
        found = tables.fetchall()
        for table, is_allowed in found:
            if not is_allowed:
                raise TracesLeft(
                    name,
                    f"only its owner may write its table {table} anew; open it as the owner, and "
                    "call engine.scrub()",
                )
        begun = _transaction(connection)
        for table, _ in found:
            _vacuum(connection, sql.Identifier(address.schema, table), name, begun)


def _transaction(connection: psycopg.Connection[Any]) -> object:
    """The number of a transaction that begins after all that was removed is removed."""
    [number] = connection.execute("SELECT pg_current_xact_id()::text").fetchone() or [None]
    return number


def _vacuum(
    connection: psycopg.Connection[Any], table: sql.Identifier, name: str, begun: object
) -> None:
    """Write a table anew until no row is left that only an older transaction can see."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute(sql.SQL("VACUUM (FULL) {}").format(table))
        except errors.LockNotAvailable as error:
            raise TracesLeft(name, "others hold its tables") from error
        # The table is as old as the oldest transaction that its rows are kept for.
        found = connection.execute(_IS_CLEAN, (begun, table.as_string())).fetchone()
        if found is not None and found[0]:
            return
        if time.monotonic() > deadline:
            raise TracesLeft(name, "a transaction that began earlier has not ended")
        time.sleep(_PAUSE)
