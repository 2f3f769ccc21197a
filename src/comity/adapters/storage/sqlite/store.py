"""The SQLite store: the log and its index in one file, written together."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from secrets import randbits
from weakref import WeakSet, finalize

from comity.adapters.storage.application import Log
from comity.adapters.storage.mapper import RecordMapper, new_salts
from comity.adapters.storage.signal import Watch, signal_of
from comity.adapters.storage.sql.additions import add
from comity.adapters.storage.sql.building import complete
from comity.adapters.storage.sql.builds import BuildTables
from comity.adapters.storage.sql.counts import CountReader
from comity.adapters.storage.sql.index import IndexHead, put_head
from comity.adapters.storage.sql.projection_store import SQLProjectionStore
from comity.adapters.storage.sql.reader import RecordReader
from comity.adapters.storage.sql.sealed import UNSOUND
from comity.adapters.storage.sqlite import tables, word_tables
from comity.adapters.storage.sqlite.backups import backed_up
from comity.adapters.storage.sqlite.checking import SQLiteIndexCheck
from comity.adapters.storage.sqlite.closing import Closing, is_alone, note_traces, scrubbed
from comity.adapters.storage.sqlite.datastore import LOCK_TIMEOUT, Datastore
from comity.adapters.storage.sqlite.failures import translated
from comity.adapters.storage.sqlite.files import (
    identity,
    path_in,
    prepare,
    reading_mode,
    sizes_beside,
)
from comity.adapters.storage.sqlite.followed import Followed
from comity.adapters.storage.sqlite.forks import IN_USE, is_left_open
from comity.adapters.storage.sqlite.looking import Looking
from comity.adapters.storage.sqlite.making import FILE_MODE
from comity.adapters.storage.sqlite.modes import Mode
from comity.adapters.storage.sqlite.places import Place
from comity.adapters.storage.sqlite.recorder import Recorder
from comity.adapters.storage.sqlite.repair import repair
from comity.adapters.storage.sqlite.soundness import is_large, is_sound
from comity.adapters.storage.sqlite.transactions import CheckedLog
from comity.adapters.storage.sqlite.writer import SQLiteTables
from comity.domain.errors import ForkedEngine, TracesLeft
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.ports import WordStore

_PATIENCE = 5.0
"""Seconds to wait for those who read, until they are said to hinder a scrub."""
_LOOK_EVERY = 0.02
"""Seconds between looks at what other processes wrote: SQLite sends no signal of it."""


class SQLiteStore(CheckedLog):
    """A store in the SQLite file at `path`; many threads and processes may use it at once."""

    def __init__(
        self,
        path: str | Path,
        *,
        lock_timeout: float = LOCK_TIMEOUT,
        look_every: float = _LOOK_EVERY,
        read_only: bool = False,
        only_looks: bool = False,
        file_mode: int = FILE_MODE,
        name: str = "",
    ) -> None:
        """Open the file. With `only_looks` it is read without a trace beside it, and unchecked."""
        super().__init__(name or str(path))
        self._lock_timeout = lock_timeout
        self._path = Path(path).absolute()
        self._look_every = look_every
        self._lookings: WeakSet[Looking] = WeakSet()
        self._words: WordStore | None = None
        with translated(self.name):
            was_alone = is_alone(self._path)
            mode = prepare(Path(path), file_mode, read_only=read_only)
            if only_looks and mode is Mode.WRITE:
                mode = reading_mode(Path(path))
            self._is_read_only = read_only
            self._followed = Followed(self._path, mode)
            self._log = Log(
                {
                    "PERSISTENCE_MODULE": "comity.adapters.storage.sqlite.recorder:Factory",
                    "SQLITE_DBNAME": self._followed.uri,
                    "CREATE_TABLE": "no",
                    "COMITY_FILE_MODE": mode.value,
                    "COMITY_LOCK_TIMEOUT": str(lock_timeout),
                }
            )
            assert isinstance(self._log.mapper, RecordMapper)
            self._mapper = self._log.mapper
            assert isinstance(self._log.recorder, Recorder)
            assert isinstance(self._log.recorder.datastore, Datastore)
            file = self._log.recorder.datastore.pool.file = identity(self._path)
            self._log.recorder.datastore.pool.following = self._followed
            if is_left_open(file):
                self._log.close()
                raise ForkedEngine(self.name, IN_USE)
            self._recorder, self._datastore = self._log.recorder, self._log.recorder.datastore
            self._tables = SQLiteTables(self._recorder)
            self._builds = BuildTables(self._tables)
            self._reader = RecordReader(self.name, self._mapper, self._tables.sql)
            self._counts = CountReader(self._tables, self._reader)
            self._signal = signal_of(os.path.realpath(path))
            self.projections = SQLProjectionStore(
                self._tables, self._cursor, self._writing_cursor, self._live
            )
            uri = self._followed.uri if mode is Mode.WRITE else None
            self._ending = Closing(self._path, file, uri)
            try:
                if not only_looks:
                    self._begin_sound()
                if was_alone:
                    self._ending.check(self._datastore, self.name)
            except BaseException:
                self._log.close()
                raise
            self._unclosed = finalize(self, self._ending.mark)

    def is_whole(self) -> bool:
        """Whether index and projections are sound; raises `StoreDamaged` for the log."""
        return is_sound(self._recorder, self._builds, self._datastore, self.name, self._path)

    def _begin_sound(self) -> None:
        """Check what can be checked at once; the rows of a large index are when it is used."""
        if not self.is_whole():
            self._check_writable(UNSOUND)
            with self._datastore.exclusive():
                self._repair()
        with self._datastore.plain_transaction(commit=False) as cursor:
            self._is_checked = not is_large(cursor)

    def _repair(self) -> None:
        repair(self.name, self._recorder, self._tables, self._datastore, self.sealed)

    # Writing

    def add(self, records: Sequence[Recorded], seals: Sequence[bytes] | None = None) -> None:
        """Append to the log and the index within the transaction that `writing` holds."""
        if not records:
            return
        if (lease := self._datastore.held) is not None:
            lease.moment = None  # until now, the log ended where the transaction found it
        rows, commitments = self._mapper.rows(
            records, seals or new_salts(len(records)), as_text=self._tables.json_is_text
        )
        with translated(self.name):
            self._recorder.insert_rows(rows)
            with self._datastore.plain_transaction(commit=True) as cursor:
                add(cursor, self._tables, records, commitments)

    @contextmanager
    def _writing_cursor(self) -> Generator[sqlite3.Cursor]:
        """A cursor in a write transaction."""
        with self.writing(), self._datastore.plain_transaction(commit=True) as cursor:
            yield cursor

    @property
    def words(self) -> WordStore:
        """The index of words."""
        if self._words is None:
            from comity.adapters.storage.sqlite.words import SQLiteWords

            self._words = SQLiteWords(self, self._datastore, self._reader)
        return self._words

    # Redaction and checking

    def rewrite(self, forms: Mapping[int, Event]) -> None:
        """Put other events at these positions of the log, for good. Only while writing.

        The index is made anew, all projections begin again, and the index of words is gone.
        """
        if (lease := self._datastore.held) is not None:
            lease.moment = None
        with translated(self.name), self._datastore.plain_transaction(commit=True) as cursor:
            self._put_forms(cursor, forms)
            word_tables.drop(cursor)
            tables.rebuild(cursor)
            put_head(cursor, self._tables, IndexHead(rewritten=randbits(60)))
            self._builds.empty_all(cursor)
            complete(cursor, self._tables, self.name, self.sealed)
            note_traces(cursor)

    def scrub(self) -> None:
        """Leave no trace of what was written before; not within a transaction."""
        self._check_writable()
        self._check_file()
        timeout = min(self._lock_timeout, _PATIENCE)
        with (
            translated(self.name),
            closing(
                sqlite3.connect(self._followed.uri, uri=True, isolation_level=None, timeout=timeout)
            ) as alone,
        ):
            if not scrubbed(alone):
                raise TracesLeft(
                    self.name, "others use it; they go when the last of those closes it"
                )

    def checker(self) -> SQLiteIndexCheck:
        """What compares the index with the log and heals it."""
        return SQLiteIndexCheck(self, self._tables, self._recorder)

    # Copies and other processes

    def reopening(self) -> Callable[[], SQLiteStore]:
        """What opens the file once more, only to read it, while this store is open."""
        self._check_file()
        return partial(SQLiteStore, self._path, only_looks=True)

    def backup(
        self,
        target: str,
        *,
        overwrite: bool = False,
        progress: Callable[[float], None] = lambda part: None,
    ) -> AbstractContextManager[SQLiteStore]:
        """A copy of the file as it is now, which is put at `target` if the block ends well."""
        self._check_open()
        self._check_file()
        with translated(target):
            place = Place(self._path, Path(path_in(target)), overwrite=overwrite)
        return backed_up(self._followed.uri, place, partial(SQLiteStore, name=self.name), progress)

    def watch(self) -> Watch:
        """A watch: it wakes at once for this process, and soon for another process."""
        self._check_open()
        with translated(self.name):
            looking = Looking(self.name, self._followed, self._datastore.pool.file)
            self._lookings.add(looking)
            return Watch(self._signal, lambda: self._closed, looking, self._look_every)

    def companions(self) -> dict[str, int]:
        """The files that SQLite has beside the store's, each with its size in bytes.

        `-wal` is the write-ahead log. It grows without limit while a reader stays in a transaction.
        """
        self._check_open()
        with translated(self.name):
            return sizes_beside(self._path)

    def close(self) -> None:
        """Close every connection; a second call does nothing, nor does one in a forked process."""
        if not self._closed and os.getpid() == self._process:
            self._closed = True
            self._signal.send()
            with translated(self.name):
                for looking in list(self._lookings):
                    looking.close()
                self._ending.mark(self._log.close)
                self._unclosed.detach()
