"""The transactions of the SQLite store: in each the index is complete up to the end of the log."""

from __future__ import annotations

import os
import sqlite3
from abc import abstractmethod
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from comity.adapters.storage.failures import CommitFailed
from comity.adapters.storage.signal import Signal
from comity.adapters.storage.sql.dialect import Cursor, StoreHead
from comity.adapters.storage.sql.indexed import IndexedLog
from comity.adapters.storage.sqlite import statements
from comity.adapters.storage.sqlite.datastore import Datastore
from comity.adapters.storage.sqlite.failures import (
    DRIVER_ERRORS,
    translated,
    translation,
)
from comity.adapters.storage.sqlite.files import identity
from comity.adapters.storage.sqlite.soundness import rows_are_sound
from comity.domain.errors import ForkedEngine, StoreDamaged, StoreNotFound
from comity.ports import NOTHING_AHEAD, Ahead


class Transactions(IndexedLog):
    """Reads and writes in transactions of a datastore; `name` is the store's name in errors."""

    _datastore: Datastore
    _signal: Signal
    _path: Path

    def reading_cursor(self) -> AbstractContextManager[sqlite3.Cursor]:
        """A cursor in a read transaction."""
        return self._cursor()

    @abstractmethod
    def _repair(self) -> None:
        """Complete the index, in the write transaction that is held."""

    @contextmanager
    def reading(self) -> Generator[None]:
        """A read transaction in which the index is complete up to the end of the log."""
        self._check_open()
        if self._datastore.is_held:
            yield
            return
        try:
            with self._datastore.read_transaction() as lease:
                lease.moment = moment = self._moment()
                if _is_current(moment):
                    yield
                    return
            self._heal()
            with self._datastore.read_transaction() as lease:
                lease.moment = self._moment()
                yield
        except DRIVER_ERRORS as error:
            raise translation(error, self.name) from error

    def _moment(self) -> StoreHead | None:
        """Where the log and its index end; None if the index has lost a table."""
        cursor = self._datastore.plain_cursor()
        try:
            cursor.execute(statements.STORE_HEAD)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) != sqlite3.SQLITE_ERROR:
                raise
            return None  # a table or a column is gone
        row = cursor.fetchone()
        if row is None:
            return None
        moment = StoreHead(*row)
        self._notice(moment.rewritten)
        return moment

    def _known_moment(self) -> StoreHead:
        """The moment of this thread's transaction; once it has written, the newest moment."""
        lease = self._datastore.held
        moment = lease.moment if lease is not None else None
        if moment is None:
            moment = self._moment()
        if not isinstance(moment, StoreHead):
            raise StoreDamaged(self.name, "its index has lost a table")
        return moment

    @contextmanager
    def _cursor(self) -> Generator[sqlite3.Cursor]:
        with self.reading():
            yield self._datastore.plain_cursor()

    @contextmanager
    def _log_cursor(self) -> Generator[sqlite3.Cursor]:
        with translated(self.name), self._datastore.plain_transaction(commit=False) as cursor:
            yield cursor

    @property
    def _is_writing(self) -> bool:
        return self._datastore.is_writing

    @contextmanager
    def writing(self, ahead: Ahead = NOTHING_AHEAD) -> Generator[None]:
        """Hold the file's write lock; all records added inside become durable, or none."""
        self._check_writable()
        try:
            with self._datastore.exclusive() as lease:
                moment = self._moment()
                if not _is_current(moment):
                    self._repair()
                    moment = None
                lease.moment = moment
                yield
                self._check_file()
        except CommitFailed as error:
            raise translation(error, self.name) from error
        except (*DRIVER_ERRORS, StoreDamaged) as error:
            self._check_file()
            if isinstance(error, StoreDamaged):
                raise
            raise translation(error, self.name) from error
        self._signal.send()

    def _check_file(self) -> None:
        """Raise before a commit into a file that nobody else will find, or by a forked process."""
        if os.getpid() != self._process:
            raise ForkedEngine(self.name)
        try:
            file = identity(self._path)
        except FileNotFoundError:
            raise StoreNotFound(self.name, f"it was deleted while it was open; {_GONE}") from None
        if file != self._datastore.pool.file:
            raise StoreNotFound(self.name, f"it was replaced while it was open; {_GONE}")

    def abandon(self) -> None:
        """Give back what an interrupt has left to this thread, so that nothing is held by it."""
        if os.getpid() == self._process:
            self._datastore.abandon()
            self._signal.abandon()


class CheckedLog(Transactions):
    """A log whose index is compared with its sums before anything is found by it."""

    @contextmanager
    def reading(self) -> Generator[None]:
        """A read transaction in which the index is complete; it is made anew first if it must."""
        if self._is_unsound and not self._datastore.is_held:
            self._heal()
        with super().reading():
            yield

    @contextmanager
    def writing(self, ahead: Ahead = NOTHING_AHEAD) -> Generator[None]:
        """Hold the write lock, with an index whose rows are what was written."""
        with super().writing(ahead):
            if not self._is_checked:
                with translated(self.name):
                    is_sound = rows_are_sound(self._datastore.plain_cursor())
                if not is_sound:
                    self._repair()
                self._is_checked, self._is_unsound = True, False
            yield

    def _rows_are_sound(self, cursor: Cursor) -> bool:
        return rows_are_sound(cursor)


_GONE = "nothing was written"


def _is_current(moment: StoreHead | None) -> bool:
    """Whether the index has all tables and has reached the end of the log."""
    return moment is not None and moment.is_current
