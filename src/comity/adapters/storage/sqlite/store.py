"""The SQLite store: the log and its index in one file, written together."""

from __future__ import annotations

import os
import sqlite3
from bisect import bisect_right
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from comity.adapters.storage.failures import translated
from comity.adapters.storage.mapper import CollectedRecords, RecordMapper
from comity.adapters.storage.signal import Watch, signal_of
from comity.adapters.storage.sqlite import index
from comity.adapters.storage.sqlite.files import check_size, prepare
from comity.adapters.storage.sqlite.log import SQLiteLog
from comity.adapters.storage.sqlite.projection_store import SQLiteProjectionStore
from comity.adapters.storage.sqlite.reader import BY_POSITION, Reader
from comity.adapters.storage.sqlite.recorder import Datastore, Recorder
from comity.domain.codec import UPCASTERS
from comity.domain.errors import (
    StoreClosed,
    StoreDamaged,
)
from comity.domain.recorded import Recorded
from comity.ports import Head, Window

_PAGE = 1000


class SQLiteStore:
    """A store in the SQLite file at `path`; many threads and processes may use it at once."""

    def __init__(self, path: str | Path) -> None:
        self.name = str(path)
        self._closed = False
        with translated(self.name):
            uri = prepare(Path(path))
            self._log = SQLiteLog(
                {
                    "PERSISTENCE_MODULE": "comity.adapters.storage.sqlite.recorder:Factory",
                    "SQLITE_DBNAME": uri,
                    "CREATE_TABLE": "no",
                }
            )
            assert isinstance(self._log.mapper, RecordMapper)
            self._reader = Reader(self.name, self._log.mapper)
            self._uri, self._signal = uri, signal_of(os.path.realpath(path))
            self.projections = SQLiteProjectionStore(self._recorder, self.reading, self.writing)
            try:
                self._verify(Path(path))
            except BaseException:
                self._log.close()
                raise

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

    def _verify(self, path: Path) -> None:
        """Refuse a file that was cut short, and mend an index of which anything is missing."""
        with self._datastore.transaction(commit=False) as cursor:
            whole = index.is_whole(cursor)
            cursor.execute("PRAGMA page_size")
            check_size(path, cursor.fetchone()[0])
        if not whole:
            with self._datastore.exclusive():
                self._repair()

    def _repair(self) -> None:
        """Make the index whole and bring it up to the log, in the transaction that is held."""
        with self._datastore.transaction(commit=True) as cursor:
            cursor.execute("SELECT 1 FROM stored_events")  # fails if the log itself is gone
            for statement in self._recorder.create_table_statements:
                cursor.execute(statement)
            if not index.is_whole(cursor):
                index.rebuild(cursor)
            _, done, _ = index.progress(cursor)
            for page in self._pages(done):
                for position, record in enumerate(page, done + 1):
                    if record.position != position:
                        raise StoreDamaged(self.name, f"position {position} of its log is gone")
                index.add(cursor, self._recorder, page)
                done = page[-1].position

    @contextmanager
    def reading(self) -> Generator[None]:
        """One moment of the store, at which the index has caught up with the log."""
        self._open()
        if self._datastore.is_held:
            yield
            return
        with translated(self.name):
            with self._datastore.snapshot():
                if self._is_current():
                    yield
                    return
            with self.writing():
                pass
            with self._datastore.snapshot():
                yield

    @contextmanager
    def _cursor(self) -> Generator[sqlite3.Cursor]:
        with self.reading(), self._datastore.transaction(commit=False) as cursor:
            cursor.sqlite_cursor.row_factory = None  # plain tuples are read the fastest
            yield cursor.sqlite_cursor

    def _is_current(self) -> bool:
        with self._datastore.transaction(commit=False) as cursor:
            return index.is_current(cursor)

    def _open(self) -> None:
        if self._closed:
            raise StoreClosed(self.name)

    # Writing

    @contextmanager
    def writing(self) -> Generator[None]:
        """Hold the file's write lock: all that is added inside becomes durable, or nothing."""
        self._open()
        with translated(self.name), self._datastore.exclusive():
            if not self._is_current():
                self._repair()
            yield
        self._signal.send()

    def add(self, records: Sequence[Recorded]) -> None:
        """Append to the log and the index within the transaction that `writing` holds."""
        if not records:
            return
        with translated(self.name):
            self._log.save(CollectedRecords(records))
            with self._datastore.transaction(commit=True) as cursor:
                index.add(cursor, self._recorder, records)

    # Reading

    def head(self) -> Head:
        """The end of the log."""
        with self._cursor() as cursor:
            cursor.execute(index.HEAD)
            row = cursor.fetchone()
        try:
            return Head(row[0], index.from_microseconds(row[1])) if row else Head(0, None)
        except (TypeError, OverflowError) as error:
            raise StoreDamaged(self.name, f"its last recorded time is {row[1]!r}") from error

    def versions(self, relationships: Collection[str]) -> dict[str, int]:
        """The current version of each relationship that has events."""
        with self._cursor() as cursor:
            cursor.execute(index.VERSIONS, (index.as_json(relationships),))
            return {name: version for name, version in cursor if version is not None}

    def find(self, ids: Collection[str]) -> dict[str, Recorded]:
        """The recorded events with these ids, by id."""
        with self._cursor() as cursor:
            cursor.execute(index.BY_KEY, (index.as_json(map(index.key, ids)),))
            rows = cursor.fetchall()
        asked = set(ids)
        records = self._reader.records(rows)
        return {record.event.id: record for record in records if record.event.id in asked}

    def relationships(self, including: Collection[str] = ()) -> list[str]:
        """The recorded relationships of which all of `including` are parties, sorted."""
        with self._cursor() as cursor:
            cursor.execute(index.relationships_including(len(including)), tuple(including))
            return sorted(name for (name,) in cursor.fetchall())

    def read_streams(
        self,
        relationships: Collection[str],
        upto: int,
        window: Window | None = None,
        *,
        once: bool = False,
    ) -> list[Recorded]:
        """Recorded at `upto` or before, in order; of one relationship from memory if it can be."""
        found: list[Recorded] = []
        with self._cursor() as cursor:
            for name in relationships:
                if window is not None:
                    days = window.after.toordinal(), window.on.toordinal()
                    found += self._reader.within(cursor, name, *days)
                elif once or self._datastore.is_writing:
                    found += self._reader.within(cursor, name, 0)
                else:
                    found += self._reader.whole(cursor, name)
            also = set(window.also if window else ())
            if missing := also.difference(record.position for record in found):
                found += self._reader.at(cursor, missing)
        found.sort(key=BY_POSITION)
        return found[: bisect_right(found, upto, key=BY_POSITION)]

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at `moment` or before; 0 if there is none."""
        with self._cursor() as cursor:
            return index.position_at(cursor, moment)

    def log(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Recorded]:
        """The log after a position, up to where it ends now, read page by page."""
        self._open()
        # A retired kind is found under the one that took its place, as which it is read.
        topics = sorted({*kinds, *UPCASTERS}) if kinds else ()
        with translated(self.name):
            last = self._recorder.max_notification_id() or 0
        return (
            record
            for page in self._pages(min(after, last), last, topics)
            for record in page
            if not kinds or record.event.type in kinds
        )

    def _pages(
        self, after: int, last: int | None = None, topics: Sequence[str] = ()
    ) -> Iterator[list[Recorded]]:
        while True:
            with translated(self.name):
                page = self._recorder.select_notifications(
                    after, _PAGE, last, topics, inclusive_of_start=False
                )
            if not page:
                return
            yield self._reader.records(
                (str(n.originator_id), n.originator_version, n.id, n.topic, n.state) for n in page
            )
            after = page[-1].id

    def watch(self) -> Watch:
        """Wakes at once for this process, and within a fraction of a second for another."""
        self._open()
        with translated(self.name):
            looking = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
            return Watch(self.name, self._signal, lambda: self._closed, looking)

    def close(self) -> None:
        """Close every connection; closing twice is harmless."""
        if not self._closed:
            self._closed = True
            self._signal.send()
            with translated(self.name):
                self._log.close()
