"""Dates, periods and moments as callers give them: each is made exact, or refused with a reason.

Sources: EDTF specification, Library of Congress, 2019; ISO 8601-1 and 8601-2:2019.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from comity.domain.errors import InvalidDate
from comity.domain.time import edtf
from comity.domain.time.edtf import Bounds

__all__ = [
    "Bounds", "Instants", "bounds", "day", "day_of", "end_of", "instants", "last_second",
    "lies_before", "moment", "period", "span", "start_of",
]  # fmt: skip

_SECONDS = 86_400
_CLOCK = re.compile(r"T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:Z|([+-])([0-9]{2})(?::([0-9]{2}))?)?$")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?"
    r"(?P<zone>Z|[+-]([0-9]{2})(?::?([0-9]{2}))?)?"
)
_MOMENT_EXPECTED = (
    "expected an aware datetime, a time with Z or an offset such as 2023-06-13T09:30:00Z, "
    "or a day such as 2023-06-13, which stands for its end in UTC"
)

_read = lru_cache(maxsize=65536)(edtf.read)


@lru_cache(maxsize=65536)
def known_bounds(text: str) -> Bounds:
    """Return `bounds(text)` without checking that it is text: faster, for loops over a log."""
    return _read(_text(text)).begin


def bounds(text: str) -> Bounds:
    """Return the first and last day on which a fact dated `text` can have become true.

    An interval is a duration: the fact becomes true at its start, and no later than its end. Raises
    InvalidDate for text that is not EDTF, for a date that does not exist, and for one outside the
    years 0001 to 9999.
    """
    try:
        return known_bounds(text)
    except TypeError:  # an unhashable value is not text
        raise InvalidDate(text, _no_text(text)) from None


def span(text: str) -> Bounds:
    """Return the first and last day that something dated `text` can cover.

    An interval covers the days from the earliest day of its start (date.min if open or unknown) to
    the latest day of its end (date.max). Otherwise it is the same as `bounds`. Raises InvalidDate.
    """
    return _read(_text(text)).cover


NO_YEAR = "XXXX"
"""How a date without a year begins: nothing is known of when it was."""


def is_open_before(text: str) -> bool:
    """Return whether an EDTF date tells no first day: `[..2002]`, `../1991`, `/1991`, `XXXX`."""
    return text.startswith(("../", "/", "[..", NO_YEAR))


class Instants(NamedTuple):
    """The first and the last *second* at which something can have become true.

    Seconds are counted from the day before 0001-01-01. A day without a time has all its seconds.
    """

    earliest: int
    latest: int


@lru_cache(maxsize=65536)
def instants(text: str) -> Instants:
    """Return the first and last second at which a fact dated `text` can have become true.

    A time of day with an offset is compared in UTC, but never leaves the day that is written.
    Raises InvalidDate.
    """
    first, last = bounds(text)
    if first == last and "T" in text and "/" not in text and (clock := _CLOCK.search(text)):
        hours, minutes, seconds, sign, ahead, ahead_minutes = clock.groups()
        offset = (int(ahead or 0) * 60 + int(ahead_minutes or 0)) * (-60 if sign == "-" else 60)
        second = int(hours) * 3600 + int(minutes) * 60 + int(seconds) - offset
        at = first.toordinal() * _SECONDS + min(max(second, 0), _SECONDS - 1)
        return Instants(at, at)
    return Instants(start_of(first), start_of(last) + _SECONDS - 1)


@lru_cache(maxsize=4096)
def end_of(text: str) -> Instants | None:
    """Return when something dated by the interval `text` has ended: the day after its last day.

    None if `text` is no interval or its end is open or unknown.
    """
    _, slash, end = text.partition("/")
    if not slash or end in ("", ".."):
        return None
    first, last = bounds(end)
    if last == date.max:
        return None
    return Instants(start_of(first) + _SECONDS, start_of(last) + 2 * _SECONDS - 1)


def lies_before(text: str, other: str) -> bool:
    """Return whether what is dated `text`, if anything, surely ended before `other` began."""
    return bool(text) and span(text).latest < bounds(other).earliest


def start_of(day: date) -> int:
    """Return the first second of a day."""
    return day.toordinal() * _SECONDS


def last_second(day: date) -> int:
    """Return the last second of a day."""
    return day.toordinal() * _SECONDS + _SECONDS - 1


def day_of(instant: int) -> date:
    """Return the day in which a second lies."""
    return date.fromordinal(instant // _SECONDS)


def day(value: object) -> date:
    """Return the day that `value` names: a date, or EDTF text whose bounds are a single day.

    Raises InvalidDate for a datetime (its date depends on the time zone), for intervals, and for
    text that allows more than one day.
    """
    if isinstance(value, date):
        return _no_datetime(value)
    text = _text(value)
    if _DAY.fullmatch(text):
        with suppress(ValueError):  # a day that does not exist: what follows says why
            return date.fromisoformat(text)
    first, last = span(text)
    if first != last:
        raise InvalidDate(
            text, f"{_kind(text)}, not a day: it runs from {first} to {last}; give one of its days"
        )
    return first


def period(since: object, until: object) -> Bounds:
    """Return the days from the earliest of `since` to the latest of `until`, both included.

    Each is a date, EDTF text, or None for no limit (date.min, date.max). Raises InvalidDate for
    an invalid date, and for a period that ends before it starts.
    """
    first = date.min if since is None else _cover(since).earliest
    last = date.max if until is None else _cover(until).latest
    if last < first:
        raise InvalidDate(
            f"{since} to {until}", f"it ends before it starts: {last} lies before {first}"
        )
    return Bounds(first, last)


def moment(value: object) -> datetime:
    """Return the moment that `value` names, as an aware datetime in UTC.

    `value` is an aware datetime, ISO 8601 text with Z or an offset (digits beyond the microsecond
    are dropped), or a day. A day means its last microsecond in UTC, so everything recorded on that
    day counts. Raises InvalidDate for anything else, naive times included.
    """
    if isinstance(value, datetime):
        return _in_utc(value, value)
    if isinstance(value, date):
        return datetime.combine(value, time.max, UTC)
    if not isinstance(value, str):
        raise InvalidDate(value, f"{type(value).__name__} is no moment; {_MOMENT_EXPECTED}")
    if _DAY.fullmatch(value):
        return datetime.combine(bounds(value).earliest, time.max, UTC)
    return _moment_from_text(value)


def is_day(value: object) -> bool:
    """Whether `moment` reads `value` as the end of a day."""
    if isinstance(value, str):
        return _DAY.fullmatch(value) is not None
    return isinstance(value, date) and not isinstance(value, datetime)


def _moment_from_text(text: str) -> datetime:
    match = _MOMENT.fullmatch(text) if len(text) <= edtf.LONGEST else None
    if match is None:
        raise InvalidDate(text[: edtf.LONGEST], f"not a moment; {_MOMENT_EXPECTED}")
    _, hour, minute, second, _, ahead, ahead_minute = match.groups()
    if fault := edtf.clock_fault(hour, minute, second, ahead, ahead_minute):
        raise InvalidDate(text, fault)
    try:
        bounds(match["day"])
    except InvalidDate as error:
        raise InvalidDate(text, error.reason) from None
    return _in_utc(datetime.fromisoformat(text), text)


def _in_utc(when: datetime, value: object) -> datetime:
    if when.utcoffset() is None:
        raise InvalidDate(value, f"it has no time zone, so it is no moment; {_MOMENT_EXPECTED}")
    try:
        return when.astimezone(UTC)
    except OverflowError:
        raise InvalidDate(value, f"in UTC it leaves the calendar: {edtf.CALENDAR}") from None


def _text(value: object) -> str:
    # This must come before the cache: the cache hashes the value, and a list raises TypeError.
    if not isinstance(value, str):
        raise InvalidDate(value, _no_text(value))
    return value


def _no_text(value: object) -> str:
    return f"{type(value).__name__} is not text; {edtf.EXPECTED}"


def _no_datetime(value: date) -> date:
    if isinstance(value, datetime):
        raise InvalidDate(value, "a datetime, not a date; pass its date: value.date()")
    return value


def _cover(value: object) -> Bounds:
    if isinstance(value, date):
        return Bounds(_no_datetime(value), value)
    return span(_text(value))


def _kind(text: str) -> str:
    if "/" in text:
        return "an interval"
    if not text.replace("-", "").isdigit():
        return "several possible days"
    return "a year" if len(text) == 4 else "a month" if text[5:] < "13" else "part of a year"
