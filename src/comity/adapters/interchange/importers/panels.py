"""Panels: which missions the years of a table tell, ordered by direction and year.

A panel can come in any order and be longer than the memory, so its rows wait in a file on the disk
that is gone afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from comity.adapters.interchange.importers.scratch import Scratch
from comity.domain.parties import successor

_TABLE = """
CREATE TABLE wave (
    direction TEXT, year INTEGER, code TEXT, sender TEXT, host TEXT, named TEXT,
    line INTEGER, rows INTEGER
)
"""
_ADD = "INSERT INTO wave VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_ORDERED = "SELECT * FROM wave ORDER BY direction, year, line"
_LISTED = "SELECT DISTINCT year, host, direction FROM wave WHERE code <> ''"


class Wave(NamedTuple):
    """What a year tells of the mission of a sender at a host.

    `code` is what the table says of it, empty if there is none. `named` is how the row itself
    names the two, and `rows` are the rows that are accounted for with it.
    """

    year: int
    code: str
    sender: str
    host: str
    named: str
    line: int
    rows: int


class Conflict(NamedTuple):
    """A year of which rows of the same names tell different things."""

    waves: tuple[Wave, ...]


class Panel(Scratch):
    """The waves of a table, which are added in any order and read in that of their directions."""

    def __init__(self) -> None:
        super().__init__(_TABLE, _ADD)

    def take(self, wave: Wave) -> None:
        """Take one more wave."""
        direction = f"{successor(wave.sender)}>{successor(wave.host)}"
        self.add((direction, *wave))

    def directions(self) -> Iterator[list[Wave | Conflict]]:
        """For each direction its waves, one a year, in order of the years.

        A direction is between the newest states that continue the two, whatever they were called.
        """
        ordered = map(_read, self.rows(_ORDERED))
        for _, of_one in groupby(ordered, key=itemgetter(0)):
            waves = [wave for _, wave in of_one]
            yield [_agreed(list(same)) for _, same in groupby(waves, key=itemgetter(0))]

    def hosts_listed(self, least: int) -> dict[str, set[int]]:
        """By host, the years in which the table lists at least so many missions there."""
        counted: dict[tuple[str, int], int] = {}
        for year, host, _ in self.rows(_LISTED):
            place = successor(host), year
            counted[place] = counted.get(place, 0) + 1
        listed: dict[str, set[int]] = {}
        for (host, year), missions in counted.items():
            if missions >= least:
                listed.setdefault(host, set()).add(year)
        return listed


def _read(row: tuple[str, int, str, str, str, str, int, int]) -> tuple[str, Wave]:
    return row[0], Wave(*row[1:])


def _agreed(same: list[Wave]) -> Wave | Conflict:
    """The wave that the rows of one year tell together.

    A direction can be told under two names in the year in which one state follows another; then a
    mission under either is one.
    """
    by_name: dict[str, set[str]] = {}
    for wave in same:
        by_name.setdefault(wave.named, set()).add(wave.code)
    if any(len(codes) > 1 for codes in by_name.values()):
        return Conflict(tuple(same))
    first = next((wave for wave in reversed(same) if wave.code), same[-1])
    return first._replace(line=same[0].line, rows=sum(wave.rows for wave in same))
