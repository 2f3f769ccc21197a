"""The SQLite store: the log and its index in one file, written together."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from weakref import WeakSet, finalize

import msgspec

from comity.adapters.storage.application import Log
from comity.adapters.storage.failures import translated
from comity.adapters.storage.mapper import RecordMapper, new_salts
from comity.adapters.storage.signal import Watch, signal_of
from comity.adapters.storage.sqlite import index, statements
from comity.adapters.storage.sqlite.backups import backed_up
from comity.adapters.storage.sqlite.closing import Closing, is_alone
from comity.adapters.storage.sqlite.counts import CountReader
from comity.adapters.storage.sqlite.datastore import LOCK_TIMEOUT, Datastore
from comity.adapters.storage.sqlite.files import (
    identity,
    path_in,
    prepare,
    reading_mode,
    sizes_beside,
)
from comity.adapters.storage.sqlite.forks import IN_USE, is_left_open
from comity.adapters.storage.sqlite.indexed import IndexedLog
from comity.adapters.storage.sqlite.looking import Looking
from comity.adapters.storage.sqlite.making import FILE_MODE
from comity.adapters.storage.sqlite.places import Place
from comity.adapters.storage.sqlite.pool import Mode
from comity.adapters.storage.sqlite.projection_store import SQLiteProjectionStore
from comity.adapters.storage.sqlite.reader import RecordReader, up_to
from comity.adapters.storage.sqlite.recorder import Recorder, as_json
from comity.adapters.storage.sqlite.repair import repair
from comity.adapters.storage.sqlite.soundness import is_large, is_sound
from comity.domain.errors import ForkedEngine, StoreDamaged
from comity.domain.recorded import Recorded
from comity.ports import Build, Counts, Head, StreamHead, Window, WordStore

_PAGE = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOOK_EVERY = 0.02
"""Seconds between looks at what other processes wrote: SQLite sends no signal of it."""


class SQLiteStore(IndexedLog):
    """A store in the SQLite file at `path`; many threads and processes may use it at once."""

    def __init__(
        self,
        path: str | Path,
        *,
        lock_timeout: float = LOCK_TIMEOUT,
        look_every: float = _LOOK_EVERY,
        read_only: bool = False,
        file_mode: int = FILE_MODE,
        name: str = "",
    ) -> None:
        super().__init__(name or str(path), lock_timeout)
        self._path = Path(path).absolute()
        self._look_every = look_every
        self._lookings: WeakSet[Looking] = WeakSet()
        self._words: WordStore | None = None
        with translated(self.name):
            was_alone = is_alone(self._path)
            mode = prepare(Path(path), file_mode)
            if read_only and mode is Mode.WRITE:
                mode = reading_mode(Path(path))
            self._uri = mode.uri(Path(path))
            self._log = Log(
                {
                    "PERSISTENCE_MODULE": "comity.adapters.storage.sqlite.recorder:Factory",
                    "SQLITE_DBNAME": self._uri,
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
            if is_left_open(file):
                self._log.close()
                raise ForkedEngine(self.name, IN_USE)
            self._recorder, self._datastore = self._log.recorder, self._log.recorder.datastore
            self._reader = RecordReader(self.name, self._mapper)
            self._counts = CountReader(self._reader)
            self._signal = signal_of(os.path.realpath(path))
            self.projections = SQLiteProjectionStore(
                self._recorder, self._cursor, self.writing, self._live
            )
            uri = self._uri if mode is Mode.WRITE else None
            self._ending = Closing(self._path, file, uri)
            try:
                if not read_only:
                    self._begin_sound()
                if was_alone:
                    self._ending.check(self._datastore, self.name)
            except BaseException:
                self._log.close()
                raise
            self._unclosed = finalize(self, self._ending.mark)

    def is_whole(self) -> bool:
        """Whether index and projections are sound; raises `StoreDamaged` for the log."""
        return is_sound(self._recorder, self._datastore, self.name, self._path)

    def _begin_sound(self) -> None:
        """Check what can be checked at once; the rows of a large index are when it is used."""
        if not self.is_whole():
            with self._datastore.exclusive():
                self._repair()
        with self._datastore.transaction(commit=False) as cursor:
            self._is_checked = not is_large(cursor)

    def _repair(self) -> None:
        repair(self.name, self._recorder, self._datastore, self.sealed)

    # Writing

    def add(self, records: Sequence[Recorded], seals: Sequence[bytes] | None = None) -> None:
        """Append to the log and the index within the transaction that `writing` holds."""
        if not records:
            return
        if (lease := self._datastore.held) is not None:
            lease.moment = None  # until now, the log ended where the transaction found it
        rows, commitments = self._mapper.rows(records, seals or new_salts(len(records)))
        with translated(self.name):
            self._recorder.insert_rows(rows)
            with self._datastore.plain_transaction(commit=True) as cursor:
                index.add(cursor, self._recorder, records, commitments)

    @property
    def words(self) -> WordStore:
        """The index of words."""
        if self._words is None:
            from comity.adapters.storage.sqlite.words import SQLiteWords

            self._words = SQLiteWords(self, self._datastore, self._reader)
        return self._words

    # Reading

    def head(self) -> Head:
        """The end of the log."""
        with self.reading():
            moment = self._known_moment()
        try:
            if not moment.indexed:
                return Head(0, None)
            return Head(moment.indexed, _EPOCH + timedelta(microseconds=moment.recorded_at))
        except (TypeError, OverflowError) as error:
            reason = f"its last recorded time is {moment.recorded_at!r}"
            raise StoreDamaged(self.name, reason) from error

    def _live(self, name: str) -> Build | None:
        """The live build of a projection, in any version, if there is one."""
        with self.reading():
            live = msgspec.json.decode(self._known_moment().live_builds)
        for number, of, version, folds, position in live:
            if of == name:
                return Build(number, name, version, folds, True, position)
        return None

    def streams(
        self, including: Iterable[Collection[str]] = ((),), kinds: Collection[str] = ()
    ) -> dict[str, StreamHead]:
        """The streams whose parties include at least one of these sets, sorted by name."""
        sets = [sorted(codes) for codes in including]
        statement = statements.STREAMS if all(sets) else statements.ALL_STREAMS
        wanted = as_json(sorted(kinds)) if kinds else None
        parameters = {"sets": as_json(sets), "kinds": wanted}
        return self._heads(statement, parameters, of_kinds=bool(kinds))

    def acted(self) -> dict[str, list[str]]:
        """By party, the names of the streams in which it acted alone on an agreement."""
        with self._cursor() as cursor:
            cursor.execute(statements.ACTED)
            rows = cursor.fetchall()
        acted: dict[str, list[str]] = {}
        for by, name in rows:
            acted.setdefault(by, []).append(name)
        return acted

    def heads(self, names: Collection[str]) -> dict[str, StreamHead]:
        """The ends of these streams; a stream without events is left out."""
        return self._heads(statements.HEADS, {"names": as_json(list(names))})

    def _heads(
        self, statement: str, parameters: Mapping[str, object], *, of_kinds: bool = False
    ) -> dict[str, StreamHead]:
        with self._indexed() if of_kinds else self._cursor() as cursor:
            cursor.execute(statement, parameters)
            rows = cursor.fetchall()
        return {
            name: StreamHead(version, position, bool(acts))
            for name, version, position, acts in rows
            if version is not None
        }

    def read_streams(
        self,
        heads: Mapping[str, StreamHead],
        position: int,
        window: Window | None = None,
        *,
        cache: bool = True,
    ) -> dict[str, list[Recorded]]:
        """The records of streams up to a position of the log, in order, by stream."""
        if window is not None:
            with self._indexed() as cursor:
                return self._reader.window(cursor, window, position)
        with self._cursor() as cursor:
            cache = cache and not self._datastore.is_writing  # a write may still be rolled back
            return up_to(self._reader.whole(cursor, heads, cache=cache), position)

    def counts(self, heads: Mapping[str, StreamHead]) -> Counts:
        """The counts of whole streams; `heads` are their ends."""
        with self._indexed() as cursor:
            return self._counts.read(cursor, heads, cache=not self._datastore.is_writing)

    def read_after(
        self, heads: Mapping[str, StreamHead], after: int, position: int
    ) -> list[Recorded]:
        """The records of streams after a position and up to another, in order."""
        with self._cursor() as cursor:
            records = self._reader.after(cursor, heads, after)
        return [record for record in records if record.position <= position]

    def reopening(self) -> Callable[[], SQLiteStore]:
        """What opens the file once more, only to read it, while this store is open."""
        self._check_file()
        return partial(SQLiteStore, self._path, read_only=True)

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
        return backed_up(self._uri, place, partial(SQLiteStore, name=self.name), progress)

    def watch(self) -> Watch:
        """A watch: it wakes at once for this process, and soon for another process."""
        self._check_open()
        with translated(self.name):
            looking = Looking(self._uri, self._datastore.pool.file)
            self._lookings.add(looking)
            return Watch(self.name, self._signal, lambda: self._closed, looking, self._look_every)

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
