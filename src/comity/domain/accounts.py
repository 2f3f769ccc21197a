"""How rival accounts of one happening differ, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeGuard

import msgspec

from comity.domain.events import Event
from comity.domain.time.dates import bounds

# Not what happened, but who says so and how surely.
_ABOUT_THE_TELLING = frozenset({"id", "sources", "note", "happening", "confidence"})


class Difference(NamedTuple):
    """One `field` of which two accounts tell differently, and both values as read."""

    field: str
    standing: str
    rival: str


@lru_cache(maxsize=256)
def _told(kind: type[Event]) -> tuple[tuple[str, Any], ...]:
    fields = msgspec.structs.fields(kind)
    return tuple((f.name, f.default) for f in fields if f.name not in _ABOUT_THE_TELLING)


def compatible_dates(one: str, other: str) -> bool:
    """Whether two EDTF dates can be the same date told with more and with less precision."""
    if "/" in one and "/" in other:
        return all(
            _silent(a) or _silent(b) or compatible_dates(a, b)
            for a, b in zip(one.split("/"), other.split("/"), strict=True)
        )
    (a, b), (c, d) = bounds(one), bounds(other)
    return (a <= c and d <= b) or (c <= a and b <= d)


def _silent(end: str) -> bool:
    return end in ("", "..")


def differences(standing: Event, rival: Event) -> Iterator[Difference]:
    """What `rival` says otherwise than `standing`; silence contradicts nothing."""
    for field, silence in _told(type(standing)):
        one, other = getattr(standing, field), getattr(rival, field)
        if one == other or not one or not other or silence in (one, other):
            continue
        if _compatible(standing, field, one, other):
            continue
        yield Difference(field, _shown(one), _shown(other))


def _compatible(standing: Event, field: str, one: Any, other: Any) -> bool:
    """Whether the fuller telling merely adds to the other: a day to a month, a name to a list."""
    if field == "when" or field in standing.dated:
        return compatible_dates(one, other)
    if _is_mapping(one) and _is_mapping(other):
        return all(one[key] == other[key] for key in one.keys() & other.keys())
    if _is_several(one) and _is_several(other):
        return set(one) <= set(other) or set(other) <= set(one)
    return False


def _is_mapping(value: object) -> TypeGuard[dict[str, str]]:
    return isinstance(value, dict)


def _is_several(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)


def _shown(value: object) -> str:
    if _is_mapping(value):
        return ", ".join(f"{key}: {value[key]}" for key in sorted(value))
    if _is_several(value):
        return ", ".join(map(str, value))
    return str(value)
