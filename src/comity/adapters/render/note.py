"""A note: a document with a title, a few opening sentences, short lists, and footnotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from comity.adapters.interchange.exporters.sentences import citation, link_of
from comity.domain.phrases import after, joined
from comity.domain.values import Source


class Line(NamedTuple):
    """A line of a note: its text, what it is about, and its sources."""

    text: str
    key: tuple[str, str] = ("", "")
    sources: tuple[Source, ...] = ()


class NoteSection(NamedTuple):
    """A heading and lines; a section without lines is not written."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Note:
    """What a note says. `recorded` tells of each source on which day it came to be known."""

    title: str
    subtitle: str
    opening: tuple[Line, ...]
    sections: tuple[NoteSection, ...]
    recorded: dict[Source, str] = field(default_factory=dict[Source, str])


class Footnote(NamedTuple):
    """A footnote: what it says, and a safe address, if the source has one."""

    text: str
    link: str


class Footnotes:
    """The footnotes of a note, numbered from 1 as their sources come up; each source has one."""

    def __init__(self, note: Note) -> None:
        self._numbers: dict[Source, int] = {}
        self._recorded = note.recorded

    def numbers(self, sources: Iterable[Source]) -> list[int]:
        """The numbers of some sources, in order."""
        return [self._numbers.setdefault(s, len(self._numbers) + 1) for s in sources]

    def all(self) -> list[tuple[int, Footnote]]:
        """Every footnote that was cited, with its number."""
        return [(number, self._footnote(source)) for source, number in self._numbers.items()]

    def _footnote(self, source: Source) -> Footnote:
        link = link_of(source)
        recorded = after("recorded", self._recorded.get(source, ""))
        return Footnote(joined(citation(source), "" if link else source.url, recorded), link)
