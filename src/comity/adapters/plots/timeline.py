"""The picture of a timeline: lanes of events and spells, over an axis of days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import inf
from typing import TYPE_CHECKING

from matplotlib.patches import Patch

from comity.adapters.interchange.exporters.sentences import all_of, the, the_first
from comity.adapters.plots.days import days_of
from comity.adapters.plots.lane_drawing import HATCH, draw_lane
from comity.adapters.plots.lanes import Crowding, Lane, lanes_of
from comity.adapters.plots.page import AXIS, Axes, Box, Page, put_ticks, sample
from comity.adapters.plots.picture import SIZE, Picture, Size
from comity.adapters.plots.spells import Strand, strands_of
from comity.adapters.plots.style import FAINT, INK, LINE, MARGIN, PAPER, POINTS, RULE, SMALL
from comity.adapters.plots.windows import places_in, window_of
from comity.domain.parties import successor
from comity.domain.selection import Entry

if TYPE_CHECKING:
    from matplotlib.artist import Artist

_WIDE, _LOWEST, _HIGHEST = 9.0, 4.0, 12.0
"""The width, and the bounds of the height, in inches, where no size is told."""
_AROUND = 110.0
"""Points that title, axis and key take."""
_WIDEST_NAME = 118.0
_COUNTED = (
    "Where there are too many events for a mark each, bars say how many there are; "
    "the number is that of the highest bar."
)


def timeline(
    entries: Iterable[Entry], *, parties: Sequence[str] = (), size: Size | None = None
) -> Picture:
    """The picture; the parameters are those of `comity.plot.timeline`."""
    told = tuple(entries)
    strands = strands_of(told)
    page = Page(size or _size(strands), _title(told, parties), _subtitle(told))
    if not told:
        return page.say_nothing(all_of(map(the, parties)) if parties else "them")
    names = _name_wide(page.room.wide)
    days = days_of(places_in(strands), page.room.wide - names)
    lanes = lanes_of(strands, days, page.room.high - AXIS, names - 8)
    page.key(_key(list(_marked(lanes))))
    lanes = lanes_of(strands, days, page.room.high - AXIS, names - 8)
    if any(lane.crowding is Crowding.COUNTS for lane in lanes):
        page.note(_COUNTED)
        lanes = lanes_of(strands, days, page.room.high - AXIS, names - 8)
    left, bottom, right, top = page.room
    box = Box(left + names, bottom + AXIS, right, top)
    axes = page.axes(box)
    axes.set_xlim(0, days.points)
    axes.set_ylim(-box.high, 0)
    ticks = days.ticks()
    put_ticks(axes, "x", [days.x(tick.at) for tick in ticks], [tick.word for tick in ticks])
    _draw(page, axes, box, lanes)
    return page.picture


def _size(strands: Sequence[Strand]) -> Size:
    """As high as all labels need, within what a screen or a sheet of paper shows."""
    if not strands:
        return SIZE
    wide = _WIDE * POINTS - 2 * MARGIN
    names = _name_wide(wide)
    lanes = lanes_of(strands, days_of(places_in(strands), wide - names), inf, names - 8)
    needed = (sum(lane.high for lane in lanes) + _AROUND) / POINTS
    return _WIDE, round(min(max(needed, _LOWEST), _HIGHEST), 2)


def _name_wide(wide: float) -> float:
    """The points that the names of lanes take, of the width of a page."""
    return min(_WIDEST_NAME, wide * 0.28)


def _draw(page: Page, axes: Axes, box: Box, lanes: Sequence[Lane]) -> None:
    """The lanes, one below the other, with their names to the left."""
    shrink = min(1.0, box.high / sum(lane.high for lane in lanes))
    top = 0.0
    for lane in lanes:
        high = lane.high * shrink
        _write_name(page, lane, box, top, high)
        draw_lane(axes, lane, top, high)
        top -= high
        axes.axhline(top, color=RULE, lw=0.8, zorder=0)


def _write_name(page: Page, lane: Lane, box: Box, top: float, high: float) -> None:
    lines = max(1, int(high // (SMALL * LINE)))
    at = box.top + top - 2
    for line in lane.name_lines(lines):
        at -= SMALL * LINE
        page.text(page.room.left, at, line, weight="bold", va="bottom")


def _title(entries: Sequence[Entry], parties: Sequence[str]) -> str:
    codes = list(parties) or _shared(entries)
    return all_of([the_first(codes[0]), *map(the, codes[1:])]) if codes else "Timeline"


def _shared(entries: Sequence[Entry]) -> list[str]:
    """The parties that all entries share, under their newest names; else those of most."""
    told = Counter(code for e in entries for code in set(map(successor, e.event.parties)))
    shared = sorted(code for code, times in told.items() if times == len(entries))
    return shared or sorted(code for code, _ in told.most_common(3))


def _subtitle(entries: Sequence[Entry]) -> str:
    if not entries:
        return ""
    count = f"{len(entries):,} event{'' if len(entries) == 1 else 's'}"
    places = [place for entry in entries for place in window_of(entry) if place is not None]
    if not places:
        return f"{count}, of unknown date"
    first, last = (date.fromordinal(int(p)).year for p in (min(places), max(places) - 0.5))
    return f"{count}, {first:04d}" if first == last else f"{count}, {first:04d} to {last:04d}"


def _marked(lanes: Iterable[Lane]) -> Iterator[Strand]:
    """The strands of which each event has a mark."""
    for lane in lanes:
        if lane.crowding is not Crowding.COUNTS:
            yield from (thread.strand for thread in lane.threads)


def _key(strands: Sequence[Strand]) -> Iterator[tuple[Artist, str]]:
    """Samples of what can be seen."""
    entries = [entry for strand in strands for entry in strand.entries]
    windows = [window_of(entry) for entry in entries]
    spells = [spell for strand in strands for spell in strand.spells]
    if any(window.is_day for window in windows):
        yield sample(marker="o", ms=5, color=FAINT, ls=""), "on this day"
    if spells:
        yield Patch(facecolor=RULE, edgecolor=FAINT), "lasted"
    if any(spell.paused for spell in spells):
        yield Patch(facecolor=PAPER, edgecolor=FAINT, ls=":"), "suspended or denounced"
    if not all(window.is_day for window in windows):
        yield Patch(facecolor=PAPER, edgecolor=FAINT, hatch=HATCH), "some time within"
    if any(spell.ended is None for spell in spells) or any(None in window for window in windows):
        yield sample(marker=">", ms=5, color=FAINT, ls=""), "no end, or beginning, is known"
    if any(len(entry.accounts) > 1 for entry in entries):
        yield sample(marker="o", ms=8, mfc="none", mec=INK, ls=""), "told by several accounts"
