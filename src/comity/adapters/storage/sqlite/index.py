"""The index of the log: tables that say where events are; they can be rebuilt from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import compress
from operator import not_
from typing import NamedTuple
from zlib import crc32

from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.sqlite import counts
from comity.adapters.storage.sqlite.recorder import Recorder, as_json
from comity.adapters.storage.sqlite.statements import NAME, NUMBERS, STORE_HEAD
from comity.domain.events import RECORD_KEEPING
from comity.domain.extent import extent_of
from comity.domain.links import is_linked, links_of
from comity.domain.recorded import Recorded
from comity.domain.scope import acting, actor

_TABLES = f"""{counts.TABLE}
CREATE TABLE IF NOT EXISTS comity_relationships (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
    position INTEGER NOT NULL, has_acts INTEGER NOT NULL, links INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_parties (
    party TEXT NOT NULL, relationship INTEGER NOT NULL, PRIMARY KEY (party, relationship)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_parts (
    number INTEGER PRIMARY KEY, relationship INTEGER NOT NULL, kind TEXT NOT NULL,
    width INTEGER NOT NULL, UNIQUE (relationship, kind, width));
CREATE TABLE IF NOT EXISTS comity_events (
    position INTEGER PRIMARY KEY, part INTEGER NOT NULL, since INTEGER NOT NULL,
    until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_ids (
    key INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (key, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_links (
    relationship INTEGER NOT NULL, link INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (relationship, link, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_moments (
    recorded_at INTEGER PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_projections (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL,
    folds TEXT NOT NULL, live INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comity_unsettled (
    build INTEGER NOT NULL, key TEXT NOT NULL, link INTEGER NOT NULL,
    PRIMARY KEY (build, key, link)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS comity_snapshots (
    build INTEGER NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL, events INTEGER NOT NULL,
    newest INTEGER NOT NULL, state BLOB NOT NULL, PRIMARY KEY (build, key, day));
CREATE INDEX IF NOT EXISTS comity_events_by_until ON comity_events (part, until, since);
"""
"""A part holds the events of one kind in one relationship, apart by the width of their dates."""
_OF_THE_LOG = (
    "comity_relationships", "comity_parties", "comity_parts", "comity_events", "comity_ids",
    "comity_links", "comity_counts", "comity_moments",
)  # fmt: skip
_OTHERS = (
    "comity_projections", "comity_unsettled", "comity_snapshots", "comity_events_by_until",
    "tracking",
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
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Part = tuple[int, str, int]
"""A relationship's number, a kind, and the width of dates."""


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


def progress(cursor: SQLiteCursor) -> tuple[int, int, int]:
    """The end of the log, and the index's progress by the tracking and by its own rows."""
    cursor.execute(STORE_HEAD)
    last, tracked, indexed, _, _ = cursor.fetchone()
    return last or 0, tracked or 0, indexed or 0


def is_whole(cursor: SQLiteCursor) -> bool:
    """Whether the tables exist and hold as many rows as the tracking says; it counts the rows."""
    names = (*_OF_THE_LOG, *_OTHERS)
    cursor.execute(
        "SELECT COUNT(*) FROM sqlite_master WHERE name IN (SELECT value FROM json_each(?))",
        (as_json(names),),
    )
    if cursor.fetchone()[0] != len(names):
        return False
    last, tracked, indexed = progress(cursor)
    cursor.execute(
        "SELECT (SELECT COUNT(*) FROM comity_events), (SELECT COUNT(*) FROM comity_ids), "
        "(SELECT COUNT(DISTINCT relationship) FROM comity_parties), "
        "(SELECT COUNT(DISTINCT relationship) FROM comity_parts), "
        "(SELECT COUNT(*) FROM comity_relationships), (SELECT COUNT(*) FROM comity_links), "
        "(SELECT IFNULL(SUM(version), 0) FROM comity_relationships), "
        "(SELECT IFNULL(SUM(links), 0) FROM comity_relationships), "
        "(SELECT MIN(position) FROM comity_moments), "
        "(SELECT COUNT(*) FROM comity_parties WHERE party NOT GLOB 'by:*'), "
        "(SELECT IFNULL(SUM(1 + length(name) - length(replace(name, '-', ''))), 0) "
        "FROM comity_relationships)"
    )
    count, ids, joined, parted, named, linked, versions, links, first, *members = cursor.fetchone()
    are_named = joined == parted == named and bool(named) == bool(tracked) == (first == 1)
    are_named = are_named and members[0] == members[1]
    are_counted = versions == count == ids == indexed and links == linked
    return are_counted and indexed == tracked <= last and are_named


def rebuild(cursor: SQLiteCursor) -> None:
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


def add(cursor: SQLiteCursor, recorder: Recorder, records: Sequence[Recorded]) -> None:
    """Insert `records`, in order, and the index's new progress in the same transaction."""
    numbers = _numbers(cursor, {r.relationship: r.event.parties for r in records})
    extents = [extent_of(record.event) for record in records]
    kinds = [
        (numbers[record.relationship], record.event.type, extent.width)
        for record, extent in zip(records, extents, strict=True)
    ]
    parts = _parts(cursor, set(kinds))
    cursor.executemany(
        "INSERT INTO comity_events VALUES (?, ?, ?, ?)",
        [
            (record.position, parts[kind], extent.since, extent.until)
            for record, kind, extent in zip(records, kinds, extents, strict=True)
        ],
    )
    cursor.executemany(
        "INSERT INTO comity_ids VALUES (?, ?)",
        [(id_number(record.event.id), record.position) for record in records],
    )
    linked = [is_linked(record.event) for record in records]
    links = [
        (numbers[record.relationship], link, record.position)
        for record in compress(records, linked)
        for link in links_of(record.event)
    ]
    cursor.executemany("INSERT INTO comity_links VALUES (?, ?, ?)", links)
    _move_heads(cursor, numbers, records, Counter(number for number, *_ in links))
    counts.add(cursor, numbers, compress(records, map(not_, linked)))
    moments = {microseconds(record.recorded_at): record.position for record in reversed(records)}
    cursor.executemany("INSERT OR IGNORE INTO comity_moments VALUES (?, ?)", moments.items())
    acts = {(acting(by), numbers[r.relationship]) for r in records if (by := actor(r.event))}
    if acts:
        cursor.executemany("INSERT OR IGNORE INTO comity_parties VALUES (?, ?)", sorted(acts))
    recorder.track(cursor, Tracking(NAME, records[-1].position))


def _move_heads(
    cursor: SQLiteCursor,
    numbers: Mapping[str, int],
    records: Sequence[Recorded],
    links: Mapping[int, int],
) -> None:
    """Move the end of each relationship's stream to its last record."""
    last = {record.relationship: record for record in records}
    with_acts = {r.relationship for r in records if r.event.type in RECORD_KEEPING}
    cursor.executemany(
        "UPDATE comity_relationships SET version = ?, position = ?, "
        "has_acts = has_acts OR ?, links = links + ? WHERE number = ?",
        [
            (r.version, r.position, name in with_acts, links.get(numbers[name], 0), numbers[name])
            for name, r in last.items()
        ],
    )


def _parts(cursor: SQLiteCursor, wanted: set[Part]) -> dict[Part, int]:
    """The number of each part; new ones are inserted."""
    cursor.execute(
        "SELECT p.relationship, p.kind, p.width, p.number FROM json_each(?) AS w "
        "JOIN comity_parts AS p ON p.relationship = json_extract(w.value, '$[0]') "
        "AND p.kind = json_extract(w.value, '$[1]') AND p.width = json_extract(w.value, '$[2]')",
        (as_json(list(wanted)),),
    )
    parts: dict[Part, int] = {(r, kind, width): n for r, kind, width, n in cursor.fetchall()}
    for part in sorted(wanted - parts.keys()):
        cursor.execute(
            "INSERT INTO comity_parts (relationship, kind, width) VALUES (?, ?, ?)", part
        )
        parts[part] = int(cursor.lastrowid)
    return parts


def _numbers(cursor: SQLiteCursor, parties: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """The number of each relationship; new ones are inserted with their parties."""
    cursor.execute(NUMBERS, (as_json(list(parties)),))
    known: dict[str, int | None] = dict(cursor.fetchall())
    numbers = {name: number for name, number in known.items() if number is not None}
    for name in known.keys() - numbers.keys():
        cursor.execute("INSERT INTO comity_relationships VALUES (NULL, ?, 0, 0, 0, 0)", (name,))
        numbers[name] = int(cursor.lastrowid)
        cursor.executemany(
            "INSERT INTO comity_parties VALUES (?, ?)",
            [(code, numbers[name]) for code in parties[name]],
        )
    return numbers
