"""What every index of words must do: one suite for the port, each store supplies a factory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import ClassVar

import pytest

from comity._open import store_at
from comity.domain.events import MeetingHeld, Redacted, RelationsEstablished, StatementMade
from comity.domain.extent import ALWAYS
from comity.domain.search.indexed import words_of_record
from comity.ports import LogStore, WordPage
from tests.recording import filled
from tests.stores import a_store

PAIR = ("PAK", "RUS")
EVENTS = [
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01", note="in Moscow"),
    StatementMade(by="PAK", parties=PAIR, when="[..2002]", text="Łódź on the pakt"),
    StatementMade(by="RUS", parties=PAIR, when="2020/2022", text="北京会谈"),
    MeetingHeld(parties=("CHN", *PAIR), when="2023-06-20", meeting="m", kind="summit"),
    StatementMade(by="PAK", parties=PAIR, when="202X", text="oil, pakt and oil"),
]


class WordStoreContract:
    """A test of the port on a store of a kind."""

    kind: ClassVar[str]
    store: LogStore

    @pytest.fixture(autouse=True)
    def _store(self) -> Iterator[None]:
        with a_store(self.kind) as address, closing(store_at(address)) as self.store:
            filled(self.store, EVENTS[:2], EVENTS[2:])
            yield

    @property
    def position(self) -> int:
        with self.store.reading():
            return self.store.words.index().position

    def page(self, after: int, last: int) -> WordPage:
        records = [r for r in self.store.log(after) if r.position <= last]
        words = [words_of_record(record) for record in records]
        return WordPage(after, self.store.rewritten, words)

    def places(self, word: str, *, begins: bool = False) -> list[tuple[int, int]]:
        with self.store.reading():
            return sorted(self.store.words.index().places(word, begins=begins))

    def test_an_index_is_behind_the_log_until_it_is_continued(self) -> None:
        last = self.store.head().position
        assert self.position == 0
        assert self.store.words.add(self.page(0, 2))
        assert self.position == 2
        assert self.store.words.add(self.page(2, last))
        assert self.position == last

    def test_a_page_that_does_not_follow_changes_nothing(self) -> None:
        assert self.store.words.add(self.page(0, 2))
        before = self.places("pak")
        for page in (self.page(0, 1), self.page(1, 2), self.page(3, 4)):
            assert self.store.words.add(page)
        assert self.store.words.add(self.page(2, 3)._replace(rewritten=12345))
        assert (self.position, self.places("pak")) == (2, before)

    def test_words_stand_where_the_records_have_them(self) -> None:
        page = self.page(0, self.store.head().position)
        assert self.store.words.add(page)
        told = [
            (position, place, word)
            for position, record in enumerate(page.records, 1)
            for place, word in enumerate(record.words)
        ]
        for word in {word for *_, word in told if word.isalnum()}:
            assert self.places(word) == [(at, place) for at, place, w in told if w == word]
            assert self.places(word[:2], begins=True) == [
                (at, place) for at, place, w in told if w.startswith(word[:2])
            ]
        assert self.places("nowhere") == []

    def test_columns_tell_what_the_records_are(self) -> None:
        page = self.page(0, self.store.head().position)
        assert self.store.words.add(page._replace(records=page.records[:3]))
        assert self.store.words.add(page._replace(after=3, records=page.records[3:]))
        with self.store.reading():
            columns = self.store.words.index().columns
        groups = [columns.names[group] for group in columns.groups]
        assert groups == [(record.relationship, record.kind) for record in page.records]
        for column, field in zip(columns.numbers[1:], range(2, 6), strict=True):
            assert list(column) == [record[field] for record in page.records]
        assert max(columns.until) <= ALWAYS

    def test_records_are_read_by_their_positions(self) -> None:
        everything = list(self.store.log())
        assert self.store.words.records([3, 1]) == [everything[0], everything[2]]
        assert self.store.words.records([]) == []

    def test_a_log_that_was_rewritten_has_an_empty_index(self) -> None:
        late = self.page(0, 1)
        assert self.store.words.add(self.page(0, self.store.head().position))
        first = next(self.store.log()).event
        form = Redacted(parties=first.parties, kind=first.type, id="redacted-1")
        with self.store.writing():
            self.store.rewrite({1: form})
        assert self.position == 0
        assert self.places("pak") == []
        assert self.store.words.add(late)  # it was read before
        assert self.position == 0


class TestMemoryWords(WordStoreContract):
    kind = "memory"


class TestSQLiteWords(WordStoreContract):
    kind = "sqlite"


class TestPostgresWords(WordStoreContract):
    kind = "postgres"
