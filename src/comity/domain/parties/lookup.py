"""What people call parties: codes by abbreviation, by number and by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from comity.domain.parties import aliases
from comity.domain.parties.formal_names import FORMAL_NAMES
from comity.domain.parties.table import rows

_UNSAID = frozenset({"the", "of", "and"})
_PLAIN = {
    "dem": "democratic", "is": "islands", "organisation": "organization", "rep": "republic",
    "st": "saint", "sts": "saint",
}  # fmt: skip
"""What shortened words and other spellings mean."""


@lru_cache(maxsize=4_096)
def words(text: str) -> tuple[str, ...]:
    """The words of a name, sorted: case, accents, punctuation and articles do not matter.

    So "Korea, North" is "North Korea".
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("\u0131", "i"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    found: list[str] = re.findall(r"[^\W_]+", re.sub(r"(?<=\b\w)\.(?=\w\b)", "", letters))
    return tuple(sorted(_PLAIN.get(word, word) for word in found if word not in _UNSAID))


@lru_cache(maxsize=1)
def abbreviations() -> dict[str, tuple[str, ...]]:
    """The codes that an abbreviation can mean, without those that are codes themselves."""
    meant: dict[str, list[str]] = {}
    for table in (aliases.EVERYDAY, aliases.ALPHA_2, aliases.SPORT, aliases.SYSTEMS):
        for entry in table.split():
            abbreviation, _, codes = entry.partition("=")
            known = meant.setdefault(abbreviation, [])
            known.extend(code for code in codes.split(",") if code not in known)
    for slug in organisations():
        meant.setdefault(slug.upper(), []).append(slug)
    return {abbreviation: tuple(codes) for abbreviation, codes in meant.items()}


@lru_cache(maxsize=1)
def alpha_2() -> dict[str, str]:
    """The codes by those of two letters in ISO 3166-1."""
    entries = (entry.partition("=") for entry in aliases.ALPHA_2.split())
    return {short: code for short, _, code in entries}


@lru_cache(maxsize=1)
def organisations() -> dict[str, str]:
    """The names of the organisations that comity knows by itself, by slug."""
    lines = aliases.ORGANISATIONS.strip().splitlines()
    entries = (line.partition(" ") for line in lines)
    return {slug: name.strip() for slug, _, name in entries}


@lru_cache(maxsize=1)
def names() -> dict[str, tuple[str, ...]]:
    """Every name of each party, the table's own first, by code."""
    known = {code: [row.name] for code, row in rows().items()}
    known |= {slug: [name] for slug, name in organisations().items()}
    for line in (*aliases.NAMES.strip().splitlines(), *FORMAL_NAMES.strip().splitlines()):
        code, _, others = line.partition("  ")
        known[code].extend(name for name in others.split("; ") if name not in known[code])
    return {code: tuple(several) for code, several in known.items()}


@lru_cache(maxsize=1)
def _named() -> dict[tuple[str, ...], tuple[str, ...]]:
    """The codes of the parties that have a name, by the name's words."""
    meant: dict[tuple[str, ...], list[str]] = {}
    for code, several in names().items():
        for name in several:
            codes = meant.setdefault(words(name), [])
            codes.extend([code] if code not in codes else [])
    return {said: tuple(codes) for said, codes in meant.items()}


def abbreviated(text: str) -> tuple[str, ...]:
    """The codes for which the text is an abbreviation elsewhere: `GDR` is DDR."""
    return abbreviations().get(text.strip().upper(), ())


def exactly_named(text: str) -> tuple[str, ...]:
    """The codes of the parties of this name, in any order of its words."""
    return _named().get(words(text), ())


@lru_cache(maxsize=4_096)
def named(text: str) -> tuple[str, ...]:
    """The codes of the parties of this name, or else of the one with the most similar name."""
    said = words(text)
    if exact := exactly_named(text):
        return exact
    if not said:
        return ()
    spelled = {" ".join(name): codes for name, codes in _named().items()}
    near = get_close_matches(" ".join(said), spelled, n=1, cutoff=0.85)
    return spelled[near[0]] if near else ()


def containing(text: str, candidates: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """The codes of the candidates with a name in which every word of the text begins a word."""
    said = words(text)
    return [code for code, several in candidates if any(_begins(said, words(n)) for n in several)]


def _begins(said: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return bool(said) and all(any(word.startswith(part) for word in name) for part in said)
