"""Whether an event is still what its validation left: then it need not be validated again.

An event holds a fingerprint of its fields beside them. A copy does not inherit it.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple, TypeVar, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, replace

from comity.domain.values import Source

E = TypeVar("E", bound=Struct)


class Fingerprinted:
    """A base class with a place that is no field: msgspec does not write, compare or copy it."""

    __slots__ = ("_fingerprint",)

    _fingerprint: int


_note = Fingerprinted.__dict__["_fingerprint"].__set__
_Values = tuple[Any, ...]


class _Shape(NamedTuple):
    """The fields of a kind by what they hold, each as its place in `astuple`."""

    types: frozenset[tuple[type, ...]]
    """The types that the values of an event can have, one for each field."""
    lists: tuple[int, ...]
    """The fields that hold several texts, other than the parties."""
    mappings: dict[str, int]
    sources: int


@lru_cache(maxsize=256)
def _shape(kind: type[Struct]) -> _Shape:
    names = [field.name for field in msgspec.structs.fields(kind)]
    types = [_types(field.type) for field in msgspec.structs.fields(kind)]
    places = {name: place for place, name in enumerate(names) if types[place] == (tuple,)}
    sources = places.pop("sources")
    del places["parties"]  # they were looked up in a table of texts
    return _Shape(
        types=frozenset(product(*types)),
        lists=tuple(places.values()),
        mappings={name: place for place, name in enumerate(names) if types[place] == (dict,)},
        sources=sources,
    )


def _types(declared: Any) -> tuple[type, ...]:
    """The classes of the values that a declared type allows."""
    origin = get_origin(declared)
    if origin is None:
        return (type(None) if declared is None else declared,)
    if origin in (tuple, dict):
        return (origin,)
    parts = get_args(declared)
    if all(isinstance(part, str) for part in parts):  # a `Literal`
        return (str,)
    return tuple(dict.fromkeys(kind for part in parts for kind in _types(part)))


def remember(event: Struct) -> None:
    """Note that the event is valid as it is now, and that it can be written as JSON."""
    fingerprint = _fingerprint(astuple(event), _shape(type(event)))
    if fingerprint is not None:
        _note(event, fingerprint)


def as_remembered(event: E) -> E | None:
    """The event if it is as `remember` found it and every value has its declared type, else None.

    None proves nothing: it is the answer for every event with a mapping that is not empty.
    """
    values, shape = astuple(event), _shape(type(event))
    noted = getattr(event, "_fingerprint", None)
    if noted is None or noted != _fingerprint(values, shape) or not _is_typed(values, shape):
        return None
    if shape.mappings:  # the caller could still fill those of this event
        return replace(event, **{field: {} for field in shape.mappings})
    return event


def _fingerprint(values: _Values, shape: _Shape) -> int | None:
    """A number that changes with the values; None if they could change without it."""
    if shape.mappings:
        for place in shape.mappings.values():
            if values[place]:
                return None
        values = tuple([value for value in values if type(value) is not dict])
    try:
        return hash(values)
    except TypeError:  # there is a list
        return None


def _is_typed(values: _Values, shape: _Shape) -> bool:
    """Whether every value has its declared type, exactly."""
    if tuple(map(type, values)) not in shape.types:
        return False
    for place in shape.lists:
        for text in values[place]:
            if type(text) is not str:
                return False
    for source in values[shape.sources]:
        if type(source) is not Source or type(source.publisher) is not str:
            return False
        if not (type(source.url) is type(source.published) is type(source.note) is str):
            return False
    return True
