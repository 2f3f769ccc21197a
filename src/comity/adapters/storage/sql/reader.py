"""Reads rows of the log as records: all at once if the decoder can, else one by one."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from threading import RLock
from typing import Any, NamedTuple

import msgspec

from comity.adapters.storage.mapper import ROW_BITS, RecordMapper, check_of_row, is_as_written
from comity.adapters.storage.sql.dialect import Cursor, Statements, as_json
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
_by_position, _version = attrgetter("position"), attrgetter("version")
_CACHED_EVENTS = 50_000
"""How many decoded events are cached for the next question: some tens of megabytes."""
_READ_AT_ONCE = 2_000
"""How many events of whole streams one statement reads."""
Piece = tuple[str, int, int]
"""The events of a stream after a version and up to another."""


class LogRow(NamedTuple):
    """A row of the log as a statement finds it; a damaged one may hold anything."""

    position: Any
    relationship: Any
    version: Any
    kind: Any
    state: Any
    crc: Any


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

    def __init__(
        self,
        store: str,
        mapper: RecordMapper,
        sql: Statements,
        max_events: int = _CACHED_EVENTS,
    ) -> None:
        self._sql = sql
        self._store, self._mapper, self._reads_json = store, mapper, mapper.writes_json
        self._cache = StreamCache(max_events)

    def records(self, rows: Sequence[tuple[Any, ...]]) -> list[Recorded]:
        """Each row, a `LogRow`, as a record; raises `StoreDamaged` for one that was changed."""
        if not rows:
            return []
        try:
            return self._at_once(rows)
        except _NOT_AT_ONCE:
            return [self._record(LogRow(*row)) for row in rows]

    def _at_once(self, rows: Sequence[tuple[Any, ...]]) -> list[Recorded]:
        positions, names, versions, kinds, states, crcs = zip(*rows, strict=True)
        if not self._reads_json or set(map(type, versions)) != {int}:
            raise ValueError("to be read one by one")
        checks = list(map(check_of_row, positions, names, versions, kinds, states))
        if checks != [crc & ROW_BITS for crc in crcs]:
            raise ValueError("to be read one by one")
        stored = codec.decode_all(b"[" + b",".join(states) + b"]")
        if [row.event.type for row in stored] != list(kinds):
            raise ValueError("to be read one by one")
        parties = {name: tuple(name.split("-")) for name in set(names)}
        records: list[Recorded] = []
        for row, name, version, position in zip(stored, names, versions, positions, strict=True):
            event = row.event
            if event.parties != parties[name]:
                raise ValueError("to be read one by one")
            records.append(
                Recorded(
                    event, name, version, position, row.recorded_at, recorded_by=row.recorded_by
                )
            )
        return records

    def _record(self, row: LogRow) -> Recorded:
        """The record in a row; raises `StoreDamaged` with its position, or `StoreTooNew`."""
        position, name, version, kind, state, _ = row
        if name is None:
            raise self._damaged(position, "it is gone")
        if not is_as_written(row):
            raise self._damaged(position, "it is not what was recorded")
        try:
            record = self._mapper.read(name, version, position, kind, state)
        except UnknownEventKind as error:
            kinds = f"events of the kind {error.kind!r}"
            raise StoreTooNew(self._store, kinds, "other kinds") from error
        except ComityError as error:
            raise self._damaged(position, str(error)) from error
        if record.event.relationship != name:
            raise self._damaged(position, f"it stands under {name!r}, which is not its parties")
        if record.event.type != kind and kind not in codec.UPCASTERS:
            raise self._damaged(position, f"it stands under {kind!r}, which is not its kind")
        return record

    def _damaged(self, position: int, reason: str) -> StoreDamaged:
        return StoreDamaged(self._store, reason, position)

    def whole(self, cursor: Cursor, heads: Mapping[str, StreamHead], *, cache: bool) -> Streams:
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
        self, cursor: Cursor, pieces: Sequence[Piece]
    ) -> Iterable[tuple[str, list[Recorded]]]:
        """The records of each piece, with the name of its stream."""
        cursor.execute(self._sql.PIECES, (as_json(pieces),))
        read = _by_stream(self.records(cursor.fetchall()))
        wanted: dict[str, list[int]] = {}
        for name, after, until in pieces:
            wanted.setdefault(name, []).extend(range(after + 1, until + 1))
        for name, versions in wanted.items():
            self._check(name, read.get(name, []), versions)
        return read.items()

    def _check(self, name: str, records: Sequence[Recorded], versions: Sequence[int]) -> None:
        """Raise `StoreDamaged` unless these are all versions, in the order of the log."""
        if list(map(_version, records)) != list(versions):
            gone = min(set(versions).difference(map(_version, records)), default=versions[0])
            raise StoreDamaged(self._store, f"version {gone} of {name} is gone from its log")
        positions = list(map(_by_position, records))
        if positions != sorted(positions):
            raise StoreDamaged(self._store, f"the events of {name} in its log are out of order")

    def window(self, cursor: Cursor, window: Window, position: int) -> Streams:
        """The events of some streams up to a position that belong to a window."""
        parameters = {
            "after": as_json(list(window.after.items())),
            "until": window.until,
            "kinds": None if window.kinds in (FACTS, ()) else as_json(list(window.kinds)),
            "has_acts": window.kinds != FACTS,
            "position": position,
        }
        return _by_stream(self.found(cursor, self._sql.WINDOW, parameters))

    def after(self, cursor: Cursor, heads: Mapping[str, StreamHead], after: int) -> list[Recorded]:
        """The events of streams after a position."""
        versions = {n: head.version for n, head in heads.items() if head.position > after}
        wanted = {"versions": as_json(versions), "position": after}
        cursor.execute(self._sql.VERSIONS_AT, wanted)
        known = dict(cursor.fetchall())
        records = self.found(cursor, self._sql.AFTER, (as_json(list(known.items())),))
        read = _by_stream(records)
        for name, version in versions.items():
            own = [r for r in read.get(name, []) if r.version <= version]
            self._check(name, own, range(known.get(name, 0) + 1, version + 1))
        return records

    def found(
        self,
        cursor: Cursor,
        statement: str,
        parameters: Mapping[str, object] | tuple[object, ...],
    ) -> list[Recorded]:
        """The records that a statement finds, in the order of the log."""
        cursor.execute(statement, parameters)
        records: list[Recorded] = []
        while rows := cursor.fetchmany(_READ_AT_ONCE):
            records += self.records(rows)
        return sorted(records, key=_by_position)

    def forget(self) -> None:
        """Forget what was cached: the log was redacted."""
        self._cache = StreamCache(self._cache.max_events)


_NOT_AT_ONCE = (msgspec.MsgspecError, TypeError, ValueError, OverflowError, AttributeError)
"""Errors for a retired or unknown kind, and for damaged rows: then they are read one by one."""


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
