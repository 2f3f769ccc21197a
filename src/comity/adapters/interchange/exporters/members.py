"""The members of a panel: states under one code through time, with their days and their numbers.

A state and what it continues are one member: the Soviet Union is RUS, as on its timelines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from comity.domain.parties import (
    CONTINUATIONS,
    STATE_CODES,
    cached_by_party,
    existence,
    lifetimes,
    lineage,
    standing_names,
)
from comity.domain.parties.directory import PartyInfo, find_parties
from comity.domain.time.dates import Bounds

_EVER = (Bounds(date.min, date.max),)
_UNITED = date(1990, 10, 3)
"""The Correlates of War count Germany anew (255) from this day; it was 260 before."""


class Numbers(NamedTuple):
    """A state's numbers of the Correlates of War and of Gleditsch and Ward; None if it has none."""

    cow: int | None = None
    gw: int | None = None


@cached_by_party
def members() -> tuple[str, ...]:
    """The members of the system of states: those with a number in one of the two lists, by code."""
    numbered = (info.code for info in _table().values() if info.cow or info.gw)
    return tuple(sorted({name for code in numbered for name in standing_names(code)}))


def is_state(code: str) -> bool:
    """Whether it is the code of a state or territory, and not of an organisation."""
    return code in STATE_CODES


@cached_by_party
def days_of(code: str) -> tuple[Bounds, ...]:
    """The periods in which a member existed, under whatever name; ever, if that is not known.

    Of a state whose later events another continues, those before: of YUG, up to 26 April 1992.
    """
    periods = lifetimes(code) or _EVER
    ends = [step.since for step in CONTINUATIONS if step.predecessor == code]
    if end := max((day for day in ends if day > date.min), default=None):
        periods = tuple(
            Bounds(p.earliest, min(p.latest, date.fromordinal(end.toordinal() - 1)))
            for p in periods
            if p.earliest < end
        )
    return periods


@cached_by_party
def shared_days(one: str, other: str) -> tuple[Bounds, ...]:
    """The periods in which both of two members existed, in order."""
    shared = (
        Bounds(max(own.earliest, their.earliest), min(own.latest, their.latest))
        for own in days_of(one)
        for their in days_of(other)
    )
    return tuple(sorted(days for days in shared if days.earliest <= days.latest))


def within(shared: Sequence[Bounds], first: date, last: date) -> tuple[int, date] | None:
    """How many of the days are shared, and the last of these; None if none is."""
    count, at = 0, first
    for days in shared:
        since, until = max(days.earliest, first), min(days.latest, last)
        if since <= until:
            count += until.toordinal() - since.toordinal() + 1
            at = max(at, until)
    return (count, at) if count else None


@cached_by_party
def numbers_of(code: str, on: date) -> Numbers:
    """The numbers of a member on a day: those of the state that it was then."""
    for former in lineage(code):
        if former.since <= on <= former.until and any(
            period.earliest <= on <= period.latest for period in existence(former.code)
        ):
            return _numbers(_table().get(former.code), on)
    return _numbers(_table().get(code), on)


def _numbers(info: PartyInfo | None, on: date) -> Numbers:
    if info is None:
        return Numbers()
    cow = info.cow
    if info.code == "DEU":
        cow = tuple(number for number in cow if (number == 255) == (on >= _UNITED))
    return Numbers(cow[0] if cow else None, info.gw[0] if info.gw else None)


@cached_by_party
def _table() -> dict[str, PartyInfo]:
    return {info.code: info for info in find_parties()}
