"""Closed lists from which a question may choose."""

from __future__ import annotations

from typing import Literal, TypeVar

from comity.domain.errors import InvalidValue

Choice = TypeVar("Choice", bound=str)


def one_of(field: str, value: str, choices: tuple[Choice, ...]) -> Choice | Literal[""]:
    """`value` if it is one of `choices`, or empty for any; else `InvalidValue` names them."""
    if not value:
        return ""
    for choice in choices:
        if choice == value:
            return choice
    raise InvalidValue(field, value, "one of " + ", ".join(choices))
