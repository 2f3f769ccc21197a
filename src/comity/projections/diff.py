"""The differences between two states of a relationship, path by path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import msgspec
from msgspec import Struct

from comity.projections.state import RelationshipState


class Change(Struct, frozen=True):
    """At the dotted `path` the first state has `before`, the second `after`.

    They are plain JSON values; None means that a state has nothing at the path.
    """

    path: str
    before: Any
    after: Any


def diff(before: RelationshipState, after: RelationshipState) -> tuple[Change, ...]:
    """Every change from `before` to `after`; none if and only if the two are equal."""
    if before == after:
        return ()
    answers = (msgspec.to_builtins(state.answer()) for state in (before, after))
    return tuple(_changes("", *answers))


# The fields that name an item of a list: items are compared by name, not by place.
_NAMES = (
    ("id",), ("deal",), ("measure",), ("agreement",), ("meeting",), ("shipment",), ("of",),
    ("sender", "host", "city"), ("by", "to"),
)  # fmt: skip


def _by_name(value: Any) -> dict[str, Any] | None:
    """A mapping, or a list of named items as a mapping by name; None for anything else."""
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
    changes: list[Change] = []
    names_before, names_after = _by_name(before), _by_name(after)
    items_before, items_after = _items(before), _items(after)
    if names_before is not None and names_after is not None:
        for key in sorted(names_before.keys() | names_after.keys()):
            below = f"{path}.{key}" if path else key
            changes.extend(_changes(below, names_before.get(key), names_after.get(key)))
    elif items_before is not None and items_after is not None:
        changes.extend(Change(path, i, None) for i in items_before if i not in items_after)
        changes.extend(Change(path, None, i) for i in items_after if i not in items_before)
    # If all items are equal but the lists are not, only the order or the number of items differs.
    yield from changes or [Change(path, before, after)]
