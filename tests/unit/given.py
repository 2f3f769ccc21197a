"""What tests start with: an engine on which some events were recorded, and a pair of parties.

The clock stands still at `NOW`, so no test depends on the day on which it is run.
"""

from __future__ import annotations

from datetime import UTC, datetime

import comity
from comity import Event, TimelineEngine

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
PAIR = ("PAK", "RUS")


class Clock:
    """A clock that a test sets by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The moment it was set to."""
        return self.now


def given(*events: Event) -> TimelineEngine:
    """An engine in memory on which `events` were recorded, in this order."""
    engine = comity.open(":memory:", clock=Clock())
    engine.append(*events)
    return engine
