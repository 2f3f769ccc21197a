"""Draws a lane of a timeline that has too many events for a mark each: bars say how many."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from comity.adapters.plots.lanes import Lane
from comity.adapters.plots.page import Axes
from comity.adapters.plots.style import INK, LINE, SMALL
from comity.adapters.plots.windows import window_of
from comity.adapters.plots.words import font, width

_BIN = 4.0
"""Points to a bar."""
_LOWEST = 8.0
"""Points that the highest bar has at least where its number is above it."""


def draw_counts(axes: Axes, lane: Lane, top: float, high: float) -> None:
    """How many events there are: a bar for every few points."""
    counts = [0] * (int(lane.days.points // _BIN) + 1)
    for thread in lane.threads:
        for entry in thread.strand.entries:
            window = window_of(entry)
            left, right = lane.days.x(window.first), lane.days.x(window.last, at_end=True)
            counts[int((left + right) / 2 // _BIN)] += 1
    most = max(counts)
    highest = high - 4 - SMALL * LINE
    if highest < _LOWEST:
        highest = high - 4
    else:
        _write_most(axes, lane, counts, top)
    bars = [
        Rectangle((at * _BIN, top - high + 1), _BIN * 0.9, highest * count / most)
        for at, count in enumerate(counts)
        if count
    ]
    axes.add_collection(PatchCollection(bars, facecolor=lane.color, edgecolor="none"))


def _write_most(axes: Axes, lane: Lane, counts: Sequence[int], top: float) -> None:
    """The number of the highest bar, above it."""
    text = f"{max(counts):,}"
    half = width(text, SMALL) / 2
    at = (counts.index(max(counts)) + 0.45) * _BIN
    at = min(max(at, half), lane.days.points - half)
    axes.text(at, top - 2, text, fontproperties=font(SMALL), color=INK, va="top", ha="center",
              parse_math=False)  # fmt: skip
