"""The tables of the index and of the projections; they can be made again from the log."""

from __future__ import annotations

import sqlite3

from comity.adapters.storage.sql.dialect import as_json
from comity.adapters.storage.sql.index import NAME
from comity.adapters.storage.sqlite.recorder import Recorder, log_table

_TABLES = """
CREATE TABLE IF NOT EXISTS comity_head (
    number INTEGER PRIMARY KEY CHECK (number = 1), position INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL, digest BLOB NOT NULL, rewritten INTEGER NOT NULL,
    events INTEGER NOT NULL, ids INTEGER NOT NULL, links INTEGER NOT NULL,
    moments INTEGER NOT NULL, parts INTEGER NOT NULL, chain INTEGER NOT NULL,
    crc INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_chain (position INTEGER PRIMARY KEY, digest BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS comity_relationships (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
    position INTEGER NOT NULL, has_acts INTEGER NOT NULL, links INTEGER NOT NULL,
    counted INTEGER NOT NULL, acted TEXT NOT NULL, digest BLOB NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_parties (
    party TEXT NOT NULL, relationship INTEGER NOT NULL, PRIMARY KEY (party, relationship)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_parts (
    number INTEGER PRIMARY KEY, relationship INTEGER NOT NULL, kind TEXT NOT NULL,
    width INTEGER NOT NULL, UNIQUE (relationship, kind, width));
CREATE TABLE IF NOT EXISTS comity_events (
    part INTEGER NOT NULL, until INTEGER NOT NULL, since INTEGER NOT NULL,
    position INTEGER NOT NULL, PRIMARY KEY (part, until, since, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_ids (
    key INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (key, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_links (
    relationship INTEGER NOT NULL, link INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (relationship, link, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_counts (
    relationship INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    scheme TEXT NOT NULL, codes TEXT NOT NULL, PRIMARY KEY (relationship, first, last, scheme)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_moments (
    recorded_at INTEGER PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_projections (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL,
    folds TEXT NOT NULL, live INTEGER NOT NULL, unsettled INTEGER NOT NULL, crc INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_unsettled (
    build INTEGER NOT NULL, key TEXT NOT NULL, link INTEGER NOT NULL,
    PRIMARY KEY (build, key, link)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_snapshots (
    build INTEGER NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL, events INTEGER NOT NULL,
    newest INTEGER NOT NULL, state BLOB NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (build, key, day));
"""
"""A part holds the events of one kind in one relationship, apart by the width of their dates.

The codes of counts are JSON objects with commas between: the number of a code is the sum of theirs.
"""
_OF_THE_LOG = (
    "comity_head", "comity_chain", "comity_relationships", "comity_parties", "comity_parts",
    "comity_events", "comity_ids", "comity_links", "comity_counts", "comity_moments",
)  # fmt: skip
_OF_PROJECTIONS = ("comity_projections", "comity_unsettled", "comity_snapshots")
_RETIRED = ("comity_builds", "comity_keys", "comity_kept", "comity_contested")
"""Tables of older indexes."""
_WITHOUT_LOG = (
    """DELETE FROM comity_projections WHERE (SELECT MAX(notification_id) FROM tracking
    WHERE application_name = 'comity-projection-' || number)
    > IFNULL((SELECT MAX(position) FROM stored_events), 0)""",
    "DELETE FROM comity_snapshots WHERE build NOT IN (SELECT number FROM comity_projections)",
    "DELETE FROM comity_unsettled WHERE build NOT IN (SELECT number FROM comity_projections)",
    """DELETE FROM tracking WHERE application_name GLOB 'comity-projection-*' AND application_name
    NOT IN (SELECT 'comity-projection-' || number FROM comity_projections)""",
)
"""Builds that know more than the log holds are deleted, and snapshots that no build has."""


def statements(recorder: Recorder) -> list[str]:
    """The statements that make all tables but the log's."""
    tracking = [s for s in recorder.create_table_statements if s != log_table()]
    return [*tracking, *filter(None, map(str.strip, _TABLES.split(";")))]


def are_there(cursor: sqlite3.Cursor) -> bool:
    """Whether no table is missing."""
    names = (*_OF_THE_LOG, *_OF_PROJECTIONS, "tracking")
    cursor.execute(
        "SELECT COUNT(*) FROM sqlite_master WHERE name IN (SELECT value FROM json_each(?))",
        (as_json(names),),
    )
    return int(cursor.fetchone()[0]) == len(names)


def rebuild(cursor: sqlite3.Cursor) -> None:
    """Start the index again: drop its rows, and the progress of every older index.

    Projections of an older index, or that have lost a table, are dropped too.
    """
    cursor.execute(
        "SELECT (SELECT COUNT(*) FROM tracking WHERE application_name GLOB 'comity-index-*' "
        f"AND application_name <> '{NAME}'), (SELECT COUNT(*) FROM sqlite_master "
        "WHERE name IN (SELECT value FROM json_each(?)))",
        (as_json(_OF_PROJECTIONS),),
    )
    older, tables = cursor.fetchone()
    is_older = older > 0 or 0 < tables < len(_OF_PROJECTIONS)
    for statement in (
        *(f"DROP TABLE IF EXISTS {name}" for name in (*_OF_THE_LOG, *_RETIRED)),
        *(f"DROP TABLE IF EXISTS {name}" for name in _OF_PROJECTIONS if is_older),
        "DELETE FROM tracking WHERE application_name GLOB 'comity-index-*'",
        "DELETE FROM tracking WHERE application_name GLOB 'comity-kept-*'",
        *filter(str.strip, _TABLES.split(";")),
        *_WITHOUT_LOG,
    ):
        cursor.execute(statement)
