"""What an index of words keeps of each record, and an index that is only in memory."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from comity.domain.extent import extent_of
from comity.domain.recorded import Recorded
from comity.domain.search.texts import texts_of
from comity.domain.search.words import BOUNDARY, told_words
from comity.domain.time.dates import bounds


class RecordWords(NamedTuple):
    """What an index of words keeps of one record.

    `words` are in order, with boundaries between fields; `length` counts them without those.
    `since` and `until` are its extent in time, and `latest` is the last day on which it can have
    become true, as ordinals.
    """

    relationship: str
    kind: str
    since: int
    latest: int
    until: int
    length: int
    words: Sequence[str]


def words_of_record(record: Recorded) -> RecordWords:
    """What an index keeps of a record."""
    event = record.event
    words = told_words([text for _, text in texts_of(record)])
    extent = extent_of(event)
    latest = bounds(event.when).latest.toordinal() if event.when else extent.until
    length = len(words) - words.count(BOUNDARY)
    return RecordWords(
        record.relationship, event.type, extent.since, latest, extent.until, length, words
    )


class Columns(NamedTuple):
    """What an index holds of each record: of that at position 1 first.

    `groups` are places in `names`, which holds a relationship and a kind at each.
    """

    names: list[tuple[str, str]]
    groups: array[int]
    since: array[int]
    latest: array[int]
    until: array[int]
    lengths: array[int]

    @property
    def numbers(self) -> tuple[array[int], ...]:
        """The columns of numbers, each with one for each record."""
        return self.groups, self.since, self.latest, self.until, self.lengths

    def copied(self) -> Columns:
        """The same, to which records can be added."""
        return Columns(list(self.names), *(array("I", column) for column in self.numbers))

    @classmethod
    def empty(cls) -> Columns:
        """Columns without records, to which some can be added."""
        return cls([], array("I"), array("I"), array("I"), array("I"), array("I"))


class WordMap:
    """An index of words in memory; with `wanted`, only of the words for which that is true."""

    def __init__(self, columns: Columns | None = None, wanted: Callable[[str], bool] | None = None):
        self.columns = columns or Columns.empty()
        self._wanted, self._groups = wanted, {n: at for at, n in enumerate(self.columns.names)}
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._sorted: list[str] = []

    @property
    def position(self) -> int:
        """The last position that it holds; 0 if it is empty."""
        return len(self.columns.groups)

    def add(self, record: RecordWords) -> None:
        """Add the next record of the log."""
        columns, group = self.columns, (record.relationship, record.kind)
        if group not in self._groups:
            self._groups[group] = len(columns.names)
            columns.names.append(group)
        numbers = (self._groups[group], *record[2:6])
        for column, number in zip(columns.numbers, numbers, strict=True):
            column.append(number)
        for place, word in enumerate(record.words):
            if word != BOUNDARY and (self._wanted is None or self._wanted(word)):
                self._places.setdefault(word, []).append((self.position, place))

    def places(self, word: str, *, begins: bool) -> Iterable[tuple[int, int]]:
        """Where a word stands, or any word that begins with it: positions and places."""
        return self._beginning(word) if begins else self._places.get(word, ())

    def _beginning(self, word: str) -> Iterator[tuple[int, int]]:
        if len(self._sorted) != len(self._places):
            self._sorted = sorted(self._places)
        for other in self._sorted[bisect_left(self._sorted, word) :]:
            if not other.startswith(word):
                return
            yield from self._places[other]
