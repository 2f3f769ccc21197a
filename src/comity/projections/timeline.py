"""The timeline projection: what stands on a relationship's timeline, in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from comity.domain.dates import Bounds
from comity.domain.selection import Entry, timeline_order


def timeline(
    entries: Iterable[Entry], period: Bounds, kinds: Collection[str] = ()
) -> tuple[Entry, ...]:
    """The entries that can fall in `period`, in order; `kinds` are tags, none meaning all."""
    return tuple(
        sorted(
            (
                entry
                for entry in entries
                if entry.earliest <= period.latest
                and entry.latest >= period.earliest
                and (not kinds or entry.event.type in kinds)
            ),
            key=timeline_order,
        )
    )
