"""Where everything on a timeline stands: lanes by area, and in each as many rows as it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from math import inf
from typing import NamedTuple

from comity.adapters.interchange.exporters.areas import AREAS, area_of
from comity.adapters.plots.days import Days
from comity.adapters.plots.labels import strand_label
from comity.adapters.plots.spells import Strand
from comity.adapters.plots.style import LANES, LINE, SMALL
from comity.adapters.plots.windows import Window, end_of_spell, window_of
from comity.adapters.plots.words import width, wrapped_with

_MOST_ROWS, _MOST_EVENTS = 48, 300
"""A lane with more than so many rows or events only counts its events."""
_MOST_LINES = 3
"""How many lines the name of a lane has at most."""
_PADDING = 6.0
_GAP = 5.0
MARK = 4.0
"""Half the width of the mark of an event, in points."""


class Crowding(IntEnum):
    """How much a lane shows, the most first."""

    LABELS = 0
    """Every event has its label, if the page is wide enough."""
    TIGHT = 1
    """Labels where there is room between events."""
    NARROW = 2
    """No labels."""
    COUNTS = 3
    """Only how many events there are."""


_ROW_HIGH = {
    Crowding.LABELS: 11.0, Crowding.TIGHT: 11.0, Crowding.NARROW: 5.0, Crowding.COUNTS: 30.0,
}  # fmt: skip
"""The height of a row, in points; a label needs 11."""
_ROOMY, _HIGHEST = 16.0, 48.0
"""The greatest height of a row, and of a lane that counts events."""


class Thread(NamedTuple):
    """A strand on the page: its label, and its ends in points from the left."""

    strand: Strand
    label: str
    left: float
    right: float


Packed = list[list[Thread]]


@dataclass
class Lane:
    """A lane: its threads, in rows, and how high it is."""

    name: str
    color: str
    threads: list[Thread]
    days: Days
    name_wide: float
    crowding: Crowding = Crowding.LABELS
    rows: Packed = field(default_factory=Packed)
    row_high: float = _ROW_HIGH[Crowding.LABELS]

    def pack(self, crowding: Crowding) -> None:
        """Put the threads into rows; if there are too many, the lane only counts events."""
        self.crowding, self.rows = crowding, []
        if self.count > _MOST_EVENTS:
            self.crowding = crowding = Crowding.COUNTS
        if crowding is not Crowding.COUNTS:
            ends = self._with_label if crowding is Crowding.LABELS else _own_ends
            self.rows = _packed(self.threads, ends)
            if len(self.rows) > _MOST_ROWS:
                self.crowding, self.rows = Crowding.COUNTS, []
        self.row_high = _ROW_HIGH[self.crowding]

    def spread(self, rows: int) -> None:
        """Put the threads into so many rows at most, as many of them as can with their labels."""
        packed = _packed(self.threads, self._with_label, rows)
        if len(packed) <= rows:
            self.rows = packed

    @property
    def high(self) -> float:
        """The height that it needs: of its rows, and of its name in a few lines."""
        name = len(self.name_lines(_MOST_LINES)) * SMALL * LINE
        return max((len(self.rows) or 1) * self.row_high, name) + _PADDING

    def name_lines(self, lines: int) -> list[str]:
        """Its name, in at most so many lines, and where it only counts, how many events it has."""
        count = f"({self.count:,})" if self.crowding is Crowding.COUNTS else ""
        return wrapped_with(
            self.name, count, self.name_wide, min(lines, _MOST_LINES), size=SMALL, weight="bold"
        )

    @property
    def count(self) -> int:
        """How many events it has."""
        return sum(len(thread.strand.entries) for thread in self.threads)

    def _with_label(self, thread: Thread) -> tuple[float, float]:
        needed = width(thread.label, SMALL) + 2 * MARK + 5
        if thread.left + needed <= self.days.points or thread.right < needed:
            return thread.left, max(thread.right, thread.left + needed)
        return min(thread.left, thread.right - needed), thread.right


def _own_ends(thread: Thread) -> tuple[float, float]:
    return thread.left, thread.right


def _packed(
    threads: Sequence[Thread], ends: Callable[[Thread], tuple[float, float]], most: int = 0
) -> Packed:
    """The threads in as few rows as they need, or in one more than is allowed.

    With `most` rows, those for which there is no row any more take only what is their own.
    """
    rows: Packed = []
    filled: list[float] = []
    for thread in sorted(threads, key=lambda each: (ends(each), each.label)):
        left, right = ends(thread)
        at = _first_free(filled, left)
        if most and at >= most:
            left, right = _own_ends(thread)
            at = _first_free(filled, left)
        if at == len(filled):
            if at > _MOST_ROWS or (most and at > most):
                break
            filled.append(right)
            rows.append([])
        filled[at] = right
        rows[at].append(thread)
    return sorted(rows, key=lambda row: min(thread.left for thread in row))


def _first_free(filled: Sequence[float], left: float) -> int:
    """The first row that is free from a place on; else the number of a new one."""
    return next((at for at, end in enumerate(filled) if end + _GAP <= left), len(filled))


def lanes_of(strands: Sequence[Strand], days: Days, high: float, name_wide: float) -> list[Lane]:
    """The lanes of a timeline in a room of a height in points, each with as much as fits."""
    by_area: dict[str, list[Thread]] = {}
    for strand in strands:
        by_area.setdefault(area_of(strand.entries[0].event), []).append(_thread(strand, days))
    lanes = [
        Lane(name, LANES[at % len(LANES)], by_area[name], days, name_wide)
        for at, name in enumerate(AREAS.values())
        if name in by_area
    ]
    for lane in lanes:
        lane.pack(Crowding.LABELS)
    _fit(lanes, high)
    return lanes


def _thread(strand: Strand, days: Days) -> Thread:
    windows = [*map(window_of, strand.entries)]
    lefts = [days.x(window.first) for window in windows]
    rights = [days.x(window.last, at_end=True) for window in windows]
    for spell in strand.spells:
        end = end_of_spell(spell) or Window(None, None)
        rights.append(days.x(end.last, at_end=True))
    return Thread(strand, strand_label(strand), min(lefts) - MARK, max(rights) + MARK)


def _relax(lane: Lane, high: float) -> None:
    """Crowd a lane no more than its room needs, once the others have theirs."""
    before = lane.crowding
    for crowding in Crowding:
        if crowding < before:
            lane.pack(crowding)
            if lane.crowding is crowding and lane.high <= high:
                return
    lane.pack(before)


def _fit(lanes: list[Lane], high: float) -> None:
    """Crowd lanes until all of them fit, the least crowded and highest first.

    What is left is shared among the rows that have room for labels.
    """
    while sum(lane.high for lane in lanes) > high:
        roomy = [lane for lane in lanes if lane.crowding is not Crowding.COUNTS]
        if not roomy:
            break
        lane = min(roomy, key=lambda lane: (lane.crowding, -lane.high))
        lane.pack(Crowding(lane.crowding + 1))
    for lane in sorted(lanes, key=lambda lane: lane.high):
        _relax(lane, high - sum(other.high for other in lanes if other is not lane))
    if high == inf:
        return
    for lane in lanes:
        if lane.crowding is Crowding.TIGHT:
            spare = high - sum(each.high for each in lanes)
            lane.spread(len(lane.rows) + int(spare // lane.row_high))
    rows = sum(len(lane.rows) or 1 for lane in lanes if lane.crowding is not Crowding.NARROW)
    spare = max(0.0, high - sum(lane.high for lane in lanes)) / max(rows, 1)
    for lane in lanes:
        if lane.crowding is not Crowding.NARROW:
            most = _HIGHEST if lane.crowding is Crowding.COUNTS else _ROOMY
            lane.row_high = min(most, lane.row_high + spare)
