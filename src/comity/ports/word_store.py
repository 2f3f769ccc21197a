"""The word store: an index that says in which records of the log each word stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from comity.domain.recorded import Recorded

if TYPE_CHECKING:  # what searches need is loaded with the first search
    from comity.domain.search.indexed import Columns, RecordWords


class WordPage(NamedTuple):
    """What to add to an index: records that follow the position `after` in the log.

    `rewritten` is the store's number of that name (`LogStore.rewritten`) when they were read.
    """

    after: int
    rewritten: int
    records: Sequence[RecordWords]


class WordIndex(Protocol):
    """The words of the first `position` records of the log."""

    @property
    def position(self) -> int:
        """The last position that it holds; 0 if it is empty."""
        ...

    @property
    def columns(self) -> Columns:
        """What it holds of each record."""
        ...

    def places(self, word: str, *, begins: bool) -> Iterable[tuple[int, int]]:
        """Where a word stands, or any word that begins with it: positions of the log, and places.

        Places count the words of a record; those that follow each other have places that do.
        """
        ...


class WordStore(Protocol):
    """Keeps an index of words, which is behind the log until it is continued."""

    def index(self) -> WordIndex:
        """The index as far as it has come; to be used while reading.

        One that is damaged, made by other rules, or of a log that was rewritten since is empty.
        """
        ...

    def add(self, page: WordPage) -> bool:
        """Continue the index by a page, in a transaction of its own; False if it can keep none.

        It does nothing if the index has moved, or the log was rewritten, since the page was read.
        A page of the first records begins anew, in the place of an index that is not sound.
        """
        ...

    def records(self, positions: Collection[int]) -> list[Recorded]:
        """The records at these positions of the log, in order."""
        ...
