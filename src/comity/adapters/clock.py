"""The clock of the system: the one place that reads it; everything else is handed it."""

from __future__ import annotations

from datetime import UTC, datetime


def system_clock() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one clock
