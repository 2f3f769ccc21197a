"""The transactions of a store on a server: in each the index is complete up to the log's end."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager

from comity.adapters.storage.postgres import statements
from comity.adapters.storage.postgres.cursor import PlainCursor
from comity.adapters.storage.postgres.datastore import Datastore
from comity.adapters.storage.postgres.failures import DRIVER_ERRORS, translated, translation
from comity.adapters.storage.postgres.soundness import rows_are_sound
from comity.adapters.storage.signal import Signal
from comity.adapters.storage.sql.dialect import StoreHead
from comity.adapters.storage.sql.indexed import IndexedLog
from comity.domain.errors import StoreDamaged, StoreReadOnly

_BEHIND = "its index is behind its log, which only one who may write can mend"


class Transactions(IndexedLog):
    """Reads and writes in transactions of a datastore."""

    _datastore: Datastore
    _signal: Signal
    _is_read_only: bool
    _is_checked = False
    """Whether the rows of the index were compared with their sums since the store was opened."""
    _is_unsound = False

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
            with self._datastore.read_transaction(statements.STORE_HEAD) as lease:
                if self._is_current(lease.moment):
                    yield
                    return
            self._heal()
            with self._datastore.read_transaction(statements.STORE_HEAD) as lease:
                self._is_current(lease.moment)
                yield
        except DRIVER_ERRORS as error:
            raise translation(error, self.name) from error

    def _heal(self) -> None:
        """Complete the index, or make it anew; raises `StoreReadOnly` where that is not allowed."""
        if self._is_read_only:
            raise StoreReadOnly(self.name, _BEHIND)
        with self.writing():
            pass

    def _is_current(self, moment: StoreHead | None) -> bool:
        if moment is None:
            raise StoreDamaged(self.name, "its index has lost its head")
        self._notice(moment.rewritten)
        return moment.is_current

    @contextmanager
    def writing(self) -> Generator[None]:
        """Hold the lock of the archive; all records added inside become durable, or none."""
        self._check_open()
        if self._is_read_only:
            raise StoreReadOnly(self.name, "it was opened only to be read")
        try:
            with self._datastore.exclusive(statements.STORE_HEAD) as lease:
                if self._is_unsound:
                    self.remake(lease.cursor)
                    self._is_unsound, lease.moment = False, None
                elif not self._is_current(lease.moment):
                    self.complete(lease.cursor)
                    lease.moment = None
                yield
                if os.getpid() != self._process:
                    self._check_open()
        except DRIVER_ERRORS as error:
            raise translation(error, self.name) from error
        self._signal.send()

    def _known_moment(self) -> StoreHead:
        """The moment of this thread's transaction; once it has written, the newest moment."""
        lease = self._datastore.held
        moment = lease.moment if lease is not None else None
        if moment is None and lease is not None:
            lease.cursor.execute(statements.STORE_HEAD)
            row = lease.cursor.fetchone()
            moment = StoreHead(*row) if row is not None else None
        if moment is None:
            raise StoreDamaged(self.name, "its index has lost its head")
        return moment

    @contextmanager
    def _cursor(self) -> Generator[PlainCursor]:
        with self.reading():
            lease = self._datastore.held
            assert lease is not None
            yield lease.cursor

    def reading_cursor(self) -> AbstractContextManager[PlainCursor]:
        """A cursor in a read transaction."""
        return self._cursor()

    @contextmanager
    def _log_cursor(self) -> Generator[PlainCursor]:
        self._check_open()
        with translated(self.name), self._datastore.cursor_held("SELECT 1") as cursor:
            yield cursor

    @contextmanager
    def _indexed(self) -> Generator[PlainCursor]:
        """A cursor for a statement that finds events by the index.

        Raises `StoreDamaged` if the index is not what was written; the next call makes it anew.
        """
        with self._cursor() as cursor:
            if not self._is_checked:
                if not rows_are_sound(cursor):
                    self._is_unsound = True
                    reason = "its index differs from its log; ask again, and it is made anew"
                    raise StoreDamaged(self.name, reason)
                self._is_checked = True
            yield cursor

    @contextmanager
    def writing_cursor(self) -> Generator[PlainCursor]:
        """A cursor in a write transaction."""
        with self.writing():
            lease = self._datastore.held
            assert lease is not None
            yield lease.cursor

    @property
    def _is_writing(self) -> bool:
        return self._datastore.is_writing

    def abandon(self) -> None:
        """Give back what an interrupt has left to this thread, so that nothing is held by it."""
        if os.getpid() == self._process:
            self._datastore.abandon()
            self._signal.abandon()
