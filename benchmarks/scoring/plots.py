"""Plots of the curves, as small SVG files; matplotlib is part of the extra `bench`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.scoring.board import Curve

_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text, which is small and can be searched
    "svg.hashsalt": "comity",  # the same curve gives the same file
    "font.size": 9,
}


def plot(curve: Curve, path: Path) -> Path:
    """Draw a curve with logarithmic axes."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(6, 3.6), layout="constrained")
        axes = figure.subplots()
        for name, points in curve.points.items():
            axes.plot(*zip(*sorted(points), strict=True), marker="o", markersize=3, label=name)
        axes.set(xscale="log", yscale="log", xlabel="events", ylabel=curve.unit, title=curve.title)
        axes.minorticks_off()  # each would be an element of the file
        axes.grid(visible=True, which="major", linewidth=0.3)
        axes.legend(fontsize=7)
        figure.savefig(path, metadata={"Date": None})
    return path
