"""What differs between two states of a relationship, path by path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

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


def _by_name(value: Any) -> dict[str, Any] | None:
    """A mapping, or a list of named things as a mapping by name; None for anything else."""
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    items = _items(value)
    if items is None or not all(isinstance(item, dict) for item in items):
        return None
    for fields in _NAMES:
        if all(field in item for item in items for field in fields):
            names = ["→".join(str(item[field]) for field in fields) for item in items]
            return dict(zip(names, items, strict=True)) if len(set(names)) == len(names) else None
    return None


def _items(value: Any) -> list[Any] | None:
    return list(cast("list[Any]", value)) if isinstance(value, list | tuple) else None


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    found: list[Change] = []
    one, other = _by_name(before), _by_name(after)
    then, now = _items(before), _items(after)
    if one is not None and other is not None:
        for key in sorted(one.keys() | other.keys()):
            below = f"{path}.{key}" if path else key
            found.extend(_changes(below, one.get(key), other.get(key)))
    elif then is not None and now is not None:
        found.extend(Change(path, item, None) for item in then if item not in now)
        found.extend(Change(path, None, item) for item in now if item not in then)
    # Alike item by item and yet not equal: only the order differs, or how often one is there.
    yield from found or [Change(path, before, after)]
