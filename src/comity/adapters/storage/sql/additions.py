"""What records add to the index: the rows of its tables, made first and then put in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import compress
from operator import not_
from typing import Any, NamedTuple

from comity.adapters.storage.sql import counts, sums
from comity.adapters.storage.sql.dialect import Cursor, IndexTables, as_json
from comity.adapters.storage.sql.index import (
    CHECKPOINT,
    NAME,
    IndexHead,
    Known,
    Part,
    Stream,
    check_of,
    head_of,
    id_number,
    microseconds,
    put_head,
    streams,
)
from comity.domain.events import RECORD_KEEPING
from comity.domain.extent import Extent, extent_of
from comity.domain.integrity import chained, stream_start
from comity.domain.links import is_linked, links_of
from comity.domain.recorded import Recorded
from comity.domain.scope import acting, actor

Rows = Sequence[Sequence[Any]]


class Begun(NamedTuple):
    """What must be known before the rows of some records can be made: numbers, and the end."""

    head: IndexHead
    streams: dict[str, Stream]
    parts: dict[Part, int]
    new_parts: int
    """The sum of the parts that were inserted."""
    extents: list[Extent]
    kinds: list[Part]


class Addition(NamedTuple):
    """The rows that some records add to the index."""

    inserted: list[tuple[str, Rows]]
    counted: Rows
    moved: Rows
    head: IndexHead


def add(
    cursor: Cursor,
    tables: IndexTables,
    records: Sequence[Recorded],
    commitments: Sequence[bytes],
) -> None:
    """Insert `records`, in order, and the index's new progress in the same transaction."""
    begun = begin(cursor, tables, records)
    put(cursor, tables, addition(begun, records, commitments))


def begin(
    cursor: Cursor, tables: IndexTables, records: Sequence[Recorded], known: Known | None = None
) -> Begun:
    """Read, or insert, what their rows need; what is `known` of their streams is not read."""
    parties = {r.relationship: r.event.parties for r in records}
    if known is None:
        known = Known(head_of(cursor), streams(cursor, tables, parties), None)
    begun = _begun(cursor, tables, known.streams, parties)
    extents = [extent_of(record.event) for record in records]
    kinds = [
        (begun[record.relationship].number, record.event.type, extent.width)
        for record, extent in zip(records, extents, strict=True)
    ]
    parts, new_parts = _parts(cursor, tables, known.parts, set(kinds))
    return Begun(known.head, begun, parts, new_parts, extents, kinds)


def addition(begun: Begun, records: Sequence[Recorded], commitments: Sequence[bytes]) -> Addition:
    """The rows that records add; it asks the database nothing."""
    numbers = {name: stream.number for name, stream in begun.streams.items()}
    events = [
        (begun.parts[kind], extent.until, extent.since, record.position)
        for record, kind, extent in zip(records, begun.kinds, begun.extents, strict=True)
    ]
    ids = [(id_number(record.event.id), record.position) for record in records]
    linked = [is_linked(record.event) for record in records]
    links = [
        (numbers[record.relationship], link, record.position)
        for record in compress(records, linked)
        for link in links_of(record.event)
    ]
    counted, added = counts.added(numbers, compress(records, map(not_, linked)))
    moments = {microseconds(record.recorded_at): record.position for record in reversed(records)}
    if begun.head.position:
        moments.pop(begun.head.recorded_at, None)
    by_name = {name: stream.digest for name, stream in begun.streams.items()}
    names = [record.relationship for record in records]
    digests = chained(begun.head.digest, by_name, names, commitments)
    kept = _kept(records, digests)
    linked_by = Counter(number for number, *_ in links)
    moved, marks = _moved(begun.streams, records, by_name, links=linked_by, counted=added)
    rows: list[tuple[str, Rows]] = [
        ("comity_events", events), ("comity_ids", ids), ("comity_links", links),
        ("comity_moments", list(moments.items())), ("comity_chain", kept),
        ("comity_parties", marks),
    ]  # fmt: skip
    head = begun.head
    new = IndexHead(
        records[-1].position,
        microseconds(records[-1].recorded_at),
        digests[-1],
        head.rewritten,
        head.events + sums.of_events(events),
        head.ids + sums.of_ids(ids),
        head.links + sums.of_links(links),
        head.moments + sums.of_moments(moments.items()),
        (head.parts + begun.new_parts) & sums.MOST,
        sums.of_chain(kept, head.chain),
    )
    return Addition(rows, counted, moved, new)


def put(cursor: Cursor, tables: IndexTables, new: Addition) -> None:
    """Put the rows into the tables."""
    for table, rows in new.inserted:
        tables.insert(cursor, table, rows)
    if new.counted:
        tables.add_counts(cursor, new.counted)
    tables.move_streams(cursor, new.moved)
    put_head(cursor, tables, new.head)
    tables.track(cursor, NAME, new.head.position)


def _kept(records: Sequence[Recorded], digests: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """The digests of the log that are kept on the way, by position."""
    first = records[0].position
    places = range(first + -first % CHECKPOINT, records[-1].position + 1, CHECKPOINT)
    return [(at, digests[at - first]) for at in places]


def _moved(
    begun: Mapping[str, Stream],
    records: Sequence[Recorded],
    digests: Mapping[str, bytes],
    *,
    links: Mapping[int, int],
    counted: Mapping[str, int],
) -> tuple[Rows, Rows]:
    """Each stream at its last record, and the marks of those that acted alone for the first time.

    `digests` are those of the streams' ends.
    """
    last = {record.relationship: record for record in records}
    with_acts = {r.relationship for r in records if r.event.type in RECORD_KEEPING}
    acted: dict[str, set[str]] = defaultdict(set)
    for record in records:
        if by := actor(record.event):
            acted[record.relationship].add(by)
    moved: list[Stream] = []
    marks: list[tuple[str, int]] = []
    for name, record in last.items():
        stream = begun[name]
        known = set(filter(None, stream.acted.split(",")))
        new = acted[name] - known if name in acted else set[str]()
        marks += [(acting(by), stream.number) for by in sorted(new)]
        moved.append(
            stream._replace(
                version=record.version,
                position=record.position,
                has_acts=int(stream.has_acts or name in with_acts),
                links=stream.links + links.get(stream.number, 0),
                counted=(stream.counted + counted.get(name, 0)) & sums.MOST,
                acted=",".join(sorted(known.union(new))),
                digest=digests[name],
            )
        )
    return [(*stream[2:], check_of(stream), stream.number) for stream in moved], marks


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
