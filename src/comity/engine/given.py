"""What is given to `append` and `extend`, and how it should have been given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from comity.domain.errors import InvalidValue

_OUTSIDE = "an event such as MeetingHeld(…); extend([…]) takes mappings and lines of JSON too"
_SEVERAL = "each event by itself: append(*events), or extend(events) for many"


def event_of(given: object) -> object:
    """An argument of `append`; raises `InvalidValue` for what other calls take."""
    if isinstance(given, Mapping | str | bytes | bytearray):
        raise _unfit("event", cast("object", given), _OUTSIDE)
    if isinstance(given, Iterable):
        raise _unfit("event", cast("object", given), _SEVERAL)
    if given is None or isinstance(given, type):
        raise _unfit("event", cast("object", given), "an event such as MeetingHeld(…)")
    return given


def items_of(given: object) -> Iterable[object]:
    """The items of `extend`; raises `InvalidValue` for a single one, and for what has none."""
    if isinstance(given, Mapping | str | bytes | bytearray):
        expected = "several in an iterable; a single one is extend([item])"
        raise _unfit("items", cast("object", given), expected)
    if not isinstance(given, Iterable):
        expected = "events, mappings or lines of JSON, in an iterable; a single one is extend([…])"
        raise _unfit("items", given, expected)
    return cast("Iterable[object]", given)


def _unfit(field: str, given: object, expected: str) -> InvalidValue:
    """The error, which names the type of what was given: its text can be of any length."""
    name = given.__name__ if isinstance(given, type) else type(given).__name__
    return InvalidValue(field, None if given is None else name, expected)
