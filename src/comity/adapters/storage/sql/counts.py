"""The counts in the index: how often each code occurs in a relationship and in some months."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache, reduce
from typing import NamedTuple
from zlib import crc32

import msgspec

from comity.adapters.storage.sql import sums
from comity.adapters.storage.sql.dialect import (
    Cursor,
    IndexTables,
    as_json,
    rows_of,
)
from comity.adapters.storage.sql.reader import RecordReader
from comity.domain.counting import (
    Measure,
    MeasuredCell,
    cell_of,
    counted,
    measure,
    measured,
    months_of,
    of_both,
    tone_of,
)
from comity.domain.recorded import Recorded
from comity.ports import Counts, StreamHead

_CACHED_CELLS = 100_000
"""How many cells stay in memory: some tens of megabytes."""
_Key = tuple[str, tuple[int, int], str]
_numbers = msgspec.json.Decoder(list[int]).decode
_texts = msgspec.json.Decoder(list[str]).decode
_counts = msgspec.json.Decoder(list[dict[str, int]]).decode


def added(
    numbers: Mapping[str, int], records: Iterable[Recorded]
) -> tuple[list[tuple[int, int, int, str, str]], dict[str, int]]:
    """The rows that events with a tone add to the counts, and what they add to each stream's sum.

    None of the events has links.
    """
    cells = _cells(records)
    rows = [
        (numbers[name], *months, scheme, as_json(codes))
        for (name, months, scheme), codes in cells.items()
    ]
    return rows, _sums(cells)


def sums_of(records: Iterable[Recorded]) -> dict[str, int]:
    """What events without links add to the sum of each stream."""
    return _sums(_cells(records))


def _cells(records: Iterable[Recorded]) -> dict[_Key, dict[str, int]]:
    cells: dict[_Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for record in records:
        event = record.event
        scheme, code = tone_of(event)
        if code:
            cells[record.relationship, months_of(event.when), scheme][code] += 1
    return cells


def _sums(cells: Mapping[_Key, Mapping[str, int]]) -> dict[str, int]:
    added: dict[str, int] = defaultdict(int)
    for (name, months, scheme), codes in cells.items():
        added[name] += _sum(*months, scheme, codes)
    return added


def add_up(cursor: Cursor, tables: IndexTables) -> bool:
    """Whether the counts of every stream add up to its sum."""
    cursor.execute(tables.sql.ALL_CELLS)
    left: dict[str, int] = {}
    for total, name, first, last, scheme, codes in rows_of(cursor):
        left.setdefault(name, total)
        try:
            cell = _counts(f"[{codes}]") if codes is not None else []
        except ValueError:
            return False
        left[name] -= sum(_sum(first, last, scheme, each) for each in cell)
    return not any(rest & sums.MOST for rest in left.values())


def _sum(first: int, last: int, scheme: str, codes: Mapping[str, int]) -> int:
    """What the counts of a cell add to the sum of a stream."""
    return sum(number * _weight(first, last, scheme, code) for code, number in codes.items())


@lru_cache(maxsize=65536)
def _weight(first: int, last: int, scheme: str, code: str) -> int:
    return crc32(f"{first}/{last}/{scheme}/{code}".encode())


class _Stream(NamedTuple):
    """The counts of a stream up to a version, and whether it holds events under links."""

    version: int
    cells: list[MeasuredCell]
    is_linked: bool


class CountReader:
    """Reads counts by a cursor; those read last stay in memory."""

    def __init__(
        self, tables: IndexTables, reader: RecordReader, max_cells: int = _CACHED_CELLS
    ) -> None:
        self._sql, self._reader, self._max_cells = tables.sql, reader, max_cells
        self._cached: dict[str, _Stream] = {}

    def read(self, cursor: Cursor, heads: Mapping[str, StreamHead], *, cache: bool) -> Counts:
        """The counts of streams up to their heads; with `cache` from memory, as far as known."""
        cached = self._cached if cache else {}
        streams = {
            name: stream
            for name, head in heads.items()
            if (stream := cached.get(name)) is not None and stream.version == head.version
        }
        if missing := {name: head for name, head in heads.items() if name not in streams}:
            streams.update(zip(missing, self._streams(cursor, missing), strict=True))
        if cache and missing and sum(len(s.cells) for s in streams.values()) <= self._max_cells:
            self._cached = streams
        return Counts(
            {name: stream.cells for name, stream in streams.items()},
            {name for name, stream in streams.items() if stream.is_linked},
        )

    def forget(self) -> None:
        """Forget what was cached: the log was redacted."""
        self._cached = {}

    def _streams(self, cursor: Cursor, heads: Mapping[str, StreamHead]) -> list[_Stream]:
        """Each stream; one whose counts do not add up is counted again from its events."""
        wanted = as_json(list(heads))
        cursor.execute(self._sql.COUNTED_STREAMS, (wanted,))
        known = {name: (counted, bool(linked)) for name, counted, linked in cursor.fetchall()}
        cursor.execute(self._sql.CELLS, (wanted,))
        found = {name: rest for name, *rest in cursor.fetchall()}
        streams: list[_Stream] = []
        for name, head in heads.items():
            expected, is_linked = known[name]
            try:
                cells, total = _read_cells(*found[name]) if name in found else ([], 0)
            except (ValueError, AttributeError, TypeError):
                cells, total = [], -1
            if total != expected:
                cells = _counted_again(self._reader.whole(cursor, {name: head}, cache=False)[name])
            streams.append(_Stream(head.version, cells, is_linked))
        return streams


def _read_cells(first: str, last: str, scheme: str, codes: str) -> tuple[list[MeasuredCell], int]:
    """The counts in the rows of a stream, and their sum."""
    firsts, lasts, schemes = _numbers(first), _numbers(last), _texts(scheme)
    texts = codes.split("\n")
    total = sum(
        _sum(first, last, scheme, counts)
        for first, last, scheme, text in zip(firsts, lasts, schemes, texts, strict=True)
        for counts in _counts(f"[{text}]")
    )
    cells = map(cell_of, firsts, lasts, schemes)
    return list(zip(cells, map(_measured, schemes, texts), strict=True)), total & sums.MOST


@lru_cache(maxsize=32_768)
def _measured(scheme: str, text: str) -> Measure:
    """The measure of a cell: most are of a few events, so many are alike."""
    return reduce(of_both, (measured(scheme, counts) for counts in _counts(f"[{text}]")))


def _counted_again(records: Iterable[Recorded]) -> list[MeasuredCell]:
    found = (each for record in records if (each := counted(record.event)))
    codes = Counter(found).items()
    return [(cell, measure(cell.scheme, code, number)) for (cell, code), number in codes]
