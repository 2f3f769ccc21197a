"""Reads rows of the log as records: all at once if the decoder can, else one by one."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from threading import RLock
from typing import Any

import msgspec

from comity.adapters.storage.mapper import RecordMapper
from comity.adapters.storage.sqlite import statements
from comity.adapters.storage.sqlite.recorder import as_json
from comity.domain import codec
from comity.domain.errors import (
    ComityError,
    StoreDamaged,
    StoreTooNew,
    UnknownEventKind,
)
from comity.domain.events import FACTS
from comity.domain.recorded import Recorded
from comity.ports import StreamHead, Window

Streams = dict[str, list[Recorded]]
_by_position = attrgetter("position")
_CACHED_EVENTS = 50_000
"""How many decoded events are cached for the next question: some tens of megabytes."""
_READ_AT_ONCE = 2_000
"""How many events of whole streams one statement reads."""
Piece = tuple[str, int, int]
"""The events of a stream after a version and up to another."""
_ROWS = (
    "stored_events AS s INDEXED BY sqlite_autoindex_stored_events_1 "
    "{} s.originator_id = json_extract(w.value, '$[0]') "
    "AND s.originator_version > json_extract(w.value, '$[1]') "
    "AND s.originator_version <= json_extract(w.value, '$[2]')"
)
# One text of each piece: places, and behind them the states as they are. That is the fastest.
_PIECES = statements.Statement(
    "SELECT json_extract(w.value, '$[0]'), (SELECT MIN(version) || ',' || MAX(version) || ',' || "
    "group_concat(position) || '/' || group_concat(state) FROM ("
    "SELECT s.originator_version AS version, s.position AS position, s.state AS state FROM "
    f"{_ROWS.format('WHERE')} ORDER BY s.originator_version)) FROM json_each(?) AS w",
    "SELECT s.originator_id, s.originator_version, s.position, s.topic, s.state FROM "
    f"json_each(?) AS w CROSS JOIN {_ROWS.format('ON')}",
)
_NOT_AT_ONCE = (msgspec.MsgspecError, sqlite3.DataError, ValueError)
"""Errors for a retired or unknown kind, for a text that is too long, and for a gap in the versions.

