"""What can be asserted of a picture: no text is cut or overlaps another, and nothing warns.

Run as a module, it draws the pictures of the docs again: `python -m tests.pictures`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import comity
from comity.adapters.cli.dossier import dossier
from comity.adapters.plots.picture import Picture

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
"""Where the pictures of the docs are."""
_TOUCH = 0.6
"""Pixels by which two boxes may meet: a box is a little larger than its letters."""


class Written(NamedTuple):
    """A text on a picture, and the pixels that it takes."""

    text: str
    size: float
    box: Bbox


def texts(figure: Figure, dpi: float = 100) -> list[Written]:
    """All texts that can be seen, as they stand at a resolution."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.set_dpi(dpi)
        canvas: Any = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        return [
            Written(text.get_text(), float(text.get_fontsize()), text.get_window_extent(renderer))
            for text in _texts(figure)
        ]


def _texts(figure: Figure) -> Iterator[Text]:
    for found in figure.findobj(Text):
        assert isinstance(found, Text)
        if found.get_text().strip() and found.get_visible():
            yield found


def faults(figure: Figure, dpi: float = 100) -> list[str]:
    """What is wrong with the texts of a picture: too small, cut, or written over each other."""
    found = texts(figure, dpi)
    wide, high = (side * dpi for side in figure.get_size_inches())
    wrong = [f"{each.text!r} has {each.size} pt" for each in found if each.size < 8]
    for text, _, box in found:
        if box.x0 < 0 or box.y0 < 0 or box.x1 > wide or box.y1 > high:
            wrong.append(f"{text!r} leaves the picture: {box.extents} of {wide}×{high}")
    for one, other in combinations(found, 2):
        meet = Bbox.intersection(one.box, other.box)
        if meet is not None and meet.width > _TOUCH and meet.height > _TOUCH:
            wrong.append(
                f"{one.text!r} and {other.text!r} overlap by {meet.width:.1f}×{meet.height:.1f}"
            )
    return wrong


# The pictures of the docs


def of_the_docs() -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of each picture of the docs, drawn of the dossier."""
    on = "2023-06-20"
    with comity.open(":memory:") as engine:
        engine.extend(dossier())
        deal = next(deal for deal in engine.deals("PAK", "RUS") if deal.deal == "urals-pilot")
        figures = {
            "timeline": comity.plot.timeline(engine.timeline("PAK", "RUS")),
            "tone": comity.plot.tone(engine.tone("PAK", "RUS")),
            "missions": comity.plot.missions(engine.missions("PAK", "RUS", on=on), on=on),
            "network": comity.plot.network(engine.network(on=on)),
            "deal": comity.plot.deal(deal),
        }
    for name, figure in figures.items():
        assert isinstance(figure, Picture)
        yield f"{name}.svg", figure.written("svg")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, content in of_the_docs():
        (FOLDER / file).write_bytes(content)
