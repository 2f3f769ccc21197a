"""What differs between SQL databases: how each is asked, and how rows get into its tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec


def as_json(values: object) -> str:
    """Values as the one parameter that a statement takes for any number of them."""
    return msgspec.json.encode(values).decode()


class Cursor(Protocol):
    """A driver's cursor; rows are tuples, and a statement has `?` for each of its parameters."""

    def execute(self, statement: Any, parameters: Any = ..., /) -> object:
        """Run a statement."""
        ...

    def fetchone(self) -> Any:
        """The next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """The rest of the rows."""
        ...

    def fetchmany(self, size: int = ..., /) -> list[Any]:
        """At most so many of the rows that follow."""
        ...


class StoreHead(NamedTuple):
    """What a transaction reads first: where the log and its index end, and the live builds."""

    last: int | None
    tracked: int | None
    indexed: int
    recorded_at: int
    live_builds: str
    rewritten: int

    @property
    def is_current(self) -> bool:
        """Whether the index has reached the end of the log."""
        return (self.last or 0) == (self.tracked or 0) == self.indexed


class Statements(Protocol):
    """The statements that read the log by its index; parameters of many values are JSON."""

    WINDOW: str
    LINKED: str
    LINKED_ANYWHERE: str
    ALL_LINKED: str
    AFTER: str
    PIECES: str
    PAGE: str
    PAGE_OF_KINDS: str
    SEALED: str
    OF_KINDS: str
    AT: str
    BY_KEY: str
    DAYS: str
    POSITION_AT: str
    VERSIONS_AT: str
    ALL_STREAMS: str
    STREAMS: str
    ACTED: str
    HEADS: str
    INDEXED_STREAMS: str
    COUNTED_STREAMS: str
    CELLS: str
    ALL_CELLS: str
    KNOWN_PARTS: str
    REWRITE: str
    STARTS: str
    FIRST_DAYS: str
    UNSETTLED: str


class IndexTables(Protocol):
    """The tables of an index: the statements that read them, and how rows get into them."""

    sql: Statements
    json_is_text: bool
    """Whether the log's table holds JSON as text, and not as bytes."""

    def insert(self, cursor: Any, table: str, rows: Collection[Sequence[object]]) -> None:
        """Insert rows that have a value for each column."""
        ...

    def new_streams(self, cursor: Any, digests: Mapping[str, bytes]) -> dict[str, int]:
        """Insert streams without events, with the digests of their starts; their numbers."""
        ...

    def new_parts(
        self, cursor: Any, parts: Sequence[tuple[int, str, int]]
    ) -> dict[tuple[int, str, int], int]:
        """Insert parts: a stream's number, a kind, a width; their numbers."""
        ...

    def move_streams(self, cursor: Any, rows: Sequence[Sequence[object]]) -> None:
        """Update streams by rows: all columns after the name, the check, and the number."""
        ...

    def put_head(self, cursor: Any, row: Sequence[object]) -> None:
        """Put a row in the place of the index's head."""
        ...

    def add_counts(self, cursor: Any, rows: Sequence[Sequence[object]]) -> None:
        """Put counts after those of the same cell, if there are any."""
        ...

    def track(self, cursor: Any, name: str, position: int) -> None:
        """Store the progress of an index or a projection."""
        ...


_AT_ONCE = 2000


def rows_of(cursor: Cursor) -> Iterator[Any]:
    """The rows that a statement found, one by one."""
    while rows := cursor.fetchmany(_AT_ONCE):
        yield from rows
