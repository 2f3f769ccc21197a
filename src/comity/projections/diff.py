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
    one, other = msgspec.to_builtins(before.answer()), msgspec.to_builtins(after.answer())
    return tuple(_changes("", _keyed(one), _keyed(other)))


_KEYS = ("id", "deal", "measure", "agreement", "meeting", "shipment", "of")


def _keyed(value: Any) -> Any:
    """Lists of things that have names, as mappings by name, so that each is compared to itself."""
    if isinstance(value, dict):
        return {key: _keyed(item) for key, item in value.items()}
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        for key in _KEYS:
            names = [item.get(key) for item in value]
            if all(names) and len(set(names)) == len(names):
                return {str(item[key]): _keyed(item) for item in value}
    return value


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and before and after:
        for key in sorted(before.keys() | after.keys()):
            below = f"{path}.{key}" if path else key
            yield from _changes(below, before.get(key), after.get(key))
    else:
        yield Change(path, before, after)
