"""What the notes beside dates say: that a date is about right, or one of several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from comity.domain.errors import ComityError, InvalidDate
from comity.domain.time.dates import bounds

_ABOUT = re.compile(
    r"\b(about|approximately|shortly before|soon after|on or (before|after))\b", re.I
)
_PROBABLY = re.compile(r"\bprobably\b", re.I)
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_FROM = re.compile(
    rf"\b(?:between|on) (?P<month>{'|'.join(MONTHS)}) (?P<day>[0-9]{{1,2}})"
    r"(?:, (?P<year>[0-9]{4}))?,? (?:and|or)$",
    re.I,
)
"""The first of two dates, the second of which stands in the cell."""
DATE: Final = rf"(?:{'|'.join(MONTHS)}) \d{{1,2}}, \d{{4}}"
"""A full date, as a pattern."""
_FULL_DATE: Final = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}}), (\d{{4}})\b")
_SENTENCE_END: Final = re.compile(r"(?<![A-Z])[.!?][”\"]?\s+(?=[A-Z“\"])")
_LOOSE_END = re.compile(r"[\s,.]*\b(on|in|as of|by note)?[\s,.]*$", re.I)


def plain(note: str) -> str:
    """A note without the word that leads on to its date: "Left post on" is "Left post"."""
    return _LOOSE_END.sub("", note).strip(" ,.;")


def dated_by(note: str, date: str) -> str:
    """A date as EDTF with what its note says of it.

    >>> dated_by("Left post about", "1885-03-04"), dated_by("Left post on", "1885-03-04")
    ('1885-03-04~', '1885-03-04')
    >>> dated_by("Between September 29, 1868, and", "1868-10-05")
    '[1868-09-29..1868-10-05]'
    """
    note = note.strip(" .")
    if first := _FROM.search(note):
        year, month = first["year"] or date[:4], MONTHS.index(first["month"].capitalize()) + 1
        between = f"[{year}-{month:02}-{int(first['day']):02}..{date}]"
        try:
            bounds(between)
        except InvalidDate:
            return f"{date}~"
        return between
    about, probably = _ABOUT.search(note), _PROBABLY.search(note)
    if about and probably:
        return f"{date}%"
    return f"{date}~" if about else f"{date}?" if probably else date


def days_in(text: str) -> Iterator[str]:
    """The full dates in a text."""
    for match in _FULL_DATE.finditer(text):
        month, day, year = match.groups()
        date = f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}"
        try:
            bounds(date)
        except ComityError:
            continue
        yield date


def day_in(
    text: str, within: str, about: re.Pattern[str], exactly: re.Pattern[str] | None, noted: str
) -> str:
    """The day, in the time `within`, of what sentences with `about` tell; empty if uncertain.

    It is the only full date of that time in the text. Of several it is the one that `exactly`
    finds, or else `noted`, the heading's own, where such sentences have no other.
    """
    wanted = bounds(within)

    def fits(day: str) -> bool:
        return wanted.earliest <= bounds(day).earliest <= wanted.latest

    days = {day for day in days_in(text) if fits(day)}
    sentences = [sentence for sentence in _SENTENCE_END.split(text) if about.search(sentence)]
    told = {day for sentence in sentences for day in days_in(sentence)} & days
    if len(days) == 1:
        return next(iter(told), "")
    if exactly is not None:
        exact = {day for match in exactly.finditer(text) for day in days_in(match[1]) if fits(day)}
        if len(exact) == 1:
            return exact.pop()
    return noted if told == {noted} else ""
