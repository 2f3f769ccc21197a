"""Dates within English sentences: with `on`, `in` or `since`, or in the place of a noun."""

from __future__ import annotations

import re

from comity.adapters.interchange.exporters.dates_in_words import date_words

_DAY = re.compile(r"(about )?[0-9]{1,2} [A-Z]")
_OPEN = ("", "..")


def noun_words(when: str) -> str:
    """A date as a noun: `20 June 2023`, `1991 or before`; empty stays empty.

    It can follow a preposition or begin a line.
    """
    begins, slash, ends = when.partition("/")
    if not slash or (begins in _OPEN) == (ends in _OPEN):
        return date_words(when)
    if begins in _OPEN:
        return _or(ends, "before")
    return _or(begins, "later")


def _or(when: str, direction: str) -> str:
    words = date_words(when)
    return words if words.endswith(f" or {direction}") else f"{words} or {direction}"


def dated(when: str) -> str:
    """When something took place: `on 1 May 1948`, `in June 2023`, `in 1991 or before`.

    What lasted has `from 20 to 21 June 2023`. Empty stays empty.
    """
    words = noun_words(when)
    if not words or words.startswith(("between", "at a time")):
        return words
    if "/" in when and not _is_half_open(when):
        return f"from {words}"
    return f"on {words}" if _DAY.match(words) else f"in {words}"


def begun(when: str) -> str:
    """When something became true, as `dated`; of an interval, `between May 1972 and 1973`."""
    begins, slash, ends = when.partition("/")
    if not slash or begins in _OPEN or ends in _OPEN:
        return dated(when)
    return f"between {date_words(begins)} and {date_words(ends)}"


def since(when: str) -> str:
    """`since 1 May 1948`; what lasts counts from its start. Empty if no date is told."""
    begins, slash, _ = when.partition("/")
    words = noun_words(begins if slash and begins not in _OPEN else when)
    if not words or words.startswith("at a time"):
        return ""
    return f"since {some_day(words)}"


def for_words(when: str) -> str:
    """A date after `for`, `with effect from` or `expires`; empty stays empty."""
    return some_day(noun_words(when))


def some_day(words: str) -> str:
    """`some day between …`, where the words begin with `between`."""
    return f"some day {words}" if words.startswith("between") else words


def capital(text: str) -> str:
    """A sentence with a capital at its start."""
    return f"{text[:1].upper()}{text[1:]}"


def _is_half_open(when: str) -> bool:
    begins, _, ends = when.partition("/")
    return (begins in _OPEN) != (ends in _OPEN)
