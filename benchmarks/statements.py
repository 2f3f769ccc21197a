"""comity's own SQL, apart from the Python around it: what it takes alone is a bound."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch

_COMMIT = "COMMIT"
WRITING = ("BEGIN", "INSERT", "UPDATE", "DELETE", _COMMIT)
READING = ("SELECT", "WITH")
Parameters = list[Any] | dict[str, Any]
Statement = tuple[str, Parameters | None, bool]
"""The text, the parameters or the rows of them, and whether it has many rows."""


class Statements:
    """Notes the statements that begin with some words, with their parameters; runs them again."""

    def __init__(self, beginnings: tuple[str, ...] = WRITING) -> None:
        self._all: list[Statement] = []
        self._beginnings = beginnings

    @contextmanager
    def noted(self) -> Generator[Callable[[], AbstractContextManager[None]]]:
        """Open connections that can note; they do so within the block that is given."""
        noting: list[bool] = []

        @contextmanager
        def now() -> Generator[None]:
            noting.append(True)
            yield
            noting.clear()

        def note(statement: Statement) -> None:
            if noting and statement[0].lstrip().upper().startswith(self._beginnings):
                self._all.append(statement)

        with patch("sqlite3.connect", partial(sqlite3.connect, factory=_noting(note))):
            yield now

    @contextmanager
    def again(self, path: Path) -> Generator[Callable[[], None]]:
        """What runs them on a file that is as it was before, as durably as comity does."""
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            yield partial(_run, connection.cursor(), self._all)

    def fetched(self, path: Path) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """The text of each statement that reads, and its rows, which are fetched one after another.

        No rows are held: the memory that one statement's took is free for those of the next.
        """
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            cursor = connection.cursor()
            for text, parameters, _ in self._all:
                yield text, cursor.execute(text, parameters or ()).fetchall()


def _run(cursor: sqlite3.Cursor, statements: Iterable[Statement]) -> None:
    for text, parameters, has_many in statements:
        if parameters is None:
            cursor.execute(text)
        elif has_many:
            cursor.executemany(text, parameters)
        else:
            cursor.execute(text, parameters)


def _noting(note: Callable[[Statement], None]) -> type[sqlite3.Connection]:
    """A connection that tells the statements that are run through it."""

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = ()) -> Self:
            is_named = isinstance(parameters, Mapping)
            note((sql, (dict if is_named else list)(parameters) or None, False))
            return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Iterable[Any]) -> Self:
            rows = list(parameters)
            note((sql, rows, True))
            return super().executemany(sql, rows)

    class Connection(sqlite3.Connection):
        def cursor(self, *_: Any) -> sqlite3.Cursor:  # type: ignore[override]
            return super().cursor(Cursor)

        def commit(self) -> None:
            note((_COMMIT, None, False))
            super().commit()

    return Connection
