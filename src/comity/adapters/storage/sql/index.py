"""The index of the log: it says where events are, and can be made again from the log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import compress
from operator import not_
from typing import NamedTuple
from zlib import crc32

from comity.adapters.storage.sql import counts, sums
from comity.adapters.storage.sql.dialect import Cursor, IndexTables, as_json
from comity.domain.events import RECORD_KEEPING
from comity.domain.extent import extent_of
from comity.domain.integrity import START, chained, stream_start
from comity.domain.links import is_linked, links_of
from comity.domain.recorded import Recorded
from comity.domain.scope import acting, actor

VERSION = 8
"""The version of the index's tables; it changes with their columns."""
NAME = f"comity-index-{VERSION}"
"""The name under which the index's progress is tracked."""
CHECKPOINT = 1000
"""The log's digest is kept after so many events, and again after as many."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Part = tuple[int, str, int]
"""A relationship's number, a kind, and the width of dates."""


class IndexHead(NamedTuple):
    """The end of the index: the last position, its recorded time, and the log's digest there.

    `rewritten` is another number after each rewriting of the log. The rest are the sums of the
    tables.
    """

    position: int = 0
    recorded_at: int = 0
    digest: bytes = START
    rewritten: int = 0
    events: int = 0
    ids: int = 0
    links: int = 0
    moments: int = 0
    parts: int = 0
    chain: int = 0


class Stream(NamedTuple):
    """What the index knows of a stream.

    `links` counts its rows of links, `counted` is the sum of its counts, and `acted` are the codes
    of the parties that acted alone in it, with commas. `digest` is that of its chain.
    """

    number: int
    name: str
    version: int = 0
    position: int = 0
    has_acts: int = 0
    links: int = 0
    counted: int = 0
    acted: str = ""
    digest: bytes = b""


class Known(NamedTuple):
    """What was read of the index before rows are added: its end, some streams, and their parts."""

    head: IndexHead
    streams: dict[str, Stream]
    parts: dict[Part, int] | None


def check_of(row: IndexHead | Stream) -> int:
    """The CRC-32 of a row, which shows damage."""
    return crc32(repr(tuple(row)).encode())


@lru_cache(maxsize=256)
def microseconds(moment: datetime) -> int:
    """A moment as microseconds since 1970; whole numbers compare exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def id_number(id: str) -> int:
    """A number for an id in the index; two ids can share a number, and the log tells them apart."""
    return crc32(id.encode())


def head_of(cursor: Cursor) -> IndexHead:
    """The end of the index."""
    cursor.execute(
        "SELECT position, recorded_at, digest, rewritten, events, ids, links, moments, parts, "
        "chain FROM comity_head"
    )
    return IndexHead(*cursor.fetchone())


def put_head(cursor: Cursor, tables: IndexTables, head: IndexHead) -> None:
    """Move the end of the index."""
    tables.put_head(cursor, (*head, check_of(head)))


def add(
    cursor: Cursor,
    tables: IndexTables,
    records: Sequence[Recorded],
    commitments: Sequence[bytes],
    known: Known | None = None,
) -> None:
    """Insert `records`, in order, and the index's new progress in the same transaction.

    What is `known` of all their streams need not be read.
    """
    parties = {r.relationship: r.event.parties for r in records}
    if known is None:
        known = Known(head_of(cursor), streams(cursor, tables, parties), None)
    head = known.head
    begun = _begun(cursor, tables, known.streams, parties)
    numbers = {name: stream.number for name, stream in begun.items()}
    extents = [extent_of(record.event) for record in records]
    kinds = [
        (numbers[record.relationship], record.event.type, extent.width)
        for record, extent in zip(records, extents, strict=True)
    ]
    parts, new_parts = _parts(cursor, tables, known.parts, set(kinds))
    events = [
        (parts[kind], extent.until, extent.since, record.position)
        for record, kind, extent in zip(records, kinds, extents, strict=True)
    ]
    tables.insert(cursor, "comity_events", events)
    ids = [(id_number(record.event.id), record.position) for record in records]
    tables.insert(cursor, "comity_ids", ids)
    linked = [is_linked(record.event) for record in records]
    links = [
        (numbers[record.relationship], link, record.position)
        for record in compress(records, linked)
        for link in links_of(record.event)
    ]
    tables.insert(cursor, "comity_links", links)
    counted = counts.add(cursor, tables, numbers, compress(records, map(not_, linked)))
    moments = {microseconds(record.recorded_at): record.position for record in reversed(records)}
    if head.position:
        moments.pop(head.recorded_at, None)
    tables.insert(cursor, "comity_moments", moments.items())
    digests, kept = _chain(cursor, tables, head, begun, records, commitments=commitments)
    linked_by = Counter(number for number, *_ in links)
    _move(cursor, tables, begun, records, links=linked_by, counted=counted)
    put_head(
        cursor,
        tables,
        IndexHead(
            records[-1].position,
            microseconds(records[-1].recorded_at),
            digests[-1],
            head.rewritten,
            head.events + sums.of_events(events),
            head.ids + sums.of_ids(ids),
            head.links + sums.of_links(links),
            head.moments + sums.of_moments(moments.items()),
            (head.parts + new_parts) & sums.MOST,
            sums.of_chain(kept, head.chain),
        ),
    )
    tables.track(cursor, NAME, records[-1].position)


def _chain(
    cursor: Cursor,
    tables: IndexTables,
    head: IndexHead,
    moved: dict[str, Stream],
    records: Sequence[Recorded],
    *,
    commitments: Sequence[bytes],
) -> tuple[list[bytes], list[tuple[int, bytes]]]:
    """The log's digests after each record, and those kept; those of the streams move along."""
    by_name = {name: stream.digest for name, stream in moved.items()}
    names = [record.relationship for record in records]
    digests = chained(head.digest, by_name, names, commitments)
    for name, digest in by_name.items():
        moved[name] = moved[name]._replace(digest=digest)
    first = records[0].position
    places = range(first + -first % CHECKPOINT, records[-1].position + 1, CHECKPOINT)
    kept = [(at, digests[at - first]) for at in places]
    if kept:
        tables.insert(cursor, "comity_chain", kept)
    return digests, kept


