"""The PostgreSQL store: the log, its index and its projections in a schema of their own."""

from __future__ import annotations

from comity.domain.errors import NotInstalled

try:
    from comity.adapters.storage.postgres.store import PostgresStore
except ImportError as error:
    if (error.name or "psycopg").partition(".")[0] not in ("psycopg", "psycopg_pool"):
        raise
    raise NotInstalled("psycopg", "postgres", "A store on a PostgreSQL server") from None

__all__ = ["PostgresStore", "open_store"]


def open_store(address: str, *, read_only: bool = False) -> PostgresStore:
    """The store at an address such as `postgresql://user@host/database?schema=relations`."""
    return PostgresStore(address, read_only=read_only)
