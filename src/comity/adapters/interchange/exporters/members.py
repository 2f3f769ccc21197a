"""The members of a panel: states under one code through time, with their days and their numbers.

They are listed as members of the systems of the Correlates of War and of Gleditsch and Ward, which
is narrower than when they existed. A state and what it continues are one member: the Soviet Union
is RUS, as on its timelines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from comity.domain.parties import (
    CONTINUATIONS,
    STATE_CODES,
    NumberSystem,
    cached_by_party,
    lifetimes,
    lineage,
    membership,
    standing_names,
)
from comity.domain.parties.continuity import joined_periods
from comity.domain.parties.directory import PartyInfo, find_parties
from comity.domain.time.dates import Bounds

_EVER = (Bounds(date.min, date.max),)
_SYSTEMS: tuple[NumberSystem, ...] = ("cow", "gw")


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
    end = _end_of(code)
    return tuple(
        Bounds(p.earliest, min(p.latest, end))
        for p in lifetimes(code) or _EVER
        if p.earliest <= end
    )


def _end_of(code: str) -> date:
    """The last day of what is not continued by another; date.max if there is none."""
    ends = [step.since for step in CONTINUATIONS if step.predecessor == code]
    end = max(ends, default=date.min)
    return date.fromordinal(end.toordinal() - 1) if end > date.min else date.max


@cached_by_party
def member_days(code: str) -> tuple[Bounds, ...]:
    """The periods in which a state was a member of one of the two systems of states.

    Of a state or territory that has never been in either, those in which it existed.
    """
    found = sorted(days for system in _SYSTEMS for days, _ in _numbered_days(system, code))
    return tuple(joined_periods(found)) if found else days_of(code)


@cached_by_party
def shared_days(one: str, other: str) -> tuple[Bounds, ...]:
    """The periods in which both of two states were members, in order."""
    return _in_both(member_days(one), member_days(other))


@cached_by_party
def shared_lives(one: str, other: str) -> tuple[Bounds, ...]:
    """The periods in which both of two states existed, in order."""
    return _in_both(days_of(one), days_of(other))


def _in_both(some: Sequence[Bounds], others: Sequence[Bounds]) -> tuple[Bounds, ...]:
    shared = (
        Bounds(max(own.earliest, their.earliest), min(own.latest, their.latest))
        for own in some
        for their in others
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


def numbers_of(code: str, first: date, last: date) -> Numbers:
    """The last numbers that a state had as a member of the two systems, from one day to another."""
    return Numbers(*(_number(system, code, first, last) for system in _SYSTEMS))


def _number(system: NumberSystem, code: str, first: date, last: date) -> int | None:
    had = [
        (min(days.latest, last), number)
        for days, number in _numbered_days(system, code)
        if days.earliest <= last and first <= days.latest
    ]
    return max(had)[1] if had else None


@cached_by_party
def _numbered_days(system: NumberSystem, code: str) -> tuple[tuple[Bounds, int], ...]:
    """The periods in which a state was a member of a system, each with its number then."""
    end = _end_of(code)
    return tuple(
        (Bounds(max(days.earliest, former.since), min(days.latest, former.until, end)), number)
        for former in lineage(code)
        for number in _numbers_in(system, former.code)
        for days in membership(system, number, former.code)
        if days.earliest <= min(former.until, end) and former.since <= days.latest
    )


def _numbers_in(system: NumberSystem, code: str) -> tuple[int, ...]:
    info = _table().get(code)
    if info is None:
        return ()
    return info.cow if system == "cow" else info.gw


@cached_by_party
def _table() -> dict[str, PartyInfo]:
    return {info.code: info for info in find_parties()}
