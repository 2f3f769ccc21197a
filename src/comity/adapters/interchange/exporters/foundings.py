"""What has anniversaries, and the years in which it has them: for calendars, which repeat a day.

`TimelineEngine.anniversaries` lists the same days one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds
from comity.projections.sections.agreements import AGREEMENTS
from comity.projections.sections.anniversaries import ANNIVERSARIES, falls
from comity.projections.sections.deals import DEALS
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.relations import RELATIONS
from comity.projections.sections.section import WorkingState
from comity.projections.views.anniversaries import SPELLS, Spell, spells_of


class Years(Struct, frozen=True):
    """The years from `first` to `last` in which an anniversary falls; `last` is None for ever."""

    first: int
    last: int | None = None


class Founding(Struct, frozen=True):
    """What was founded on `founded` (EDTF) by `event`, and the `years` of its anniversaries.

    `of` is `relations`, or the id of an agreement, a meeting or a deal; `title` is an agreement's.
    `number` counts the foundings of one thing, from 1: relations can be established again.
    """

    relationship: str
    of: str
    founded: str
    event: str
    number: int
    years: tuple[Years, ...]
    title: str = ""

    def days(self, year: int) -> Bounds:
        """The first and the last day on which the anniversary can fall in a year."""
        return bounds(falls(self.founded, year))


class FoundingsProjection(SectionsProjection[tuple[Founding, ...]]):
    """A relationship's foundings that have anniversaries."""

    name = "foundings"
    sections = (RELATIONS, AGREEMENTS, DEALS, ANNIVERSARIES, SPELLS)

    def finish(self, state: WorkingState, on: date) -> tuple[Founding, ...]:
        """The foundings, in order of what they are of and of time."""
        spells: dict[tuple[str, str], list[Spell]] = {}
        for of, spell in spells_of(state):
            spells.setdefault((of, spell.event), []).append(spell)
        foundings: list[Founding] = []
        numbers: dict[str, int] = {}
        for (of, event), several in spells.items():
            numbers[of] = numbers.get(of, 0) + 1
            founded = several[0].founded
            years = tuple(_years(founded, _merged(several, state.last_day)))
            if years:
                title = _title(state, of)
                founding = Founding(
                    state.relationship, of, founded, event, numbers[of], years, title
                )
                foundings.append(founding)
        return tuple(sorted(foundings, key=lambda each: (each.of, each.number)))


def _title(state: WorkingState, of: str) -> str:
    agreements = AGREEMENTS.of(state)
    agreement = agreements.agreements.get(folded(of)) if agreements else None
    return agreement.title if agreement else ""


def _merged(spells: Iterable[Spell], last: date) -> list[Bounds]:
    """The days of the spells up to `last`; those that follow each other at once are one."""
    merged: list[Bounds] = []
    for spell in spells:
        days = spell.within(Bounds(date.min, last))
        if days is None:
            continue
        if merged and days.earliest <= merged[-1].latest + timedelta(1):
            merged[-1] = Bounds(merged[-1].earliest, max(days.latest, merged[-1].latest))
        else:
            merged.append(days)
    return merged


def _years(founded: str, spells: Iterable[Bounds]) -> Iterator[Years]:
    """The years whose anniversary can fall within a spell; none if the year is not known."""
    earliest, latest = bounds(founded)
    if earliest.year != latest.year:
        return
    next_year = latest.year + 1
    for days in spells:
        first, last = max(days.earliest.year, next_year), days.latest.year
        while first <= last and bounds(falls(founded, first)).latest < days.earliest:
            first += 1
        while last >= first and bounds(falls(founded, last)).earliest > days.latest:
            last -= 1
        if first <= last:
            yield Years(first, None if days.latest == date.max else last)
            next_year = last + 1
