"""Checks that a parameter of a question comes from a closed list."""

from __future__ import annotations

from typing import Literal, TypeVar

from comity.domain.errors import InvalidValue

Choice = TypeVar("Choice", bound=str)


def one_of(field: str, value: str, choices: tuple[Choice, ...]) -> Choice | Literal[""]:
    """`value` if it is in `choices` or empty; otherwise raises `InvalidValue`, which lists them."""
    if not value:
        return ""
    for choice in choices:
        if choice == value:
            return choice
    raise InvalidValue(field, value, "one of " + ", ".join(choices))
