"""The index beside the log: tables that say where events are, made anew from the log if need be."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.recorder import Recorder
from comity.domain.dates import bounds
from comity.domain.recorded import Recorded

NAME = "comity-index-1"
"""The name under which the index's progress is tracked; a new shape of the index gets a new one."""

_TABLES = """
CREATE TABLE IF NOT EXISTS comity_events (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL, relationship TEXT NOT NULL,
    needed_from INTEGER NOT NULL, recorded_at INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS comity_events_by_id ON comity_events (id);
CREATE INDEX IF NOT EXISTS comity_events_by_day ON comity_events (relationship, needed_from);
CREATE INDEX IF NOT EXISTS comity_events_by_time ON comity_events (recorded_at);
CREATE TABLE IF NOT EXISTS comity_parties (
    party TEXT NOT NULL, relationship TEXT NOT NULL, PRIMARY KEY (party, relationship)
) WITHOUT ROWID;
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHUNK = 500

CANDIDATES = (
    "SELECT s.topic, CAST(s.state AS BLOB), s.originator_id, s.originator_version, s.position "
    "FROM comity_events AS e JOIN stored_events AS s ON s.position = e.position "
    "WHERE e.relationship = ? AND e.needed_from <= ? AND e.position <= ?"
)
BY_ID = (
    "SELECT s.topic, CAST(s.state AS BLOB), s.originator_id, s.originator_version, s.position "
    "FROM comity_events AS e JOIN stored_events AS s ON s.position = e.position WHERE e.id IN ({})"
)
POSITION_AT = (
    "SELECT position FROM comity_events WHERE recorded_at <= ? "
    "ORDER BY recorded_at DESC, position DESC LIMIT 1"
)
RELATIONSHIPS = "SELECT relationship FROM comity_parties WHERE party = ?"
VERSION = "SELECT MAX(originator_version) FROM stored_events WHERE originator_id = ?"
HEAD = (
    "SELECT position, recorded_at FROM comity_events "
    "WHERE position = (SELECT MAX(position) FROM comity_events)"
)
PROGRESS = (
    "SELECT (SELECT MAX(position) FROM stored_events), (SELECT notification_id FROM tracking "
    f"WHERE application_name = '{NAME}'), (SELECT MAX(position) FROM comity_events)"
)


def microseconds(moment: datetime) -> int:
    """A moment as whole microseconds since 1970, which sort and compare exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(count: int) -> datetime:
    """The moment so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=count)


def needed_from(record: Recorded) -> int:
    """The first day, as an ordinal, on which a question can need the event.

    Of rival accounts each bears on the others, and a retraction on its target, on every day.
    """
    event = record.event
    return 0 if event.happening or not event.when else bounds(event.when).earliest.toordinal()


def create(cursor: SQLiteCursor) -> None:
    """Make the tables that are missing."""
    for statement in _TABLES.split(";"):
        if statement.strip():
            cursor.execute(statement)


def progress(cursor: SQLiteCursor) -> tuple[int, int, int]:
    """Where the log ends, how far the index has come by the tracking, and by its own rows."""
    cursor.execute(PROGRESS)
    last, tracked, entered = cursor.fetchone()
    return last or 0, tracked or 0, entered or 0


def is_current(cursor: SQLiteCursor) -> bool:
    """Whether the index has come as far as the log; as cheap as every question needs it."""
    try:
        last, tracked, entered = progress(cursor)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        return False  # a table is gone
    return last == tracked == entered


def is_whole(cursor: SQLiteCursor) -> bool:
    """Whether the tables are there and hold what the tracking says they hold; counts the rows."""
    cursor.execute(
        "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('comity_events', 'comity_parties', "
        "'comity_events_by_id', 'comity_events_by_day', 'comity_events_by_time', 'tracking')"
    )
    if cursor.fetchone()[0] != 6:
        return False
    last, tracked, entered = progress(cursor)
    cursor.execute(
        "SELECT (SELECT COUNT(*) FROM comity_events), EXISTS (SELECT 1 FROM comity_parties)"
    )
    count, parties = cursor.fetchone()
    return count == entered == tracked <= last and bool(parties) == bool(tracked)


def empty(cursor: SQLiteCursor) -> None:
    """Begin anew: forget every row and how far the index had come."""
    for statement in (
        "DELETE FROM comity_events",
        "DELETE FROM comity_parties",
        f"DELETE FROM tracking WHERE application_name = '{NAME}'",
    ):
        cursor.execute(statement)


def add(cursor: SQLiteCursor, recorder: Recorder, records: Collection[Recorded]) -> None:
    """Enter `records`, and in the same transaction how far the index has now come."""
    cursor.executemany(
        "INSERT INTO comity_events VALUES (?, ?, ?, ?, ?)",
        [
            (r.position, r.event.id, r.relationship, needed_from(r), microseconds(r.recorded_at))
            for r in records
        ],
    )
    new = {r.relationship: r.event.parties for r in records if r.version == 1}
    cursor.executemany(
        "INSERT OR IGNORE INTO comity_parties VALUES (?, ?)",
        [(code, name) for name, codes in new.items() for code in codes],
    )
    last = max(record.position for record in records)
    recorder.track(cursor, Tracking(NAME, last))


def rows_in(cursor: SQLiteCursor, statement: str, values: Iterable[str]) -> list[Any]:
    """The rows of a statement with `IN ({})`, asked in parts that SQLite can take."""
    rows: list[Any] = []
    rest = iter(values)
    while part := tuple(islice(rest, _CHUNK)):
        cursor.execute(statement.format(",".join("?" * len(part))), part)
        rows.extend(cursor.fetchall())
    return rows