Then they are read one by one.
"""


class StreamCache:
    """Decoded events of the streams that were read last; recorded events never change.

    It holds whole streams, at most so many events in all. It drops the least recently used first.
    """

    def __init__(self, max_events: int) -> None:
        self.max_events, self._count = max_events, 0
        self._streams: OrderedDict[str, list[Recorded]] = OrderedDict()
        self._lock = RLock()  # should an interrupt leave it held, this thread at least goes on

    def get(self, name: str) -> list[Recorded]:
        """The cached events of a stream, from its first on; empty if there are none."""
        with self._lock:
            if name in self._streams:
                self._streams.move_to_end(name)
            return self._streams.get(name, [])

    def put(self, name: str, events: list[Recorded]) -> None:
        """Cache a stream; the list must not be changed afterwards."""
        with self._lock:
            if len(events) > self.max_events:
                return
            self._count += len(events) - len(self._streams.pop(name, []))
            self._streams[name] = events
            while self._count > self.max_events and self._streams:
                _, dropped = self._streams.popitem(last=False)
                self._count -= len(dropped)


class RecordReader:
    """Reads records by a cursor; `store` is the store's name in errors."""

    def __init__(self, store: str, mapper: RecordMapper, max_events: int = _CACHED_EVENTS) -> None:
        self._store, self._mapper, self._reads_json = store, mapper, mapper.writes_json
        self._cache = StreamCache(max_events)

    def records(self, rows: Iterable[tuple[Any, ...]]) -> list[Recorded]:
        """Each row (relationship, version, position, kind, state) as a record."""
        return [self._record(row) for row in rows]

    def _record(self, row: tuple[Any, ...]) -> Recorded:
        try:
            return self._mapper.read(*row)
        except UnknownEventKind as error:
            kinds = f"events of the kind {error.kind!r}"
            raise StoreTooNew(self._store, kinds, "other kinds") from error
        except ComityError as error:
            reason = f"position {row[2]} of its log: {error}"
            raise StoreDamaged(self._store, reason) from error

    def whole(
        self, cursor: sqlite3.Cursor, heads: Mapping[str, StreamHead], *, cache: bool
    ) -> Streams:
        """Streams up to their heads; events that were read lately come from the cache."""
        streams = {name: self._cache.get(name) if cache else [] for name in heads}
        missing = {
            name: len(known) for name, known in streams.items() if len(known) < heads[name].version
        }
        read: Streams = {name: [] for name in missing}
        for pieces in _portions(missing, heads):
            for name, records in self._pieces(cursor, pieces):
                read[name] += records
        for name, records in read.items():
            streams[name] = streams[name] + records
            if cache:
                self._cache.put(name, streams[name])
        return {
            name: known if len(known) == heads[name].version else known[: heads[name].version]
            for name, known in streams.items()
        }

    def _pieces(
        self, cursor: sqlite3.Cursor, pieces: Sequence[Piece]
    ) -> Iterable[tuple[str, list[Recorded]]]:
        """The records of each piece, with the name of its stream."""
        parameters = (as_json(pieces),)
        if self._reads_json:
            try:
                cursor.execute(_PIECES.as_json, parameters)
                return [(name, codec.decode_piece(name, text)) for name, text in cursor if text]
            except _NOT_AT_ONCE:
                pass
        cursor.execute(_PIECES.by_row, parameters)
        return _by_stream(self.records(cursor.fetchall())).items()

    def window(self, cursor: sqlite3.Cursor, window: Window, position: int) -> Streams:
        """The events of some streams up to a position that belong to a window."""
        parameters = {
            "after": as_json(list(window.after.items())),
            "until": window.until,
            "kinds": None if window.kinds in (FACTS, ()) else as_json(list(window.kinds)),
            "has_acts": window.kinds != FACTS,
            "position": position,
        }
        return _by_stream(self._read(cursor, statements.WINDOW, parameters))

    def linked(
        self, cursor: sqlite3.Cursor, links: Mapping[str, Collection[int]], position: int
    ) -> list[Recorded]:
        """The events up to a position that are found under links, by stream."""
        wanted = {name: list(own) for name, own in links.items()}
        return self._read(
            cursor, statements.LINKED, {"links": as_json(wanted), "position": position}
        )

    def all_linked(
        self, cursor: sqlite3.Cursor, names: Collection[str], position: int
    ) -> list[Recorded]:
        """The events of streams up to a position that are found under any link."""
        parameters = {"names": as_json(list(names)), "position": position}
        return self._read(cursor, statements.ALL_LINKED, parameters)

    def after(
        self, cursor: sqlite3.Cursor, heads: Mapping[str, StreamHead], after: int
    ) -> list[Recorded]:
        """The events of streams after a position."""
        versions = as_json({n: head.version for n, head in heads.items() if head.position > after})
        cursor.execute(statements.VERSIONS_AT, {"versions": versions, "position": after})
        known = as_json(cursor.fetchall())
        return self._read(cursor, statements.AFTER, (known,))

    def _read(
        self,
        cursor: sqlite3.Cursor,
        statement: statements.Statement,
        parameters: Mapping[str, object] | tuple[object, ...],
    ) -> list[Recorded]:
        """The records that a statement finds, in the order of the log."""
        return sorted(self._unsorted(cursor, statement, parameters), key=_by_position)

    def _unsorted(
        self,
        cursor: sqlite3.Cursor,
        statement: statements.Statement,
        parameters: Mapping[str, object] | tuple[object, ...],
    ) -> list[Recorded]:
        if self._reads_json:
            try:
                cursor.execute(statement.as_json, parameters)
                return codec.decode_records(cursor.fetchone()[0] or "[]")
            except _NOT_AT_ONCE:
                pass
        cursor.execute(statement.by_row, parameters)
        return self.records(cursor.fetchall())


def _by_stream(records: Iterable[Recorded]) -> Streams:
    streams: Streams = {}
    for record in records:
        streams.setdefault(record.relationship, []).append(record)
    return streams


def up_to(streams: Streams, position: int) -> Streams:
    """The streams without the events after `position`."""
    return {
        name: records
        if not records or records[-1].position <= position
        else records[: bisect_right(records, position, key=_by_position)]
        for name, records in streams.items()
    }


def _portions(missing: Mapping[str, int], heads: Mapping[str, StreamHead]) -> Iterator[list[Piece]]:
    """What follows the known versions of streams, in portions that one statement reads."""
    portion: list[Piece] = []
    events = 0
    for name, known in missing.items():
        for after in range(known, heads[name].version, _READ_AT_ONCE):
            until = min(after + _READ_AT_ONCE, heads[name].version)
            portion.append((name, after, until))
            events += until - after
            if events >= _READ_AT_ONCE:
                yield portion
                portion, events = [], 0
    if portion:
        yield portion
