"""A section of a page."""

from __future__ import annotations

from typing import NamedTuple


class Section(NamedTuple):
    """A title, and lines of a label and a text. A section without lines is not written."""

    title: str
    lines: tuple[tuple[str, str], ...]
