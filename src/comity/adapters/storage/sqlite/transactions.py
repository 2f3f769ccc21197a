"""The transactions of the SQLite store: in each the index is complete up to the end of the log."""

from __future__ import annotations

import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager

from comity.adapters.storage.failures import DRIVER_ERRORS, translated, translation
from comity.adapters.storage.signal import Signal
from comity.adapters.storage.sqlite import statements
from comity.adapters.storage.sqlite.recorder import Datastore
from comity.adapters.storage.sqlite.statements import StoreHead
from comity.domain.errors import StoreClosed, StoreDamaged


class Transactions(ABC):
    """Reads and writes in transactions of a datastore; `name` is the store's name in errors."""

    _datastore: Datastore
    _signal: Signal

    def __init__(self, name: str) -> None:
        self.name, self._closed = name, False
        self._transaction = threading.local()

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
            with self._read_transaction() as moment:
                if _is_current(moment):
                    yield
                    return
            with self.writing():
                pass
            with self._read_transaction():
                yield
        except DRIVER_ERRORS as error:
            raise translation(error, self.name) from error

    @contextmanager
    def _read_transaction(self) -> Generator[StoreHead | None]:
        """A read transaction and its moment; None if the index has lost a table."""
        with self._datastore.read_transaction():
            self._transaction.moment = moment = self._moment()
            try:
                yield moment
            finally:
                self._transaction.moment = None

    def _moment(self) -> StoreHead | None:
        cursor = self._datastore.plain_cursor()
        try:
            cursor.execute(statements.STORE_HEAD)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise
            return None  # a table or a column is gone
        row = cursor.fetchone()
        return StoreHead(*row) if row is not None else None

    def _known_moment(self) -> StoreHead:
        """The moment of this thread's transaction; once it has written, the newest moment."""
        moment: StoreHead | None = getattr(self._transaction, "moment", None) or self._moment()
        if moment is None:
            raise StoreDamaged(self.name, "its index has lost a table")
        return moment

    @contextmanager
    def _cursor(self) -> Generator[sqlite3.Cursor]:
        with self.reading():
            yield self._datastore.plain_cursor()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreClosed(self.name)

    @contextmanager
    def writing(self) -> Generator[None]:
        """Hold the file's write lock; all records added inside become durable, or none."""
        self._check_open()
        with translated(self.name), self._datastore.exclusive():
            moment = self._moment()
            if not _is_current(moment):
                self._repair()
                moment = None
            self._transaction.moment = moment
            try:
                yield
            finally:
                self._transaction.moment = None
        self._signal.send()


def _is_current(moment: StoreHead | None) -> bool:
    """Whether the index has all tables and has reached the end of the log."""
    if moment is None:
        return False
    return (moment.last or 0) == (moment.tracked or 0) == moment.indexed
