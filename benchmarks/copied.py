"""The rows that a store wrote, copied into identical tables by PostgreSQL's `COPY`."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection, sql
from tests.servers import schema_of

from benchmarks.library import BATCH
from benchmarks.scoring.contest import Run
from benchmarks.server import connected

Texts = dict[str, list[str]]
"""By table, the text of the rows that each transaction copies into it."""


@dataclass
class Copied:
    """The rows of all tables of a schema, cut into the transactions in which they are copied.

    A row with a position goes with its batch, others are spread evenly over the batches.
    """

    address: str
    batches: int
    texts: Texts

    @contextmanager
    def again(self, address: str) -> Generator[Run]:
        """What copies them into tables in a new schema, which have the same columns and indexes."""
        source, target = schema_of(self.address), schema_of(address)
        with connected(address) as connection:
            for table in self.texts:
                like = sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(
                    sql.Identifier(target, table), sql.Identifier(source, table)
                )
                connection.execute(like)
            yield lambda: self._copy(connection)
            for table in self.texts:
                assert _rows(connection, source, table) == _rows(connection, target, table)

    def _copy(self, connection: Connection[Any]) -> None:
        for number in range(self.batches):
            with connection.transaction(), connection.cursor() as cursor:
                for table, texts in self.texts.items():
                    if text := texts[number]:
                        with cursor.copy(_copying(table, "FROM STDIN")) as copy:
                            copy.write(text)


def copied(address: str, events: int) -> Copied:
    """The rows that a store has written at an address."""
    batches = -(-events // BATCH)
    with connected(address) as connection:
        texts = {
            table: _texts(connection, table, place, batches)
            for table, place in _tables(connection, schema_of(address)).items()
        }
    return Copied(address, batches, {table: each for table, each in texts.items() if any(each)})


def _tables(connection: Connection[Any], schema: str) -> Mapping[str, int | None]:
    """The tables of a schema, and which of the columns of each is the position."""
    found = connection.execute(
        "SELECT c.table_name, MAX(c.ordinal_position) FILTER (WHERE c.column_name = 'position') "
        "FROM information_schema.columns AS c WHERE c.table_schema = %s GROUP BY 1 ORDER BY 1",
        (schema,),
    )
    return {table: place and place - 1 for table, place in found.fetchall()}


def _texts(connection: Connection[Any], table: str, place: int | None, batches: int) -> list[str]:
    """The rows of a table as `COPY` writes them, one text for each batch."""
    with connection.cursor() as cursor, cursor.copy(_copying(table, "TO STDOUT")) as copy:
        text = b"".join(copy).decode()
    lines = text.splitlines(keepends=True)
    texts: list[list[str]] = [[] for _ in range(batches)]
    # The row of a stream has its last position: it was not written only then.
    place = place if len(lines) > 1 and "relationships" not in table else None
    for number, line in enumerate(lines):
        texts[_batch(line, place, number * batches // len(lines))].append(line)
    return ["".join(each) for each in texts]


def _batch(line: str, place: int | None, otherwise: int) -> int:
    return otherwise if place is None else (int(line.split("\t")[place]) - 1) // BATCH


def _copying(table: str, way: LiteralString) -> sql.Composed:
    return sql.SQL("COPY {} " + way).format(sql.Identifier(table))


def _rows(connection: Connection[Any], schema: str, table: str) -> Sequence[Any]:
    counted = sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier(schema, table))
    return connection.execute(counted).fetchall()
