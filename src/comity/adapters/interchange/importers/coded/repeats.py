"""What a coder's source repeats is counted: one interaction, however often it is told.

Files need not be sorted and may be larger than memory, so the count is kept in a table on disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from types import TracebackType
from typing import NamedTuple, Self

from comity.domain.errors import UnreadableFile

_PORTION = 2_000
_BREAK = "\n"
"""Between the parts of a key; no text of an interaction holds one."""

# The first row says where the repeated event stands in the file. Of what the rows say otherwise
# the smallest stays, whichever order the rows are in: so the earliest day of publication.
_TABLE = """
    CREATE TABLE told (
        number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, line INTEGER NOT NULL,
        rows INTEGER NOT NULL, mentions INTEGER NOT NULL, evidence TEXT NOT NULL
    )
"""
_ADD = """
    INSERT INTO told (key, line, rows, mentions, evidence) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET
        rows = rows + excluded.rows, mentions = mentions + excluded.mentions,
        evidence = min(evidence, excluded.evidence)
"""


class Key(NamedTuple):
    """What makes an interaction the same: when who did what to whom, in the coder's words."""

    when: str
    source: str
    code: str
    target: str
    source_actor: str
    target_actor: str
    mode: str = ""


class Evidence(NamedTuple):
    """Where an interaction was reported, and where it happened."""

    published: str = ""
    note: str = ""
    url: str = ""
    place: str = ""


class Repeated(NamedTuple):
    """An interaction, the line that tells it first, and how many rows and mentions it has."""

    key: Key
    line: int
    rows: int
    mentions: int
    evidence: Evidence


class Repeats:
    """A count of interactions; a context, after which its file is gone."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, int, int, int, str]] = []
        # An empty name is SQLite's for a file that it makes and deletes by itself.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(_TABLE)
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def add(self, key: Key, line: int, rows: int, mentions: int, evidence: Evidence) -> None:
        """Count an interaction that `rows` rows tell; raises `UnreadableFile` on a full disk."""
        waiting = self._waiting
        waiting.append((_BREAK.join(key), line, rows, mentions, _BREAK.join(evidence)))
        if len(waiting) == _PORTION:
            self._write()

    def __iter__(self) -> Iterator[Repeated]:
        """Every interaction once, in the order of the lines that tell them first."""
        self._write()
        with closing(self._database.cursor()) as cursor:
            cursor.execute("SELECT key, line, rows, mentions, evidence FROM told ORDER BY number")
            for key, line, rows, mentions, evidence in cursor:
                told = Evidence(*evidence.split(_BREAK))
                yield Repeated(Key(*key.split(_BREAK)), line, rows, mentions, told)

    def _write(self) -> None:
        try:
            self._database.executemany(_ADD, self._waiting)
        except sqlite3.Error as error:
            raise UnreadableFile("the table of repeated rows", str(error)) from None
        self._waiting.clear()
