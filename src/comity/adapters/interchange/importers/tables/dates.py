"""Dates in the styles that tables have, read as EDTF; what a date does not say is not invented."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from comity.adapters.interchange.importers.tables.cells import Cell, Dated
from comity.domain.errors import InvalidDate
from comity.domain.time.dates import bounds

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
SERIALS = {"excel": date(1899, 12, 30), "excel-1904": date(1904, 1, 1)}
"""The formats of dates as numbers of days, and the day before the first of them."""
AS_IT_STANDS = frozenset({"edtf", "iso"})

_DIRECTIVE = re.compile(r"%-?(.)")
_NUMBERS = {"m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_ORDINAL = r"(?:(?<=\d)(?:st|nd|rd|th)\b)?"
_WORD = r"[^\W\d_]+\.?"
_CIRCA = re.compile(r"(?:circa|about|approx\.?|ca\.?|c\.)\s*(?=\d)", re.IGNORECASE)
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_ZEROS = re.compile(r"(\d{4}(?:-(?!00)\d\d)?)(?:-00)+", re.ASCII)
_YEAR_AS_NUMBER = re.compile(r"(\d{4})\.0+", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_PLAIN = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_OTHER_STYLE = re.compile(
    r"\d{1,4}\s?[./\s-]\s?\w+\.?,?\s?[./\s-]\s?\d{1,4}|\w+\.?\s\d{1,2},?\s\d{4}"
)
_LEAP_1900 = 60
"""The serial number of 29 February 1900, a day that only Excel has."""

PRECISIONS = {"day": 10, "month": 7, "year": 4, "decade": 3, "century": 2}
"""What a date says, and how many of its letters say it."""


class DateFormat:
    """A style in the directives of `strptime`: %Y, %y, %m, %d, %B, %b, %H, %M and %S.

    Raises ValueError for a style that can tell no date.
    """

    def __init__(self, style: str) -> None:
        self.style = style
        self._letters = [match[1] for match in _DIRECTIVE.finditer(style) if match[1] != "%"]
        unknown = set(self._letters) - {"Y", "y", "B", "b", *_NUMBERS}
        if unknown:
            known = "%Y, %y, %m, %d, %B, %b, %H, %M and %S"
            raise ValueError(f"%{min(unknown)} is not known; the directives are {known}")
        told = set(self._letters)
        if len(told) < len(self._letters) or len(told & {"Y", "y"}) != 1:
            raise ValueError("it needs the year (%Y or %y), and each directive only once")
        if "d" in told and not told & {"m", "B", "b"}:
            raise ValueError("a day (%d) needs a month (%m or %B)")
        self._pattern = re.compile(self._regex(style), re.IGNORECASE)

    @property
    def has_short_year(self) -> bool:
        """Whether the year has two digits only."""
        return "y" in self._letters

    def _regex(self, style: str) -> str:
        parts: list[str] = []
        end = 0
        for match in _DIRECTIVE.finditer(style):
            between = style[end : match.start()]
            parts += [_literal(between)]
            crowded = (not between and end > 0) or style[match.end() : match.end() + 1] == "%"
            parts.append(_group(match[1], crowded=crowded))
            end = match.end()
        return "".join([*parts, _literal(style[end:])])

    def read(self, text: str, months: Sequence[str], first_year: int | None) -> str | None:
        """The date as EDTF, which need not exist; None if the text has another style."""
        match = self._pattern.fullmatch(text)
        if match is None:
            return None
        parts = match.groupdict()
        year = parts.get("Y") or _full_year(int(parts["y"]), first_year)
        month = parts.get("m") or parts.get("B") or parts.get("b")
        if month is None:
            return year
        number = month if month.isdigit() else month_number(month, months)
        if number is None:
            return None
        day = f"{year}-{int(number):02}"
        if parts.get("d"):
            day += f"-{int(parts['d']):02}"
        clock = [int(parts.get(letter) or 0) for letter in "HMS"]
        return day if not any(clock) else "{}T{:02}:{:02}:{:02}".format(day, *clock)


def _literal(text: str) -> str:
    return r"\s+".join(map(re.escape, re.split(r"\s+", text)))


def _group(letter: str, *, crowded: bool) -> str:
    if letter == "%":
        return "%"
    if letter in "Bb":
        return f"(?P<{letter}>{_WORD})"
    digits = 4 if letter == "Y" else 2
    least = "" if crowded or letter in "Yy" else "1,"
    return f"(?P<{letter}>[0-9]{{{least}{digits}}})" + (_ORDINAL if letter == "d" else "")


def _full_year(year: int, first: int | None) -> str:
    if first is None:
        return f"{year:02}"  # no date: a mapping with %y says in which hundred years
    return f"{first + (year - first) % 100:04}"


def month_number(text: str, months: Sequence[str] = MONTHS) -> int | None:
    """The number of the month with this name, or of which it is the beginning, in letters."""
    word = text.casefold().rstrip(".")
    named = [number for number, month in enumerate(months, 1) if month.casefold() == word]
    begun = [n for n, month in enumerate(months, 1) if month.casefold().startswith(word)]
    numbers = named or (begun if len(word) >= 3 else [])
    return numbers[0] if len(numbers) == 1 else None


@dataclass(frozen=True)
class DateStyle:
    """The styles that the dates of a column have.

    What is EDTF needs none. A text that two styles read as different dates is refused.
    """

    formats: tuple[DateFormat, ...] = ()
    serials: tuple[str, ...] = ()
    months: tuple[str, ...] = MONTHS
    first_year: int | None = None

    def read(self, cell: Cell) -> str:
        """The date as EDTF; raises `InvalidDate`."""
        if isinstance(cell, tuple):
            raise InvalidDate(cell, "a list is no date")
        if isinstance(cell, Dated):
            return str(cell)
        text = _CIRCA.sub("", cell, count=1) if _CIRCA.match(cell) else cell
        return marked(self._read(text), {"~"} if text != cell else set())

    def _read(self, text: str) -> str:
        told = [f.read(text, self.months, self.first_year) for f in self.formats]
        if self.serials and _YEAR.fullmatch(text):
            return self._year_or_serial(text)
        told += [_by_serial(text, SERIALS[name]) for name in self.serials]
        readings = sorted({reading for reading in told if reading is not None})
        real = [reading for reading in readings if _fault(reading) is None]
        if len(real) > 1:
            raise InvalidDate(text, f"{' or '.join(real)}? Its formats disagree: keep one of them")
        if real:
            return real[0]
        if readings:
            raise InvalidDate(text, _fault(readings[0]) or "")
        return self._as_it_stands(text)

    def _year_or_serial(self, text: str) -> str:
        """A number of four digits among numbers of days: a year, if a format says so."""
        if any(f.style == "%Y" for f in self.formats):
            return text
        serial = _by_serial(text, SERIALS[self.serials[0]])
        said = f"{serial} or the year {text}? For years add the format %Y"
        raise InvalidDate(text, said)

    def _as_it_stands(self, text: str) -> str:
        if timed := _MOMENT.fullmatch(text):
            return _timed(*timed.groups(""))
        if short := _ZEROS.fullmatch(text) or _YEAR_AS_NUMBER.fullmatch(text):
            return short[1]
        fault = _fault(text)
        if fault is None:
            return text
        if styles := [f.style for f in self.formats] + list(self.serials):
            raise InvalidDate(text, f"not a date like {' or '.join(styles)}")
        if _OTHER_STYLE.fullmatch(text):
            raise InvalidDate(text, 'not EDTF; name its style, such as format = "%d.%m.%Y"')
        raise InvalidDate(text, fault)


def _timed(day: str, hour: str, minute: str, second: str, zone: str) -> str:
    clock = f"{hour}:{minute}:{second or '00'}"
    return day if clock == "00:00:00" and not zone else f"{day}T{clock}{zone}"


def _by_serial(text: str, origin: date) -> str | None:
    if not re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]+)?", text):
        return None
    days = int(float(text))
    if origin == SERIALS["excel"] and days <= _LEAP_1900:
        if not 0 < days < _LEAP_1900:
            return "1900-02-30" if days else None  # a day that there never was
        days += 1
    try:
        return (origin + timedelta(days)).isoformat()
    except OverflowError:
        return None


@lru_cache(maxsize=4096)
def _fault(text: str) -> str | None:
    try:
        bounds(text)
    except InvalidDate as error:
        return error.reason
    return None


def from_parts(year: Cell, month: Cell, day: Cell, months: Sequence[str] = MONTHS) -> str:
    """The date of a year, a month and a day, of which the later may be empty or 0.

    Raises `InvalidDate`.
    """
    told = "-".join(str(part) for part in (year, month, day) if part)
    number = re.fullmatch(r"([0-9]{4})(?:\.0+)?", str(year))
    if number is None:
        raise InvalidDate(told, "expected a year of four digits")
    text = number[1]
    if not _is_zero(month):
        found = _whole(month) or month_number(str(month), months)
        if found is None:
            raise InvalidDate(told, f"{month} is no month")
        text += f"-{found:02}"
    if not _is_zero(day):
        if _is_zero(month):
            raise InvalidDate(told, "a day without its month")
        if (found := _whole(day)) is None:
            raise InvalidDate(told, f"{day} is no day")
        text += f"-{found:02}"
    if fault := _fault(text):
        raise InvalidDate(told, fault)
    return text


def _whole(part: Cell) -> int | None:
    digits = re.fullmatch(r"([0-9]{1,2})(?:\.0+)?", str(part))
    return int(digits[1]) if digits else None


def _is_zero(part: Cell) -> bool:
    return not part or _whole(part) == 0


def is_precision(word: str) -> bool:
    """Whether the word says how precise a date is: `month`, or with a mark `month~`."""
    return word.rstrip("?~%") in PRECISIONS


def coarsened(text: str, word: str) -> str:
    """The date as far as it is known: `month` leaves out the day, `decade` the last digit.

    A mark after the word, one of ~ ? %, is the date's. Raises `InvalidDate` for what is no plain
    date.
    """
    bare = text.rstrip("?~%").partition("T")[0]
    known = word.rstrip("?~%")
    if not _PLAIN.fullmatch(bare):
        raise InvalidDate(text, f"it is no single date, so it cannot be known to the {known}")
    cut = text.rstrip("?~%") if known == "day" else bare[: PRECISIONS[known]]
    marks = set(text[len(text.rstrip("?~%")) :]) | set(word[len(known) :])
    return marked(cut + "X" * (4 - len(cut)), marks)


def marked(text: str, marks: set[str]) -> str:
    """The date with EDTF's marks: ~ approximate, ? uncertain, % both."""
    if not marks:
        return text
    bare = text.rstrip("?~%")
    every = marks | set(text[len(bare) :])
    return bare + ("%" if "%" in every or {"~", "?"} <= every else min(every))


def moved(text: str, days: int) -> str:
    """The day so many days later; what is no single day stays as it is. Raises `InvalidDate`."""
    bare = text.rstrip("?~%")
    if not days or not _DAY.fullmatch(bare):
        return text
    try:
        day = date.fromisoformat(bare) + timedelta(days)
    except (ValueError, OverflowError):
        raise InvalidDate(text, f"there is no day {days:+} from it") from None
    return day.isoformat() + text[len(bare) :]
