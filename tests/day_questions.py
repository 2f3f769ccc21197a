"""Questions about a day, and the log that they are put to, for the oracles' tests of views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from comity import Certainty, Event, TimelineEngine
from tests.oracle import Logged
from tests.unit.given import NOW


class Query(NamedTuple):
    """A question about a day."""

    parties: tuple[str, ...]
    on: date
    known_at: int
    certainty: Certainty

    @property
    def options(self) -> dict[str, Any]:
        """The options of the engine's question."""
        return {"on": self.on, "known_at": self.known_at, "certainty": self.certainty}


def recorded(engine: TimelineEngine, events: Sequence[Event]) -> list[Logged]:
    """The log after one append of `events` to an empty engine whose clock stands at `NOW`."""
    receipt = engine.append(*events)
    return [Logged(*each, NOW) for each in zip(events, receipt.positions, strict=True)]
