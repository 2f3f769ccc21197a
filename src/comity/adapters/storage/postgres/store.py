"""The PostgreSQL store: the log and its index in a schema of a server, written together."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from secrets import randbits
from weakref import finalize

from comity.adapters.storage.application import Log
from comity.adapters.storage.mapper import RecordMapper, new_salts
from comity.adapters.storage.postgres import making, scrubbing, words
from comity.adapters.storage.postgres.address import address_in
from comity.adapters.storage.postgres.checking import PostgresIndexCheck
from comity.adapters.storage.postgres.cursor import PlainCursor
from comity.adapters.storage.postgres.datastore import LOCK_TIMEOUT, Lease
from comity.adapters.storage.postgres.failures import translated
from comity.adapters.storage.postgres.listening import Listening
from comity.adapters.storage.postgres.recorder import Recorder
from comity.adapters.storage.postgres.tables import OF_THE_LOG, PostgresTables
from comity.adapters.storage.postgres.transactions import Transactions
from comity.adapters.storage.signal import Watch, signal_of
from comity.adapters.storage.sql.additions import addition, begin, put
from comity.adapters.storage.sql.building import complete
from comity.adapters.storage.sql.builds import BuildTables
from comity.adapters.storage.sql.counts import CountReader
from comity.adapters.storage.sql.index import NAME, IndexHead, Known, head_of, put_head
from comity.adapters.storage.sql.projection_store import SQLProjectionStore
from comity.adapters.storage.sql.reader import RecordReader
from comity.domain.errors import InvalidValue, StoreError
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.ports import LogStore

_FEW = 50
"""So many records go in without waiting for each answer of the server."""


class PostgresStore(Transactions):
    """A store at an address; many threads, processes and machines may use it at once."""

    def __init__(
        self, address: str, *, lock_timeout: float = LOCK_TIMEOUT, read_only: bool = False
    ) -> None:
        place = address_in(address)
        super().__init__(place.name)
        self._address, self._place = address, place
        self._listening: Listening | None = None
        self._is_read_only = read_only
        with translated(self.name):
            self._log = Log(
                {
                    "PERSISTENCE_MODULE": "comity.adapters.storage.postgres.recorder:Factory",
                    "CREATE_TABLE": "no",
                    "COMITY_ADDRESS": address,
                    "COMITY_LOCK_TIMEOUT": str(lock_timeout),
                    "POSTGRES_DBNAME": "", "POSTGRES_HOST": "", "POSTGRES_USER": "",
                    "POSTGRES_PASSWORD": "",
                }
            )  # fmt: skip
            assert isinstance(self._log.mapper, RecordMapper)
            assert isinstance(self._log.recorder, Recorder)
            self._mapper, self._datastore = self._log.mapper, self._log.recorder.datastore
            self._postgres = PostgresTables()
            self._tables = self._postgres
            self._builds = BuildTables(self._tables)
            self._reader = RecordReader(self.name, self._mapper, self._tables.sql)
            self._counts = CountReader(self._tables, self._reader)
            self._signal = signal_of(f"{self.name}#{place.schema}")
            try:
                self._datastore.open()
                self._barrier = making.prepare(self, self._datastore, read_only=read_only)
            except BaseException:
                self._log.close()
                raise
        self.projections = SQLProjectionStore(
            self._tables, self._cursor, self.writing_cursor, self._live
        )
        self.words = words.PostgresWords(self, self._reader, can_write=not read_only)
        self._unclosed = finalize(self, self._log.close)

    # Writing

    def add(self, records: Sequence[Recorded], seals: Sequence[bytes] | None = None) -> None:
        """Append to the log and the index within the transaction that `writing` holds."""
        if not records:
            return
        if (lease := self._datastore.held) is None or not lease.is_writer:
            raise StoreError(self.name, "nothing holds it for writing; nothing was recorded")
        seals = seals or new_salts(len(records))
        if lease.ahead is None or not lease.ahead.add(records, seals):
            self._send(lease)
            lease.moment = None  # until now, the log ended where the transaction found it
            self._insert(lease, records, seals, None)

    def _insert(
        self, lease: Lease, records: Sequence[Recorded], seals: Sequence[bytes], known: Known | None
    ) -> None:
        rows, commitments = self._mapper.rows(records, seals, as_text=self._tables.json_is_text)
        cursor = lease.cursor
        with translated(self.name):
            if len(records) <= _FEW:
                self._datastore.pipelined(lease)
                cursor.gathered = []
            else:
                self._datastore.unpipelined(lease)  # COPY needs the connection for itself
            begun = begin(cursor, self._tables, records, known)
            with self._postgres.inserting(cursor, rows):  # the server works meanwhile
                new = addition(begun, records, commitments)
            put(cursor, self._tables, new)
            cursor.run_gathered()

    def complete(self, cursor: PlainCursor) -> None:
        """Complete the index, in a write transaction."""
        complete(cursor, self._tables, self.name, self.sealed)
        self._tables.track(cursor, NAME, head_of(cursor).position)

    def remake(self, cursor: PlainCursor) -> None:
        """Make the index anew from the log, in a write transaction."""
        for table in OF_THE_LOG:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("DELETE FROM tracking WHERE application_name LIKE 'comity-index-%%'", ())
        put_head(cursor, self._tables, IndexHead(rewritten=randbits(60)))
        self.complete(cursor)
        self._builds.empty_all(cursor)

    # Redaction and checking

    def rewrite(self, forms: Mapping[int, Event]) -> None:
        """Put other events at these positions of the log, for good. Only while writing.

        The index is made anew, all projections begin again, and the index of words is gone.
        """
        lease = self._datastore.held
        assert lease is not None
        self._send(lease)
        lease.moment = None
        with translated(self.name):
            self._put_forms(lease.cursor, forms)
            words.empty(lease.cursor)
            scrubbing.empty_other_versions(lease.cursor, self._place.schema)
            self.remake(lease.cursor)

    def scrub(self) -> None:
        """Leave no trace of what was written before in the tables; not within a transaction.

        What the server keeps elsewhere (its write-ahead log, backups, replicas) is the server's.
        """
        self._check_writable()
        with translated(self.name):
            scrubbing.vacuum(self._place, self.name)

    def checker(self) -> PostgresIndexCheck:
        """What compares the index with the log and heals it."""
        return PostgresIndexCheck(self, self._tables)

    # Copies and other processes

    def reopening(self) -> Callable[[], PostgresStore]:
        """What opens the store once more, only to read it, in another process."""
        self._check_open()
        return partial(PostgresStore, self._address, read_only=True)

    def backup(
        self,
        target: str,
        *,
        overwrite: bool = False,
        progress: Callable[[float], None] = lambda part: None,
    ) -> AbstractContextManager[LogStore]:
        """Raises `InvalidValue`: a server is backed up by its own tools."""
        expected = "one in a file; comity.copy() copies any store, pg_dump backs up a server's"
        raise InvalidValue("store", self.name, expected)

    def watch(self) -> Watch:
        """A watch: the server notifies of every write, of whatever process."""
        self._check_open()
        if self._listening is None:
            self._listening = Listening(self._place, self._signal)
        return Watch(self._signal, lambda: self._closed)

    def close(self) -> None:
        """Close every connection; a second call does nothing, nor does one in a forked process."""
        if not self._closed and os.getpid() == self._process:
            self._closed = True
            self._signal.send()
            if self._listening is not None:
                self._listening.stop()
            with translated(self.name):
                self._log.close()
                self._unclosed.detach()