def _move(
    cursor: Cursor,
    tables: IndexTables,
    begun: Mapping[str, Stream],
    records: Sequence[Recorded],
    *,
    links: Mapping[int, int],
    counted: Mapping[str, int],
) -> None:
    """Move the end of each stream to its last record."""
    last = {record.relationship: record for record in records}
    with_acts = {r.relationship for r in records if r.event.type in RECORD_KEEPING}
    acted: dict[str, set[str]] = defaultdict(set)
    for record in records:
        if by := actor(record.event):
            acted[record.relationship].add(by)
    moved: list[Stream] = []
    for name, record in last.items():
        stream = begun[name]
        known = set(filter(None, stream.acted.split(",")))
        if new := acted[name] - known if name in acted else ():
            marks = [(acting(by), stream.number) for by in sorted(new)]
            tables.insert(cursor, "comity_parties", marks)
        moved.append(
            stream._replace(
                version=record.version,
                position=record.position,
                has_acts=int(stream.has_acts or name in with_acts),
                links=stream.links + links.get(stream.number, 0),
                counted=(stream.counted + counted.get(name, 0)) & sums.MOST,
                acted=",".join(sorted(known.union(new))),
            )
        )
    rows = [(*stream[2:], check_of(stream), stream.number) for stream in moved]
    tables.move_streams(cursor, rows)


def _parts(
    cursor: Cursor, tables: IndexTables, known: dict[Part, int] | None, wanted: set[Part]
) -> tuple[dict[Part, int], int]:
    """The number of each part, and the sum of those that are new and were inserted."""
    parts = known
    if parts is None:
        cursor.execute(tables.sql.KNOWN_PARTS, (as_json(list(wanted)),))
        parts = {(r, kind, width): n for r, kind, width, n in cursor.fetchall()}
    if not (missing := sorted(wanted - parts.keys())):
        return parts, 0
    added = tables.new_parts(cursor, missing)
    total = sum(
        sums.of_parts(kind, width, [(number, relationship)])
        for (relationship, kind, width), number in added.items()
    )
    return parts | added, total


def streams(cursor: Cursor, tables: IndexTables, names: Collection[str]) -> dict[str, Stream]:
    """What the index knows of these streams, by name."""
    cursor.execute(tables.sql.INDEXED_STREAMS, (as_json(list(names)),))
    return {name: Stream(number, name, *rest) for number, name, *rest in cursor.fetchall()}


def _begun(
    cursor: Cursor,
    tables: IndexTables,
    known: dict[str, Stream],
    parties: Mapping[str, tuple[str, ...]],
) -> dict[str, Stream]:
    """Each stream; new ones are inserted with their parties."""
    if not (digests := {name: stream_start(name) for name in parties.keys() - known.keys()}):
        return known
    numbers = tables.new_streams(cursor, digests)
    members = [(code, number) for name, number in numbers.items() for code in parties[name]]
    tables.insert(cursor, "comity_parties", members)
    new = {name: Stream(n, name, digest=digests[name]) for name, n in numbers.items()}
    return known | new


STREAM = (
    "r.number, r.name, r.version, r.position, r.has_acts, r.links, r.counted, r.acted, r.digest"
)
"""The columns of a `Stream`."""
