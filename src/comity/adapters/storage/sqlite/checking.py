"""The check of the index against the log: what the sums of its tables must be."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage.failures import translated
from comity.adapters.storage.sqlite import counts, index, sums, tables, word_tables
from comity.adapters.storage.sqlite.projection_store import empty, empty_all, has_unreadable, mend
from comity.adapters.storage.sqlite.recorder import Recorder
from comity.adapters.storage.sqlite.repair import complete
from comity.adapters.storage.sqlite.schema import check_structure
from comity.adapters.storage.sqlite.soundness import index_is_sound
from comity.domain.errors import StoreDamaged
from comity.domain.extent import extent_of
from comity.domain.links import is_linked, links_of
from comity.domain.recorded import Recorded
from comity.ports import SealedPage


class Store(Protocol):
    """What the check needs of the store."""

    name: str

    def reading_cursor(self) -> AbstractContextManager[sqlite3.Cursor]:
        """A cursor in a read transaction."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """A write transaction."""
        ...

    def sealed(self, after: int = 0) -> Iterator[SealedPage]:
        """The log after a position, page by page."""
        ...


class SQLiteIndexCheck:
    """Sums up what the index should hold, as the log goes by."""

    def __init__(self, store: Store, recorder: Recorder) -> None:
        self._store, self._recorder = store, recorder
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

    def heal(self) -> tuple[str, ...]:
        """Make anew what differs from the log, and return what that was."""
        with self._store.writing(), translated(self._store.name):
            for page in self._store.sealed(self._position):
                self.add(page)
            with self._recorder.datastore.plain_transaction(commit=True) as cursor:
                return tuple(self._heal(cursor))

    def _heal(self, cursor: SQLiteCursor) -> list[str]:
        check_structure(cursor, self._store.name)
        healed: list[str] = []
        if word_tables.drop_unsound(cursor.sqlite_cursor):
            healed.append("index of words")
        if _flaws(cursor):
            healed.append("indexes of the tables")
            try:
                cursor.execute("REINDEX")
            except MemoryError as error:  # a damaged row may claim to be of any length
                reason = "its rows cannot be read to make their indexes anew"
                raise StoreDamaged(self._store.name, reason) from error
        if self._differs or not index_is_sound(cursor) or not self._agrees(cursor):
            healed.append("index")
            tables.rebuild(cursor)
            index.put_head(cursor, index.IndexHead())
            complete(cursor, self._recorder, self._store.name, self._store.sealed)
            empty_all(cursor)
        healed += [f"projection {number}" for number in mend(cursor)]
        cursor.execute("SELECT number FROM comity_projections")
        for (number,) in cursor.fetchall():
            if has_unreadable(cursor, number):
                healed.append(f"snapshots of projection {number}")
                empty(cursor, number)
        if healed and (flaw := _flaws(cursor)):
            raise StoreDamaged(self._store.name, f"what SQLite finds in it: {flaw}")
        return healed

    def _agrees(self, cursor: SQLiteCursor) -> bool:
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
        return streams == expected and counts.add_up(cursor)


def _flaws(cursor: SQLiteCursor) -> str:
    """The first flaw that SQLite finds in the file, an index that is not as its table included."""
    cursor.execute("PRAGMA integrity_check(1)")
    [found] = cursor.fetchone()
    return "" if found == "ok" else " ".join(str(found).split())
