"""A table on the disk for what must be put in order and may be larger than the memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from comity.domain.errors import UnreadableFile

_AT_ONCE = 2_000
_SAID = "the rows on their way into order"


class Scratch:
    """A database of one table, in a file that is gone when the block ends.

    `table` makes the table, `add` is the statement that adds a row. Rows are added many at once.
    Raises `UnreadableFile` on a full disk.
    """

    def __init__(self, table: str, add: str) -> None:
        self._add, self._waiting = add, list[tuple[object, ...]]()
        # An empty name is SQLite's for a file that it makes and deletes by itself.
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in ("PRAGMA synchronous = OFF", "PRAGMA journal_mode = OFF", table, "BEGIN"):
            self._database.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def add(self, row: tuple[object, ...]) -> None:
        """Add a row."""
        self._waiting.append(row)
        if len(self._waiting) == _AT_ONCE:
            self._write()

    def rows(self, query: str) -> Iterator[Any]:
        """The rows that a query finds among all that were added."""
        self._write()
        try:
            yield from self._database.execute(query)
        except sqlite3.Error as error:
            raise UnreadableFile(_SAID, str(error)) from None

    def _write(self) -> None:
        try:
            self._database.executemany(self._add, self._waiting)
        except sqlite3.Error as error:
            raise UnreadableFile(_SAID, str(error)) from None
        self._waiting.clear()
