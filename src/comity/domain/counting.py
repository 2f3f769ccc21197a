"""What is counted: by months and scheme, the events with a tone that stand by themselves.

No link leads to such an event, so nothing that is recorded but its retraction changes whether it
counts. An index can keep their number. All other events have to be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from comity.domain.codelists.goldstein import (
    QUAD_NAMES,
    goldstein,
    has_inherited_weight,
    quad_class,
)
from comity.domain.events import Event, InteractionCoded
from comity.domain.links import is_linked
from comity.domain.time.dates import known_bounds


class Cell(NamedTuple):
    """The spans in which an event can first and last have become true, and its scheme.

    A span is a number of months: `since` is the first day of the first span, `until` the last day
    of the last. The scheme is empty for a recorded event, which nobody coded; else it is the name,
    and after a space the version if it is told.
    """

    since: date
    until: date
    scheme: str


Measure = tuple[int, int, int, int, int, int, int, int, tuple[str, ...]]
"""Of some events: their number; how many are in each quad class; the sum of their weights, in
thousandths; how many have none; how many inherit it; and their schemes, sorted."""
NOTHING: Measure = (0, 0, 0, 0, 0, 0, 0, 0, ())
"""The measure of no events."""

MeasuredCell = tuple[Cell, Measure]
"""A cell, and the measure of its events. A number below zero takes away."""


def tone_of(event: Event) -> tuple[str, str]:
    """The scheme of an event, as in a cell, and its code; the code is empty without a tone."""
    if isinstance(event, InteractionCoded):
        version = event.scheme_version
        return f"{event.scheme} {version}" if version else event.scheme, event.code
    return "", event.tone_code()


def counted(event: Event, months: int = 1) -> tuple[Cell, str] | None:
    """The cell and the code under which an event is counted; None if it is not.

    The cell's spans are of so many `months`.
    """
    if is_linked(event):
        return None
    scheme, code = tone_of(event)
    return (cell_of(*months_of(event.when), scheme, months), code) if code else None


@lru_cache(maxsize=65536)
def months_of(when: str) -> tuple[int, int]:
    """The first and the last month of a cell, for the date of an event."""
    earliest, latest = known_bounds(when)
    return month_of(earliest), month_of(latest)


@lru_cache(maxsize=65536)
def cell_of(first: int, last: int, scheme: str, months: int = 1) -> Cell:
    """The cell of two months and a scheme, with spans of so many months.

    Months count from January of the year 0, and so do spans.
    """
    return Cell(first_day(first // months * months), last_of_span(last, months), scheme)


def month_of(day: date) -> int:
    """The month in which a day lies."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month; before the calendar, the calendar's first day."""
    return date(month // 12, month % 12 + 1, 1) if month >= _FIRST else date.min


def last_day(month: int) -> date:
    """The last day of a month."""
    if month == month_of(date.max):
        return date.max
    return date.fromordinal(first_day(month + 1).toordinal() - 1)


def last_of_span(month: int, months: int) -> date:
    """The last day of the span of so many months in which a month lies."""
    return last_day(month // months * months + months - 1)


_FIRST = month_of(date.min)


@lru_cache(maxsize=4_096)
def measure(scheme: str, code: str, number: int = 1) -> Measure:
    """The measure of a number of events with one code."""
    name = scheme.partition(" ")[0] or "cameo"
    weight = goldstein(name, code)
    first, second, third, fourth = (
        number if quad_class(name, code) == quad else 0 for quad in QUAD_NAMES
    )
    return (
        number, first, second, third, fourth, int((weight or 0) * 1000) * number,
        0 if weight is not None else number, number if has_inherited_weight(name, code) else 0,
        (scheme,),
    )  # fmt: skip


def measured(scheme: str, numbers: Mapping[str, int]) -> Measure:
    """The measure of events of one scheme, of which the numbers by code are given."""
    total = NOTHING
    for code, number in numbers.items():
        total = of_both(total, measure(scheme, code, number))
    return total


def of_both(one: Measure, other: Measure) -> Measure:
    """The measure of the events of both."""
    a, b, c, d, e, f, g, h, used = one
    i, j, k, m, n, o, p, q, more = other
    schemes = used if used == more else tuple(sorted({*used, *more}))
    return a + i, b + j, c + k, d + m, e + n, f + o, g + p, h + q, schemes


def in_spans(cells: Iterable[MeasuredCell], months: int) -> list[MeasuredCell]:
    """Cells with spans of one month, as cells with spans of so many."""
    if months == 1:
        return list(cells)
    found: dict[Cell, Measure] = {}
    for (since, until, scheme), own in cells:
        cell = cell_of(month_of(since), month_of(until), scheme, months)
        known = found.get(cell)
        found[cell] = own if known is None else of_both(known, own)
    return list(found.items())
