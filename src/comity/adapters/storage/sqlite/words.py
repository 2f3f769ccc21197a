"""The index of words in SQLite: FTS5 says where a word stands, our own code all else."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from comity.adapters.storage.sql.dialect import as_json
from comity.adapters.storage.sql.reader import RecordReader
from comity.adapters.storage.sqlite import statements, word_tables
from comity.adapters.storage.sqlite.datastore import Datastore
from comity.adapters.storage.sqlite.failures import translated
from comity.adapters.storage.sqlite.schema import check_structure
from comity.adapters.storage.sqlite.word_tables import WordHead
from comity.domain.recorded import Recorded
from comity.domain.search.indexed import Columns, RecordWords, WordMap
from comity.domain.search.letters import RULES
from comity.ports import WordIndex, WordPage

_LAST = "\U0010ffff"
"""Behind the words that begin with a word."""
_COLUMNS = 1000
"""How many records have their numbers in one row."""


class _Store(Protocol):
    """What the index needs of the store."""

    name: str

    @property
    def rewritten(self) -> int: ...

    def reading_cursor(self) -> AbstractContextManager[sqlite3.Cursor]: ...

    def writing(self) -> AbstractContextManager[None]: ...


class SQLiteWordIndex:
    """The index in a transaction."""

    def __init__(self, datastore: Datastore, store: str, position: int) -> None:
        self._datastore, self._store, self.position = datastore, store, position
        self._columns: Columns | None = None

    @property
    def columns(self) -> Columns:
        """What it holds of each record; read when it is first asked for."""
        if self._columns is None:
            with translated(self._store):
                self._columns = word_tables.columns_of(self._datastore.plain_cursor())
        return self._columns

    def places(self, word: str, *, begins: bool) -> Iterable[tuple[int, int]]:
        """Where a word stands, or any word that begins with it: positions and places."""
        cursor = self._datastore.plain_cursor()
        with translated(self._store):
            if begins:
                cursor.execute(
                    "SELECT doc, offset FROM comity_search_places WHERE term >= ? AND term < ?",
                    (word, word + _LAST),
                )
            else:
                cursor.execute(
                    "SELECT doc, offset FROM comity_search_places WHERE term = ?", (word,)
                )
            return cursor.fetchall()


class SQLiteWords:
    """The index of words in the file of a store; an append does nothing to it."""

    def __init__(self, store: _Store, datastore: Datastore, reader: RecordReader) -> None:
        self._store, self._datastore, self._reader = store, datastore, reader
        self._checked: WordHead | None = None
        """The end of the index whose rows were compared with its sum, or were written here."""

    def index(self) -> WordIndex:
        """The index as far as it has come; an empty one if it cannot be trusted."""
        with self._store.reading_cursor() as cursor:
            head = self._sound_head(cursor)
            if head is None:
                return WordMap()
            return SQLiteWordIndex(self._datastore, self._store.name, head.position)

    def _sound_head(self, cursor: sqlite3.Cursor) -> WordHead | None:
        """The end of the index, if that is whole and of the log as it is now."""
        head = word_tables.sound_head(cursor, self._checked)
        if head is None or head.rules != RULES or head.rewritten != self._store.rewritten:
            return None
        self._checked = head
        return head

    def add(self, page: WordPage) -> bool:
        """Continue the index by a page, in a transaction of its own, unless it has moved.

        It is False if this SQLite has no FTS5, or cannot drop an index that is damaged.
        """
        try:
            return self._add(page)
        except _CannotBegin:
            return False

    def _add(self, page: WordPage) -> bool:
        with self._store.writing(), translated(self._store.name):
            if self._store.rewritten != page.rewritten:
                return True
            with self._datastore.plain_transaction(commit=True) as cursor:
                head = self._sound_head(cursor)
                if (head.position if head else 0) != page.after:
                    return True
                if not word_tables.has_fts5(cursor):
                    return False
                if head is None:
                    if word_tables.is_there(cursor):
                        check_structure(cursor, self._store.name)  # before anything is mended
                    _begin(cursor)
                checked = _continue(cursor, page)
        self._checked = checked
        return True

    def records(self, positions: Collection[int]) -> list[Recorded]:
        """The records at these positions of the log, in order."""
        with self._store.reading_cursor() as cursor, translated(self._store.name):
            wanted = (as_json(list(positions)),)
            return self._reader.found(cursor, statements.AT, wanted)


class _CannotBegin(Exception):
    """What there is of an index cannot be dropped."""


def _begin(cursor: sqlite3.Cursor) -> None:
    try:
        word_tables.begin(cursor)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in word_tables.OF_DAMAGE:
            raise
        raise _CannotBegin from error


def _continue(cursor: sqlite3.Cursor, page: WordPage) -> WordHead:
    cursor.executemany(
        "INSERT INTO comity_search_words (rowid, words) VALUES (?, ?)",
        _texts(page),
    )
    # A savepoint lets FTS5 write its tables now, so that what the sum is of stays so.
    cursor.execute("SAVEPOINT comity_search")
    cursor.execute("RELEASE comity_search")
    groups = _groups(cursor, page.records)
    rows = [(groups[record.relationship, record.kind], *record[2:6]) for record in page.records]
    for at in range(0, len(rows), _COLUMNS):
        numbers = array("I")
        for column in zip(*rows[at : at + _COLUMNS], strict=True):
            numbers.extend(column)
        cursor.execute(
            "INSERT INTO comity_search_columns VALUES (?, ?)", (page.after + at, numbers.tobytes())
        )
    head = WordHead(RULES, page.after + len(rows), page.rewritten, 0)
    head = head._replace(sum=word_tables.sum_of(cursor, head))
    cursor.execute("INSERT OR REPLACE INTO comity_search_head VALUES (1, ?, ?, ?, ?)", head)
    return head


def _texts(page: WordPage) -> Iterator[tuple[int, str]]:
    for position, record in enumerate(page.records, page.after + 1):
        yield position, " ".join(record.words)


def _groups(cursor: sqlite3.Cursor, records: Sequence[RecordWords]) -> dict[tuple[str, str], int]:
    """The place of each relationship and kind; new ones are inserted."""
    cursor.execute("SELECT relationship, kind, number FROM comity_search_groups")
    groups = {(name, kind): number for name, kind, number in cursor.fetchall()}
    for record in records:
        group = record.relationship, record.kind
        if group not in groups:
            groups[group] = len(groups)
            cursor.execute(
                "INSERT INTO comity_search_groups VALUES (?, ?, ?)", (groups[group], *group)
            )
    return groups
