"""Durations in years, months and days, as ISO 8601 writes them: `P5Y`, `P18M`, `P90D`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from comity.domain.errors import InvalidValue

_FORM = re.compile(r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?", re.ASCII)


class Duration(NamedTuple):
    """Years, months and days, each zero or more; a week is seven days."""

    years: int
    months: int
    days: int


@lru_cache(maxsize=1024)
def duration(text: str, field: str = "duration") -> Duration:
    """The duration that `text` says; raises `InvalidValue` for `field` if it says none.

    >>> duration("P1Y6M")
    Duration(years=1, months=6, days=0)
    """
    form = _FORM.fullmatch(text) if isinstance(text, str) else None
    years, months, weeks, days = (int(part or 0) for part in form.groups()) if form else (0,) * 4
    if not years + months + weeks + days:
        raise InvalidValue(field, text, "an ISO 8601 duration of whole days or longer: P5Y, P6M")
    return Duration(years, months, 7 * weeks + days)


def in_words(text: str) -> str:
    """A duration in words.

    >>> in_words("P1Y6M"), in_words("P90D")
    ('1 year 6 months', '90 days')
    """
    counts = zip(duration(text), ("year", "month", "day"), strict=True)
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in counts if count)
