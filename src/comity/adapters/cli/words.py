"""The words that stand for days and moments on the command line: today, now."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, cast

from comity.adapters.clock import system_clock

_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
"""The words for days, and how many days each is after today, in UTC."""
_NOW = "now"
_POSITION = re.compile("[0-9]{1,18}")


def day_told(value: Any) -> Any:
    """The value of an option that takes days, or several: a word for a day becomes the day.

    Any other text stays as it is.
    """
    if isinstance(value, list):
        return [day_told(item) for item in cast("list[object]", value)]
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in _DAYS:
        return value
    return (system_clock().date() + timedelta(days=_DAYS[word])).isoformat()


def parse_known_at(text: str | None) -> str | int | None:
    """The engine's `known_at` for the value of `--known-at`.

    Digits are a position, `now` and None are the present, `today` and `yesterday` days.
    """
    if text is None or text.strip().lower() == _NOW:
        return None
    if _POSITION.fullmatch(text):
        return int(text)
    return str(day_told(text))


def parse_recorded_at(text: str | None) -> str | None:
    """The engine's `recorded_at` for the value of `--recorded-at`; `now` and None are the clock."""
    if text is None or text.strip().lower() == _NOW:
        return None
    return str(day_told(text))
