"""What the base class asks about the fields of a kind, each question answered once a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple, cast, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from comity.domain.text import nfc
from comity.domain.validated import ValidatedStruct

_VERBATIM = frozenset(
    {"note", "text", "reason", "purpose", "how", "amendment", "target", "replacement"}
)
"""Text that names nothing, and ids of recorded events: they are what the log says they are."""


@lru_cache(maxsize=256)
def choices(kind: type[Struct]) -> dict[str, frozenset[str]]:
    """The fields of a struct whose type is a `Literal`, and their values."""
    values = {f.name: frozenset(literals(f.type)) for f in msgspec.structs.fields(kind)}
    return {field: closed for field, closed in values.items() if closed}


def literals(declared: Any) -> Iterator[str]:
    """The values of the `Literal`s in a type, in order."""
    if get_origin(declared) is Literal:
        yield from get_args(declared)
    else:
        for part in get_args(declared):
            yield from literals(part)


class Plan(NamedTuple):
    """What is asked of the fields of a kind whenever an event of it is made."""

    choices: tuple[tuple[str, frozenset[str]], ...]
    """The fields whose type is a `Literal`, and their values."""
    values: tuple[str, ...]
    """The fields that hold a quantity or money."""
    defaults: tuple[tuple[str, object], ...]
    """The fields whose default is not empty: a value can equal it without being identical."""
    roles: Callable[[object], tuple[object, ...]]
    """What the fields hold that name parties."""


@lru_cache(maxsize=256)
def plan_of(kind: type[Struct]) -> Plan:
    """What is asked of the fields of a kind."""
    fields = msgspec.structs.fields(kind)
    return Plan(
        choices=tuple(choices(kind).items()),
        values=tuple(f.name for f in fields if f.name != "sources" and _is_value(f.type)),
        defaults=tuple(
            (f.name, f.default) for f in fields if isinstance(f.default, str | float) and f.default
        ),
        roles=_getter(cast("Any", kind).roles),
    )


def _getter(fields: tuple[str, ...]) -> Callable[[object], tuple[object, ...]]:
    """What returns the values of `fields` as a tuple."""
    if len(fields) > 1:
        return attrgetter(*fields)
    return lambda struct: tuple([getattr(struct, field) for field in fields])


def _is_value(declared: Any) -> bool:
    if isinstance(declared, type) and issubclass(declared, ValidatedStruct):
        return True
    return any(map(_is_value, get_args(declared)))


@lru_cache(maxsize=256)
def _naming_fields(kind: type[Struct]) -> tuple[str, ...]:
    """The fields that name something: persons, cities, ids, titles."""
    fields = msgspec.structs.fields(kind)
    return tuple(
        f.name
        for f in fields
        if f.name not in _VERBATIM and (f.type is str or get_origin(f.type) is dict)
    )


def normalize_names(struct: Struct) -> bool:
    """Put the text of `struct` that names something into NFC; whether anything changed."""
    changed = False
    for field in _naming_fields(type(struct)):
        value: object = getattr(struct, field)
        if not value or (isinstance(value, str) and value.isascii()):
            continue
        if (normal := _normal(value)) != value:
            force_setattr(struct, field, normal)
            changed = True
    return changed


def _normal(value: object) -> object:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, dict):
        items = cast("dict[object, object]", value).items()
        return {key: _normal(item) for key, item in items}
    if isinstance(value, tuple):
        return tuple(map(_normal, cast("tuple[object, ...]", value)))
    return value
