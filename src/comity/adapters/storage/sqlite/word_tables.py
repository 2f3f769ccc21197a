"""The tables of the index of words: made, dropped, and known to be what was written by their sum.

They can be made again from the log. They are in its file, so that whoever has the one has the
other, and what is redacted leaves both.
"""

from __future__ import annotations

import sqlite3
from array import array
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from comity.domain.search.indexed import Columns

_TABLES = {
    "comity_search_head": """CREATE TABLE comity_search_head (
    number INTEGER PRIMARY KEY CHECK (number = 1), rules TEXT NOT NULL, position INTEGER NOT NULL,
    rewritten INTEGER NOT NULL, sum INTEGER NOT NULL)""",
    "comity_search_groups": """CREATE TABLE comity_search_groups (
    number INTEGER PRIMARY KEY, relationship TEXT NOT NULL, kind TEXT NOT NULL)""",
    "comity_search_columns": """CREATE TABLE comity_search_columns (
    after INTEGER PRIMARY KEY, numbers BLOB NOT NULL)""",
    # The words are cut and folded before; of the letters A to Z `ascii` changes none of them.
    "comity_search_words": """CREATE VIRTUAL TABLE comity_search_words USING fts5(
    words, content='', columnsize=0, tokenize='ascii')""",
    "comity_search_places": """CREATE VIRTUAL TABLE comity_search_places USING fts5vocab(
    comity_search_words, instance)""",
}
_SHADOWS = {
    "data": "(id INTEGER PRIMARY KEY, block BLOB)",
    "idx": "(segid, term, pgno, PRIMARY KEY (segid, term)) WITHOUT ROWID",
    "config": "(k PRIMARY KEY, v) WITHOUT ROWID",
}
"""The tables in which FTS5 keeps its own: https://www.sqlite.org/fts5.html, section 9."""
_IN_SUM = (
    "SELECT number, relationship, kind FROM comity_search_groups ORDER BY number",
    "SELECT after, numbers FROM comity_search_columns ORDER BY after",
    "SELECT id, block FROM comity_search_words_data ORDER BY id",
    "SELECT segid, term, pgno FROM comity_search_words_idx ORDER BY segid, term",
    "SELECT k, v FROM comity_search_words_config ORDER BY k",
)
_NOT_FOUND = (
    """SELECT COUNT(*) FROM comity_search_words_data AS a WHERE NOT EXISTS (
    SELECT 1 FROM comity_search_words_data AS b WHERE b.id = a.id)""",
    """SELECT COUNT(*) FROM comity_search_words_idx AS a WHERE NOT EXISTS (
    SELECT 1 FROM comity_search_words_idx AS b WHERE b.segid = a.segid AND b.term = a.term)""",
)
"""How many rows are not where their key says."""


class WordHead(NamedTuple):
    """The end of an index: its rules, its last position, the rewriting of its log, and its sum."""

    rules: str
    position: int
    rewritten: int
    sum: int


def has_fts5(cursor: sqlite3.Cursor) -> bool:
    """Whether this SQLite was built with FTS5."""
    cursor.execute("SELECT COUNT(*) FROM pragma_module_list WHERE name = 'fts5'")
    return bool(cursor.fetchone()[0])


def head_of(cursor: sqlite3.Cursor) -> WordHead | None:
    """The end of the index, if there is one, in tables that are as we make them."""
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE name GLOB 'comity_search_*'")
    made = {str(name): sql for name, sql in cursor.fetchall()}
    shadows = {f"comity_search_words_{name}" for name in _SHADOWS}
    if made.keys() != _TABLES.keys() | shadows:
        return None
    if any(made[name] != sql for name, sql in _TABLES.items()):
        return None
    cursor.execute("SELECT rules, position, rewritten, sum FROM comity_search_head")
    rows = [WordHead(*row) for row in cursor.fetchall()]
    return rows[0] if len(rows) == 1 else None


def sound_head(cursor: sqlite3.Cursor, checked: WordHead | None = None) -> WordHead | None:
    """The end of the index, if that is whole; one that was `checked` is not compared again."""
    try:
        head = head_of(cursor)
        return head if head and (head == checked or _is_sound(cursor, head)) else None
    except (TypeError, ValueError):
        return None  # it holds values that we never write
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF not in OF_DAMAGE:
            raise
        return None


OF_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)
"""What SQLite says of damaged pages, and of tables that are not as FTS5 or we make them."""


def is_there(cursor: sqlite3.Cursor) -> bool:
    """Whether anything stands under the names of an index."""
    return bool(_parts(cursor))


def drop_unsound(cursor: sqlite3.Cursor) -> bool:
    """Drop an index that is not whole; whether there was one."""
    if not is_there(cursor) or sound_head(cursor) is not None:
        return False
    drop(cursor)
    return True


def _is_sound(cursor: sqlite3.Cursor, head: WordHead) -> bool:
    """Whether all rows of the index are what was written, and where they belong."""
    for statement in _NOT_FOUND:
        cursor.execute(statement)
        if cursor.fetchone()[0]:
            return False
    return sum_of(cursor, head) == head.sum


def sum_of(cursor: sqlite3.Cursor, head: WordHead) -> int:
    """The CRC-32 of all rows of the index and of its end: some milliseconds for each 10 MB."""
    total = crc32(repr(tuple(head)[:3]).encode())
    for statement in _IN_SUM:
        cursor.execute(statement)
        for row in cursor:
            for value in row:
                total = crc32(value if isinstance(value, bytes) else repr(value).encode(), total)
    return total


def begin(cursor: sqlite3.Cursor) -> None:
    """Drop what there is of an index, and make the tables of an empty one."""
    drop(cursor)
    for statement in _TABLES.values():
        cursor.execute(statement)


def drop(cursor: sqlite3.Cursor) -> None:
    """Drop the index with all of its text, whatever stands under its names."""
    parts = _parts(cursor)
    if ("table", "comity_search_words") in parts:
        # FTS5 drops its table only if it can open it, for which it needs these.
        for name, columns in _SHADOWS.items():
            cursor.execute(f"CREATE TABLE IF NOT EXISTS comity_search_words_{name} {columns}")
        cursor.execute("INSERT OR REPLACE INTO comity_search_words_config VALUES ('version', 4)")
        cursor.execute("INSERT OR REPLACE INTO comity_search_words_data VALUES (10, zeroblob(7))")
    for type_, name in parts:
        cursor.execute(f'DROP {type_} IF EXISTS "{name}"')


def _parts(cursor: sqlite3.Cursor) -> list[tuple[str, str]]:
    """What stands under the names of an index. A virtual table comes before what it drops."""
    cursor.execute(
        "SELECT type, name FROM sqlite_master WHERE name GLOB 'comity_search_*' AND sql > '' "
        "ORDER BY sql NOT LIKE '%fts5vocab%', sql NOT LIKE 'CREATE VIRTUAL%', type, name"
    )
    return [(str(type_), str(name).replace('"', '""')) for type_, name in cursor.fetchall()]


def columns_of(cursor: sqlite3.Cursor) -> Columns:
    """The columns of the index."""
    from comity.domain.search.indexed import Columns

    columns = Columns.empty()
    cursor.execute("SELECT relationship, kind FROM comity_search_groups ORDER BY number")
    columns.names.extend(map(tuple, cursor.fetchall()))
    cursor.execute("SELECT numbers FROM comity_search_columns ORDER BY after")
    for (blob,) in cursor.fetchall():
        numbers = array("I", blob)
        size = len(numbers) // len(columns.numbers)
        for at, column in enumerate(columns.numbers):
            column.extend(numbers[at * size : (at + 1) * size])
    return columns
