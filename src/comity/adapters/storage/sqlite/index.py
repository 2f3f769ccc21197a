"""The index beside the log: tables that say where events are, made anew from the log if need be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zlib import crc32

import msgspec
from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.sqlite.recorder import Recorder
from comity.domain.recorded import Recorded
from comity.domain.time.dates import bounds

NAME = "comity-index-3"
"""The name under which the index's progress is tracked; a new shape of the index gets a new one."""

_TABLES = """
CREATE TABLE IF NOT EXISTS comity_relationships (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS comity_parties (
    party TEXT NOT NULL, relationship INTEGER NOT NULL, PRIMARY KEY (party, relationship)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_events (
    position INTEGER PRIMARY KEY, key INTEGER NOT NULL, relationship INTEGER NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL, recorded_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_builds (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL,
    live INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_keys (
    build INTEGER NOT NULL, key TEXT NOT NULL, rivals TEXT NOT NULL, PRIMARY KEY (build, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_kept (
    build INTEGER NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL, events INTEGER NOT NULL,
    state BLOB NOT NULL, PRIMARY KEY (build, key, day));
CREATE INDEX IF NOT EXISTS comity_events_by_key ON comity_events (key);
CREATE INDEX IF NOT EXISTS comity_events_by_until ON comity_events (relationship, until, since);
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ALWAYS = date.max.toordinal() + 1

_ROWS = "SELECT s.originator_id, s.originator_version, s.position, s.topic, s.state FROM "
_OF_THE_LOG = "JOIN stored_events AS s ON s.position = e.position "
_WITHIN = (
    "comity_relationships AS r JOIN comity_events AS e ON e.relationship = r.number "
    f"{_OF_THE_LOG} WHERE r.name = ? AND e.until > ? AND e.since <= ?"
)
WITHIN = _ROWS + _WITHIN
# All in one text, so that one call decodes them: their places go in before what is stored.
_AS_JSON = (
    """SELECT '[' || group_concat('{"relationship":"' || s.originator_id || '","version":' || """
    """s.originator_version || ',"position":' || s.position || ',' || substr(s.state, 2)) || ']' """
)
WITHIN_AS_JSON = f"{_AS_JSON} FROM {_WITHIN}"
AT = f"{_ROWS} json_each(?) CROSS JOIN stored_events AS s ON s.position = value"
# By the index of the log's own UNIQUE constraint, whatever ANALYZE makes of a small log.
AFTER_AS_JSON = (
    f"{_AS_JSON} FROM stored_events AS s INDEXED BY sqlite_autoindex_stored_events_1 "
    "WHERE s.originator_id = ? AND s.originator_version > ?"
)
BY_KEY = f"{_ROWS} comity_events AS e {_OF_THE_LOG} WHERE e.key IN (SELECT value FROM json_each(?))"
RECORDED_AT = "SELECT recorded_at FROM comity_events WHERE position = ?"
RELATIONSHIPS = "SELECT name FROM comity_relationships"
_INCLUDING = (
    "SELECT r.name FROM comity_parties AS p "
    "CROSS JOIN comity_relationships AS r ON r.number = p.relationship WHERE p.party = ?"
)
_AND = "EXISTS (SELECT 1 FROM comity_parties WHERE party = ? AND relationship = p.relationship)"
NUMBERS = (
    "SELECT value, (SELECT number FROM comity_relationships WHERE name = value) FROM json_each(?)"
)
VERSIONS = (
    "SELECT value, (SELECT MAX(originator_version) FROM stored_events "
    "WHERE originator_id = value) FROM json_each(?)"
)
HEAD = (
    "SELECT position, recorded_at FROM comity_events "
    "WHERE position = (SELECT MAX(position) FROM comity_events)"
)
PROGRESS = (
    "SELECT (SELECT MAX(position) FROM stored_events), (SELECT notification_id FROM tracking "
    f"WHERE application_name = '{NAME}'), (SELECT MAX(position) FROM comity_events)"
)


@lru_cache(maxsize=256)
def microseconds(moment: datetime) -> int:
    """A moment as whole microseconds since 1970, which sort and compare exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(count: int) -> datetime:
    """The moment so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=count)


def key(id: str) -> int:
    """A number that stands for an id in the index; ids that share one are told apart by the log."""
    return crc32(id.encode())


def relationships_including(parties: int) -> str:
    """The statement for the relationships that so many parties have in common."""
    if not parties:
        return RELATIONSHIPS
    return " AND ".join([_INCLUDING, *[_AND] * (parties - 1)])


def position_at(cursor: sqlite3.Cursor, moment: datetime) -> int:
    """The last position recorded at `moment` or before: times never decrease along the log."""
    cursor.execute(HEAD)
    low, high, wanted = 0, (cursor.fetchone() or (0,))[0], microseconds(moment)
    while low < high:
        middle = (low + high + 1) // 2
        cursor.execute(RECORDED_AT, (middle,))
        if cursor.fetchone()[0] <= wanted:
            low = middle
        else:
            high = middle - 1
    return low


def days(record: Recorded) -> tuple[int, int]:
    """The first and last day, as ordinals, on which it can become true; record keeping: always."""
    if not record.event.when:
        return 0, _ALWAYS
    earliest, latest = bounds(record.event.when)
    return earliest.toordinal(), latest.toordinal()


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
        "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('comity_relationships', "
        "'comity_parties', 'comity_events', 'comity_events_by_key', 'comity_events_by_until', "
        "'comity_builds', 'comity_keys', 'comity_kept', 'tracking')"
    )
    if cursor.fetchone()[0] != 9:
        return False
    last, tracked, entered = progress(cursor)
    cursor.execute(
        "SELECT (SELECT COUNT(*) FROM comity_events), (SELECT COUNT(DISTINCT relationship) "
        "FROM comity_parties), (SELECT COUNT(*) FROM comity_relationships)"
    )
    count, joined, named = cursor.fetchone()
    return count == entered == tracked <= last and joined == named and bool(named) == bool(tracked)


def rebuild(cursor: SQLiteCursor) -> None:
    """Begin anew: forget every row and how far any shape of the index had come."""
    for statement in (
        "DROP TABLE IF EXISTS comity_events",
        "DROP TABLE IF EXISTS comity_parties",
        "DROP TABLE IF EXISTS comity_relationships",
        "DELETE FROM tracking WHERE application_name GLOB 'comity-index-*'",
        *filter(str.strip, _TABLES.split(";")),
    ):
        cursor.execute(statement)


def add(cursor: SQLiteCursor, recorder: Recorder, records: Sequence[Recorded]) -> None:
    """Enter `records`, in order, and in the same transaction how far the index has now come."""
    numbers = _numbers(cursor, {r.relationship: r.event.parties for r in records})
    cursor.executemany(
        "INSERT INTO comity_events VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                r.position, key(r.event.id), numbers[r.relationship], *days(r),
                microseconds(r.recorded_at),
            )
            for r in records
        ],
    )  # fmt: skip
    recorder.track(cursor, Tracking(NAME, records[-1].position))


def _numbers(cursor: SQLiteCursor, parties: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The number of each relationship; those that are new are entered, with their parties."""
    cursor.execute(NUMBERS, (as_json(parties),))
    found: dict[str, int | None] = dict(cursor.fetchall())
    numbers = {name: number for name, number in found.items() if number is not None}
    for name in found.keys() - numbers.keys():
        cursor.execute("INSERT INTO comity_relationships (name) VALUES (?)", (name,))
        numbers[name] = int(cursor.lastrowid)
        cursor.executemany(
            "INSERT INTO comity_parties VALUES (?, ?)",
            [(code, numbers[name]) for code in parties[name]],
        )
    return numbers


def as_json(values: Iterable[str] | Iterable[int]) -> str:
    """Many values as the one that `json_each` takes."""
    return msgspec.json.encode(list(values)).decode()
