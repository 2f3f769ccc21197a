"""Where terms match in a text, and the short part of it that shows what matched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from comity.domain.recorded import Recorded
from comity.domain.search.found import Snippet, Span
from comity.domain.search.question import Term
from comity.domain.search.texts import PARTIES, Text, named, texts_of
from comity.domain.search.words import Word, joined_of, words_of

_NO_READING = ("id", "kind", "happening", "target", "replacement")
_LENGTH, _BEFORE = 160, 50
"""How many characters a snippet has at most, and how many of them stand before a match."""


def spans(term: Term, text: str) -> list[Span]:
    """The places of a text where a term matches, in order."""
    return _spans(term, words_of(text), joined_of(text))


def _spans(term: Term, words: Sequence[Word], joined: Sequence[Word]) -> list[Span]:
    size = len(term.words)
    found = [
        (words[at].start, words[at + size - 1].end)
        for at in range(len(words) - size + 1)
        if _fits(term, words[at : at + size])
    ]
    return found + [(word.start, word.end) for word in joined if _fits(term, [word])]


def _fits(term: Term, words: Sequence[Word]) -> bool:
    if len(words) != len(term.words):
        return False
    *firsts, last = term.words
    if any(word.word != first for word, first in zip(words, firsts, strict=False)):
        return False
    return words[-1].word.startswith(last) if term.begins else words[-1].word == last


def is_named(term: Term, code: str) -> bool:
    """Whether one of the names of a party has a term."""
    return any(_spans(term, *_words_of_name(name)) for name in named(code))


@lru_cache(maxsize=8192)
def _words_of_name(name: str) -> tuple[list[Word], list[Word]]:
    return words_of(name), joined_of(name)


def snippet_of(record: Recorded, terms: Sequence[Term]) -> Snippet:
    """The part of a record that shows most of the terms; the first of those that show as many.

    A sentence says more than a name, and that more than an address or an id.
    """
    best, rank = Snippet(PARTIES, ""), (-1, -1)
    for field, text in _texts(record, terms):
        matched = [found for term in terms if (found := spans(term, text))]
        if (own := (len(matched), _weight(field, text) if matched else -1)) > rank:
            best, rank = _cut(field, text, _merged(matched)), own
    return best


def _texts(record: Recorded, terms: Sequence[Term]) -> Iterable[Text]:
    for text in texts_of(record):
        yield text
        if text.field == PARTIES:
            codes = record.event.parties
            names = ", ".join(f"{_name(code, terms)} ({code})" for code in codes)
            yield Text(PARTIES, names)


def _name(code: str, terms: Sequence[Term]) -> str:
    """The usual name of a party, or else the first of its names that matches."""
    usual, *others = named(code)
    asked = [term for term in terms if is_named(term, code)]
    matching = (name for name in (usual, *others) if any(spans(term, name) for term in asked))
    return next(matching, usual)


def _weight(field: str, text: str) -> int:
    """How much a text says to a reader: by its spaces, of which a name has few."""
    return 0 if field in _NO_READING or field.endswith(".url") else 1 + min(text.count(" "), 3)


def _merged(found: list[list[Span]]) -> list[Span]:
    """Places in order, those that touch or overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(span for spans_of_term in found for span in spans_of_term):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(field: str, text: str, marks: list[Span]) -> Snippet:
    if len(text) <= _LENGTH:
        return Snippet(field, text, tuple(marks))
    first = marks[0][0] if marks else 0
    start = _word_start(text, max(0, min(first - _BEFORE, len(text) - _LENGTH)), first)
    end = min(len(text), start + _LENGTH)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shift = len(before) - start
    within = ((max(a, start) + shift, min(b, end) + shift) for a, b in marks if a < end)
    return Snippet(field, f"{before}{text[start:end]}{after}", tuple(within))


def _word_start(text: str, start: int, latest: int) -> int:
    """The start of the first whole word from `start` on, no later than `latest`."""
    if start == 0:
        return 0
    space = text.find(" ", start - 1, latest)
    return start if space < 0 else space + 1
