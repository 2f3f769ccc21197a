"""Draws a lane of a timeline: spells, events, and as many labels as have room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from comity.adapters.plots.lane_counts import draw_counts
from comity.adapters.plots.lanes import MARK, Crowding, Lane, Thread
from comity.adapters.plots.page import Axes
from comity.adapters.plots.spells import Spell
from comity.adapters.plots.style import INK, PAPER, SMALL
from comity.adapters.plots.windows import Window, end_of_spell, window_of
from comity.adapters.plots.words import cut, font, width

HATCH = "//////"
_THIN, _THICK = 0.3, 0.62
"""How much of a row a stretch takes: of an event, and of a spell."""
_BEHIND = {"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 0.4}
"""Keeps text readable on lines and hatchings."""
_BESIDE = 1.5
"""Points between a label and the mark or the bar that it stands beside."""
_SHORTEST = 64.0
"""A label is not cut shorter than this, in points."""
Span = tuple[float, float]


def draw_lane(axes: Axes, lane: Lane, top: float, high: float) -> None:
    """Draw a lane below `top`; both are in points, and so are the axes."""
    if lane.crowding is Crowding.COUNTS:
        draw_counts(axes, lane, top, high)
        return
    room = high / len(lane.rows)
    row_high = min(lane.row_high, (high - 2) / len(lane.rows))
    inset = max(0.0, min(room, row_high) * 0.5) + 2
    for at, row in enumerate(lane.rows):
        middle = top - inset - at * row_high
        drawing = _Row(axes, lane, middle, row_high)
        for thread in row:
            drawing.draw(thread)
        if lane.crowding <= Crowding.TIGHT and row_high >= SMALL * 1.3:
            drawing.write(row)


class _Row:
    """A row of a lane, and what is taken of it."""

    def __init__(self, axes: Axes, lane: Lane, middle: float, high: float) -> None:
        self.axes, self.lane, self.middle, self.high = axes, lane, middle, high
        self.marks: list[Span] = []
        self.hatched: list[Span] = []

    def draw(self, thread: Thread) -> None:
        """Draw the spells and the events of a thread."""
        days, told = self.lane.days, set[str]()
        for spell in thread.strand.spells:
            self._draw_spell(spell)
            told.add(spell.begun.event.id)
        before: float | None = None
        for entry in thread.strand.entries:
            window = window_of(entry)
            left, right = days.x(window.first), days.x(window.last, at_end=True)
            at = (left + right) / 2
            if before is not None and not thread.strand.spells and at - before > 2 * MARK:
                self.axes.plot([before, at], [self.middle] * 2, ls=":", lw=0.9, c=self.lane.color)
            before = at
            if window.is_day or right - left < MARK:
                self._draw_mark(at, is_disputed=len(entry.accounts) > 1)
                continue
            if entry.event.id not in told:
                self._stretch(left, right, _THIN, facecolor=PAPER, hatch=HATCH)
            self._draw_open_ends(window, left, right)
            if len(entry.accounts) > 1:
                self._draw_ring(at)

    def _draw_mark(self, at: float, *, is_disputed: bool) -> None:
        size = min(5.0, self.high * 0.75)
        self.axes.plot(
            [at], [self.middle], marker="o", ms=size, mfc=self.lane.color, mec=PAPER, mew=0.5,
            ls="", zorder=4, clip_on=False,
        )  # fmt: skip
        self.marks.append((at - MARK, at + MARK))
        if is_disputed:
            self._draw_ring(at)

    def _draw_ring(self, at: float) -> None:
        size = min(8.5, self.high)
        self.axes.plot(
            [at], [self.middle], marker="o", ms=size, mfc="none", mec=INK, mew=0.9, ls="",
            zorder=5, clip_on=False,
        )  # fmt: skip
        self.marks.append((at - MARK - 1, at + MARK + 1))

    def _draw_spell(self, spell: Spell) -> None:
        """Solid while it surely stood, hatched while it may have."""
        days = self.lane.days
        begun, ended = window_of(spell.begun), end_of_spell(spell)
        left, sure = days.x(begun.first), days.x(begun.last, at_end=True)
        if begun.is_day:
            left = sure = (left + sure) / 2
        unsure, right = (
            (days.points, days.points)
            if ended is None
            else (days.x(ended.first), days.x(ended.last, at_end=True))
        )
        if unsure > sure:
            self._stretch(sure, unsure, _THICK, is_paused=spell.paused)
            parts = [(left, sure), (unsure, right)]
        else:
            parts = [(left, right)]
        for start, end in parts:
            if end - start > 1.5:
                self._stretch(start, end, _THICK, facecolor=PAPER, hatch=HATCH)
        if ended is None or ended.last is None:
            self._draw_arrow(days.points - 3, ">")
        if begun.first is None:
            self._draw_arrow(3, "<")

    def _draw_open_ends(self, window: Window, left: float, right: float) -> None:
        if window.first is None:
            self._draw_arrow(left + 3, "<")
        if window.last is None:
            self._draw_arrow(right - 3, ">")

    def _draw_arrow(self, at: float, marker: str) -> None:
        size = min(5.5, self.high * 0.8)
        self.axes.plot(
            [at], [self.middle], marker=marker, ms=size, c=self.lane.color, ls="", zorder=4
        )
        self.marks.append((at - MARK, at + MARK))

    def _stretch(
        self, left: float, right: float, share: float, *, is_paused: bool = False,
        facecolor: str | tuple[float, ...] = "", hatch: str = "",
    ) -> None:  # fmt: skip
        high = self.high * share
        if hatch:
            self.hatched.append((left, right))
        face = facecolor or (PAPER if is_paused else _pale(self.lane.color))
        self.axes.add_patch(
            Rectangle(
                (left, self.middle - high / 2),
                right - left,
                high,
                facecolor=face,
                hatch=hatch,
                edgecolor=self.lane.color,
                lw=0.7,
                ls=":" if is_paused else "-",
                zorder=2,
            )
        )

    # Labels

    def write(self, row: Sequence[Thread]) -> None:
        """Write the labels that have room between what is in the row."""
        taken = list(self.marks)
        own: list[Span] = [(thread.left, thread.right) for thread in row]
        for at, thread in enumerate(row):
            others = [*taken, *own[:at], *own[at + 1 :]]
            spot = next(_free(thread, others, self.lane.days.points), None)
            text = cut(thread.label, spot.right - spot.left + 0.1, SMALL) if spot else ""
            if spot is None or not text:
                continue
            left, right = spot.taken_by(width(text, SMALL))
            self.axes.text(
                right if spot.ends_here else left, self.middle, text, fontproperties=font(SMALL),
                color=INK, va="center_baseline", ha="right" if spot.ends_here else "left",
                parse_math=False, zorder=6, bbox=self._behind(left, right),
            )  # fmt: skip
            taken.append((left - 3, right + 3))

    def _behind(self, left: float, right: float) -> dict[str, Any] | None:
        is_hatched = any(start < right and end > left for start, end in self.hatched)
        return dict(_BEHIND) if is_hatched else None


class _Spot(NamedTuple):
    """Room for a label, in points; one before its event ends at the right of its room."""

    left: float
    right: float
    ends_here: bool = False

    def taken_by(self, wide: float) -> Span:
        """What a text of a width takes of it."""
        if self.ends_here:
            return self.right - wide, self.right
        return self.left, self.left + wide


def _free(thread: Thread, others: list[Span], wide: float) -> Iterator[_Spot]:
    """Where a label can stand, the best first: at the beginning, after the end, before both.

    Where it has no room, it is cut.
    """
    left, right = thread.left, thread.right
    needed = width(thread.label, SMALL)
    first = left + 2 * MARK + 2
    starts = [first] if first + needed <= right else []
    starts.append(right + _BESIDE)
    starts += [end + 1 for end in sorted(e for s, e in others if left <= s and e <= right)]
    short: list[_Spot] = []
    for start in starts:
        limit = min((s for s, e in others if e > start), default=wide) - 1
        if start + needed <= min(limit, wide):
            yield _Spot(start, start + needed)
        short.append(_Spot(start, min(limit, wide - 1)))
    end = left - _BESIDE
    limit = max((e for s, e in others if s < end), default=0.0) + 1
    if limit <= end - needed:
        yield _Spot(end - needed, end, ends_here=True)
    short.append(_Spot(limit, end, ends_here=True))
    room = [spot for spot in short if spot.left >= 0 and spot.right - spot.left >= _SHORTEST]
    yield from sorted(room, key=lambda spot: spot.left - spot.right)


def _pale(color: str) -> tuple[float, ...]:
    """The colour, lighter, so that text can be read on it."""
    return tuple(1 - (1 - part) * 0.32 for part in to_rgb(color))
