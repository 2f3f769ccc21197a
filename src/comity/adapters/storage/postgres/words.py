"""The index of words on a server: its own full text search finds records, by whole words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from comity.adapters.storage.postgres import statements
from comity.adapters.storage.postgres.cursor import PlainCursor, adapted
from comity.adapters.storage.sql.dialect import as_json
from comity.adapters.storage.sql.reader import RecordReader
from comity.domain.errors import StoreDamaged
from comity.domain.recorded import Recorded
from comity.domain.search.indexed import Columns, WordMap
from comity.domain.search.letters import RULES
from comity.ports import WordIndex, WordPage

_LONGEST = 500
"""Letters of a word that the server's index holds: it takes at most 2,046 bytes of one."""
_PLACES = (
    "SELECT r.position, w.place - 1 FROM comity_search_words AS r "
    "CROSS JOIN LATERAL unnest(r.words) WITH ORDINALITY AS w(word, place) "
    "WHERE r.found @@ %s::tsquery AND "
)
_ADD = (
    "INSERT INTO comity_search_words VALUES (%s, %s, %s, %s, %s, %s, %s, %s, "
    f"array_to_tsvector(ARRAY(SELECT DISTINCT left(w, {_LONGEST}) FROM unnest(%s::text[]) AS w "
    "WHERE w <> '')))"
)


_SUM = (
    "SELECT COUNT(*), COALESCE(SUM(hashtextextended(w::text, w.position)::numeric), 0)::text "
    "FROM comity_search_words AS w WHERE w.position > %s"
)
_CHANGED = "its index of words differs from its log; ask again, and it is made anew"


class _Head(NamedTuple):
    """The end of an index: its rules, its last position, the rewriting of its log, and its sum."""

    rules: str
    position: int
    rewritten: int
    sum: int


class _Store(Protocol):
    """What the index needs of the store."""

    name: str

    @property
    def rewritten(self) -> int: ...

    def reading_cursor(self) -> AbstractContextManager[PlainCursor]: ...

    def writing_cursor(self) -> AbstractContextManager[PlainCursor]: ...


class PostgresWordIndex:
    """The index in a transaction."""

    def __init__(self, words: PostgresWords, cursor: PlainCursor, position: int) -> None:
        self._words, self._cursor, self.position = words, cursor, position
        self._columns: Columns | None = None

    @property
    def columns(self) -> Columns:
        """What it holds of each record; read when it is first asked for."""
        if self._columns is None:
            columns = _columns_of(self._cursor)
            if len(columns.groups) != self.position:
                self._words.forget()
                raise StoreDamaged(self._words.name, _CHANGED)
            self._columns = columns
        return self._columns

    def places(self, word: str, *, begins: bool) -> Iterable[tuple[int, int]]:
        """Where a word stands, or any word that begins with it: positions and places."""
        if begins:
            found, matches = f"{_quoted(word)}:*", "starts_with(w.word, %s)"
        else:
            found, matches = _quoted(word), "w.word = %s"
        self._cursor.execute(_PLACES + matches, (found, word))
        return self._cursor.fetchall()


class PostgresWords:
    """The index of words in the store's schema; an append does nothing to it."""

    def __init__(self, store: _Store, reader: RecordReader, *, can_write: bool) -> None:
        self._store, self._reader, self._can_write = store, reader, can_write
        self.name = store.name
        self._checked: _Head | None = None
        """The end of the index whose rows were compared with its sum, or were written here."""

    def forget(self) -> None:
        """Compare the rows with their sum again before they are used."""
        self._checked = None

    def index(self) -> WordIndex:
        """The index as far as it has come; an empty one if it is of other rules or another log."""
        with self._store.reading_cursor() as cursor:
            position = self._position(cursor)
            return PostgresWordIndex(self, cursor, position) if position else WordMap()

    def _position(self, cursor: PlainCursor) -> int:
        """The last position of the index, if it is whole and of the log as it is now."""
        head = _head_of(cursor)
        if head is None or head.rules != RULES or head.rewritten != self._store.rewritten:
            return 0
        if head != self._checked and not _is_sound(cursor, head):
            return 0
        self._checked = head
        return head.position

    def add(self, page: WordPage) -> bool:
        """Continue the index by a page, in a transaction of its own, unless it has moved.

        It is False if the store is only read.
        """
        if not self._can_write:
            return False
        with self._store.writing_cursor() as cursor:
            if self._store.rewritten != page.rewritten or self._position(cursor) != page.after:
                return True
            checked = _continue(cursor, page)
        self._checked = checked
        return True

    def records(self, positions: Collection[int]) -> list[Recorded]:
        """The records at these positions of the log, in order."""
        with self._store.reading_cursor() as cursor:
            return self._reader.found(cursor, statements.AT, (as_json(list(positions)),))


def empty(cursor: PlainCursor) -> None:
    """Empty the index, with all of its text."""
    cursor.execute("DELETE FROM comity_search_head")
    cursor.execute("DELETE FROM comity_search_words")


def drop_unsound(cursor: PlainCursor) -> bool:
    """Empty an index that is not what was written; whether it was one."""
    head = _head_of(cursor)
    if _is_sound(cursor, head or _Head(RULES, 0, 0, 0)):
        return False
    empty(cursor)
    return True


def _head_of(cursor: PlainCursor) -> _Head | None:
    cursor.execute("SELECT rules, position, rewritten, sum::text FROM comity_search_head")
    row = cursor.fetchone()
    if row is None:
        return None
    rules, position, rewritten, total = row
    return _Head(rules, position, rewritten, int(total))


def _is_sound(cursor: PlainCursor, head: _Head) -> bool:
    """Whether the rows are as many as the index says, and what was written."""
    return _sum_after(cursor, 0) == (head.position, head.sum)


def _sum_after(cursor: PlainCursor, position: int) -> tuple[int, int]:
    """How many rows follow a position, and their sum."""
    cursor.execute(_SUM, (position,))
    count, total = cursor.fetchone() or (0, "0")
    return int(count), int(total)


def _continue(cursor: PlainCursor, page: WordPage) -> _Head:
    known = _head_of(cursor)
    before = known.sum if page.after and known is not None else 0
    if not page.after:
        empty(cursor)
    rows = [
        (position, *record[:6], words := list(record.words), words)
        for position, record in enumerate(page.records, page.after + 1)
    ]
    cursor.executemany(adapted(_ADD).encode(), rows)
    _, added = _sum_after(cursor, page.after)
    head = _Head(RULES, page.after + len(page.records), page.rewritten, before + added)
    cursor.execute(
        "INSERT INTO comity_search_head VALUES (1, %s, %s, %s, %s::numeric) ON CONFLICT (number) "
        "DO UPDATE SET rules = excluded.rules, position = excluded.position, "
        "rewritten = excluded.rewritten, sum = excluded.sum",
        (*head[:3], str(head.sum)),
    )
    return head


def _quoted(word: str) -> str:
    """A word as one lexeme of a query, whatever letters it has."""
    text = word[:_LONGEST].replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'"


def _columns_of(cursor: PlainCursor) -> Columns:
    cursor.execute(
        "SELECT relationship, kind, since, latest, until, length FROM comity_search_words "
        "ORDER BY position"
    )
    columns = Columns.empty()
    groups: dict[tuple[str, str], int] = {}
    for name, kind, *numbers in cursor.fetchall():
        group = groups.setdefault((name, kind), len(groups))
        for column, number in zip(columns.numbers, (group, *numbers), strict=True):
            column.append(number)
    columns.names.extend(groups)
    return columns
