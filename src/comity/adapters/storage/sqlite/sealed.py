"""The sealed log in SQLite: its chain, its redaction, and the check of what is derived from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from secrets import randbits
from typing import Any

from comity.adapters.storage.failures import translated
from comity.adapters.storage.mapper import ROW_BITS, RecordMapper, check_of_row, check_of_seal
from comity.adapters.storage.sqlite import index, statements, tables, word_tables
from comity.adapters.storage.sqlite.checking import SQLiteIndexCheck
from comity.adapters.storage.sqlite.closing import note_traces, scrubbed
from comity.adapters.storage.sqlite.counts import CountReader
from comity.adapters.storage.sqlite.projection_store import empty_all
from comity.adapters.storage.sqlite.reader import RecordReader
from comity.adapters.storage.sqlite.recorder import Recorder
from comity.adapters.storage.sqlite.repair import complete
from comity.adapters.storage.sqlite.soundness import gone
from comity.adapters.storage.sqlite.statements import StoreHead
from comity.adapters.storage.sqlite.transactions import Transactions
from comity.domain import codec
from comity.domain.errors import StoreDamaged, TracesLeft
from comity.domain.events import Event
from comity.domain.integrity import commitment
from comity.ports import SealedPage

_PAGE = 1000
_PATIENCE = 5.0
"""Seconds to wait for those who read, until they are said to hinder a scrub."""


class SealedLog(Transactions):
    """What a store does with the seals of its log."""

    _path: Path
    _uri: str
    _mapper: RecordMapper
    _recorder: Recorder
    _reader: RecordReader
    _counts: CountReader

    def __init__(self, name: str, lock_timeout: float) -> None:
        super().__init__(name)
        self._lock_timeout, self._rewritten = lock_timeout, 0

    def _moment(self) -> StoreHead | None:
        """The moment of this thread's transaction; what was cached is forgotten if it is gone."""
        moment = super()._moment()
        if moment is not None and moment.rewritten != self._rewritten:
            self._rewritten = moment.rewritten
            self._reader.forget()
            self._counts.forget()
        return moment

    def reading_cursor(self) -> AbstractContextManager[sqlite3.Cursor]:
        """A cursor in a read transaction."""
        return self._cursor()

    @property
    def rewritten(self) -> int:
        """A number that changes when the log is rewritten."""
        with self.reading():
            return self._known_moment().rewritten

    def sealed(self, after: int = 0) -> Iterator[SealedPage]:
        """The log after a position, page by page, with what its chain is made of."""
        while rows := self._rows(after):
            for expected, row in enumerate(rows, after + 1):
                if row[0] != expected:
                    raise gone(self.name, expected)
            records = self._reader.records([row[:6] for row in rows])
            yield SealedPage(records, [row[6] for row in rows], self._commitments(rows))
            after = records[-1].position

    def _rows(self, after: int, most: int = _PAGE) -> list[tuple[Any, ...]]:
        """The rows of the log after a position. What cannot be read is looked for one by one."""
        try:
            with translated(self.name), self._datastore.plain_transaction(commit=False) as cursor:
                cursor.execute(statements.SEALED, (after, most))
                rows: list[tuple[Any, ...]] = cursor.fetchall()
                return rows
        except StoreDamaged as error:
            if most == 1:
                raise StoreDamaged(self.name, error.reason, after + 1) from error
        return [row for each in range(after, after + most) for row in self._rows(each, 1)]

    def _commitments(self, rows: Sequence[tuple[Any, ...]]) -> list[bytes]:
        for position, *_, crc, seal in rows:
            is_seal = type(seal) is bytes and len(seal) in (16, 32)
            if not is_seal or check_of_seal(seal) != crc & ~ROW_BITS:
                raise StoreDamaged(self.name, "it has lost its seal", position)
        content = self._mapper.content
        return [commitment(row[6], content(row[4], row[3])) for row in rows]

    def checkpoints(self) -> dict[int, bytes]:
        """The digests of the log that were kept on the way, by position."""
        with self._cursor() as cursor:
            cursor.execute("SELECT position, digest FROM comity_chain")
            return dict(cursor.fetchall())

    def digest(self) -> bytes:
        """The digest of the log at its end."""
        with self._cursor() as cursor:
            return index.head_of(cursor).digest

    def stream_digests(self, names: Collection[str]) -> dict[str, bytes]:
        """The digests of these streams at their ends."""
        with self._cursor() as cursor:
            return {name: stream.digest for name, stream in index.streams(cursor, names).items()}

    def checker(self) -> SQLiteIndexCheck:
        """What compares the index with the log and heals it."""
        return SQLiteIndexCheck(self, self._recorder)

    def rewrite(self, forms: Mapping[int, Event]) -> None:
        """Put other events at these positions of the log, for good. Only while writing.

        The index is made anew, all projections begin again, and the index of words is gone.
        """
        if (lease := self._datastore.held) is not None:
            lease.moment = None
        with translated(self.name), self._datastore.plain_transaction(commit=True) as cursor:
            for position, event in forms.items():
                self._rewrite_one(cursor.sqlite_cursor, position, event)
            word_tables.drop(cursor.sqlite_cursor)
            tables.rebuild(cursor)
            index.put_head(cursor, index.IndexHead(rewritten=randbits(60)))
            empty_all(cursor)
            complete(cursor, self._recorder, self.name, self.sealed)
            note_traces(cursor.sqlite_cursor)

    def _rewrite_one(self, cursor: sqlite3.Cursor, position: int, event: Event) -> None:
        cursor.execute(statements.SEALED, (position - 1, 1))
        row = cursor.fetchone()
        [record] = self._reader.records([row[:6]])
        [committed] = self._commitments([row])
        state = codec.encode(event, record.recorded_at, record.recorded_by)
        packed = self._mapper.packed(state)
        crc = check_of_row(position, record.relationship, record.version, event.type, packed)
        crc |= check_of_seal(committed)
        stored = packed.decode() if self._mapper.writes_json else packed
        cursor.execute(
            "UPDATE stored_events SET topic = ?, state = ?, seal = ?, crc = ? WHERE position = ?",
            (event.type, stored, committed, crc, position),
        )

    def scrub(self) -> None:
        """Leave no trace of what was written before; not within a transaction."""
        self._check_open()
        self._check_file()
        with (
            translated(self.name),
            closing(
                sqlite3.connect(
                    self._uri,
                    uri=True,
                    isolation_level=None,
                    timeout=min(self._lock_timeout, _PATIENCE),
                )
            ) as alone,
        ):
            if not scrubbed(alone):
                raise TracesLeft(self.name)
