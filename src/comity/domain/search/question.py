"""What is asked: the words, phrases and beginnings of words that a text must all have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from comity.domain.errors import InvalidValue
from comity.domain.search.letters import CHARACTER, kinds_of
from comity.domain.search.words import Word, joined_of, words_of

MOST_WORDS = 100
"""How many words a question has at most."""
_LONGEST = 10_000
_SHOWN = 60
_PARTS = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')
"""A phrase in quotation marks, or what stands between spaces."""


class Term(NamedTuple):
    """Words that follow each other; with `begins`, the last is only the beginning of a word."""

    words: tuple[str, ...]
    begins: bool = False


def terms_of(text: object) -> tuple[Term, ...]:
    """The terms of a question, each once, in order.

    Words in quotation marks are a phrase, and so are words with something else than a space
    between, such as `2023-06-20`. A `*` behind a word stands for any end. Everything else that is
    no letter and no digit is as if it were not there. Raises `InvalidValue` for text without
    words, or with more than a hundred.
    """
    if not isinstance(text, str):
        raise InvalidValue("text", text, "words to search for")
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InvalidValue("text", shown, "text without lone surrogates")
    terms = tuple(dict.fromkeys(_terms(text))) if len(text) <= _LONGEST else None
    if terms is None or sum(len(term.words) for term in terms) > MOST_WORDS:
        raise InvalidValue("text", shown, f"at most {MOST_WORDS} words")
    if not terms:
        raise InvalidValue("text", shown, "words to search for, such as 'oil Karachi'")
    return terms


def _terms(text: str) -> Iterator[Term]:
    for part in _PARTS.finditer(text):
        phrase, piece = part.groups()
        if phrase is not None:
            yield from _phrase(phrase, words_of(phrase))
        elif joined := joined_of(piece):
            yield from _joined(piece, joined)
        else:
            yield from _phrase(piece, words_of(piece))


def _phrase(text: str, words: list[Word]) -> Iterator[Term]:
    if not words:
        return
    begins, last = text[words[-1].end :].startswith("*"), words[-1]
    if kinds_of(text)[last.start] == CHARACTER and len(last.word) == 1:
        # The last letter of a run is in the pair before it; alone, it begins a pair anywhere.
        is_in_pair = len(words) > 1 and words[-2].end == last.end
        words, begins = (words[:-1], False) if is_in_pair else (words, True)
    yield Term(tuple(word.word for word in words), begins)


def _joined(text: str, joined: list[Word]) -> Iterator[Term]:
    """Each word of a piece is a term of its own; those that are joined are one word."""
    at = 0
    for word in joined:
        yield from _phrase(text[at : word.start], words_of(text[at : word.start]))
        yield Term((word.word,), text[word.end :].startswith("*"))
        at = word.end
    yield from _phrase(text[at:], words_of(text[at:]))
