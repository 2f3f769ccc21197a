"""How every picture looks: colours that the colour-blind and a grey printer tell apart, and sizes.

The colours are those of Okabe and Ito, *Color Universal Design* (2008). No two things differ by
colour alone: there is also a hatching, a dash or a shape.
"""

from __future__ import annotations

INK, FAINT, RULE, PAPER = "#1a1a1a", "#595959", "#d0d0d0", "#ffffff"
"""Text, lesser text, lines behind the data, and the background."""
BLUE, SKY, GREEN = "#0072b2", "#56b4e9", "#009e73"
ORANGE, VERMILION, PURPLE = "#e69f00", "#d55e00", "#cc79a7"

SMALL, NORMAL, TITLE = 8.0, 8.5, 11.0
"""Sizes of text, in points; none is below 8."""
LINE = 1.35
"""The height of a line of text, in its size."""
POINTS = 72.0
"""Points in an inch."""
MARGIN = 9.0
"""Points between the edge of the figure and what is drawn."""

LANES = (BLUE, GREEN, VERMILION, PURPLE, ORANGE, SKY)
"""The colours of lanes, in turn; a lane has a name and a place, so its colour may come again."""
