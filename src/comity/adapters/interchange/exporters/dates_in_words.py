"""Dates in plain English: an EDTF text as a person would say it, never more exact than it is."""

from __future__ import annotations

import re
from datetime import date

from comity.domain.time.dates import span

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
"""The names of the months."""
_PARTS = {
    **dict(zip(range(21, 25), ("spring", "summer", "autumn", "winter"), strict=True)),
    **{
        code: f"{season} ({half}ern hemisphere)"
        for half, first in (("north", 25), ("south", 29))
        for code, season in enumerate(("spring", "summer", "autumn", "winter"), start=first)
    },
    **dict(zip(range(33, 37), ("Q1", "Q2", "Q3", "Q4"), strict=True)),
    37: "the first four months of", 38: "the second four months of", 39: "the last four months of",
    40: "the first half of", 41: "the second half of",
}  # fmt: skip
"""The parts of a year by their codes in EDTF."""

_DATE = re.compile(r"(?P<year>[0-9X]{4})(?:-(?P<month>[0-9X]{2})(?:-(?P<day>[0-9X]{2}))?)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMED = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<clock>[0-9]{2}:[0-9]{2}):(?P<second>[0-9]{2})"
    r"(?P<zone>Z|[+-][0-9]{2}(?::[0-9]{2})?)?"
)
_OR = " or "
_OPEN = ("", "..")


def date_words(text: str) -> str:
    """An EDTF text in words: `2023-06` is `June 2023`, `198X` is `the 1980s`; empty stays empty.

    What is uncertain or approximate says so. An interval is `1 to 3 May 2023`. Raises
    `InvalidDate` for text that is not EDTF.
    """
    if not text:
        return ""
    span(text)  # raises InvalidDate
    return _interval_words(text) if "/" in text else _one_words(text)


def is_exact(text: str) -> bool:
    """Whether the text tells a day, or the first and the last day of an interval, for certain."""
    return all(_DAY.fullmatch(part) or _TIMED.fullmatch(part) for part in text.split("/"))


def day_words(day: date) -> str:
    """A day in words: `20 June 2023`."""
    return f"{day.day} {MONTHS[day.month - 1]} {_year_words(day.year)}"


def _interval_words(text: str) -> str:
    start, end = text.split("/")
    if start in _OPEN and end in _OPEN:
        return "at a time that is not known"
    if start in _OPEN:
        return f"until {_one_words(end)}" + ("" if start else ", from when is not known")
    if end in _OPEN:
        return f"from {_one_words(start)}" + (" on" if end else ", until when is not known")
    if _DAY.fullmatch(start) and _DAY.fullmatch(end) and start[:4] == end[:4] and start != end:
        first = date.fromisoformat(start)
        month = "" if start[:7] == end[:7] else f" {MONTHS[first.month - 1]}"
        return f"{first.day}{month} to {_one_words(end)}"
    return _one_words(start) if start == end else f"{_one_words(start)} to {_one_words(end)}"


def _one_words(text: str) -> str:
    if timed := _TIMED.fullmatch(text):
        zone = {"": "", "Z": " UTC"}.get(timed["zone"] or "", f" ({timed['zone']})")
        second = "" if timed["second"] == "00" else f":{timed['second']}"
        return f"{day_words(date.fromisoformat(timed['day']))}, {timed['clock']}{second}{zone}"
    if text.startswith("["):
        *before, last = map(_member_words, text[1:-1].split(","))
        return f"{', '.join(before)}{_OR}{last}" if before else last
    plain = re.sub("[?~%]", "", text)
    said = _plain_words(plain) or _between(text)
    about = "about " if "~" in text or "%" in text else ""
    return f"{about}{said}" + (" (uncertain)" if "?" in text or "%" in text else "")


def _member_words(member: str) -> str:
    """One of the dates, or one of the ranges, of a one-of set."""
    first, dots, last = member.partition("..")
    if not dots:
        return _one_words(first)
    if first and last:
        return f"between {_one_words(first)} and {_one_words(last)}"
    return f"{_one_words(first)} or later" if first else f"{_one_words(last)} or before"


def _plain_words(text: str) -> str:
    """The words for a date that has whole parts; empty if it has others."""
    told = _DATE.fullmatch(text)
    if told is None:
        return ""
    year, month, day = told["year"], told["month"] or "XX", told["day"] or "XX"
    if year[:3].isdigit() and year[3] == "X" and (month, day) == ("XX", "XX") and year[0] != "0":
        return f"the {year[:3]}0s"
    if not year.isdigit():
        return ""
    if (month, day) == ("XX", "XX"):
        return _year_words(int(year))
    if not month.isdigit():
        return ""
    if int(month) in _PARTS:
        return f"{_PARTS[int(month)]} {_year_words(int(year))}"
    if day == "XX":
        return f"{MONTHS[int(month) - 1]} {_year_words(int(year))}"
    return day_words(date(int(year), int(month), int(day))) if day.isdigit() else ""


def _year_words(year: int) -> str:
    return str(year) if year >= 1000 else f"AD {year}"


def _between(text: str) -> str:
    first, last = span(text)
    if first == date.min:
        return f"{day_words(last)} or before"
    if last == date.max:
        return f"{day_words(first)} or later"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"between {_year_words(first.year)} and {_year_words(last.year)}"
    return f"between {day_words(first)} and {day_words(last)}"
