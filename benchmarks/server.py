"""A PostgreSQL server of the run's own, which waits for the disk at every commit."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString
from urllib.parse import urlsplit

from tests.servers import (
    Cluster,
    begin_run,
    drop_schemas,
    end_run,
    fresh_address,
    libpq_address,
    schema_of,
)

if TYPE_CHECKING:
    from psycopg import Connection

SETTINGS = {
    "synchronous_commit": "on",
    "fsync": "on",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
}
"""Those of a server as it is installed."""


class Server:
    """A server on which each contestant has a schema of its own, which is dropped afterwards."""

    def __init__(self, cluster: Cluster) -> None:
        self._address = cluster.address()

    @contextmanager
    def schema(self) -> Generator[str]:
        """The address of a new schema."""
        address = fresh_address(self._address)
        yield address
        drop_schemas(address)

    @contextmanager
    def made_schema(self) -> Generator[str]:
        """The address of a new schema which is there already, for those who do not make one."""
        with self.schema() as address:
            from psycopg import sql

            with connected(address) as connection:
                made = sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema_of(address)))
                connection.execute(made)
            yield address


@contextmanager
def started() -> Generator[Server]:
    """A server that runs while it is used."""
    leads = begin_run()
    with Cluster(settings=SETTINGS) as cluster:
        yield Server(cluster)
    end_run(wait=leads)


@contextmanager
def connected(address: str) -> Generator[Connection[Any]]:
    """A connection of the driver in which each statement is durable, on the address's schema."""
    import psycopg

    options = f"-c search_path={schema_of(address)}"
    with psycopg.connect(libpq_address(address), autocommit=True, options=options) as connection:
        yield connection


def rows(address: str, counted: LiteralString = "stored_events") -> int:
    """How many rows a table has, counted without its writer's help."""
    with connected(address) as connection:
        found = connection.execute(f"SELECT COUNT(*) FROM {counted}").fetchone()
    assert found is not None
    return int(found[0])


def stock_environment(address: str) -> dict[str, str]:
    """What eventsourcing's own PostgreSQL module is told."""
    parts = urlsplit(address)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_HOST": parts.hostname or "",
        "POSTGRES_PORT": str(parts.port),
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": parts.password or "",
        "POSTGRES_DBNAME": parts.path.strip("/"),
        "POSTGRES_SCHEMA": schema_of(address),
    }
