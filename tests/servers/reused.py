"""Stores in schemas that are used again: to make one takes much longer than to empty it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, LiteralString, NamedTuple

import psycopg
from psycopg import Connection, sql

from comity.adapters.storage.postgres.cursor import adapted
from tests.servers.run import AT_END
from tests.servers.schemas import drop_schemas, fresh_address, libpq_address, schema_of
from tests.servers.shared import shared_server

_HEAD = adapted("comity_head")
"""The only table in which an empty store has a row."""

_FORM = """
SELECT part FROM pg_namespace AS n CROSS JOIN LATERAL (
    SELECT concat_ws(' ', 'schema', n.nspowner, n.nspacl)
    UNION ALL SELECT concat_ws(' ', 'role', rolname) FROM pg_roles
    WHERE starts_with(rolname, n.nspname)
    UNION ALL SELECT concat_ws(' ', 'default', defaclacl) FROM pg_default_acl
    WHERE defaclnamespace = n.oid
    UNION ALL SELECT concat_ws(' ', 'function', proname) FROM pg_proc WHERE pronamespace = n.oid
    UNION ALL SELECT concat_ws(' ', 'constraint', conname, convalidated) FROM pg_constraint
    WHERE connamespace = n.oid
    UNION ALL SELECT concat_ws(' ', relkind, relname, relowner, relacl, relpersistence)
    FROM pg_class WHERE relnamespace = n.oid
    UNION ALL SELECT concat_ws(' ', relname, attname, atttypid, attnotnull, attcollation)
    FROM pg_class AS c JOIN pg_attribute ON attrelid = c.oid
    WHERE relnamespace = n.oid AND NOT attisdropped
    UNION ALL SELECT concat_ws(' ', 'trigger', tgname) FROM pg_class AS c
    JOIN pg_trigger ON tgrelid = c.oid WHERE relnamespace = n.oid AND NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', 'rule', rulename) FROM pg_class AS c
    JOIN pg_rewrite ON ev_class = c.oid WHERE relnamespace = n.oid
) AS parts(part) WHERE n.nspname = %s ORDER BY part
"""
"""What a schema consists of and who may use it: all but its rows."""
_IN_USE = """
SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_class AS c ON c.oid = relation
    JOIN pg_namespace AS n ON n.oid = relnamespace
    WHERE nspname = %s AND pid <> pg_backend_pid())
"""
_TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace "
    "ORDER BY relname"
)
_BEGIN_AT_ONE = (
    "SELECT setval(oid::regclass, 1, false) FROM pg_class "
    "WHERE relkind = 'S' AND relnamespace = %s::regnamespace"
)


class _Made(NamedTuple):
    """A schema in which a store was made; `head` is the one row of an empty store."""

    address: str
    form: list[str]
    head: tuple[Any, ...]


_FREE: list[_Made] = []
"""Those that this process has made and nobody uses."""
_OPEN: list[Connection] = []
"""The connection by which this process empties stores."""


@contextmanager
def empty_store() -> Generator[str]:
    """The address of an empty store, which nobody else uses meanwhile."""
    made = _FREE.pop() if _FREE else _make()
    try:
        yield made.address
    finally:
        if _emptied(made):
            _FREE.append(made)
        else:
            drop_schemas(made.address)


def _drop_free() -> None:
    """Leave nothing behind on a server that goes on."""
    while _FREE:
        drop_schemas(_FREE.pop().address)
    while _OPEN:
        _OPEN.pop().close()


def _make() -> _Made:
    import comity

    address = fresh_address(shared_server().address)
    comity.open(address).close()
    head = _connection().execute(_statement("SELECT * FROM {}.{}", address, _HEAD)).fetchone()
    assert head is not None
    return _Made(address, _form(address), head)


def _emptied(made: _Made) -> bool:
    """Empty a store; False if a test has changed more than rows, or somebody still uses it."""
    address, to = made.address, _connection()
    in_use = to.execute(_IN_USE, [schema_of(address)]).fetchone()
    if in_use != (False,) or _form(address) != made.form:
        return False
    tables = to.execute(_TABLES, [schema_of(address)]).fetchall()
    emptied = [_statement("DELETE FROM {}.{}", address, table) for (table,) in tables]
    insert = _statement("INSERT INTO {}.{} VALUES ", address, _HEAD)
    with to.transaction():
        to.execute(sql.SQL("; ").join(emptied))
        to.execute(insert + sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, made.head))))
        to.execute(_BEGIN_AT_ONE, [schema_of(address)])
    return True


def _form(address: str) -> list[str]:
    return [part for (part,) in _connection().execute(_FORM, [schema_of(address)])]


def _connection() -> Connection:
    if not _OPEN:
        AT_END.callback(_drop_free)
        _OPEN.append(psycopg.connect(libpq_address(shared_server().address), autocommit=True))
    return _OPEN[0]


def _statement(text: LiteralString, address: str, table: str) -> Any:
    return sql.SQL(text).format(sql.Identifier(schema_of(address)), sql.Identifier(table))
