"""Between which places on the axis of days something on a timeline happened, began or ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from comity.adapters.interchange.exporters.record_tables import days_told
from comity.adapters.plots.days import place_of
from comity.adapters.plots.spells import Spell, Strand
from comity.domain.selection import Entry
from comity.domain.time.dates import last_second

_END_OF_TIME = last_second(date.max)


class Window(NamedTuple):
    """Places between which something happened; None where it is open."""

    first: float | None
    last: float | None

    @property
    def is_day(self) -> bool:
        """Whether it is known to the day."""
        return self.first is not None and self.last is not None and self.last - self.first <= 1


def window_of(entry: Entry) -> Window:
    """Between which places an entry became true."""
    first, last = days_told(entry)
    earliest, latest = entry.instants
    return Window(
        None if first is None else place_of(earliest),
        None if last is None else place_of(latest + 1),
    )


def end_of_spell(spell: Spell) -> Window | None:
    """Between which places a spell ended; None if it goes on."""
    if spell.ended is None:
        return None
    earliest, latest = spell.ended
    return Window(place_of(earliest), None if latest >= _END_OF_TIME else place_of(latest + 1))


def places_in(strands: Iterable[Strand]) -> list[float]:
    """All places that are known, of events and of ends."""
    windows: list[Window] = []
    for strand in strands:
        windows.extend(map(window_of, strand.entries))
        ends = map(end_of_spell, strand.spells)
        windows.extend(window for window in ends if window is not None)
    return [place for window in windows for place in window if place is not None]
