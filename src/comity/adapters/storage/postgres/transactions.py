"""The transactions of a store on a server: in each the index is complete up to the log's end."""

from __future__ import annotations

import os
import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, TypeVar

import msgspec

from comity.adapters.storage.postgres import statements
from comity.adapters.storage.postgres.ahead import AheadRead
from comity.adapters.storage.postgres.cursor import PlainCursor
from comity.adapters.storage.postgres.datastore import Datastore, Lease, Question
from comity.adapters.storage.postgres.failures import DRIVER_ERRORS, translated, translation
from comity.adapters.storage.postgres.rights import why_not_writable
from comity.adapters.storage.postgres.soundness import rows_are_sound
from comity.adapters.storage.signal import Signal
from comity.adapters.storage.sql.dialect import Cursor, StoreHead, as_json
from comity.adapters.storage.sql.index import IndexHead, Known, Stream, id_number
from comity.adapters.storage.sql.indexed import IndexedLog
from comity.adapters.storage.sql.sealed import PAGE
from comity.domain.errors import StoreDamaged, StoreReadOnly, StoreUnreachable
from comity.domain.recorded import Recorded
from comity.ports import NOTHING_AHEAD, Ahead, StreamHead

T = TypeVar("T")
_HEAD = (statements.STORE_HEAD, None)


