"""The picture of tone: how many events of each quad class in each period, and their mean weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from comity.adapters.interchange.exporters.sentences import all_of, name_of, the
from comity.adapters.plots.days import days_of
from comity.adapters.plots.page import AXIS, Axes, Box, Page, put_ticks, sample
from comity.adapters.plots.picture import SIZE, Picture, Size
from comity.adapters.plots.style import (
    BLUE,
    INK,
    LINE,
    ORANGE,
    PAPER,
    SKY,
    SMALL,
    VERMILION,
)
from comity.adapters.plots.words import cut, drawable, width
from comity.domain.codelists.goldstein import QUAD_NAMES
from comity.domain.time.dates import span

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from comity.adapters.plots.days import Days
    from comity.projections.views.tone import PeriodTone, ToneReading

_LOOKS = ((SKY, ""), (BLUE, "////"), (ORANGE, "...."), (VERMILION, "xxxx"))
"""Colour and hatching of the quad classes, in their order."""
_MOST = 4
"""How many panels a picture has at most."""
_SCALE = 10
"""Goldstein weights run from -10 to 10."""
_HALVES = {"coded": "coded interactions", "recorded": "recorded events"}


class _Bar(NamedTuple):
    """A period: its first and last place, and its tone."""

    left: float
    right: float
    reading: ToneReading


class _Panel(NamedTuple):
    """The periods of one relationship, of coded or of recorded events.

    `untold` are the events of longer or unknown periods.
    """

    name: str
    bars: list[_Bar]
    untold: int


def tone(
    periods: Iterable[PeriodTone], *, parties: Sequence[str] = (), size: Size = SIZE
) -> Picture:
    """The picture; the parameters are those of `comity.plot.tone`."""
    rows = tuple(periods)
    codes = list(parties) or sorted({code for row in rows for code in row.relationship.split("-")})
    page = Page(size, _title(codes), "Events by quad class, and their mean Goldstein weight")
    panels = [panel for panel in _panels(rows) if panel.bars or panel.untold]
    if not panels:
        return page.say_nothing(f"the tone of {all_of(map(the, codes))}" if codes else "their tone")
    shown = [panel for panel in panels if panel.bars][: _most(page)]
    _put_notes(page, panels, shown)
    page.key(_key())
    if not shown:
        return page.picture
    numbers = max(width(f"{_total(p):,}", SMALL) for p in shown) + 6
    left, bottom, right, top = page.room
    box = Box(left + numbers, bottom + AXIS, right - width("-10", SMALL) - 6, top)
    days = days_of([place for p in shown for bar in p.bars for place in bar[:2]], box.wide)
    high = box.high / len(shown)
    for at, panel in enumerate(shown):
        above = box.top - at * high
        page.text(left, above - SMALL * LINE, cut(drawable(panel.name), right - left, SMALL),
                  weight="bold", va="bottom")  # fmt: skip
        own = Box(box.left, above - high + 7, box.right, above - SMALL * LINE - 5)
        _draw(page, own, panel, days, is_last=at == len(shown) - 1)
    return page.picture


def _title(codes: Sequence[str]) -> str:
    names = all_of(map(the, codes)) if codes and len(codes) <= 4 else ""
    return f"Tone: {names}" if names else "Tone"


def _panels(rows: Sequence[PeriodTone]) -> Iterator[_Panel]:
    """A panel for each relationship and half that has events."""
    for relationship in dict.fromkeys(row.relationship for row in rows):
        own = [row for row in rows if row.relationship == relationship]
        for half, words in _HALVES.items():
            readings = [
                (row.period, getattr(row, half)) for row in own if getattr(row, half).events
            ]
            names = " and ".join(map(name_of, relationship.split("-")))
            yield _panel(f"{names}: {words}", readings)


def _panel(name: str, readings: Sequence[tuple[str, ToneReading]]) -> _Panel:
    """The periods of the length that most have; what fell in longer ones is only counted."""
    lengths = [_length(period) for period, _ in readings if period]
    usual = max(sorted(set(lengths)), key=lengths.count, default=0)
    bars = [
        _Bar(span(period)[0].toordinal(), span(period)[1].toordinal() + 1, reading)
        for period, reading in readings
        if period and _length(period) == usual
    ]
    told = sum(bar.reading.events for bar in bars)
    return _Panel(name, bars, sum(reading.events for _, reading in readings) - told)


def _length(period: str) -> int:
    """Which kind of period it is, by its usual number of months."""
    first, last = span(period)
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _most(page: Page) -> int:
    return max(1, min(_MOST, int(page.room.high // 85)))


def _total(panel: _Panel) -> int:
    return max((sum(bar.reading.by_quad_class.values()) for bar in panel.bars), default=0)


def _put_notes(page: Page, panels: Sequence[_Panel], shown: Sequence[_Panel]) -> None:
    untold = sum(panel.untold for panel in shown or panels)
    if untold:
        page.note(f"Of longer or unknown periods, and so not shown: {untold:,} events.")
    left_out = len(panels) - len(shown)
    if left_out and shown:
        page.note(f"Not shown: {left_out} more relationships or kinds of events.")


def _key() -> Iterator[tuple[Artist, str]]:
    for name, (color, hatch) in zip(QUAD_NAMES.values(), _LOOKS, strict=True):
        yield Patch(facecolor=color, edgecolor=PAPER, hatch=hatch, lw=0.5), name
    yield sample(color=INK, lw=1.2, marker="D", ms=3.5), "mean Goldstein weight (right)"


def _draw(page: Page, box: Box, panel: _Panel, days: Days, *, is_last: bool) -> None:
    axes = page.axes(box)
    axes.set_xlim(0, days.points)
    _draw_bars(axes, panel, days)
    places = MaxNLocator(max(2, int(box.high // 28)), integer=True).tick_values(
        0, _total(panel) or 1
    )
    places = [place for place in places if place >= 0]
    axes.set_ylim(0, max(*places, _total(panel)))
    put_ticks(axes, "y", places, [f"{place:,.0f}" for place in places])
    ticks = days.ticks() if is_last else []
    put_ticks(axes, "x", [days.x(tick.at) for tick in ticks], [tick.word for tick in ticks])
    axes.axhline(0, color=INK, lw=0.8)
    weights = page.axes(box)
    weights.set_xlim(0, days.points)
    weights.set_ylim(-_SCALE - 1, _SCALE + 1)
    weights.yaxis.tick_right()
    _draw_weights(weights, panel, days)


def _draw_bars(axes: Axes, panel: _Panel, days: Days) -> None:
    """Bars upon each other; where they are thin, without hatching and gaps."""
    middles = [(days.x(bar.left) + days.x(bar.right)) / 2 for bar in panel.bars]
    wides = [max(days.x(bar.right) - days.x(bar.left), 1.0) for bar in panel.bars]
    is_thin = min(wides) < 5
    bottoms = [0.0] * len(panel.bars)
    for name, (color, hatch) in zip(QUAD_NAMES.values(), _LOOKS, strict=True):
        counts = [bar.reading.by_quad_class.get(name, 0) for bar in panel.bars]
        axes.bar(
            middles,
            counts,
            [wide * 0.88 for wide in wides],
            bottoms,
            color=color,
            edgecolor=PAPER,
            lw=0 if is_thin else 0.5,
            hatch="" if is_thin else hatch,
        )
        bottoms = [bottom + count for bottom, count in zip(bottoms, counts, strict=True)]


def _draw_weights(axes: Axes, panel: _Panel, days: Days) -> None:
    """The mean of each period; a line joins those of periods that follow each other."""
    xs: list[float] = []
    ys: list[float] = []
    for before, bar in pairwise([None, *panel.bars]):
        assert bar is not None
        if before is not None and before.right != bar.left:
            xs.append(nan)
            ys.append(nan)
        mean = bar.reading.mean_goldstein
        xs.append((days.x(bar.left) + days.x(bar.right)) / 2)
        ys.append(nan if mean is None else float(mean))
    axes.plot(xs, ys, c=PAPER, lw=3, zorder=3)
    axes.plot(xs, ys, c=INK, lw=1.2, marker="D", ms=3, mfc=INK, mec=PAPER, mew=0.5, zorder=4)
    put_ticks(axes, "y", (-_SCALE, 0, _SCALE), (f"-{_SCALE}", "0", f"{_SCALE}"), ruled=False)
