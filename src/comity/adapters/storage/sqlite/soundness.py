"""Soundness: whether the log has no gaps, and whether the index and the projections are whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from comity.adapters.storage.sql import sums
from comity.adapters.storage.sql.builds import (
    BuildRow,
    BuildTables,
    unsettled_sum,
    unsound_builds,
)
from comity.adapters.storage.sql.dialect import Cursor
from comity.adapters.storage.sql.index import NAME, IndexHead, head_of
from comity.adapters.storage.sql.sealed import gone
from comity.adapters.storage.sql.soundness import (
    chain_is_sound,
    parts_are_sound,
    sound_head,
    streams_are_sound,
)
from comity.adapters.storage.sqlite import tables
from comity.adapters.storage.sqlite.datastore import Datastore
from comity.adapters.storage.sqlite.failures import is_no_text
from comity.adapters.storage.sqlite.files import check_size
from comity.adapters.storage.sqlite.recorder import Recorder
from comity.adapters.storage.sqlite.schema import check_log_table, strange

# A row that is not where its key says is there for a sum, and cannot be found by its key.
_EVENTS, _IDS, _LINKS, _MOMENTS = (
    f"SELECT COUNT(*), IFNULL(SUM({total}), 0), COUNT(*) FILTER (WHERE "
    f"(a.position * 40503 >> 7) & :mask = 0 AND NOT EXISTS (SELECT 1 FROM {table} AS b "
    f"WHERE {' AND '.join(f'b.{c} = a.{c}' for c in key)})) FROM {table} AS a"
    for table, total, key in (
        ("comity_events", sums.EVENTS, ("part", "until", "since", "position")),
        ("comity_ids", sums.IDS, ("key", "position")),
        ("comity_links", sums.LINKS, ("relationship", "link", "position")),
        ("comity_moments", sums.MOMENTS, ("recorded_at", "position")),
    )
)
"""How many rows a table has, their sum, and how many of those that are looked for are not found."""
_ALL_FOUND = (
    """SELECT COUNT(*) FROM comity_relationships AS a NOT INDEXED WHERE NOT EXISTS (
    SELECT 1 FROM comity_relationships AS b INDEXED BY sqlite_autoindex_comity_relationships_1
    WHERE b.name = a.name AND b.number = a.number)""",
    """SELECT COUNT(*) FROM comity_parties AS a WHERE NOT EXISTS (
    SELECT 1 FROM comity_parties AS b CROSS JOIN comity_relationships AS r NOT INDEXED
    ON r.number = b.relationship WHERE b.party = a.party AND b.relationship = a.relationship)""",
    """SELECT COUNT(*) FROM comity_parts AS a NOT INDEXED WHERE NOT EXISTS (
    SELECT 1 FROM comity_parts AS b INDEXED BY sqlite_autoindex_comity_parts_1
    WHERE b.relationship = a.relationship AND b.kind = a.kind AND b.width = a.width
    AND b.number = a.number)""",
)
_LOG_INDEX = "INDEXED BY sqlite_autoindex_stored_events_1"
_FIRST_AND_LAST = (
    "SELECT (SELECT MIN(position) FROM stored_events NOT INDEXED), "
    "(SELECT MAX(position) FROM stored_events NOT INDEXED)"
)
_FIRST_GAP = (
    "SELECT IIF(NOT EXISTS (SELECT 1 FROM stored_events WHERE position = 1), 1, ("
    "SELECT MIN(s.position) + 1 FROM stored_events AS s WHERE s.position > 0 AND "
    "NOT EXISTS (SELECT 1 FROM stored_events AS t WHERE t.position = s.position + 1)))"
)
LARGE = 200_000
"""The rows of an index of more events are compared with their sums when they are first used."""
_FEW = 20_000
"""In an index of no more events every row is looked for, in others one of 32: some in each page."""


def is_sound(
    recorder: Recorder, builds: BuildTables, datastore: Datastore, store: str, path: Path
) -> bool:
    """Whether the index and the projections are whole; raises `StoreDamaged` for the log."""
    with datastore.plain_transaction(commit=False) as cursor:
        cursor.execute("PRAGMA page_size")
        check_size(path, cursor.fetchone()[0])
        check_log_table(cursor, store)
        if not check_log(cursor, store):
            return False
        if any(strange(cursor, tables.statements(recorder))):
            return False
        return index_is_sound(cursor, opening=True) and builds_are_sound(cursor, builds)


def check_log(cursor: sqlite3.Cursor, store: str) -> bool:
    """Raise `StoreDamaged` if the log lacks a position up to the end that the index knows.

    Return whether SQLite's own index of the log's table has as many rows.
    """
    cursor.execute(_FIRST_AND_LAST)
    first, last = cursor.fetchone()
    known, is_indexed = last or 0, True
    if _count(cursor, _LOG_INDEX) != known or (first or 1) != 1:
        is_indexed = False
        if _count(cursor, "NOT INDEXED") != known or (first or 1) != 1:
            cursor.execute(_FIRST_GAP)
            raise gone(store, cursor.fetchone()[0])
    if tables.are_there(cursor):
        head = _sound_head(cursor)
        if head is not None and head.position > known:
            raise gone(store, known + 1)
    return is_indexed


def _count(cursor: sqlite3.Cursor, index: str) -> int:
    """How many rows the log has by one of its indexes; -1 if that is damaged."""
    try:
        cursor.execute(f"SELECT COUNT(*) FROM stored_events {index}")
        return int(cursor.fetchone()[0])
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_CORRUPT:
            raise
        return -1


def index_is_sound(cursor: sqlite3.Cursor, *, opening: bool = False) -> bool:
    """Whether the index is whole up to its head, which may be behind the log.

    While a large one is opened, its rows are not compared with their sums.
    """
    return _holds(cursor, lambda: _index_is_sound(cursor, opening=opening))


def rows_are_sound(cursor: Cursor) -> bool:
    """Whether the rows of the index are what was written, by their sums."""
    return _holds(cursor, lambda: _rows_are_sound(cursor, head_of(cursor)))


def is_large(cursor: sqlite3.Cursor) -> bool:
    """Whether the rows of the index are compared with their sums only when they are first used."""
    cursor.execute("SELECT position FROM comity_head")
    return int(cursor.fetchone()[0]) > LARGE


def _holds(cursor: Cursor, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (TypeError, ValueError, AttributeError):
        return False  # it holds values that we never write
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR:
            raise
        return False  # a number is too large, a text cannot be decoded, or a column is gone


def _index_is_sound(cursor: sqlite3.Cursor, *, opening: bool) -> bool:
    if not tables.are_there(cursor) or (head := _sound_head(cursor)) is None:
        return False
    cursor.execute(f"SELECT notification_id FROM tracking WHERE application_name = '{NAME}'")
    tracked = cursor.fetchone()
    if (tracked[0] if tracked else 0) != head.position:
        return False
    if not streams_are_sound(cursor, head):
        return False
    return (opening and head.position > LARGE) or _rows_are_sound(cursor, head)


def _rows_are_sound(cursor: Cursor, head: IndexHead) -> bool:
    cursor.execute("SELECT IFNULL(SUM(links), 0) FROM comity_relationships")
    mask = 0 if head.position <= _FEW else 31
    for statement, count, total in (
        (_EVENTS, head.position, head.events),
        (_IDS, head.position, head.ids),
        (_LINKS, cursor.fetchone()[0], head.links),
        (_MOMENTS, None, head.moments),
    ):
        cursor.execute(statement, {"mask": mask})
        found, found_total, missing = cursor.fetchone()
        if count not in (None, found) or found_total != total or missing:
            return False
    if not chain_is_sound(cursor, head) or not parts_are_sound(cursor, head):
        return False
    for statement in _ALL_FOUND:
        cursor.execute(statement)
        if cursor.fetchone()[0]:
            return False
    return True


def _sound_head(cursor: sqlite3.Cursor) -> IndexHead | None:
    """The end of the index, if its row is what was written."""
    try:
        return sound_head(cursor)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        return None  # a column is gone


_UNSETTLED = (
    "SELECT build, CAST(key AS BLOB), COUNT(*), SUM(link), COUNT(IIF(link % 31 = 0, "
    "IIF(EXISTS (SELECT 1 FROM comity_unsettled AS b "
    "WHERE b.build = a.build AND b.key = a.key AND b.link = a.link), NULL, 1), NULL)) "
    "FROM comity_unsettled AS a GROUP BY build, key"
)
_SNAPSHOTS = (
    "SELECT COUNT(*) FROM comity_snapshots AS a INDEXED BY sqlite_autoindex_comity_snapshots_1 "
    "WHERE NOT EXISTS (SELECT 1 FROM comity_snapshots AS b WHERE b.build = a.build "
    "AND b.key = a.key AND b.day = a.day) "
    "OR a.build NOT IN (SELECT number FROM comity_projections)"
)


def builds_are_sound(cursor: sqlite3.Cursor, builds: BuildTables) -> bool:
    """Whether all builds are whole, and nothing is kept of others."""
    return not_whole(cursor, builds) == (False, [])


def not_whole(cursor: sqlite3.Cursor, builds: BuildTables) -> tuple[bool, list[tuple[int, bool]]]:
    """Whether rows are out of place or of no build, and the builds that are not whole."""
    cursor.execute(_SNAPSHOTS)
    is_hidden = cursor.fetchone()[0] > 0
    cursor.execute(_UNSETTLED)
    found: dict[int, int] = {}
    for build, key, count, links, missing in cursor.fetchall():
        is_hidden = is_hidden or missing > 0
        added = unsettled_sum(key.decode(errors="replace"), count, links or 0)
        found[build] = found.get(build, 0) + added
    rows: list[BuildRow]
    try:
        rows = builds.builds(cursor)
    except sqlite3.OperationalError as error:
        if not is_no_text(error):
            raise
        cursor.execute("SELECT number FROM comity_projections")
        return True, [(number, True) for (number,) in cursor.fetchall()]
    return unsound_builds(rows, found, is_hidden=is_hidden)
