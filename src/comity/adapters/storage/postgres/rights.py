"""The right to write a store: its server takes writes, and the role may write there."""

from __future__ import annotations

from comity.adapters.storage.sql.dialect import Cursor

_RIGHTS = (
    "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only')::boolean, "
    "has_table_privilege(to_regclass(%s), 'INSERT')"
)
_REPLICA = "its server is a replica, which only follows another"
_SETTING = "its server or the role has default_transaction_read_only"
_ROLE = "the role of its address may not write it"


def why_not_writable(cursor: Cursor, schema: str) -> str:
    """Why nothing can be written to the store in a schema; empty if it can be."""
    cursor.execute(_RIGHTS, (f"{schema}.stored_events",))
    is_replica, only_reads, may_insert = cursor.fetchone()
    if is_replica:
        return _REPLICA
    if only_reads:
        return _SETTING
    return _ROLE if may_insert is False else ""  # None while there is no table
