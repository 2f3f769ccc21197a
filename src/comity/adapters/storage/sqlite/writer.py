"""The index's tables in SQLite, as rows get into them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.sql.dialect import Statements
from comity.adapters.storage.sql.index import Part
from comity.adapters.storage.sqlite import statements
from comity.adapters.storage.sqlite.recorder import Recorder

# Counts are put after those that are there, which is the fastest; long texts are added up.
_ADD = """
INSERT INTO comity_counts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET codes = CASE
    WHEN length(codes) < 2000 THEN codes || ',' || excluded.codes
    ELSE (SELECT json_group_object(key, number) FROM (
        SELECT c.key AS key, SUM(c.value) AS number
        FROM json_each('[' || codes || ',' || excluded.codes || ']') AS o, json_each(o.value) AS c
        GROUP BY c.key)) END
"""


class SQLiteTables:
    """Inserts row by row, which costs SQLite no more than rows at once."""

    sql: Statements = statements  # pyright: ignore[reportAssignmentType]  # none is changed
    json_is_text = True

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def insert(
        self, cursor: sqlite3.Cursor, table: str, rows: Collection[Sequence[object]]
    ) -> None:
        """Insert rows that have a value for each column."""
        rows = list(rows)
        if rows:
            values = ", ".join("?" * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({values})", rows)

    def new_streams(self, cursor: sqlite3.Cursor, digests: Mapping[str, bytes]) -> dict[str, int]:
        """Insert streams without events, with the digests of their starts; their numbers."""
        numbers: dict[str, int] = {}
        for name, digest in digests.items():
            cursor.execute(
                "INSERT INTO comity_relationships VALUES (NULL, ?, 0, 0, 0, 0, 0, '', ?, 0)",
                (name, digest),
            )
            numbers[name] = int(cursor.lastrowid or 0)
        return numbers

    def new_parts(self, cursor: sqlite3.Cursor, parts: Sequence[Part]) -> dict[Part, int]:
        """Insert parts: a stream's number, a kind, a width; their numbers."""
        numbers: dict[Part, int] = {}
        for part in parts:
            cursor.execute(
                "INSERT INTO comity_parts (relationship, kind, width) VALUES (?, ?, ?)", part
            )
            numbers[part] = int(cursor.lastrowid or 0)
        return numbers

    def move_streams(self, cursor: sqlite3.Cursor, rows: Sequence[Sequence[object]]) -> None:
        """Update streams by rows: all columns after the name, the check, and the number."""
        cursor.executemany(
            "UPDATE comity_relationships SET version = ?, position = ?, has_acts = ?, links = ?, "
            "counted = ?, acted = ?, digest = ?, crc = ? WHERE number = ?",
            rows,
        )

    def put_head(self, cursor: sqlite3.Cursor, row: Sequence[object]) -> None:
        """Put a row in the place of the index's head."""
        cursor.execute(
            "INSERT OR REPLACE INTO comity_head VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row
        )

    def add_counts(self, cursor: sqlite3.Cursor, rows: Sequence[Sequence[object]]) -> None:
        """Put counts after those of the same cell, if there are any."""
        cursor.executemany(_ADD, rows)

    def track(self, cursor: sqlite3.Cursor, name: str, position: int) -> None:
        """Store the progress of an index or a projection."""
        self._recorder.track(SQLiteCursor(cursor), Tracking(name, position))
