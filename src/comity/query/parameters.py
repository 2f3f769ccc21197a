"""A question's parameters, as callers give them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

Day = date | str | None
"""A day: a date, an ISO date or an EDTF day; None is today, in UTC, by the engine's clock."""

KnownAt = datetime | date | str | int | None
"""A moment of knowing: an aware datetime, a day (its end, UTC) or a position; None is now."""

Progress = Callable[[int], None]
"""Called with the number of events of the log that are done."""


def is_one_relationship(parties: tuple[str, ...]) -> bool:
    """Whether parties name one relationship: several codes, or its id."""
    return len(parties) > 1 or any("-" in str(code) for code in parties)
