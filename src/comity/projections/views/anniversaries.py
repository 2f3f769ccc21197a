"""Anniversaries in a period: of all that was founded, while it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from msgspec import Struct

from comity.domain.events import Event
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds
from comity.projections.sections.agreements import (
    AGREEMENTS,
    AnyAgreementEvent,
    ended_from,
    stands_after,
)
from comity.projections.sections.anniversaries import (
    ANNIVERSARIES,
    AnniversariesState,
    falling,
    lasting_establishment,
)
from comity.projections.sections.deals import DEALS
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.relations import RELATIONS
from comity.projections.sections.section import Section, WorkingState
from comity.projections.views.view import COMMON, Option, Table, View


class RelationshipAnniversary(Struct, frozen=True):
    """The anniversary of `of` on `falls`, which is as precise as the founding date.

    `founded` is the date of the founding `event`. `round` is True for 5, 10, 25 years and every
    multiple of 25. `marked` is when it was celebrated, and `how`; empty if that is not known.
    """

    relationship: str
    of: str
    founded: str
    event: str
    years: int
    falls: str
    round: bool = False
    marked: str = ""
    how: str = ""


def by_day(anniversary: RelationshipAnniversary) -> tuple[Bounds, str, str, str]:
    """The order of anniversaries: by the day on which they fall, then by what they are of."""
    return bounds(anniversary.falls), anniversary.relationship, anniversary.of, anniversary.event


class Spell(Struct, omit_defaults=True):
    """A time during which something lasts: from the day `since` to the day before `ended`, if any.

    `founded` is the date of the founding `event`.
    """

    founded: str
    event: str
    since: date
    ended: date | None = None
    """The first day on which it no longer lasts."""

    def within(self, days: Bounds) -> Bounds | None:
        """The part of `days` in which it lasts; None if there is none."""
        first, last = max(days.earliest, self.since), days.latest
        if self.ended is not None:
            if self.ended <= first:
                return None
            last = min(last, self.ended - timedelta(1))
        return Bounds(first, last) if first <= last else None


class SpellsState(Struct, omit_defaults=True):
    """The spells of relations and of each agreement, in order of time."""

    relations: list[Spell] = []
    agreements: dict[str, list[Spell]] = {}


def _relations_changed(spells: SpellsState, event: Event, state: WorkingState) -> None:
    """A new spell of relations begins, or relations have ended."""
    day, founding = bounds(event.when).latest, lasting_establishment(state)
    spell = Spell(founding.when, founding.id, day) if founding else None
    _begin(spells.relations, spell, day)


def _agreement_changed(spells: SpellsState, event: AnyAgreementEvent, state: WorkingState) -> None:
    """A new spell of the agreement begins, up to its known end, or the agreement has ended."""
    day, own = bounds(event.when).latest, spells.agreements.setdefault(folded(event.agreement), [])
    agreements = AGREEMENTS.of(state)
    agreement = agreements.agreements.get(folded(event.agreement)) if agreements else None
    anniversaries, spell = ANNIVERSARIES.of(state), None
    founding = anniversaries.founded.get(folded(event.agreement)) if anniversaries else None
    if agreement is not None and founding is not None and stands_after(agreement, state):
        spell = Spell(founding.when, founding.id, day, ended_from(agreement, state.parties))
    _begin(own, spell, day)


def _begin(spells: list[Spell], spell: Spell | None, day: date) -> None:
    """End the last spell on the `day`, and begin the new `spell`, if there is one."""
    if spells and (spells[-1].ended is None or spells[-1].ended > day):
        spells[-1].ended = day
    if spell is not None:
        spells.append(spell)


SPELLS = Section(
    "spells",
    SpellsState,
    {
        **dict.fromkeys(RELATIONS.handlers, _relations_changed),
        **dict.fromkeys(AGREEMENTS.handlers, _agreement_changed),
    },
    after=(RELATIONS, AGREEMENTS, ANNIVERSARIES),
)


class AnniversariesProjection(SectionsProjection[tuple[RelationshipAnniversary, ...]]):
    """A relationship's anniversaries from the day `since` to the day of the question."""

    name = "anniversaries"
    version = 4
    sections = (RELATIONS, AGREEMENTS, DEALS, ANNIVERSARIES, SPELLS)

    def __init__(self, since: date = date.min) -> None:
        self.since = since

    def finish(self, state: WorkingState, on: date) -> tuple[RelationshipAnniversary, ...]:
        """The anniversaries that can fall between the two days, by day."""
        return tuple(sorted(anniversaries_within(state, Bounds(self.since, on)), key=by_day))


def anniversaries_within(state: WorkingState, days: Bounds) -> Iterator[RelationshipAnniversary]:
    """The anniversaries that can fall within `days`, of what lasts on the day itself."""
    anniversaries = ANNIVERSARIES.of(state)
    celebrations = anniversaries.celebrations if anniversaries else ()
    marked = {(folded(event.of), event.years): event for event in celebrations}
    days = Bounds(days.earliest, min(days.latest, state.last_day))
    by_founding: dict[tuple[str, str, int], RelationshipAnniversary] = {}
    for of, spell in spells_of(state):
        through = spell.within(days)
        for anniversary in falling(of, spell.founded, through) if through else ():
            years = anniversary.years
            celebration = marked.get((folded(of), years))
            by_founding[of, spell.event, years] = RelationshipAnniversary(
                relationship=state.relationship,
                of=of,
                founded=anniversary.founded,
                event=spell.event,
                years=years,
                falls=anniversary.falls,
                round=years in (5, 10) or years % 25 == 0,
                marked=celebration.when if celebration else "",
                how=celebration.how if celebration else "",
            )
    yield from by_founding.values()


def spells_of(state: WorkingState) -> Iterator[tuple[str, Spell]]:
    """The spells of relations, of agreements, and of everything else that was ever celebrated.

    Anything without an end, such as a meeting, has anniversaries for ever.
    """
    spells = SPELLS.of(state) or SpellsState()
    for spell in spells.relations:
        yield "relations", spell
    agreements = AGREEMENTS.of(state)
    for key, several in spells.agreements.items():
        name = agreements.agreements[key].agreement if agreements else key
        yield from ((name, spell) for spell in several)
    anniversaries = ANNIVERSARIES.of(state) or AnniversariesState()
    celebrated = {folded(event.of): event.of for event in reversed(anniversaries.celebrations)}
    for of in reversed(celebrated.values()):
        founding = anniversaries.founding(of)
        if founding and of != "relations" and folded(of) not in spells.agreements:
            yield of, Spell(founding.when, founding.id, bounds(founding.when).latest)


# The view

VIEW = View(
    name="anniversaries",
    projection=AnniversariesProjection,
    help="Anniversaries in a period, and which of them were marked.",
    table=Table[RelationshipAnniversary](
        {
            "falls": lambda a: a.falls,
            "relationship": lambda a: a.relationship,
            "years": lambda a: a.years,
            "of": lambda a: a.of,
            "founded": lambda a: a.founded,
            "event": lambda a: a.event,
            "round": lambda a: a.round,
            "marked": lambda a: a.marked,
            "how": lambda a: a.how,
        },
        shown=("falls", "relationship", "years", "of", "founded", "round", "marked", "how"),
        kinds={
            "falls": "date", "relationship": "relationship", "years": "integer", "founded": "date",
            "event": "event", "round": "flag", "marked": "date",
        },
    ),
    options={
        "since": replace(COMMON["since"], default="today"),
        "until": replace(COMMON["until"], default="a year later"),
        "round_only": Option("Only 5, 10, 25 years and every multiple of 25.", name="round"),
    },
)  # fmt: skip
