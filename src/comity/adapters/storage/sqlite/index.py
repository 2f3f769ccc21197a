"""The index of the log: tables that say where events are; they can be rebuilt from the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.sqlite.recorder import Recorder, as_json
from comity.domain.recorded import Recorded
from comity.domain.scope import acting, actor
from comity.domain.time.dates import bounds

NAME = "comity-index-5"
"""The name under which the index's progress is tracked; it changes with the tables' columns."""

_TABLES = """
CREATE TABLE IF NOT EXISTS comity_relationships (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS comity_parties (
    party TEXT NOT NULL, relationship INTEGER NOT NULL, PRIMARY KEY (party, relationship)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_events (
    position INTEGER PRIMARY KEY, key INTEGER NOT NULL, relationship INTEGER NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL, recorded_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_projections (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL,
    folds TEXT NOT NULL, live INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_contested (
    build INTEGER NOT NULL, key TEXT NOT NULL, contested TEXT NOT NULL, PRIMARY KEY (build, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_snapshots (
    build INTEGER NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL, events INTEGER NOT NULL,
    state BLOB NOT NULL, PRIMARY KEY (build, key, day));
CREATE INDEX IF NOT EXISTS comity_events_by_key ON comity_events (key);
CREATE INDEX IF NOT EXISTS comity_events_by_until ON comity_events (relationship, until, since);
"""
_RETIRED = ("comity_builds", "comity_keys", "comity_kept")
"""Tables of older indexes."""
_WITHOUT_LOG = (
    """DELETE FROM comity_projections WHERE (SELECT MAX(notification_id) FROM tracking
    WHERE application_name = 'comity-projection-' || number)
    > IFNULL((SELECT MAX(position) FROM stored_events), 0)""",
    "DELETE FROM comity_snapshots WHERE build NOT IN (SELECT number FROM comity_projections)",
    "DELETE FROM comity_contested WHERE build NOT IN (SELECT number FROM comity_projections)",
    """DELETE FROM tracking WHERE application_name GLOB 'comity-projection-*' AND application_name
    NOT IN (SELECT 'comity-projection-' || number FROM comity_projections)""",
)
"""Builds that know more than the log holds are deleted, and snapshots that no build has."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ALWAYS = date.max.toordinal() + 1

# By the index: the events of some streams that belong to a window, and extra positions.
_WINDOW = (
    "(SELECT e.position AS position FROM json_each(?) AS w "
    "CROSS JOIN comity_relationships AS r ON r.name = json_extract(w.value, '$[0]') "
    "CROSS JOIN comity_events AS e ON e.relationship = r.number "
    "AND e.until > json_extract(w.value, '$[1]') AND e.since <= ? "
    "UNION SELECT value FROM json_each(?)) AS p "
    "CROSS JOIN stored_events AS s ON s.position = p.position"
)
# By the index of the log's UNIQUE constraint: after ANALYZE SQLite may not choose it itself.
_AFTER = (
    "json_each(?) AS w "
    "CROSS JOIN stored_events AS s INDEXED BY sqlite_autoindex_stored_events_1 "
    "ON s.originator_id = json_extract(w.value, '$[0]') "
    "AND s.originator_version > json_extract(w.value, '$[1]')"
)
_ROWS = "SELECT s.originator_id, s.originator_version, s.position, s.topic, s.state FROM "
# One text with all records, so that one call decodes them. Each place is put before its event.
_AS_JSON = (
    """SELECT '[' || group_concat('{"relationship":"' || s.originator_id || '","version":' || """
    """s.originator_version || ',"position":' || s.position || ',' || substr(s.state, 2)) || ']' """
    "FROM "
)
WINDOW, WINDOW_AS_JSON = _ROWS + _WINDOW, _AS_JSON + _WINDOW
AFTER, AFTER_AS_JSON = _ROWS + _AFTER, _AS_JSON + _AFTER
BY_KEY = (
    f"{_ROWS} comity_events AS e JOIN stored_events AS s ON s.position = e.position "
    "WHERE e.key IN (SELECT value FROM json_each(?))"
)
POSITION_AT = """
WITH RECURSIVE search (low, high) AS (
    SELECT 0, IFNULL((SELECT MAX(position) FROM comity_events), 0)
    UNION ALL
    SELECT IIF(e.recorded_at <= :moment, e.position, low),
           IIF(e.recorded_at <= :moment, high, e.position - 1)
    FROM search JOIN comity_events AS e ON e.position = (low + high + 1) / 2 WHERE low < high)
SELECT low FROM search WHERE low >= high
"""
"""The last position recorded at or before a moment; recorded times never decrease."""
_HEAD_OF = (
    "(SELECT originator_version FROM stored_events WHERE originator_id = {name} "
    "ORDER BY originator_version DESC LIMIT 1), "
    "(SELECT position FROM stored_events WHERE originator_id = {name} "
    "ORDER BY originator_version DESC LIMIT 1)"
)
ALL_STREAMS = (
    f"SELECT r.name, {_HEAD_OF.format(name='r.name')} FROM comity_relationships AS r ORDER BY 1"
)
STREAMS = (
    f"SELECT DISTINCT r.name, {_HEAD_OF.format(name='r.name')} FROM json_each(?) AS wanted "
    "CROSS JOIN comity_parties AS p ON p.party = json_extract(wanted.value, '$[0]') "
    "CROSS JOIN comity_relationships AS r ON r.number = p.relationship "
    "WHERE NOT EXISTS (SELECT 1 FROM json_each(wanted.value) AS code WHERE NOT EXISTS ("
    "SELECT 1 FROM comity_parties WHERE party = code.value AND relationship = p.relationship)) "
    "ORDER BY 1"
)
ACTED = (
    "SELECT substr(p.party, 4), r.name FROM comity_parties AS p "
    "JOIN comity_relationships AS r ON r.number = p.relationship "
    "WHERE p.party >= 'by:' AND p.party < 'by;' ORDER BY 1, 2"
)
"""By party, where it acted alone on an agreement: rows of `comity_parties` with such a mark."""
HEADS = f"SELECT value, {_HEAD_OF.format(name='value')} FROM json_each(?)"
NUMBERS = (
    "SELECT value, (SELECT number FROM comity_relationships WHERE name = value) FROM json_each(?)"
)
LIVE_BUILDS = (
    "SELECT json_group_array(json_array(number, name, version, folds, IFNULL(("
    "SELECT MAX(notification_id) FROM tracking "
    "WHERE application_name = 'comity-projection-' || number), 0))) "
    "FROM comity_projections WHERE live"
)
STORE_HEAD = (
    "SELECT (SELECT MAX(position) FROM stored_events), (SELECT notification_id FROM tracking "
    f"WHERE application_name = '{NAME}'), (SELECT MAX(position) FROM comity_events), "
    "(SELECT recorded_at FROM comity_events "
    f"WHERE position = (SELECT MAX(position) FROM comity_events)), ({LIVE_BUILDS})"
)
"""The end of the log, the index's progress by the tracking and by its own rows, and the live
builds: what a question reads first."""


class StoreHead(NamedTuple):
    """What a transaction reads first: where the log and its index end, and the live builds."""

    last: int | None
    tracked: int | None
    indexed: int | None
    recorded_at: int | None
    live_builds: str


@lru_cache(maxsize=256)
def microseconds(moment: datetime) -> int:
    """A moment as microseconds since 1970; whole numbers compare exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def id_number(id: str) -> int:
    """A number for an id in the index; two ids can share a number, and the log tells them apart."""
    return crc32(id.encode())


def days(record: Recorded) -> tuple[int, int]:
    """The first and last day, as ordinals, on which it can be true; record keeping: all time."""
    if not record.event.when:
        return 0, _ALWAYS
    earliest, latest = bounds(record.event.when)
    return earliest.toordinal(), latest.toordinal()


def progress(cursor: SQLiteCursor) -> tuple[int, int, int]:
    """The end of the log, and the index's progress by the tracking and by its own rows."""
    cursor.execute(STORE_HEAD)
    last, tracked, indexed, _, _ = cursor.fetchone()
    return last or 0, tracked or 0, indexed or 0


def is_whole(cursor: SQLiteCursor) -> bool:
    """Whether the tables exist and hold as many rows as the tracking says; it counts the rows."""
    cursor.execute(
        "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('comity_relationships', "
        "'comity_parties', 'comity_events', 'comity_events_by_key', 'comity_events_by_until', "
        "'comity_projections', 'comity_contested', 'comity_snapshots', 'tracking')"
    )
    if cursor.fetchone()[0] != 9:
        return False
    last, tracked, indexed = progress(cursor)
    cursor.execute(
        "SELECT (SELECT COUNT(*) FROM comity_events), (SELECT COUNT(DISTINCT relationship) "
        "FROM comity_parties), (SELECT COUNT(*) FROM comity_relationships)"
    )
    count, joined, named = cursor.fetchone()
    return count == indexed == tracked <= last and joined == named and bool(named) == bool(tracked)


def rebuild(cursor: SQLiteCursor) -> None:
    """Start the index again: drop its rows, and the progress of every older index."""
    for statement in (
        "DROP TABLE IF EXISTS comity_events",
        "DROP TABLE IF EXISTS comity_parties",
        "DROP TABLE IF EXISTS comity_relationships",
        *(f"DROP TABLE IF EXISTS {name}" for name in _RETIRED),
        "DELETE FROM tracking WHERE application_name GLOB 'comity-index-*'",
        "DELETE FROM tracking WHERE application_name GLOB 'comity-kept-*'",
        *filter(str.strip, _TABLES.split(";")),
        *_WITHOUT_LOG,
    ):
        cursor.execute(statement)


def add(cursor: SQLiteCursor, recorder: Recorder, records: Sequence[Recorded]) -> None:
    """Insert `records`, in order, and the index's new progress in the same transaction."""
    numbers = _numbers(cursor, {r.relationship: r.event.parties for r in records})
    cursor.executemany(
        "INSERT INTO comity_events VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                r.position, id_number(r.event.id), numbers[r.relationship], *days(r),
                microseconds(r.recorded_at),
            )
            for r in records
        ],
    )  # fmt: skip
    acts = {(acting(by), numbers[r.relationship]) for r in records if (by := actor(r.event))}
    if acts:
        cursor.executemany("INSERT OR IGNORE INTO comity_parties VALUES (?, ?)", sorted(acts))
    recorder.track(cursor, Tracking(NAME, records[-1].position))


def _numbers(cursor: SQLiteCursor, parties: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The number of each relationship; new ones are inserted with their parties."""
    cursor.execute(NUMBERS, (as_json(list(parties)),))
    known: dict[str, int | None] = dict(cursor.fetchall())
    numbers = {name: number for name, number in known.items() if number is not None}
    for name in known.keys() - numbers.keys():
        cursor.execute("INSERT INTO comity_relationships (name) VALUES (?)", (name,))
        numbers[name] = int(cursor.lastrowid)
        cursor.executemany(
            "INSERT INTO comity_parties VALUES (?, ?)",
            [(code, numbers[name]) for code in parties[name]],
        )
    return numbers
