"""Reads rows of the log as records: all at once if the decoder can, else one by one."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from threading import Lock
from typing import Any

import msgspec

from comity.adapters.storage.mapper import RecordMapper
from comity.adapters.storage.sqlite import index
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
"""How many events of a stream one statement reads."""
_ROWS = (
    "FROM stored_events INDEXED BY sqlite_autoindex_stored_events_1 "
    "WHERE originator_id = ? AND originator_version > ? AND originator_version <= ? "
    "ORDER BY originator_version"
)
# The states are put together as they are, and their places beside them: that is the fastest.
_STREAM = index.Statement(
    "SELECT group_concat(originator_version), group_concat(position), group_concat(state) FROM "
    f"(SELECT originator_version, position, state {_ROWS})",
    f"SELECT originator_id, originator_version, position, topic, state {_ROWS}",
)
_NOT_AT_ONCE = (msgspec.MsgspecError, sqlite3.DataError)
"""Errors for a retired or unknown kind, and for a text that is too long: read one by one then."""


class StreamCache:
    """Decoded events of the streams that were read last; recorded events never change.

    It holds whole streams, at most so many events in all. It drops the least recently used first.
    """

    def __init__(self, max_events: int) -> None:
        self.max_events, self._count = max_events, 0
        self._streams: OrderedDict[str, list[Recorded]] = OrderedDict()
        self._lock = Lock()

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
            while self._count > self.max_events:
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
        streams: Streams = {}
        for name, (version, *_) in heads.items():
            known = self._cache.get(name) if cache else []
            if len(known) < version:
                known = known + self._stream(cursor, name, len(known), version)
                if cache:
                    self._cache.put(name, known)
            streams[name] = known if len(known) == version else known[:version]
        return streams

    def _stream(self, cursor: sqlite3.Cursor, name: str, after: int, until: int) -> list[Recorded]:
        """The events of one stream after a version and up to another, in order."""
        records: list[Recorded] = []
        for first in range(after, until, _READ_AT_ONCE):
            piece = (name, first, min(first + _READ_AT_ONCE, until))
            records.extend(self._piece(cursor, name, piece))
        return records

    def _piece(
        self, cursor: sqlite3.Cursor, name: str, piece: tuple[str, int, int]
    ) -> list[Recorded]:
        if self._reads_json:
            try:
                versions, positions, states = cursor.execute(_STREAM.as_json, piece).fetchone()
                if versions is None:
                    return []
                return codec.decode_stream(name, versions, positions, states)
            except _NOT_AT_ONCE:
                pass
        return self.records(cursor.execute(_STREAM.by_row, piece).fetchall())

    def window(self, cursor: sqlite3.Cursor, window: Window, position: int) -> Streams:
        """The events of some streams up to a position that belong to a window."""
        parameters = {
            "after": as_json(list(window.after.items())),
            "until": window.until,
            "kinds": None if window.kinds in (FACTS, ()) else as_json(list(window.kinds)),
            "has_acts": window.kinds != FACTS,
            "position": position,
        }
        return _by_stream(self._read(cursor, index.WINDOW, parameters))

    def linked(
        self, cursor: sqlite3.Cursor, links: Mapping[str, Collection[int]], position: int
    ) -> list[Recorded]:
        """The events up to a position that are found under links, by stream."""
        wanted = {name: list(own) for name, own in links.items()}
        return self._read(cursor, index.LINKED, {"links": as_json(wanted), "position": position})

    def all_linked(
        self, cursor: sqlite3.Cursor, names: Collection[str], position: int
    ) -> list[Recorded]:
        """The events of streams up to a position that are found under any link."""
        parameters = {"names": as_json(list(names)), "position": position}
        return self._read(cursor, index.ALL_LINKED, parameters)

    def after(
        self, cursor: sqlite3.Cursor, heads: Mapping[str, StreamHead], after: int
    ) -> list[Recorded]:
        """The events of streams after a position."""
        versions = as_json({n: head.version for n, head in heads.items() if head.position > after})
        cursor.execute(index.VERSIONS_AT, {"versions": versions, "position": after})
        known = as_json(cursor.fetchall())
        return self._read(cursor, index.AFTER, (known,))

    def _read(
        self,
        cursor: sqlite3.Cursor,
        statement: index.Statement,
        parameters: Mapping[str, object] | tuple[object, ...],
    ) -> list[Recorded]:
        """The records that a statement finds, in the order of the log."""
        return sorted(self._unsorted(cursor, statement, parameters), key=_by_position)

    def _unsorted(
        self,
        cursor: sqlite3.Cursor,
        statement: index.Statement,
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
