"""A section of a page, and what its lines tell of."""

from __future__ import annotations

from typing import NamedTuple

Line = tuple[str, str]
"""A label and a text."""


class Section(NamedTuple):
    """A title, and lines of a label and a text. A section without lines is not written."""

    title: str
    lines: tuple[Line, ...]


class Recognition(NamedTuple):
    """The recognition of one party by another: `recogniser → recognised`."""

    direction: str

    @property
    def by(self) -> str:
        """Who recognises."""
        return self.direction.partition(" → ")[0]

    @property
    def on(self) -> str:
        """Who is recognised, without the name of a government."""
        return self.direction.partition(" → ")[2].partition(" (")[0]


class Item(NamedTuple):
    """Lines that tell of one thing in the state, such as a mission; None for what is no event's."""

    of: object
    lines: tuple[Line, ...]


class Part(NamedTuple):
    """A section of the page by the things that it tells of."""

    title: str
    items: tuple[Item, ...]
