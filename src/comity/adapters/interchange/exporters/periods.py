"""The periods of a panel: years, quarters or months, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple, get_args

from comity.domain.counting import first_day, last_day, month_of
from comity.domain.errors import InvalidValue
from comity.domain.time.dates import Bounds

PanelPeriod = Literal["year", "quarter", "month"]
_MONTHS: dict[PanelPeriod, int] = {"year": 12, "quarter": 3, "month": 1}
_FIRST_QUARTER = 33


class Period(NamedTuple):
    """A period: its year, its number within the year (1 for a year), its days, and it in EDTF."""

    year: int
    number: int
    first: date
    last: date
    edtf: str


def check_period(by: object) -> None:
    """Raise `InvalidValue` for another kind of period."""
    if by not in get_args(PanelPeriod):
        raise InvalidValue("by", by, "'year', 'quarter' or 'month'")


def period_of(day: date, by: PanelPeriod) -> Period:
    """The period in which a day lies."""
    length = _MONTHS[by]
    number = (day.month - 1) // length
    start = day.year * 12 + number * length
    first, last = first_day(start), last_day(start + length - 1)
    text = {
        "year": f"{day.year:04d}",
        "quarter": f"{day.year:04d}-{_FIRST_QUARTER + number}",
        "month": f"{day.year:04d}-{day.month:02d}",
    }
    return Period(day.year, number + 1, first, last, text[by])


def within_one(days: Bounds, by: PanelPeriod) -> Period | None:
    """The period in which all of the days lie; None if there is none."""
    own = period_of(days.earliest, by)
    return own if days.latest <= own.last else None


def periods(since: date, until: date, by: PanelPeriod) -> Iterator[Period]:
    """The periods from that of one day to that of another."""
    month, last = month_of(period_of(since, by).first), month_of(until)
    while month <= last:
        yield period_of(first_day(month), by)
        month += _MONTHS[by]
