"""A section of a page."""

from __future__ import annotations

from typing import NamedTuple


class Section(NamedTuple):
    """A title and lines, each with a label; an empty one is not shown."""

    title: str
    lines: tuple[tuple[str, str], ...]
