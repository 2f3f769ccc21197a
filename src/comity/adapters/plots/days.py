"""The axis of days: its places are ordinals, so that it reaches from the year 1 to 9999.

Matplotlib's own dates fail at the first and the last years, and for a margin beyond them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from comity.adapters.interchange.exporters.dates_in_words import MONTHS
from comity.adapters.plots.style import MARGIN, SMALL
from comity.adapters.plots.words import width

FIRST, LAST = date.min.toordinal(), date.max.toordinal() + 1
_SECONDS = 86_400
_HOURS = (1, 2, 3, 6, 12)
_DAYS = (1, 2, 5, 10)
_MONTHS = (1, 2, 3, 6)
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_GAP = 12.0
"""Points between the labels of two ticks."""


class Tick(NamedTuple):
    """A place on the axis, and what is written below it."""

    at: float
    word: str


def place_of(second: int) -> float:
    """The place of a second of the calendar, which is counted as `Instants` are."""
    return second / _SECONDS


class Days(NamedTuple):
    """What an axis shows: from the first to the last place, over so many points."""

    first: float
    last: float
    points: float

    @property
    def by_point(self) -> float:
        """How many days a point is."""
        return (self.last - self.first) / self.points

    def x(self, place: float | None, *, at_end: bool = False) -> float:
        """Points from the left to a place; of an open one, to the left or the right edge."""
        if place is None:
            return self.points if at_end else 0.0
        return min(max((place - self.first) / self.by_point, 0.0), self.points)

    def ticks(self) -> list[Tick]:
        """As many ticks as have room, at round days, months or years."""
        return next(ticks for ticks in self._choices() if self._fit(ticks))

    def _fit(self, ticks: list[Tick]) -> bool:
        ends = -1e9
        for at, word in ticks:
            half = width(word, SMALL) / 2
            middle = (at - self.first) / self.by_point
            if middle - half < ends + _GAP:
                return False
            ends = middle + half
        return True

    def _choices(self) -> Iterator[list[Tick]]:
        length = self.last - self.first
        if length <= 2:
            for step in _HOURS:
                yield self._within(self._hours(step))
        if length <= 100:
            for step in _DAYS:
                yield self._within(self._days(step))
        if length <= 1500:
            for step in _MONTHS:
                yield self._within(self._months(step))
        for step in _YEARS:
            if length / step < 400 * 366:
                yield self._within(self._years(step))
        yield []

    def _within(self, ticks: Iterator[Tick]) -> list[Tick]:
        return [tick for tick in ticks if self.first <= tick.at <= self.last and self._is_on(tick)]

    def _is_on(self, tick: Tick) -> bool:
        """Whether its word ends before the page does."""
        return self.x(tick.at) + width(tick.word, SMALL) / 2 <= self.points + MARGIN - 2

    def _dates(self) -> tuple[date, date]:
        """The first and the last day that the axis shows."""
        first, last = max(int(self.first), FIRST), min(int(self.last), LAST - 1)
        return date.fromordinal(first), date.fromordinal(max(last, first))

    def _hours(self, step: int) -> Iterator[Tick]:
        for day in range(int(self.first), int(self.last) + 1):
            for hour in range(0, 24, step):
                told = _day_word(day) if hour == 0 else f"{hour:02d}:00"
                yield Tick(day + hour / 24, told)

    def _days(self, step: int) -> Iterator[Tick]:
        for day in range(max(int(self.first), FIRST), min(int(self.last) + 1, LAST)):
            if step == 1 or (date.fromordinal(day).day - 1) % step == 0:
                of_month = date.fromordinal(day).day
                if step == 1 or of_month <= 31 - step // 2:
                    yield Tick(day + 0.5, _day_word(day))

    def _months(self, step: int) -> Iterator[Tick]:
        first, last = self._dates()
        for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
            year, number = divmod(month, 12)
            if number % step == 0:
                word = f"{MONTHS[number][:3]} {year:04d}"
                yield Tick(date(year, number + 1, 1).toordinal(), word)

    def _years(self, step: int) -> Iterator[Tick]:
        first, last = self._dates()
        for year in range(first.year - first.year % step, last.year + 1, step):
            if year or step > 1:
                shown = max(year, 1)
                yield Tick(date(shown, 1, 1).toordinal(), f"{shown:04d}")


def _day_word(ordinal: int) -> str:
    if not FIRST <= ordinal < LAST:
        return ""
    day = date.fromordinal(ordinal)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year:04d}"


def days_of(places: list[float], points: float) -> Days:
    """The axis on which all places stand, with a margin; without any it shows a day."""
    first, last = min(places, default=float(FIRST)), max(places, default=FIRST + 1.0)
    margin = max((last - first) * 0.02, 0.5)
    return Days(first - margin, last + margin, points)
