"""Arguments that may be one value or several."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike, fspath
from typing import Any, TypeVar, cast

from comity.domain.errors import InvalidValue

T = TypeVar("T")


def address_of(
    name: str, argument: object, expected: str = "the path of a file, or ':memory:'"
) -> str:
    """The path of a file or the address of a store, as text that a file's name can be."""
    address = fspath(cast("PathLike[str]", argument)) if _is_path(argument) else argument
    if not isinstance(address, str) or any("\ud800" <= letter <= "\udfff" for letter in address):
        raise InvalidValue(name, argument, expected)
    return address


def _is_path(argument: object) -> bool:
    return isinstance(argument, PathLike)


def each_of(name: str, argument: object) -> list[Any]:
    """The argument as a list; a single string or class is a list of one."""
    if isinstance(argument, str | type):
        return [argument]
    if not isinstance(argument, Iterable):
        raise InvalidValue(name, argument, "one value, or several in an iterable")
    return list(argument)  # pyright: ignore[reportUnknownArgumentType]  # the caller checks each


def pair_of(name: str, argument: T | tuple[T, T]) -> tuple[T, T]:
    """The two values to compare; a single value stands for both."""
    if not isinstance(argument, tuple):
        return argument, argument
    both = cast("tuple[T, ...]", argument)
    if len(both) != 2:
        raise InvalidValue(name, both, "one value, or a pair: before, after")
    return both[0], both[1]
