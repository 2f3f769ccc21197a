"""The timeline projection: the entries of a relationship's timeline, in order."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from comity.domain.events import Event, kind_tag
from comity.domain.selection import Entry
from comity.domain.time.dates import Bounds, span
from comity.domain.timeline_order import in_timeline_order
from comity.projections.projection import Projection


class TimelineProjection(Projection[list[Entry], tuple[Entry, ...]]):
    """The entries that can fall in `period`, or go on in it, in order, of some `kinds` or of all.

    All entries are folded, whatever the period and kinds, so one stored state serves all of them.
    """

    name = "timeline"

    def __init__(
        self,
        period: Bounds = Bounds(date.min, date.max),  # noqa: B008 - immutable
        kinds: Collection[str | type[Event]] = (),
    ) -> None:
        self.period, self.tags = period, {kind_tag(kind) for kind in kinds}

    def initial(self) -> list[Entry]:
        """No entries."""
        return []

    def evolve_entry(self, state: list[Entry], entry: Entry) -> list[Entry]:
        """The entries with this one added."""
        state.append(entry)
        return state

    def finish(self, state: list[Entry], on: date) -> tuple[Entry, ...]:
        """The entries that match, in the order of a timeline."""
        return tuple(in_timeline_order(filter(self._matches, state)))

    def _matches(self, entry: Entry) -> bool:
        """Whether it can fall in the period; what lasts can also go on in it."""
        when = entry.record.event.when
        latest = max(entry.latest, span(when).latest) if "/" in when else entry.latest
        return (
            entry.earliest <= self.period.latest
            and latest >= self.period.earliest
            and (not self.tags or entry.event.type in self.tags)
        )
