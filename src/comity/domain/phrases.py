"""Phrases in plain English for summaries, pages and tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from comity.domain.values import Money, Quantity


def number(amount: Decimal) -> str:
    """An exact amount with a comma between thousands: `6,000,000,000.5`."""
    return f"{amount:,}"


def totals(amounts: Mapping[str, Decimal | None]) -> list[str]:
    """Each amount with its unit or currency, such as `45,000 TNE`, in the order of the units.

    An amount that is None is `not known`.
    """
    return [
        "not known" if total is None else f"{number(total)} {unit}"
        for unit, total in sorted(amounts.items())
    ]


def amount(value: Quantity | Money | None) -> str:
    """A quantity or money, such as `45,000 TNE`; empty if it is not known."""
    if value is None:
        return ""
    return f"{number(value.amount)} {value.unit if isinstance(value, Quantity) else value.currency}"


def joined(*parts: str, by: str = ", ") -> str:
    """The parts that are not empty, with `by` between them."""
    return by.join(part for part in parts if part)


def after(word: str, text: object) -> str:
    """`word` and then `text`; empty if there is no text."""
    return f"{word} {text}" if text else ""


def named(text: str) -> str:
    """`text` in quotation marks; empty if there is no text."""
    return f"“{text}”" if text else ""


def in_brackets(text: str) -> str:
    """`text` in round brackets; empty if there is no text."""
    return f"({text})" if text else ""


def heads_of(heads: Mapping[str, str]) -> str:
    """The heads of the delegations in the order of the codes, as `PAK: Shah; RUS: Rudenko`."""
    return "; ".join(f"{code}: {name}" for code, name in sorted(heads.items()))


def meeting_name(kind: str, series: str, round: int | None, meeting: str) -> str:
    """The name of a meeting: its kind, its round, its series and its id, as far as known."""
    place = joined(after("round", round), after("of", series), by=" ")
    return joined(joined(kind or "meeting", place), in_brackets(meeting), by=" ")


def route(origin: str, destination: str) -> str:
    """`RUS → PAK`, or the one of the two that is known."""
    return joined(origin, destination, by=" → ")


_ORDINALS = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth",
)  # fmt: skip


def ordinal(number: int) -> str:
    """`fifth` for 5, and `21st` for 21."""
    if 0 < number < len(_ORDINALS):
        return _ORDINALS[number]
    last = 0 if number // 10 % 10 == 1 else number % 10
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def counted(number: int, thing: str) -> str:
    """A number of things, such as `1 event` or `129 events`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


_SAID_AS_VOWEL = re.compile(r"(?!eu|uni(?!n|m)|us[aeu]|one\b)[aeiou]|hono|hour|heir", re.IGNORECASE)


def a_or_an(words: str) -> str:
    """The words with their article: `a visit`, `an honorary consul`; a plural has none."""
    if words.endswith("s") and not words.endswith("ss"):
        return words
    return f"{'an' if _SAID_AS_VOWEL.match(words) else 'a'} {words}"


def several(thing: str) -> str:
    """The plural of a thing: `embassies`, `visits`; talks are a plural already."""
    if thing.endswith("s"):
        return thing
    if thing.endswith("y") and thing[-2:-1] not in "aeiou":
        return f"{thing[:-1]}ies"
    return f"{thing}s"
