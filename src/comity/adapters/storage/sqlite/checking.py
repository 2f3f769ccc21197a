"""The check of the index against the log, and what SQLite itself finds in the file."""

from __future__ import annotations

import sqlite3

from comity.adapters.storage.sql.building import IndexSums, complete
from comity.adapters.storage.sql.builds import BuildTables
from comity.adapters.storage.sql.dialect import IndexTables
from comity.adapters.storage.sql.index import IndexHead, put_head
from comity.adapters.storage.sqlite import tables, word_tables
from comity.adapters.storage.sqlite.failures import translated
from comity.adapters.storage.sqlite.projections import has_unreadable, mend
from comity.adapters.storage.sqlite.recorder import Recorder
from comity.adapters.storage.sqlite.schema import check_structure
from comity.adapters.storage.sqlite.soundness import index_is_sound
from comity.adapters.storage.sqlite.transactions import Transactions
from comity.domain.errors import StoreDamaged


class SQLiteIndexCheck(IndexSums):
    """Sums up what the index should hold, as the log goes by, and heals it."""

    def __init__(self, store: Transactions, tables: IndexTables, recorder: Recorder) -> None:
        super().__init__(store, tables)
        self._log, self._recorder = store, recorder

    def heal(self) -> tuple[str, ...]:
        """Make anew what differs from the log, and return what that was."""
        with self._log.writing(), translated(self._store.name):
            for page in self._log.sealed(self._position):
                self.add(page)
            with self._recorder.datastore.plain_transaction(commit=True) as cursor:
                return tuple(self._heal(cursor))

    def _heal(self, cursor: sqlite3.Cursor) -> list[str]:
        check_structure(cursor, self._store.name)
        builds = BuildTables(self._tables)
        healed: list[str] = []
        if word_tables.drop_unsound(cursor):
            healed.append("index of words")
        if _flaws(cursor):
            healed.append("indexes of the tables")
            try:
                cursor.execute("REINDEX")
            except MemoryError as error:  # a damaged row may claim to be of any length
                reason = "its rows cannot be read to make their indexes anew"
                raise StoreDamaged(self._store.name, reason) from error
        if self._differs or not index_is_sound(cursor) or not self.agrees(cursor):
            healed.append("index")
            tables.rebuild(cursor)
            put_head(cursor, self._tables, IndexHead())
            complete(cursor, self._tables, self._store.name, self._log.sealed)
            builds.empty_all(cursor)
        healed += [f"projection {number}" for number in mend(cursor, builds)]
        cursor.execute("SELECT number FROM comity_projections")
        for (number,) in cursor.fetchall():
            if has_unreadable(cursor, builds, number):
                healed.append(f"snapshots of projection {number}")
                builds.empty(cursor, number)
        if healed and (flaw := _flaws(cursor)):
            raise StoreDamaged(self._store.name, f"what SQLite finds in it: {flaw}")
        return healed


def _flaws(cursor: sqlite3.Cursor) -> str:
    """The first flaw that SQLite finds in the file, an index that is not as its table included."""
    cursor.execute("PRAGMA integrity_check(1)")
    [found] = cursor.fetchone()
    return "" if found == "ok" else " ".join(str(found).split())
