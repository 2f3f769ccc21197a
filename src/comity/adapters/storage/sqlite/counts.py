"""The counts in the index: how often each code occurs in a relationship and in some months."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.sqlite.recorder import as_json
from comity.domain.counting import CellCounts, cell_of, months_of, tone_of
from comity.domain.errors import StoreDamaged
from comity.domain.recorded import Recorded
from comity.ports import Counts, StreamHead

TABLE = """
CREATE TABLE IF NOT EXISTS comity_counts (
    relationship INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    scheme TEXT NOT NULL, codes TEXT NOT NULL, PRIMARY KEY (relationship, first, last, scheme)
) WITHOUT ROWID;
"""
"""`codes` are JSON objects, separated by commas: the number of a code is the sum of theirs."""

# Counts are put after those that are there, which is the fastest; long texts are added up.
_ADD = """
INSERT INTO comity_counts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET codes = CASE
    WHEN length(codes) < 2000 THEN codes || ',' || excluded.codes
    ELSE (SELECT json_group_object(key, number) FROM (
        SELECT c.key AS key, SUM(c.value) AS number
        FROM json_each('[' || codes || ',' || excluded.codes || ']') AS o, json_each(o.value) AS c
        GROUP BY c.key)) END
"""
_CELLS = """
SELECT r.name, c.first, c.last, c.scheme, c.codes FROM (
    SELECT relationship, json_group_array(first) AS first, json_group_array(last) AS last,
        json_group_array(scheme) AS scheme, group_concat(codes, char(10)) AS codes
    FROM comity_counts WHERE relationship IN (
        SELECT number FROM comity_relationships WHERE name IN (SELECT value FROM json_each(?)))
    GROUP BY relationship
) AS c JOIN comity_relationships AS r ON r.number = c.relationship
"""
# One row for each relationship: many small rows cost more than what is in them.
_LINKED = """
SELECT r.name FROM json_each(?) AS w CROSS JOIN comity_relationships AS r ON r.name = w.value
WHERE EXISTS (SELECT 1 FROM comity_links AS l WHERE l.relationship = r.number)
"""
_CACHED_CELLS = 100_000
"""How many cells stay in memory: some tens of megabytes."""
_Key = tuple[str, tuple[int, int], str]
_numbers = msgspec.json.Decoder(list[int]).decode
_texts = msgspec.json.Decoder(list[str]).decode


def add(cursor: SQLiteCursor, numbers: Mapping[str, int], records: Iterable[Recorded]) -> None:
    """Add the events with a tone to their cells; none of the events has links."""
    cells: dict[_Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for record in records:
        event = record.event
        scheme, code = tone_of(event)
        if code:
            cells[record.relationship, months_of(event.when), scheme][code] += 1
    rows = [
        (numbers[name], *months, scheme, as_json(codes))
        for (name, months, scheme), codes in cells.items()
    ]
    if rows:
        cursor.executemany(_ADD, rows)


class _Stream(NamedTuple):
    """The counts of a stream up to a version, and whether it holds events under links."""

    version: int
    cells: list[CellCounts]
    is_linked: bool


class CountReader:
    """Reads counts by a cursor; those read last stay in memory. `store` is its name in errors."""

    def __init__(self, store: str, max_cells: int = _CACHED_CELLS) -> None:
        self._store, self._max_cells = store, max_cells
        self._cached: dict[str, _Stream] = {}

    def read(
        self, cursor: sqlite3.Cursor, heads: Mapping[str, StreamHead], *, cache: bool
    ) -> Counts:
        """The counts of streams up to their heads; with `cache` from memory, as far as known."""
        cached = self._cached if cache else {}
        streams = {
            name: stream
            for name, head in heads.items()
            if (stream := cached.get(name)) is not None and stream.version == head.version
        }
        if missing := [name for name in heads if name not in streams]:
            read = self._streams(cursor, missing)
            streams.update(
                (name, _Stream(heads[name].version, *read.get(name, ([], False))))
                for name in missing
            )
        if cache and missing and sum(len(s.cells) for s in streams.values()) <= self._max_cells:
            self._cached = streams
        return Counts(
            {name: stream.cells for name, stream in streams.items()},
            {name for name, stream in streams.items() if stream.is_linked},
        )

    def _streams(
        self, cursor: sqlite3.Cursor, names: Sequence[str]
    ) -> dict[str, tuple[list[CellCounts], bool]]:
        wanted = as_json(names)
        cursor.execute(_LINKED, (wanted,))
        streams: dict[str, tuple[list[CellCounts], bool]] = {
            name: ([], True) for (name,) in cursor.fetchall()
        }
        cursor.execute(_CELLS, (wanted,))
        try:
            for name, first, last, scheme, codes in cursor.fetchall():
                cells = map(cell_of, _numbers(first), _numbers(last), _texts(scheme))
                own = list(zip(cells, codes.split("\n"), strict=True))
                streams[name] = own, name in streams
        except (ValueError, AttributeError) as error:
            raise StoreDamaged(self._store, f"its index has a wrong count: {error}") from error
        return streams
