"""POLECAT's rows put in order: by the header, by their number, or by what must hold.

Some published files have names in the header that no column belongs to, and some rows have tabs
within a cell. The columns are those of the files on the Harvard Dataverse (doi:10.7910/DVN/AJGVIT).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import combinations_with_replacement
from typing import Final

from comity.adapters.interchange.importers.coded.cells import Unreadable, is_day
from comity.adapters.interchange.importers.coded.codes import is_plover
from comity.adapters.interchange.importers.coded.layouts import plain
from comity.adapters.interchange.importers.names import is_missing

COLUMNS: Final[tuple[str, ...]] = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts",
    "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors",
    "Actor Title", "Actor Name Raw", "Wikipedia Actor ID", "Recipient Name", "Recipient Country",
    "Recipient COW", "Primary Recipient Sector", "Recipient Sectors", "Recipient Title",
    "Recipient Name Raw", "Wikipedia Recipient ID", "Placename", "City", "District", "Province",
    "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type", "Source",
    "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language",
    "Version",
)  # fmt: skip
WIDTH: Final = len(COLUMNS)
_OTHER_NAMES: Final = {"eventintensity": "intensity"}
_FEWEST_NAMES: Final = 5
"""A line with so many names of columns is a header."""
_MOST_TABS: Final = 3
"""So many stray tabs in a row are looked for."""
_QUADS: Final = frozenset(
    {"VERBAL COOPERATION", "MATERIAL COOPERATION", "VERBAL CONFLICT", "MATERIAL CONFLICT"}
)
_BETWEEN: Final = re.compile(r"\s*[;|]\s*")
"""Between the several actors of a cell."""


def several(cell: str) -> list[str]:
    """What a cell lists, without what is missing."""
    return [part for part in _BETWEEN.split(cell.strip()) if not is_missing(part)]


def _is_quad(cell: str) -> bool:
    return cell.strip().upper() in _QUADS


def _are_numbers(cell: str) -> bool:
    """Whether these are Correlates of War numbers, or none."""
    return all(part.removesuffix(".0").isdecimal() for part in several(cell))


def _are_codes(cell: str) -> bool:
    """Whether these are codes of three letters, or none."""
    return all(len(part) == 3 and part.isalpha() and part.isupper() for part in several(cell))


def _is_degrees(cell: str) -> bool:
    try:
        return is_missing(cell) or -180 <= float(cell) <= 180
    except ValueError:
        return False


_MUST_HOLD: Final[dict[str, Callable[[str], bool]]] = {
    "Event ID": lambda cell: not is_missing(cell),
    "Event Date": is_day,
    "Event Type": is_plover,
    "Quad Code": _is_quad,
    "Actor Country": _are_codes,
    "Actor COW": _are_numbers,
    "Recipient Country": _are_codes,
    "Recipient COW": _are_numbers,
    "Latitude": _is_degrees,
    "Longitude": _is_degrees,
    "Publication Date": is_day,
}
"""What a cell of these columns looks like."""
_ANCHORS: Final = tuple((COLUMNS.index(name), holds) for name, holds in _MUST_HOLD.items())
_PLACES: Final = [at for at, _ in _ANCHORS]
SPLIT: Final = "\t"
"""Stands for a cell that may have been split: no cell holds a tab."""


_CHECKED: Final = ("Quad Code", "Actor COW", "Recipient COW", "Latitude", "Longitude")


def contradictions(cells: list[str]) -> Iterator[str]:
    """What shows that the cells of a row are shifted, although their number is right."""
    for name in _CHECKED:
        cell = cells[COLUMNS.index(name)]
        if not is_missing(cell) and cell != SPLIT and not _MUST_HOLD[name](cell):
            yield f"{name}: {cell[:60]!r} cannot be there; the cells are shifted"


class Alignment:
    """How the rows of a file are put in the order of `COLUMNS`; without a header, as they are."""

    def __init__(self, header: list[str] | None = None) -> None:
        self._places: list[int] | None = None
        self._width = len(header or ())
        if header is not None:
            names = [_OTHER_NAMES.get(plain(name), plain(name)) for name in header]
            wanted = [plain(name) for name in COLUMNS]
            if set(wanted) <= set(names):
                self._places = [names.index(name) for name in wanted]

    def aligned(self, cells: list[str]) -> list[str]:
        """The cells in the order of `COLUMNS`; raises `Unreadable`."""
        if self._places is not None and len(cells) == self._width:
            placed = [cells[at] for at in self._places]
            if len(cells) == WIDTH or _MUST_HOLD["Event Date"](placed[1]):
                return placed
        if len(cells) > WIDTH and not any(map(str.strip, cells[WIDTH:])):
            return cells[:WIDTH]
        if len(cells) == WIDTH:
            return cells
        return _without_stray_tabs(cells)


def is_header(cells: list[str]) -> bool:
    """Whether these are names of columns, perhaps not all and not only."""
    wanted = {plain(name) for name in COLUMNS}
    return len(wanted.intersection(map(plain, cells))) >= _FEWEST_NAMES


def _without_stray_tabs(cells: list[str]) -> list[str]:
    """The cells of a row in which tabs split some, which are `SPLIT`.

    What must hold is looked for in every place where it can be, and the ways stay in which most
    of these cells hold something. A cell between two of them is sure if both are shifted alike.
    Raises `Unreadable`.
    """
    told = f"{len(cells)} cells; expected {WIDTH}"
    tabs = len(cells) - WIDTH
    if not 0 < tabs <= _MOST_TABS:
        raise Unreadable(told)
    ways = {way: _held(cells, way) for way in _ways(cells, tabs)}
    if not ways:
        raise Unreadable(f"{told}, and what must hold of them holds in no order")
    most = max(ways.values())
    best = [way for way, held in ways.items() if held == most]
    return [_sure(cells, at, best) for at in range(WIDTH)]


def _ways(cells: list[str], tabs: int) -> Iterator[tuple[int, ...]]:
    """How many cells each place that must hold can be shifted by, in every way that holds."""
    for shifts in combinations_with_replacement(range(tabs + 1), len(_ANCHORS)):
        places = zip(_ANCHORS, shifts, strict=True)
        if all(holds(cells[at + shift]) for (at, holds), shift in places):
            yield shifts


def _held(cells: list[str], way: tuple[int, ...]) -> int:
    """How many of the cells that must hold are not missing."""
    return sum(not is_missing(cells[at + shift]) for at, shift in zip(_PLACES, way, strict=True))


def _sure(cells: list[str], at: int, ways: list[tuple[int, ...]]) -> str:
    """The cell of a column, or `SPLIT`."""
    before = bisect_right(_PLACES, at) - 1
    after = bisect_left(_PLACES, at)
    shifts = {
        shift
        for way in ways
        for shift in (way[before], way[after] if after < len(_PLACES) else len(cells) - WIDTH)
    }
    return cells[at + shifts.pop()] if len(shifts) == 1 else SPLIT
