"""The timeline projection: what stands on a relationship's timeline, in order."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from comity.domain.dates import Bounds
from comity.domain.events import Event
from comity.domain.selection import Entry, timeline_order
from comity.projections.projection import Projection


class Timeline(Projection[list[Entry], tuple[Entry, ...]]):
    """The entries that can fall in `period`, in order; `kinds` are tags, none meaning all."""

    name = "timeline"

    def __init__(
        self,
        period: Bounds = Bounds(date.min, date.max),  # noqa: B008 - immutable
        kinds: Collection[str | type[Event]] = (),
    ) -> None:
        self.period, self.kinds = period, kinds

    def initial(self) -> list[Entry]:
        """No entries."""
        return []

    def enter(self, state: list[Entry], entry: Entry) -> list[Entry]:
        """The entry stands on the timeline if it can fall in the period."""
        if entry.earliest <= self.period.latest and entry.latest >= self.period.earliest:
            state.append(entry)
        return state

    def finish(self, state: list[Entry], on: date) -> tuple[Entry, ...]:
        """All of them, in the order of a timeline."""
        return tuple(sorted(state, key=timeline_order))
