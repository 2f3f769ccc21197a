"""The schema of a file: the log's table must be ours, and what else is strange is dropped."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from comity.adapters.storage.sqlite.recorder import log_table
from comity.domain.errors import StoreDamaged

LOG = "stored_events"
_OF_ROWS = re.compile(
    "row |rowid |wrong # of|non-unique|NULL |NUMERIC |TEXT |CHECK "
    "|malformed inverted index|unable to validate the inverted index"
)
"""How SQLite begins to tell what is wrong with rows, or words, and not with pages."""


class Part(NamedTuple):
    """A table, index, view or trigger of a file; `table` is what it belongs to."""

    type: str
    name: str
    table: str
    sql: str


def check_log_table(cursor: sqlite3.Cursor, store: str) -> None:
    """Raise `StoreDamaged` if the log's table is not as we make it, or something acts on it."""
    parts = [part for part in _parts(cursor) if LOG in (part.name.lower(), part.table.lower())]
    [expected] = _expected([log_table()]).values()
    if [part.sql for part in parts if part.type == "table"] != [expected]:
        raise StoreDamaged(store, "the table of its log is not as comity makes it")
    if triggers := [part.name for part in parts if part.type == "trigger"]:
        raise StoreDamaged(store, f"the trigger {triggers[0]!r} acts on its log")


def check_structure(cursor: sqlite3.Cursor, store: str) -> None:
    """Raise `StoreDamaged` if pages are not where they belong; rows may be wrong.

    It goes before whatever is mended. Where two tables share a page, what is written to one of them
    destroys the other, perhaps the log.
    """
    cursor.execute("PRAGMA quick_check")
    for (found,) in cursor.fetchall():
        if found != "ok" and not _OF_ROWS.match(str(found)):
            reason = " ".join(str(found).split())
            raise StoreDamaged(store, f"its pages are not in order: {reason}")


def strange(cursor: sqlite3.Cursor, statements: Iterable[str]) -> Iterator[Part]:
    """What is not as these statements make it, though it has the name of one of their tables.

    Triggers and indexes on such a table, and indexes on the log, are strange too: we make none.
    """
    expected = _expected(statements)
    for part in _parts(cursor):
        if part.name.lower() in expected:
            if (part.type, part.sql) != ("table", expected[part.name.lower()]):
                yield part
        elif part.table.lower() in (*expected, LOG) and part.sql and part.type != "table":
            yield part


def drop(cursor: sqlite3.Cursor, parts: Iterable[Part]) -> None:
    """Drop parts of the schema; what goes with a table that was dropped is gone already."""
    for part in parts:
        name = part.name.replace('"', '""')
        cursor.execute(f'DROP {part.type} IF EXISTS "{name}"')


def _parts(cursor: sqlite3.Cursor) -> list[Part]:
    """All parts; those that SQLite makes by itself have no SQL."""
    cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
    found = [Part(*(str(value or "") for value in row)) for row in cursor.fetchall()]
    return [part._replace(sql=" ".join(part.sql.split())) for part in found]


def _expected(statements: Iterable[str]) -> dict[str, str]:
    """By the names of the tables, the SQL by which SQLite remembers them."""
    words = [" ".join(s.replace("IF NOT EXISTS ", "", 1).split()) for s in statements]
    return {sql.split()[2]: sql for sql in words}
