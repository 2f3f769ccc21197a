"""The page of a picture: its title above, its notes and the key below, and room between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from comity.adapters.plots.picture import SMALLEST, Picture, Size
from comity.adapters.plots.style import (
    FAINT,
    INK,
    LINE,
    MARGIN,
    NORMAL,
    POINTS,
    RULE,
    SMALL,
    TITLE,
)
from comity.adapters.plots.words import drawable, font, width, wrapped

Axes: TypeAlias = Any
"""`matplotlib.axes.Axes`: matplotlib tells no types of its keyword arguments."""
_KEY_LINE = SMALL * 1.7
"""Height of a line of the key."""
_HANDLE = 34.0
"""Points that the sample of an entry of the key takes, with the space around it."""


class Box(NamedTuple):
    """A rectangle in points, from the lower left corner of the figure."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def wide(self) -> float:
        """Its width."""
        return self.right - self.left

    @property
    def high(self) -> float:
        """Its height."""
        return self.top - self.bottom


class Page:
    """A picture with a title; `room` is what is left between title, notes and key."""

    def __init__(
        self, size: Size, title: str, subtitle: str = "", *, lowest: float = SMALLEST[1]
    ) -> None:
        self.picture = Picture(size, lowest)
        wide, high = (float(side) * POINTS for side in self.picture.get_size_inches())
        self._wide, self._high = wide, high
        top = high - MARGIN
        across = wide - 2 * MARGIN
        for line in wrapped(drawable(title), across, 2, TITLE, "bold"):
            top -= TITLE * LINE
            self.text(MARGIN, top, line, size=TITLE, weight="bold", va="bottom")
        for line in wrapped(drawable(subtitle), across, 2, NORMAL):
            top -= NORMAL * LINE
            self.text(MARGIN, top, line, size=NORMAL, color=FAINT, va="bottom")
        self.room = Box(MARGIN, MARGIN, wide - MARGIN, top - 6)

    def text(
        self, left: float, bottom: float, text: str, *, size: float = SMALL,
        weight: str = "normal", color: str = INK, **how: Any,
    ) -> None:  # fmt: skip
        """Text at a place in points; it is drawn as it is, never as mathematics."""
        picture: Any = self.picture
        picture.text(
            left / self._wide, bottom / self._high, text, fontproperties=font(size, weight),
            color=color, parse_math=False, **how,
        )  # fmt: skip

    def axes(self, box: Box) -> Axes:
        """Axes in a rectangle, without a frame."""
        picture: Any = self.picture
        axes: Axes = picture.add_axes(
            (box.left / self._wide, box.bottom / self._high, box.wide / self._wide,
             box.high / self._high)
        )  # fmt: skip
        axes.set_facecolor("none")
        axes.spines[:].set_visible(False)
        axes.set_xticks([])
        axes.set_yticks([])
        return axes

    def note(self, text: str) -> None:
        """A note at the bottom, of at most two lines, above the notes and keys so far."""
        left, bottom, right, top = self.room
        for line in reversed(wrapped(drawable(text), right - left, 2, SMALL)):
            self.text(left, bottom, line, color=FAINT, va="bottom")
            bottom += SMALL * LINE
        self.room = Box(left, bottom + 2, right, top)

    def key(self, samples: Iterable[tuple[Artist, str]]) -> None:
        """What shapes and colours mean, at the bottom, in as many columns as fit."""
        told = list(samples)
        if not told:
            return
        left, bottom, right, top = self.room
        widest = max(width(text, SMALL) for _, text in told) + _HANDLE + 12
        columns = max(1, min(len(told), int((right - left) // widest)))
        lines = -(-len(told) // columns)
        high = lines * _KEY_LINE + 2
        picture: Any = self.picture
        legend = picture.legend(
            [sample for sample, _ in told], [text for _, text in told], ncols=columns,
            loc="lower left", bbox_to_anchor=(left / self._wide, bottom / self._high),
            frameon=False, prop=font(SMALL), borderpad=0, borderaxespad=0, handlelength=2.4,
            handletextpad=0.6, columnspacing=1.2, labelspacing=0.5, labelcolor=INK,
        )  # fmt: skip
        for text in legend.get_texts():
            text.set_parse_math(False)
        self.room = Box(left, bottom + high, right, top)

    def say_nothing(self, of: str) -> Picture:
        """The picture of an empty answer."""
        left, bottom, right, top = self.room
        lines = wrapped(drawable(f"Nothing recorded of {of}."), (right - left) * 0.8, 4, TITLE)
        at = (top + bottom) / 2 + len(lines) * TITLE * LINE / 2
        for line in lines:
            at -= TITLE * LINE
            self.text((left + right) / 2, at, line, size=TITLE, color=FAINT, ha="center")
        return self.picture


def sample(**how: Any) -> Line2D:
    """A sample for the key: a line or a mark."""
    return Line2D([], [], **how)


AXIS = SMALL * LINE + 9
"""The height of the words below an axis, in points."""


def put_ticks(
    axes: Axes, which: str, places: Sequence[float], words: Sequence[str], *, ruled: bool = True
) -> None:
    """Ticks with words, and lines across; none of the words is read as mathematics."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_ticks(list(places), list(words))
    for label in axis.get_ticklabels():
        label.set_fontproperties(font(SMALL))
        label.set_parse_math(False)
        label.set_color(INK)
    axis.set_tick_params(length=0, pad=7 if which == "x" else 3)
    if not ruled:
        return
    if which == "x":
        axes.vlines(
            places, 0, 1, transform=axes.get_xaxis_transform(), colors=RULE, lw=0.6, zorder=0
        )
    else:
        axes.hlines(
            places, 0, 1, transform=axes.get_yaxis_transform(), colors=RULE, lw=0.6, zorder=0
        )
