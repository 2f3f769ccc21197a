"""Schemas and roles on a server: those that a test has for itself, and drops."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING, LiteralString
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from psycopg import Connection

OURS = ("schema", "pooler", "listen")
"""What an address of comity says that libpq does not know."""

DROPPED: dict[LiteralString, LiteralString] = {
    "DROP SCHEMA {} CASCADE": "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)",
    "DROP ROLE {}": "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)",
}
"""How a test's schemas and roles are dropped, and how those of a name are found."""


def fresh_address(address: str) -> str:
    """Return the address with the name of a schema that nobody has; it is not made yet."""
    parts = urlsplit(address)
    rest = [pair for pair in parse_qsl(parts.query) if pair[0] != "schema"]
    return urlunsplit(parts._replace(query=urlencode([*rest, ("schema", f"t_{token_hex(6)}")])))


def schema_of(address: str) -> str:
    """Return the schema that an address names."""
    return dict(parse_qsl(urlsplit(address).query)).get("schema", "comity")


def libpq_address(address: str) -> str:
    """Return the address as libpq takes it, without what is only comity's."""
    parts = urlsplit(address)
    rest = [pair for pair in parse_qsl(parts.query) if pair[0] not in OURS]
    return urlunsplit(parts._replace(query=urlencode(rest)))


@contextmanager
def session(address: str) -> Generator[Connection]:
    """Connect without a transaction. The driver is loaded only where a test needs a server."""
    import psycopg

    with psycopg.connect(libpq_address(address), autocommit=True) as connection:
        yield connection


def make_schema(address: str) -> None:
    """Make the schema that an address names, with nothing in it."""
    from psycopg import sql

    with session(address) as to:
        to.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema_of(address))))


def drop_schemas(address: str) -> None:
    """Drop every schema and role whose name begins with the address's schema.

    A session that still locks one of its tables, as a killed test may leave it, is ended first.
    """
    from psycopg import sql

    name = schema_of(address)
    assert name.startswith("t_"), "only a schema of fresh_address is a test's own"
    with session(address) as to:
        to.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM (SELECT DISTINCT pid FROM pg_locks"
            " JOIN pg_class c ON c.oid = relation JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE starts_with(nspname, %s) AND pid <> pg_backend_pid()) AS holders",
            [name],
        )
        for statement, names in DROPPED.items():
            for (found,) in to.execute(names, [name]).fetchall():
                to.execute(sql.SQL(statement).format(sql.Identifier(found)))


def make_reader(address: str) -> str:
    """Make a role that may only read the address's schema; return its address.

    The schema is made if it is not there. What the owner makes in it later can be read, too.
    """
    from psycopg import sql

    name, reader, secret = schema_of(address), f"{schema_of(address)}_reader", token_hex(8)
    with session(address) as to:
        for statement in (
            "CREATE SCHEMA IF NOT EXISTS {schema}",
            "CREATE ROLE {reader} LOGIN PASSWORD {secret}",
            "GRANT USAGE ON SCHEMA {schema} TO {reader}",
            "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {reader}",
        ):
            to.execute(
                sql.SQL(statement).format(
                    schema=sql.Identifier(name), reader=sql.Identifier(reader), secret=secret
                )
            )
    parts = urlsplit(address)
    hosts = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(reader)}:{secret}@{hosts}"))
