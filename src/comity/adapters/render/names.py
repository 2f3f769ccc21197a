"""Parties by name: `Pakistan (PAK)` in a cell where there is room, or else in a legend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from comity.adapters.interchange.exporters.sentences import all_of, name_of, named_code
from comity.projections.views.view import ColumnKind

_MOST = 8
"""How many parties a legend has at most; of more, a table is read by who knows the codes."""


_WORD = re.compile(r"[A-Za-z0-9_]+")


def codes_in(value: object) -> Iterator[str]:
    """The codes in a cell: of one party, of several, or of a relationship."""
    if isinstance(value, str):
        yield from filter(None, value.split("-"))
    elif isinstance(value, tuple | list):
        for item in cast("Sequence[object]", value):
            yield from codes_in(item)


def _named(value: Any) -> str:
    return ", ".join(map(named_code, codes_in(value)))


def named_relationship(relationship: str) -> str:
    """A relationship with the names of its parties: `Pakistan and Russia (PAK-RUS)`."""
    codes = relationship.split("-")
    names = [*map(name_of, codes)]
    if names == codes:
        return relationship
    return f"{all_of(names)} ({relationship})"


WITH_NAMES: Mapping[ColumnKind, Callable[[Any], str]] = {
    "party": _named,
    "parties": _named,
    "relationship": named_relationship,
}
"""How the cells of a column that holds parties are written with their names, by its kind."""


def legend(codes: Iterable[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A line that says what the codes in the rows mean; nothing if they are too many."""
    words = {word for row in rows for cell in row for word in _WORD.findall(cell)}
    there = sorted(words.intersection(codes))
    told = [f"{code} {name}" for code in there if (name := name_of(code)) != code]
    if 0 < len(told) <= _MOST:
        yield f"{', '.join(told)}."
