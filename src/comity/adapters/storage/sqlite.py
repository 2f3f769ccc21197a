"""The SQLite store: the log and its index in one file, written together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from eventsourcing.sqlite import SQLiteCursor

from comity.adapters.storage import index
from comity.adapters.storage.application import Log
from comity.adapters.storage.failures import translated
from comity.adapters.storage.files import prepare
from comity.adapters.storage.mapper import Batch, RecordMapper
from comity.adapters.storage.recorder import Datastore, Recorder
from comity.domain.errors import (
    ComityError,
    StoreClosed,
    StoreDamaged,
    StoreTooNew,
    UnknownEventKind,
)
from comity.domain.recorded import Recorded
from comity.ports import Head

_PAGE = 1000


class SQLiteStore:
    """A store in the SQLite file at `path`; many threads and processes may use it at once."""

    def __init__(self, path: str | Path) -> None:
        self._name = str(path)
        self._closed = False
        with translated(self._name):
            uri = prepare(Path(path))
            self._read_only = "?" in uri
            self._log = Log(
                {
                    "PERSISTENCE_MODULE": "comity.adapters.storage.recorder:Factory",
                    "SQLITE_DBNAME": uri,
                    "CREATE_TABLE": "no",
                }
            )
            self._heal()

    @property
    def _recorder(self) -> Recorder:
        recorder = self._log.recorder
        assert isinstance(recorder, Recorder)
        return recorder

    @property
    def _datastore(self) -> Datastore:
        datastore = self._recorder.datastore
        assert isinstance(datastore, Datastore)
        return datastore

    # The index follows the log

    def _heal(self) -> None:
        """Make the index whole if any of it is missing."""
        try:
            with self._datastore.transaction(commit=False) as cursor:
                whole = index.is_whole(cursor)
        except BaseException:
            self._log.close()
            raise
        if whole:
            return
        with self._datastore.exclusive(), self._datastore.transaction(commit=True) as cursor:
            self._recorder.create_table()
            index.create(cursor)
            if not index.is_whole(cursor):
                index.empty(cursor)
            self._catch_up(cursor)

    def _catch_up(self, cursor: SQLiteCursor) -> None:
        """Enter what the log holds beyond the index, page by page, in the caller's transaction."""
        cursor.execute(index.HEAD)
        _, tracked, _ = cursor.fetchone()
        records = self._pages(tracked or 0, ())
        for page in records:
            index.add(cursor, self._recorder, page)

    def _behind(self, cursor: SQLiteCursor) -> bool:
        cursor.execute(index.HEAD)
        last, tracked, _ = cursor.fetchone()
        return bool(last != tracked)

    @contextmanager
    def _reading(self) -> Iterator[SQLiteCursor]:
        """A cursor on one moment of the store at which the index has caught up with the log."""
        self._open()
        with translated(self._name):
            if not self._datastore.is_held:
                with self._datastore.transaction(commit=False) as cursor:
                    behind = self._behind(cursor)
                if behind:
                    with self.writing():
                        pass
            with self._datastore.transaction(commit=False) as cursor:
                yield cursor

    def _open(self) -> None:
        if self._closed:
            raise StoreClosed(self._name)

    # Writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the file's write lock: all that is added inside becomes durable, or nothing."""
        self._open()
        with translated(self._name), self._datastore.exclusive():
            with self._datastore.transaction(commit=True) as cursor:
                if self._behind(cursor):
                    self._catch_up(cursor)
            yield

    def add(self, records: Sequence[Recorded]) -> None:
        """Append to the log and the index within the transaction that `writing` holds."""
        if not records:
            return
        with translated(self._name):
            self._log.save(Batch(records))
            with self._datastore.transaction(commit=True) as cursor:
                index.add(cursor, self._recorder, records)

    # Reading

    def head(self) -> Head:
        """The end of the log."""
        with self._reading() as cursor:
            cursor.execute(index.HEAD)
            last, _, recorded_at = cursor.fetchone()
        known = None if recorded_at is None else index.from_microseconds(recorded_at)
        return Head(last or 0, known)

    def versions(self, relationships: Collection[str]) -> dict[str, int]:
        """The current version of each relationship that has events."""
        found: dict[str, int] = {}
        with self._reading() as cursor:
            for name in relationships:
                cursor.execute(index.VERSION, (name,))
                if (version := cursor.fetchone()[0]) is not None:
                    found[name] = version
        return found

    def find(self, ids: Collection[str]) -> dict[str, Recorded]:
        """The recorded events with these ids, by id."""
        with self._reading() as cursor:
            rows = index.rows_in(cursor, index.BY_ID, ids)
        records = self._records(rows)
        return {record.event.id: record for record in records}

    def relationships(self, including: Collection[str] = ()) -> list[str]:
        """The recorded relationships of which all of `including` are parties, sorted."""
        with self._reading() as cursor:
            if not including:
                cursor.execute("SELECT DISTINCT relationship FROM comity_parties")
            else:
                asked = " INTERSECT ".join([index.RELATIONSHIPS] * len(including))
                cursor.execute(asked, tuple(including))
            return sorted(name for (name,) in cursor.fetchall())

    def candidates(
        self, relationships: Collection[str], upto: int, on: date | None = None
    ) -> list[Recorded]:
        """Through the index: what a question about `on` as known at `upto` can need, in order."""
        rows: list[Any] = []
        day = (on or date.max).toordinal()
        with self._reading() as cursor:
            for name in relationships:
                cursor.execute(index.CANDIDATES, (name, day, upto))
                rows.extend(cursor.fetchall())
        rows.sort(key=itemgetter(4))
        return self._records(rows)

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at `moment` or before; 0 if there is none."""
        with self._reading() as cursor:
            cursor.execute(index.POSITION_AT, (index.microseconds(moment),))
            row = cursor.fetchone()
        return row[0] if row else 0

    def log(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Recorded]:
        """The log after a position, read page by page as it is iterated."""
        self._open()
        for page in self._pages(after, kinds):
            yield from page

    def _pages(self, after: int, kinds: Collection[str]) -> Iterator[list[Recorded]]:
        topics = sorted(kinds)
        while True:
            with translated(self._name):
                page = self._recorder.select_notifications(
                    after, _PAGE, topics=topics, inclusive_of_start=False
                )
            if not page:
                return
            yield self._records(
                (n.topic, n.state, str(n.originator_id), n.originator_version, n.id) for n in page
            )
            after = page[-1].id

    def _records(self, rows: Any) -> list[Recorded]:
        mapper = self._log.mapper
        assert isinstance(mapper, RecordMapper)
        try:
            return [mapper.read(*row) for row in rows]
        except UnknownEventKind as error:
            kinds = f"events of the kind {error.kind!r}"
            raise StoreTooNew(self._name, kinds, "other kinds") from error
        except ComityError as error:
            raise StoreDamaged(self._name, str(error)) from error

    def close(self) -> None:
        """Close every connection; closing twice is harmless."""
        if not self._closed:
            self._closed = True
            with translated(self._name):
                self._log.close()
