"""What is counted: by months and code, the events with a tone that stand by themselves.

No link leads to such an event, so nothing that is recorded but its retraction changes whether it
counts. An index can keep their number. All other events have to be read.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from comity.domain.events import Event, InteractionCoded
from comity.domain.links import is_linked
from comity.domain.time.dates import known_bounds


class Cell(NamedTuple):
    """The months in which an event can first and last have become true, and its scheme.

    `since` is the first day of the first of them, `until` the last day of the last. The scheme is
    empty for a recorded event, which nobody coded; else it is the name, and after a space the
    version if it is told.
    """

    since: date
    until: date
    scheme: str


CellCounts = tuple[Cell, str]
"""A cell, and how often each code occurs in it: a text of JSON objects, separated by commas.

The number of a code is the sum of theirs. One below zero takes away.
"""


def tone_of(event: Event) -> tuple[str, str]:
    """The scheme of an event, as in a cell, and its code; the code is empty without a tone."""
    if isinstance(event, InteractionCoded):
        version = event.scheme_version
        return f"{event.scheme} {version}" if version else event.scheme, event.weighed_code
    return "", event.tone_code()


def counted(event: Event) -> tuple[Cell, str] | None:
    """The cell and the code under which an event is counted; None if it is not."""
    if is_linked(event):
        return None
    scheme, code = tone_of(event)
    return (cell_of(*months_of(event.when), scheme), code) if code else None


@lru_cache(maxsize=65536)
def months_of(when: str) -> tuple[int, int]:
    """The first and the last month of a cell, for the date of an event."""
    earliest, latest = known_bounds(when)
    return month_of(earliest), month_of(latest)


@lru_cache(maxsize=65536)
def cell_of(first: int, last: int, scheme: str) -> Cell:
    """The cell of two months and a scheme. Months count from January of the year 0."""
    return Cell(first_day(first), last_day(last), scheme)


def month_of(day: date) -> int:
    """The month in which a day lies."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """The last day of a month."""
    if month == month_of(date.max):
        return date.max
    return date.fromordinal(first_day(month + 1).toordinal() - 1)
