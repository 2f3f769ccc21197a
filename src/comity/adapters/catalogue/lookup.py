"""Looking a word up: a kind, a list of values, a value, a field, or what has the word in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches

import msgspec
from msgspec import Struct

from comity.adapters.catalogue.kinds import area_of, kind_info, kind_line
from comity.adapters.catalogue.value_lists import ValueList, value_lists
from comity.domain.errors import InvalidValue
from comity.domain.events import CATALOGUE
from comity.domain.text import folded, without_accents

_SHORTEST = 3
"""Letters of the shortest text that is looked for within others."""
_LONGEST = 100
"""Letters of the longest text that is looked for."""


class Hit(Struct, frozen=True):
    """What a word can mean: its `sort` (kind, value, field), name, whose it is, what it means."""

    sort: str
    name: str
    of: str
    meaning: str


def kind_named(word: str) -> str:
    """The tag of the kind that is called so, as a tag or a class; empty if there is none."""
    plain = _plain(word).replace("-", "")
    return next((tag for tag in CATALOGUE if tag.replace("-", "") == plain), "")


def look_up(word: str, *, values_only: bool = False) -> tuple[Hit, ...]:
    """All that a word can mean, or else what has it in its name or meaning.

    Raises `InvalidValue` with the nearest names.
    """
    plain, single = _plain(word), _single(_plain(word))
    if hits := tuple(_exact(plain, single, values_only=values_only)):
        return hits
    if len(plain) >= _SHORTEST:
        within = _within(plain)
        hits = tuple(h for h in _all() if within(h) and (h.sort == "value" or not values_only))
        if hits:
            return hits
    near = get_close_matches(plain[:_LONGEST], sorted(_names()), n=3, cutoff=0.7)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; `comity kinds` lists the kinds"
    raise InvalidValue("name", word[:_LONGEST], f"a kind, a list, a value or a field{hint}")


def _exact(plain: str, single: str, *, values_only: bool) -> Iterator[Hit]:
    words = {plain, single}
    lists = [each for each in value_lists().values() if _is_called(each, words)]
    if not values_only:
        for tag, kind in CATALOGUE.items():
            if words & {area_of(kind), kind.subject, *tag.split("-")} - {""}:
                yield _hit_of_kind(tag)
    for each in value_lists().values():
        yield from (hit for hit in _values(each) if each in lists or _plain(hit.name) in words)
    if not lists and not values_only:
        yield from (hit for hit in _fields() if _plain(hit.name) == plain)


def _is_called(values: ValueList, words: set[str]) -> bool:
    return bool(words & {values.name, *values.name.split("-")})


def _within(plain: str) -> Callable[[Hit], bool]:
    return lambda hit: plain in _plain(f"{hit.name} {hit.meaning}")


def _all() -> Iterator[Hit]:
    yield from map(_hit_of_kind, CATALOGUE)
    for values in value_lists().values():
        yield from _values(values)
    yield from _fields()


def _hit_of_kind(tag: str) -> Hit:
    line = kind_line(tag)
    return Hit("kind", tag, line.area, line.what)


def _values(values: ValueList) -> Iterator[Hit]:
    for value, meaning in values.values.items():
        yield Hit("value", value, values.name, meaning)


def _fields() -> Iterator[Hit]:
    """Every field of every kind; those of all kinds once."""
    for field in kind_info("meeting-held").fields:
        if field.common:
            yield Hit("field", field.name, "every kind", field.meaning)
    for tag in CATALOGUE:
        for field in kind_info(tag).fields:
            if not field.common:
                yield Hit("field", field.name, tag, field.meaning or field.shape)


def _names() -> set[str]:
    fields = {f.name for kind in CATALOGUE.values() for f in msgspec.structs.fields(kind)}
    values = {_plain(v) for each in value_lists().values() for v in each.values}
    areas = {area_of(kind) for kind in CATALOGUE.values()}
    return {*CATALOGUE, *value_lists(), *values, *fields, *areas}


def _plain(word: str) -> str:
    """A word as names are compared here: without case and accents, with hyphens."""
    return "-".join(without_accents(folded(word)).replace("_", " ").replace("-", " ").split())


def _single(plain: str) -> str:
    """The word in the singular, as far as its letters tell."""
    return f"{plain[:-3]}y" if plain.endswith("ies") else plain.removesuffix("s")
