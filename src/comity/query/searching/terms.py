"""What the terms of a question match, by the index of words and by the names of parties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, takewhile

from comity.domain.search.indexed import Columns, WordMap, words_of_record
from comity.domain.search.matching import is_named
from comity.domain.search.question import Term
from comity.domain.search.ranking import Counts
from comity.ports import LogStore, WordIndex

_PLACES = 1 << 32
"""More than the places of a record: a position and a place are one number by it."""


class Continued:
    """An index and what follows it, read from the log; its columns have all."""

    def __init__(self, index: WordIndex, rest: WordMap) -> None:
        self._index, self._rest, self.columns = index, rest, rest.columns

    @property
    def position(self) -> int:
        """The last position that it holds."""
        return self._rest.position

    def places(self, word: str, *, begins: bool) -> Iterable[tuple[int, int]]:
        """Where a word stands, or any word that begins with it."""
        return chain(
            self._index.places(word, begins=begins), self._rest.places(word, begins=begins)
        )


def index_up_to(store: LogStore, position: int, terms: Sequence[Term]) -> WordIndex:
    """An index of the terms that holds a position; what the store's lacks is read from the log."""
    index = store.words.index()
    if index.position >= position:
        return index
    rest = WordMap(index.columns.copied(), _wanted(terms))
    following = store.log(index.position)
    for record in takewhile(lambda record: record.position <= position, following):
        rest.add(words_of_record(record))
    return Continued(index, rest)


def _wanted(terms: Sequence[Term]) -> Callable[[str], bool]:
    """Whether any term has a word."""
    words = {word for term in terms for word in term.words}
    beginnings = tuple(term.words[-1] for term in terms if term.begins)
    return lambda word: word in words or word.startswith(beginnings)


def counts_of(index: WordIndex, term: Term, position: int) -> Counts:
    """How often a term stands in each record up to a position, with the names of its parties."""
    counts: Counter[int] = Counter(_positions(index, term))
    for at in [at for at in counts if at > position]:
        del counts[at]
    named = _named_groups(index.columns, term)
    if named:
        for at, group in enumerate(index.columns.groups[:position], 1):
            if group in named:
                counts[at] += named[group]
    return counts


def _positions(index: WordIndex, term: Term) -> Iterator[int]:
    """The position of each place where a term stands."""
    *firsts, last = term.words
    if not firsts:
        return (position for position, _ in index.places(last, begins=term.begins))
    ends = {at * _PLACES + place for at, place in index.places(last, begins=term.begins)}
    for before, word in enumerate(reversed(firsts), 1):
        here = {at * _PLACES + place + before for at, place in index.places(word, begins=False)}
        ends &= here
    return (end // _PLACES for end in ends)


def _named_groups(columns: Columns, term: Term) -> dict[int, int]:
    """The groups with parties that a term names, and how many these are."""
    codes = [relationship.split("-") for relationship, _ in columns.names]
    named = {code for code in {code for own in codes for code in own} if is_named(term, code)}
    counts = {group: len(named.intersection(own)) for group, own in enumerate(codes)}
    return {group: count for group, count in counts.items() if count}
