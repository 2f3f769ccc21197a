"""The parties of numbers: which state a Correlates of War or Gleditsch–Ward number means, and when.

A number stays with a state through changes that make another party of it here: 365 is RUS, then
SUN, then RUS again; 255 is XDR until 1945 and DEU from 1990; 345 is SRB, YUG, SCG and SRB.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Literal

from comity.domain.errors import UnknownParty
from comity.domain.parties.continuity import existence
from comity.domain.parties.table import memberships, rows
from comity.domain.time.dates import Bounds, span

NumberSystem = Literal["cow", "gw"]
"""The Correlates of War state system, or that of Gleditsch and Ward."""

_NAMES = {"cow": "Correlates of War", "gw": "Gleditsch–Ward"}


def codes_of_number(system: NumberSystem, number: int) -> tuple[str, ...]:
    """The codes of all parties that have had the number, by code; none for an unknown number."""
    return _by_number(system).get(number, ())


def membership(system: NumberSystem, number: int, code: str) -> Iterator[Bounds]:
    """The periods in which a party was a member of a system of states under one of its numbers.

    They are those of the system's own list. Of a number that several parties have had, it is only
    those in which this party existed. None is before 1816, when both lists begin.
    """
    existed = [_since_1816(period) for period in existence(code)]
    listed = _listed(system).get(number)
    if listed is None:
        yield from (period for period in existed if period.earliest <= period.latest)
    elif len(codes_of_number(system, number)) == 1:
        yield from listed
    else:
        for member in listed:
            for own in existed:
                both = Bounds(max(own.earliest, member.earliest), min(own.latest, member.latest))
                if both.earliest <= both.latest:
                    yield both


def _since_1816(period: Bounds) -> Bounds:
    return Bounds(max(period.earliest, memberships.FIRST_DAY), period.latest)


@lru_cache(maxsize=2)
def _listed(system: NumberSystem) -> dict[int, list[Bounds]]:
    """The periods of the system's list, by number, where they differ from the table of parties."""
    lines = (memberships.COW if system == "cow" else memberships.GW).strip().splitlines()
    numbered = (line.split() for line in lines)
    return {int(number): [_since_1816(span(p)) for p in own] for number, *own in numbered}


def code_of_number(system: NumberSystem, number: int, within: Bounds) -> str:
    """The code of the party that has the number in the days `within`.

    Of several parties it is the one that existed longest in those days; if none of them existed
    then, the one that was nearest to them. Raises `UnknownParty` for an unknown number.
    """
    codes = codes_of_number(system, number)
    if not codes:
        raise UnknownParty(str(number), f"no state of the table has this {_NAMES[system]} number")
    return codes[0] if len(codes) == 1 else _code(system, number, within)


@lru_cache(maxsize=4096)
def _code(system: NumberSystem, number: int, within: Bounds) -> str:
    codes = codes_of_number(system, number)
    return max(codes, key=lambda code: (_days_shared(code, within), -_distance(code, within)))


def _days_shared(code: str, within: Bounds) -> int:
    return sum(
        max(0, (min(p.latest, within.latest) - max(p.earliest, within.earliest)).days + 1)
        for p in existence(code)
    )


def _distance(code: str, within: Bounds) -> int:
    """The days between those asked about and the nearest on which the party existed."""
    return min(
        (
            max(0, (p.earliest - within.latest).days, (within.earliest - p.latest).days)
            for p in existence(code)
        ),
        default=(date.max - date.min).days,
    )


@lru_cache(maxsize=2)
def _by_number(system: NumberSystem) -> dict[int, tuple[str, ...]]:
    known: dict[int, list[str]] = {}
    for code, row in rows().items():
        for number in row.cow if system == "cow" else row.gw:
            known.setdefault(number, []).append(code)
    return {number: tuple(sorted(codes)) for number, codes in known.items()}
