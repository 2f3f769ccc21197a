"""The codes of closed lists in words: units, and values such as `deputy-minister`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from comity.domain.codelists.currencies import UNIT_NAMES
from comity.domain.phrases import amount, number
from comity.domain.values import Money, Quantity

_SEVERAL = {
    "C62": "units", "BLL": "barrels", "BTU": "British thermal units", "FOT": "feet",
    "FTQ": "cubic feet", "INH": "inches",
}  # fmt: skip
"""The units whose plural is irregular, or that trade news calls by a shorter name."""
_UNCHANGED = ("DZN", "HEA", "MIL", "P1")
_LOAD = re.compile(
    r"(?<![\w'.,-])(?P<amount>[0-9][0-9,]*(\.[0-9]+)?) (?P<unit>[A-Z][A-Z0-9]{1,2})(?![^ ,;])"
)


def unit_words(code: str, total: Decimal) -> str:
    """The name of a unit for an amount: `tonne`, `tonnes`; a code that is not common stays."""
    name = UNIT_NAMES.get(code)
    if name is None:
        return code
    if code in _UNCHANGED:
        return name
    if several := _SEVERAL.get(code):
        singular = "unit" if code == "C62" else name.partition(" (")[0]
        return singular if total == 1 else several
    word, bracket, rest = name.partition(" (")
    return f"{word}{'' if total == 1 else 's'}{bracket}{rest}"


def amount_words(value: Quantity | Money | None) -> str:
    """A quantity or money, such as `45,000 tonnes`; empty if it is not known."""
    if not isinstance(value, Quantity):
        return amount(value)
    return f"{number(value.amount)} {unit_words(value.unit, value.amount)}"


def total_words(amounts: Mapping[str, Decimal | None]) -> str:
    """Each amount with its unit or currency, in the order of their codes.

    An amount that is None is `not known`.
    """
    return ", ".join(
        "not known" if total is None else f"{number(total)} {unit_words(code, total)}"
        for code, total in sorted(amounts.items())
    )


def load_words(text: str, count: int = 1) -> str:
    """Text with the names of units in its first `count` quantities (0: all): `5 tonnes oil`."""
    return _LOAD.sub(_load, text, count=count)


def _load(found: re.Match[str]) -> str:
    total = Decimal(found["amount"].replace(",", ""))
    return f"{found['amount']} {unit_words(found['unit'], total)}"


def choice_words(value: str) -> str:
    """A value of a closed list: `deputy-minister` is `deputy minister`."""
    return value.replace("-", " ")
