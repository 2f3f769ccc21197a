"""Layouts of coded events: which column holds what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from comity.adapters.interchange.importers.coded.cells import Unreadable

_NO_LETTER = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """A column's name without case and punctuation: "Event.Date" and "event_date" are one."""
    return _NO_LETTER.sub("", name).casefold()


def columns_in(
    header: list[str], wanted: Mapping[str, tuple[str, ...]], needed: Iterable[str]
) -> dict[str, int] | None:
    """The places of the columns in a header, by what they hold; None if a needed one is missing.

    `wanted` gives the plain names that a column can have. A name that stands twice counts once.
    """
    places: dict[str, int] = {}
    for at, name in enumerate(header):
        places.setdefault(plain(name), at)
    found = {
        what: places[name]
        for what, names in wanted.items()
        for name in reversed(names)
        if name in places
    }
    return found if all(what in found for what in needed) else None


def without_empty_ends(cells: list[str], width: int) -> list[str]:
    """The cells of a row that has too many, where those at its end are empty.

    Raises `Unreadable` for a row of any other number of cells than `width`.
    """
    if len(cells) > width and not any(map(str.strip, cells[width:])):
        return cells[:width]
    raise Unreadable(f"{len(cells)} cells; expected {width}")
