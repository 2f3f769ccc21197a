"""The extent of an event in time: the days on which it can have become true, or can last."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from comity.domain.events import Event
from comity.domain.time.dates import bounds, span

ALWAYS = date.max.toordinal() + 1
"""The day after the last day of the calendar, as an ordinal."""
_WIDTHS = (0, 31, 366, 4_000, ALWAYS)


class Extent(NamedTuple):
    """The first and last day, as ordinals, and the most days that lie between them.

    Events are kept apart by that `width`, so that those of a period can be found by their last day:
    it is no later than the period's end and the width together.
    """

    since: int
    until: int
    width: int


_ALL_TIME = Extent(0, ALWAYS, ALWAYS)


def extent_of(event: Event) -> Extent:
    """The extent of an event; that of record keeping is all time."""
    return _extent(event.when) if event.when else _ALL_TIME


@lru_cache(maxsize=65536)
def _extent(when: str) -> Extent:
    earliest, latest = bounds(when)
    if "/" in when:
        latest = max(latest, span(when).latest)
    since, until = earliest.toordinal(), latest.toordinal()
    return Extent(since, until, next(w for w in _WIDTHS if until - since <= w))
