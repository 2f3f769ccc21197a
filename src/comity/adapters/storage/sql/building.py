"""The index is completed from the log, and compared with it by the sums of its tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from comity.adapters.storage.sql import counts, index, sums
from comity.adapters.storage.sql.additions import add
from comity.adapters.storage.sql.dialect import Cursor, IndexTables
from comity.adapters.storage.sql.sealed import SealedLog, gone
from comity.domain.extent import extent_of
from comity.domain.links import is_linked, links_of
from comity.domain.recorded import Recorded
from comity.ports import SealedPage

Pages = Callable[[int], Iterator[SealedPage]]
"""The log after a position, page by page."""


def complete(cursor: Cursor, tables: IndexTables, store: str, pages: Pages) -> None:
    """Add to the index what the log holds after the index's end."""
    done = index.head_of(cursor).position
    for records, _, commitments in pages(done):
        add(cursor, tables, records, commitments)
        done = records[-1].position
    cursor.execute("SELECT MAX(position) FROM stored_events")
    if (last := cursor.fetchone()[0] or 0) != done:
        raise gone(store, min(last, done) + 1)


class IndexSums:
    """Sums up what the index should hold, as the log goes by."""

    def __init__(self, store: SealedLog, tables: IndexTables) -> None:
        self._store, self._tables = store, tables
        self._position = self._events = self._ids = self._links = 0
        self._counted: Counter[str] = Counter()
        self._linked: Counter[int] = Counter()
        self._numbers: dict[str, int] = {}
        self._parts: dict[index.Part, int] = {}
        self._differs = False

    def add(self, page: SealedPage) -> None:
        """Take the next page."""
        records = page.records
        names = {record.relationship for record in records}
        if not self._numbers.keys() >= names:
            self._read_numbers()
        extents = [extent_of(record.event) for record in records]
        try:
            kinds = [
                (self._numbers[record.relationship], record.event.type, extent.width)
                for record, extent in zip(records, extents, strict=True)
            ]
            if not self._parts.keys() >= set(kinds):
                self._read_parts()
            parts = [self._parts[kind] for kind in kinds]
        except KeyError:
            self._differs = True
            return
        self._events += sums.of_events(
            (part, extent.until, extent.since, record.position)
            for record, part, extent in zip(records, parts, extents, strict=True)
        )
        self._ids += sums.of_ids((index.id_number(r.event.id), r.position) for r in records)
        links: list[tuple[int, int, int]] = []
        unlinked: list[Recorded] = []
        for record in records:
            if is_linked(record.event):
                number = self._numbers[record.relationship]
                links += [(number, link, record.position) for link in links_of(record.event)]
            else:
                unlinked.append(record)
        self._links += sums.of_links(links)
        self._linked.update([number for number, *_ in links])
        self._counted.update(counts.sums_of(unlinked))
        self._position = records[-1].position

    def _read_numbers(self) -> None:
        with self._store.reading_cursor() as cursor:
            cursor.execute("SELECT name, number FROM comity_relationships")
            self._numbers = dict(cursor.fetchall())

    def _read_parts(self) -> None:
        with self._store.reading_cursor() as cursor:
            cursor.execute("SELECT relationship, kind, width, number FROM comity_parts")
            self._parts = {(r, kind, width): n for r, kind, width, n in cursor.fetchall()}

    def agrees(self, cursor: Cursor) -> bool:
        """Whether the index holds what the log that went by says."""
        head = index.head_of(cursor)
        ours = (self._position, self._events, self._ids, self._links)
        if ours != (head.position, head.events, head.ids, head.links):
            return False
        cursor.execute("SELECT name, number, links, counted FROM comity_relationships")
        streams = {name: (number, *rest) for name, number, *rest in cursor.fetchall()}
        expected = {
            name: (number, self._linked[number], self._counted[name] & sums.MOST)
            for name, number in self._numbers.items()
        }
        return streams == expected and counts.add_up(cursor, self._tables)