class Transactions(IndexedLog):
    """Reads and writes in transactions of a datastore."""

    _datastore: Datastore
    _signal: Signal
    _barrier = ""
    """Why the server let nothing be written when it was last asked."""

    @abstractmethod
    def complete(self, cursor: PlainCursor) -> None:
        """Complete the index, in a write transaction."""

    @abstractmethod
    def remake(self, cursor: PlainCursor) -> None:
        """Make the index anew from the log, in a write transaction."""

    @contextmanager
    def reading(self) -> Generator[None]:
        """A read transaction in which the index is complete up to the end of the log."""
        self._check_open()
        if self._datastore.held is not None:
            yield
            return
        if self._is_unsound:
            self._heal()
        try:
            with self._datastore.read_transaction(_HEAD) as lease:
                if self._is_current(lease):
                    yield
                    return
            self._heal()
            with self._datastore.read_transaction(_HEAD) as lease:
                self._is_current(lease)
                yield
        except DRIVER_ERRORS as error:
            raise translation(error, self.name) from error

    def _check_writable(self, reason: str = "") -> None:
        """Raise `StoreReadOnly`; a replica may have been promoted, or a right have been granted."""
        super()._check_writable(reason)
        if self._barrier:
            with translated(self.name), self._datastore.cursor_held() as cursor:
                self._barrier = why_not_writable(cursor, self._datastore.address.schema)
        if self._barrier:
            raise StoreReadOnly(self.name, reason or self._barrier)

    def _is_current(self, lease: Lease) -> bool:
        """Whether the index has come to the log's end, by what the transaction read first.

        One without a head is to be made anew: another version of comity redacted an event.
        """
        if not (rows := lease.answers[0]):
            self._is_unsound, self._is_checked = True, False
            return False
        lease.moment = moment = StoreHead(*rows[0][:6])
        self._notice(moment.rewritten)
        return moment.is_current

    @contextmanager
    def writing(self, ahead: Ahead = NOTHING_AHEAD) -> Generator[None]:
        """Hold the lock of the store; all records added inside become durable, or none."""
        self._check_writable()
        try:
            with self._datastore.exclusive(*_questions(ahead)) as lease:
                is_current = self._is_current(lease)
                if not is_current or not self._is_checked:
                    self._check(lease, is_current=is_current)
                if lease.moment is not None and len(lease.answers) > 1:
                    self._take_ahead(lease, ahead)
                yield
                self._check_open()
                self._send(lease)
        except DRIVER_ERRORS as error:
            raise translation(error, self.name) from error
        self._signal.send()

    def _check(self, lease: Lease, *, is_current: bool) -> None:
        """Compare the rows of the index with their sums; they are made anew if they differ.

        What is not found by an unsound index may be recorded twice. A sound one that is behind the
        log is completed.
        """
        is_sound = rows_are_sound(lease.cursor)
        if not is_sound or not is_current:
            (self.complete if is_sound else self.remake)(lease.cursor)
            lease.moment = None
        self._is_checked, self._is_unsound = True, False

    def _known_moment(self) -> StoreHead:
        """The moment of this thread's transaction; once it has written, the newest moment."""
        lease = self._datastore.held
        if lease is not None and lease.ahead is not None:
            return lease.ahead.moment
        moment = lease.moment if lease is not None else None
        if moment is None and lease is not None:
            lease.cursor.execute(statements.STORE_HEAD)
            row = lease.cursor.fetchone()
            moment = StoreHead(*row) if row is not None else None
        if moment is None:
            raise StoreDamaged(self.name, "its index has lost its head")
        return moment

    def _take_ahead(self, lease: Lease, ahead: Ahead) -> None:
        """Take what was read ahead, which is true until something is added."""
        [head], ids, streams = lease.answers
        moment, rest = lease.moment, head[6:]
        assert moment is not None
        found = [Stream(*row[:-1]) for row in streams]
        known = Known(
            IndexHead(moment.indexed, moment.recorded_at, rest[0], moment.rewritten, *rest[1:]),
            {stream.name: stream for stream in found},
            {
                (stream.number, kind, width): number
                for stream, row in zip(found, streams, strict=True)
                for kind, width, number in msgspec.json.decode(row[-1] or "[]")
            },
        )
        lease.ahead = AheadRead(ahead, moment, known, self._reader.records(ids))

    def _send(self, lease: Lease) -> None:
        """Send what was added and waits; from now on the server knows more than was read ahead."""
        ahead, lease.ahead = lease.ahead, None
        if ahead is not None and ahead.pending:
            lease.moment = None
            records, seals = zip(*ahead.pending, strict=True)
            self._insert(lease, records, seals, ahead.known)

    @abstractmethod
    def _insert(
        self, lease: Lease, records: Sequence[Recorded], seals: Sequence[bytes], known: Known | None
    ) -> None:
        """Put records into the log and the index; what is `known` of it need not be read."""

    @contextmanager
    def _cursor(self) -> Generator[PlainCursor]:
        with self.reading():
            lease = self._datastore.held
            assert lease is not None
            self._send(lease)
            yield lease.cursor

    def reading_cursor(self) -> AbstractContextManager[PlainCursor]:
        """A cursor in a read transaction."""
        return self._cursor()

    @contextmanager
    def _log_cursor(self) -> Generator[PlainCursor]:
        self._check_open()
        if (lease := self._datastore.held) is not None:
            self._send(lease)
        with translated(self.name), self._datastore.cursor_held() as cursor:
            yield cursor

    def _rows_are_sound(self, cursor: Cursor) -> bool:
        return rows_are_sound(cursor)

    @contextmanager
    def writing_cursor(self) -> Generator[PlainCursor]:
        """A cursor in a write transaction."""
        with self.writing():
            lease = self._datastore.held
            assert lease is not None
            yield lease.cursor

    # What is read by one statement is read again where the connection was lost

    def _last(self) -> int:
        return self._again(super()._last)

    def _page(self, statement: str, parameters: tuple[object, ...]) -> list[Recorded]:
        return self._again(partial(super()._page, statement, parameters))

    def _rows(self, after: int, most: int = PAGE) -> list[tuple[Any, ...]]:
        return self._again(partial(super()._rows, after, most))

    def _again(self, read: Callable[[], T]) -> T:
        """Read, and read again as long as a server is waited for; a transaction is not repeated."""
        deadline = self._datastore.deadline()
        while True:
            try:
                return read()
            except StoreUnreachable:
                if self._datastore.held is not None or time.monotonic() > deadline:
                    raise

    def find(self, ids: Collection[str]) -> dict[str, Recorded]:
        """The recorded events with these ids, by id."""
        lease = self._datastore.held
        known = lease.ahead.find(ids) if lease is not None and lease.ahead else None
        return super().find(ids) if known is None else known

    def heads(self, names: Collection[str]) -> dict[str, StreamHead]:
        """The ends of these streams; a stream without events is left out."""
        lease = self._datastore.held
        known = lease.ahead.heads(names) if lease is not None and lease.ahead else None
        return super().heads(names) if known is None else known

    @property
    def _is_writing(self) -> bool:
        return self._datastore.is_writing

    def abandon(self) -> None:
        """Give back what an interrupt has left to this thread, so that nothing is held by it."""
        if os.getpid() == self._process:
            self._datastore.abandon()
            self._signal.abandon()


def _questions(ahead: Ahead) -> list[Question]:
    """What a write asks first."""
    head = (statements.WRITE_HEAD, None)
    if not ahead.ids and not ahead.streams:
        return [head]
    keys = as_json(list(map(id_number, ahead.ids)))
    names = as_json(list(ahead.streams))
    return [head, (statements.BY_KEY, (keys,)), (statements.AHEAD, (names,))]
