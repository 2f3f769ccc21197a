"""Words: a text cut into the words that are searched, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from comity.domain.search.letters import APOSTROPHES, CHARACTER, kinds_of, plain


class Word(NamedTuple):
    """A word in its plain form, and the part of the text from which it comes."""

    word: str
    start: int
    end: int


_RUNS = re.compile("[LD][LDM]*|C[CM]*")
_JOINED = re.compile(
    "[LD][LDM]*(?:'[LD][LDM]*)+"  # Sana'a, d'Ivoire
    r"|(?<![LDM,.])D{1,3}(?:,DDD)+(?![LD]|,D)"  # 45,122
    r"|(?<![LDM'])LM*(?:\.LM*)+(?![LDM'])"  # U.S.S.R.
)

_BETWEEN = re.compile(f"[{APOSTROPHES},.]")
_OF_ASCII = re.compile("[0-9a-z]+")


def words_of(text: str) -> list[Word]:
    """The words of a text, in order.

    Of a run of letters of a script without spaces each two neighbours are a word, and the last
    letter is one: so any part of the run is found as a phrase, or as the beginning of a word.
    """
    kinds = kinds_of(text)
    words: list[Word] = []
    for run in _RUNS.finditer(kinds):
        start, end = run.span()
        word = plain(text[start:end])
        if kinds[start] == CHARACTER:
            words += _pairs(word, start, end)
        elif word:
            words.append(Word(word, start, end))
    return words


def _pairs(run: str, start: int, end: int) -> Iterator[Word]:
    """The words of a run without spaces; where letters were composed, each stands for the run."""
    is_exact = len(run) == end - start
    for at in range(len(run)):
        pair = run[at : at + 2]
        if is_exact:
            yield Word(pair, start + at, start + at + len(pair))
        else:
            yield Word(pair, start, end)


def joined_of(text: str) -> list[Word]:
    """Words that are written with something between: `Sana'a`, `45,122` and `U.S.` as one word."""
    if not _BETWEEN.search(text):
        return []
    kinds = kinds_of(text)
    return [
        Word(word, *found.span())
        for found in _JOINED.finditer(kinds)
        if (word := "".join(plain(text[slice(*run.span())]) for run in _runs(kinds, found)))
    ]


def _runs(kinds: str, found: re.Match[str]) -> Iterator[re.Match[str]]:
    return _RUNS.finditer(kinds, *found.span())


def _words_alone(text: str) -> list[str]:
    """The words of a text without their places: in most texts faster found."""
    if text.isascii():
        return _OF_ASCII.findall(text.lower())
    return [word.word for word in words_of(text)]


BOUNDARY = "¶"
"""Stands between the words of two fields, so that no phrase goes on from one to the next."""


def told_words(texts: list[str]) -> list[str]:
    """The words of several texts as an index holds them, with boundaries between."""
    told: list[str] = []
    for text in texts:
        told += _words_alone(text)
        told.append(BOUNDARY)
        for word in joined_of(text):
            told += (word.word, BOUNDARY)
    return told
