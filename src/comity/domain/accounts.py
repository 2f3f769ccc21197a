"""The differences between rival accounts of one happening, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeGuard

import msgspec

from comity.domain.events import Event
from comity.domain.time.dates import bounds

# These fields say who reports an event and with what confidence, not what happened.
_ABOUT_THE_ACCOUNT = frozenset({"id", "sources", "note", "happening", "confidence", "mentions"})


class Difference(NamedTuple):
    """A `field` in which two accounts differ, and its two values as text."""

    field: str
    standing: str
    rival: str


@lru_cache(maxsize=256)
def _compared_fields(kind: type[Event]) -> tuple[tuple[str, Any], ...]:
    fields = msgspec.structs.fields(kind)
    return tuple((f.name, f.default) for f in fields if f.name not in _ABOUT_THE_ACCOUNT)


def compatible_dates(first: str, second: str) -> bool:
    """Whether two EDTF dates can be the same date at different precision."""
    if "/" in first and "/" in second:
        return all(
            _is_open(a) or _is_open(b) or compatible_dates(a, b)
            for a, b in zip(first.split("/"), second.split("/"), strict=True)
        )
    (a, b), (c, d) = bounds(first), bounds(second)
    return (a <= c and d <= b) or (c <= a and b <= d)


def _is_open(end: str) -> bool:
    return end in ("", "..")


def differences(standing: Event, rival: Event) -> Iterator[Difference]:
    """The fields in which `rival` contradicts `standing`; an empty field contradicts nothing."""
    rival = rival.told_like(standing)
    for field, default in _compared_fields(type(standing)):
        ours, theirs = getattr(standing, field), getattr(rival, field)
        if ours == theirs or not ours or not theirs or default in (ours, theirs):
            continue
        if _is_compatible(standing, field, ours, theirs):
            continue
        yield Difference(field, _as_text(ours), _as_text(theirs))


def _is_compatible(standing: Event, field: str, ours: Any, theirs: Any) -> bool:
    """Whether one value only adds detail to the other: a day to a month, a name to a list."""
    if field == "when" or field in standing.dated:
        return compatible_dates(ours, theirs)
    if _is_mapping(ours) and _is_mapping(theirs):
        shared = ours.keys() & theirs.keys()
        return all(_adds(ours[key], theirs[key]) for key in shared)
    return _adds(ours, theirs)


def _adds(ours: object, theirs: object) -> bool:
    """Whether two values are equal, or one is a list that holds all that the other does."""
    if _is_tuple(ours) and _is_tuple(theirs):
        return set(ours) <= set(theirs) or set(theirs) <= set(ours)
    return ours == theirs


def _is_mapping(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)


def _as_text(value: object, between: str = ", ") -> str:
    if _is_mapping(value):
        return ", ".join(f"{key}: {_as_text(value[key], ' and ')}" for key in sorted(value))
    if _is_tuple(value):
        return between.join(map(str, value))
    return str(value)
