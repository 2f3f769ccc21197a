"""The sealed log: its chain, its redaction, and the digests that are kept."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from comity.adapters.storage.mapper import ROW_BITS, RecordMapper, check_of_row, check_of_seal
from comity.adapters.storage.sql import index
from comity.adapters.storage.sql.counts import CountReader
from comity.adapters.storage.sql.dialect import Cursor, IndexTables, StoreHead
from comity.adapters.storage.sql.reader import RecordReader
from comity.domain import codec
from comity.domain.errors import ForkedEngine, StoreClosed, StoreDamaged, StoreReadOnly
from comity.domain.events import Event
from comity.domain.integrity import commitment
from comity.ports import SealedPage

PAGE = 1000
UNSOUND = "its index has to be made anew before it can be read"
"""Why a store that is only read cannot answer."""


class SealedLog(ABC):
    """What a store does with the seals of its log; `name` is the store's name in errors."""

    is_durable = True

    _tables: IndexTables
    _mapper: RecordMapper
    _reader: RecordReader
    _counts: CountReader
    _is_read_only = False

    def __init__(self, name: str) -> None:
        self.name, self._closed, self._process = name, False, os.getpid()
        self._rewritten = 0

    # What a database gives

    @abstractmethod
    def reading(self) -> AbstractContextManager[None]:
        """A read transaction in which the index is complete up to the end of the log."""

    @abstractmethod
    def _known_moment(self) -> StoreHead:
        """The moment of this thread's transaction; once it has written, the newest moment."""

    @abstractmethod
    def _cursor(self) -> AbstractContextManager[Cursor]:
        """A cursor in a read transaction, or in that which the thread holds."""

    @abstractmethod
    def _log_cursor(self) -> AbstractContextManager[Cursor]:
        """A cursor that reads only the log, of which the index may know less."""

    def _check_open(self) -> None:
        if os.getpid() != self._process:
            raise ForkedEngine(self.name)
        if self._closed:
            raise StoreClosed(self.name)

    def _check_writable(self, reason: str = "") -> None:
        self._check_open()
        if self._is_read_only:
            raise StoreReadOnly(self.name, reason)

    def reading_cursor(self) -> AbstractContextManager[Cursor]:
        """A cursor in a read transaction."""
        return self._cursor()

    def _notice(self, rewritten: int) -> None:
        """Forget what was cached if the log was rewritten since."""
        if rewritten != self._rewritten:
            self._rewritten = rewritten
            self._reader.forget()
            self._counts.forget()

    @property
    def rewritten(self) -> int:
        """A number that changes when the log is rewritten."""
        with self.reading():
            return self._known_moment().rewritten

    # The chain

    def sealed(self, after: int = 0) -> Iterator[SealedPage]:
        """The log after a position, page by page, with what its chain is made of."""
        while rows := self._rows(after):
            for expected, row in enumerate(rows, after + 1):
                if row[0] != expected:
                    raise gone(self.name, expected)
            records = self._reader.records([row[:6] for row in rows])
            yield SealedPage(records, [row[6] for row in rows], self._commitments(rows))
            after = records[-1].position

    def _rows(self, after: int, most: int = PAGE) -> list[tuple[Any, ...]]:
        """The rows of the log after a position. What cannot be read is looked for one by one."""
        try:
            with self._log_cursor() as cursor:
                cursor.execute(self._tables.sql.SEALED, (after, most))
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
            streams = index.streams(cursor, self._tables, names)
            return {name: stream.digest for name, stream in streams.items()}

    # Redaction

    def _put_forms(self, cursor: Cursor, forms: Mapping[int, Event]) -> None:
        """Put other events at these positions; their commitments become their seals."""
        for position, event in forms.items():
            self._put_form(cursor, position, event)

    def _put_form(self, cursor: Cursor, position: int, event: Event) -> None:
        cursor.execute(self._tables.sql.SEALED, (position - 1, 1))
        row = cursor.fetchone()
        [record] = self._reader.records([row[:6]])
        [committed] = self._commitments([row])
        state = codec.encode(event, record.recorded_at, record.recorded_by)
        packed = self._mapper.packed(state)
        crc = check_of_row(position, record.relationship, record.version, event.type, packed)
        crc |= check_of_seal(committed)
        as_text = self._tables.json_is_text and self._mapper.writes_json
        stored = packed.decode() if as_text else packed
        cursor.execute(self._tables.sql.REWRITE, (event.type, stored, committed, crc, position))


def gone(store: str, position: int) -> StoreDamaged:
    """The error for a position that the log lacks."""
    return StoreDamaged(store, "it is gone", position)
