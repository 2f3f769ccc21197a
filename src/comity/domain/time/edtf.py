"""Reads EDTF text: the days of the calendar that a text in the Extended Date/Time Format covers.

Sources: *Extended Date/Time Format (EDTF) Specification*, Library of Congress, 2019, levels 0
to 2; ISO 8601-2:2019. Neither says where seasons begin and end; here they are the meteorological
seasons, whole months. The qualifiers ? ~ % have no magnitude in the standard, so they change no
bounds.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from itertools import product
from typing import NamedTuple

from comity.domain.errors import InvalidDate

EXPECTED = (
    "expected EDTF with four-digit years and two-digit months and days, such as 2023-06-20, "
    "2023-06, 2023, 198X, 2023-06?, 2023-06-20/2023-06-21 or ../1991"
)
CALENDAR = "the calendar here runs from 0001 to 9999"
LONGEST = 200


class Bounds(NamedTuple):
    """The first and last *day* of something, both included; date.min and date.max when open."""

    earliest: date
    latest: date


class Reading(NamedTuple):
    """The days of a text: those on which it can `begin`, and all those that it can `cover`."""

    begin: Bounds
    cover: Bounds


_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(-[0-9]{2})?)?")
_DATE = re.compile(
    r"[?~%]?(?P<year>-?[0-9X]{4})[?~%]?"
    r"(?:-[?~%]?(?P<month>[0-9X]{2})[?~%]?(?:-[?~%]?(?P<day>[0-9X]{2})[?~%]?)?)?"
)
_SIGNIFICANT = re.compile(r"[?~%]?([0-9]{4})S([0-9]{1,3})[?~%]?")
_TIMED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T"
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:Z|[+-]([0-9]{2})(?::([0-9]{2}))?)?"
)
# Years of EDTF that the calendar here does not have: Y17101E4S3, Y-17E7, -1950S2.
_YEAR_ELSEWHERE = re.compile(
    r"Y-?[0-9]{5,}(?:S[0-9]+)?|Y-?[0-9]+E[0-9]+(?:S[0-9]+)?|-[0-9]{4}S[0-9]+"
)
_FOREIGN = re.compile(r"[^0-9XYESTZ?~%:/.,+\[\]{}-]")

_NORTHERN = ((3, 3), (6, 3), (9, 3), (12, 3))
_SOUTHERN = ((9, 3), (12, 3), (3, 3), (6, 3))
_QUARTERS = ((1, 3), (4, 3), (7, 3), (10, 3))
_LONGER = ((1, 4), (5, 4), (9, 4), (1, 6), (7, 6))  # quadrimesters, then semesters
# code -> (first month, number of months)
_DIVISIONS = dict(enumerate(_NORTHERN + _NORTHERN + _SOUTHERN + _QUARTERS + _LONGER, start=21))


def read(text: str) -> Reading:
    """Read one EDTF text: a date, a season, an interval or a one-of set.

    Raises InvalidDate, with the whole text and the reason, for text that is not EDTF, that does
    not exist, that lies outside the years 0001 to 9999, or that means several dates at once.
    """
    days = _plain(text)
    if days is not None:
        return Reading(days, days)
    _refuse_foreign(text)
    if "/" in text:
        return _interval(text)
    days = _one_of(text) if text.startswith("[") else _one_date(text)
    return Reading(days, days)


def clock_fault(
    hour: str, minute: str, second: str | None, ahead: str | None, ahead_minute: str | None
) -> str | None:
    """Return what is wrong with a time of day and its offset from UTC, all digits; None if nothing.

    Leap seconds and 24:00:00 are refused: moments become Python datetimes, which have neither.
    """
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return "there is no such time of day; the last is 23:59:59"
    if int(ahead or 0) > 23 or int(ahead_minute or 0) > 59:
        return "there is no such offset from UTC; offsets stay below 24:00"
    return None


def _plain(text: str) -> Bounds | None:
    # Nearly every date of an archive is a plain date, so plain dates bypass the grammar.
    plain = _PLAIN.fullmatch(text)
    if plain is None:
        return None
    year, month, day = plain.groups()
    try:
        if day:
            first = date.fromisoformat(text)
            return Bounds(first, first)
        if month:
            first = date(int(year), int(month), 1)
            return Bounds(first, first.replace(day=monthrange(first.year, first.month)[1]))
        return Bounds(date(int(year), 1, 1), date(int(year), 12, 31))
    except ValueError:
        return None  # a season, or an impossible date: the grammar finds out which


def _refuse_foreign(text: str) -> None:
    # Checked before the grammar, so that the error can name the character.
    if len(text) > LONGEST:
        abridged = f"{text[:40]}…"
        raise InvalidDate(abridged, f"{len(text)} characters are too many for a date; {EXPECTED}")
    if not text:
        raise InvalidDate(text, f"it is empty; {EXPECTED}")
    if foreign := _FOREIGN.search(text):
        if foreign[0] == "x":
            raise InvalidDate(text, "an unspecified digit is a capital X, as in 198X or 2023-XX")
        fault = "whitespace" if foreign[0].isspace() else repr(foreign[0])
        raise InvalidDate(text, f"{fault} has no place in a date; {EXPECTED}")


def _interval(text: str) -> Reading:
    if text.count("/") > 1:
        raise InvalidDate(text, f"an interval has one slash, between start and end; {EXPECTED}")
    before, after = text.split("/")
    if not before and not after:
        raise InvalidDate(text, "an interval needs a start or an end; an open one is ../..")
    start = _part(before, text) if before not in ("", "..") else None
    end = _part(after, text) if after not in ("", "..") else None
    cover = Bounds(start.earliest if start else date.min, end.latest if end else date.max)
    if cover.latest < cover.earliest:
        raise InvalidDate(text, f"it ends before it starts: {after} lies before {before}")
    begin = Bounds(cover.earliest, min(start.latest, cover.latest) if start else cover.latest)
    return Reading(begin, cover)


def _one_of(text: str) -> Bounds:
    if not text.endswith("]"):
        raise InvalidDate(text, "a one-of set closes with ], as in [1667,1668,1670..1672]")
    members = text[1:-1].split(",")
    ranges: list[Bounds] = []
    for index, member in enumerate(members):
        before, dots, after = member.partition("..")
        if not before and (not after or index > 0):
            raise InvalidDate(text, "in a one-of set only the first member can lack a start")
        if dots and not after and index < len(members) - 1:
            raise InvalidDate(text, "in a one-of set only the last member can lack an end")
        first = _part(before, text).earliest if before else date.min
        last = date.max if dots and not after else _part(after or before, text).latest
        if last < first:
            raise InvalidDate(text, f"{member} ends before it starts")
        ranges.append(Bounds(first, last))
    return Bounds(min(each.earliest for each in ranges), max(each.latest for each in ranges))


def _part(part: str, whole: str) -> Bounds:
    try:
        return _one_date(part)
    except InvalidDate as error:
        raise InvalidDate(whole, f"in it, {part!r} cannot stand: {error.reason}") from None


def _one_date(text: str) -> Bounds:
    if match := _DATE.fullmatch(text):
        return _calendar_date(text, match["year"], match["month"], match["day"])
    if match := _SIGNIFICANT.fullmatch(text):
        return _significant(text, int(match[1]), int(match[2]))
    if match := _TIMED.fullmatch(text):
        if fault := clock_fault(match[2], match[3], match[4], match[5], match[6]):
            raise InvalidDate(text, fault)
        return _calendar_date(text, *match[1].split("-"))
    if _YEAR_ELSEWHERE.fullmatch(text):
        raise InvalidDate(
            text, f"valid EDTF, but not a date that can be placed here: {CALENDAR}; {EXPECTED}"
        )
    if text.startswith("{"):
        raise InvalidDate(text, "several dates are several events; give each its own date")
    raise InvalidDate(text, f"not EDTF; {EXPECTED}")


def _calendar_date(text: str, year: str, month: str | None, day: str | None) -> Bounds:
    years = [] if year.startswith("-") else _numbers(year, 1, 9999)
    if not years:
        raise InvalidDate(text, CALENDAR)
    if month is None:
        return Bounds(date(years[0], 1, 1), date(years[-1], 12, 31))
    if month.isdigit() and int(month) in _DIVISIONS:
        if day is not None:
            raise InvalidDate(text, f"{month} is a season or other part of a year, without days")
        return Bounds(_division(years[0], int(month))[0], _division(years[-1], int(month))[1])
    months = _numbers(month, 1, 12)
    if not months:
        raise InvalidDate(text, f"there is no month {month}: months are 01 to 12, seasons 21 to 41")
    days = _numbers(day or "XX", 1, 31)
    first = _first_existing(years, months, days)
    last = _first_existing(years[::-1], months[::-1], days[::-1])
    if first is None or last is None:
        raise InvalidDate(text, _why_no_day(year, month, day))
    return Bounds(first, last)


def _numbers(mask: str, least: int, most: int) -> list[int]:
    digits = ("0123456789" if place == "X" else place for place in mask)
    numbers = (int("".join(chosen)) for chosen in product(*digits))
    return [number for number in numbers if least <= number <= most]


def _first_existing(years: list[int], months: list[int], days: list[int]) -> date | None:
    triples = product(years, months, days)
    return next((date(y, m, d) for y, m, d in triples if d <= monthrange(y, m)[1]), None)


def _why_no_day(year: str, month: str, day: str | None) -> str:
    if "X" in f"{year}{month}{day}":
        return "no day of the calendar matches it"
    if day == "00":
        return "there is no day 00; leave an unknown day out, or write XX"
    length = monthrange(int(year), int(month))[1]
    leap = f", as {year} is not a leap year" if (month, day) == ("02", "29") else ""
    return f"{year}-{month} has {length} days{leap}"


def _division(year: int, code: int) -> Bounds:
    month, months = _DIVISIONS[code]
    over, end = divmod(month + months - 2, 12)
    if year + over > date.max.year:
        return Bounds(date(year, month, 1), date.max)
    last = date(year + over, end + 1, monthrange(year + over, end + 1)[1])
    return Bounds(date(year, month, 1), last)


def _significant(text: str, year: int, digits: int) -> Bounds:
    if not year:
        raise InvalidDate(text, CALENDAR)
    if not 1 <= digits <= len(str(year)):
        raise InvalidDate(text, f"the year {year} cannot have {digits} significant digits")
    width: int = 10 ** (len(str(year)) - digits)
    first = year - year % width
    return Bounds(date(first, 1, 1), date(first + width - 1, 12, 31))
