"""What the cells of coded events say: days, counts and texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from comity.adapters.interchange.importers.names import is_missing

_LONGEST = 2_000
"""Characters of the longest cell that an event takes."""
_DAY = re.compile(
    r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})(?:\.0|[T ]00:00(?::00(?:\.0+)?)?Z?)?", re.ASCII
)
_STAMP = re.compile(r"([0-9]{8})[0-9]{6}(?:\.0)?", re.ASCII)
_COUNT = re.compile(r"([0-9]{1,9})(?:\.0)?", re.ASCII)


class Unreadable(Exception):
    """A row that cannot be read, with every reason."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def all_of(*reads: Callable[[], object]) -> Unreadable:
    """Every reason for which some of these cannot be read."""
    reasons: list[str] = []
    for read in reads:
        try:
            read()
        except Unreadable as unreadable:
            reasons.extend(unreadable.reasons)
    return Unreadable(*reasons)


@lru_cache(maxsize=65_536)
def day(column: str, cell: str) -> str:
    """The day in a cell, in ISO 8601: of `20180601` or `2018-06-01`, perhaps with midnight.

    What could be read in two ways, such as 6/1/2018, is not read. Raises `Unreadable`.
    """
    found = _DAY.fullmatch(cell.strip())
    if found is None:
        raise Unreadable(f"{column}: {_shown(cell)} is no day such as 20180601 or 2018-06-01")
    try:
        return date(int(found[1]), int(found[3]), int(found[4])).isoformat()
    except ValueError:
        raise Unreadable(f"{column}: there is no day {_shown(cell)}") from None


@lru_cache(maxsize=65_536)
def day_if_told(column: str, cell: str) -> str:
    """The day in a cell, also of a stamp such as `20150218230000`; empty if the cell is.

    Raises `Unreadable`.
    """
    if is_missing(cell):
        return ""
    stamp = _STAMP.fullmatch(cell.strip())
    return day(column, stamp[1] if stamp else cell)


@lru_cache(maxsize=4_096)
def count(column: str, cell: str) -> int:
    """How often something was told, at least once; raises `Unreadable`."""
    if is_missing(cell):
        return 1
    found = _COUNT.fullmatch(cell.strip())
    if found is None:
        raise Unreadable(f"{column}: {_shown(cell)} is no count")
    return max(1, int(found[1]))


def text(column: str, cell: str) -> str:
    """The text of a cell on one line; empty if it says that it has none.

    Raises `Unreadable` for a text that is too long for an event.
    """
    if len(cell) > _LONGEST:
        raise Unreadable(f"{column}: {len(cell):,} characters; expected at most {_LONGEST:,}")
    if not cell.isprintable() or cell[:1] == " " or cell[-1:] == " ":
        cell = " ".join(cell.split())
    return "" if is_missing(cell) else cell


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= 60 else f"{cell[:59]}…")


def is_day(cell: str) -> bool:
    """Whether a cell holds a day."""
    try:
        day("", cell)
    except Unreadable:
        return False
    return True
