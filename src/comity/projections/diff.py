"""What differs between two states of a relationship, path by path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from comity.projections.answers import RelationshipState


class Change(Struct, frozen=True):
    """At `path` (dotted) the first state has `before`, the second `after`; None: not there.

    Values are plain JSON values.
    """

    path: str
    before: Any
    after: Any


def diff(before: RelationshipState, after: RelationshipState) -> tuple[Change, ...]:
    """Every change from `before` to `after`; none if and only if the two are equal."""
    if before == after:
        return ()
    one, other = msgspec.to_builtins(before.answer()), msgspec.to_builtins(after.answer())
    return tuple(_changes("", one, other))


# What names a thing in a list, so that each is compared to itself and not to its neighbour.
_NAMES = (
    ("id",), ("deal",), ("measure",), ("agreement",), ("meeting",), ("shipment",), ("of",),
    ("sender", "host", "city"), ("by", "to"),
)  # fmt: skip


def _named(value: Any) -> Any:
    """A list of named things as a mapping by name; anything else as it is."""
    if not isinstance(value, list | tuple) or not all(isinstance(item, dict) for item in value):
        return value
    for fields in _NAMES:
        if all(field in item for item in value for field in fields):
            names = ["→".join(str(item[field]) for field in fields) for item in value]
            return dict(zip(names, value, strict=True)) if len(set(names)) == len(names) else value
    return value


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    one, other = _named(before), _named(after)
    found: list[Change] = []
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            below = f"{path}.{key}" if path else key
            found.extend(_changes(below, one.get(key), other.get(key)))
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple):
        found.extend(Change(path, item, None) for item in one if item not in other)
        found.extend(Change(path, None, item) for item in other if item not in one)
    # Alike item by item and yet not equal: only the order differs, or how often one is there.
    yield from found or [Change(path, before, after)]
