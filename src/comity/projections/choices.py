"""Closed lists from which a question may choose."""

from __future__ import annotations

from comity.domain.errors import InvalidValue


def chosen(field: str, value: str, choices: tuple[str, ...]) -> str:
    """`value` if it is one of `choices`, or empty for any; else `InvalidValue` names them."""
    if value and value not in choices:
        raise InvalidValue(field, value, "one of " + ", ".join(choices))
    return value
