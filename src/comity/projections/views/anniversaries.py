"""Anniversaries over a time: of all that was founded, on the days on which it lasted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import cast

from msgspec import Struct

from comity.domain.events import AgreementSigned, Event
from comity.domain.time.dates import Bounds, bounds
from comity.projections.projection import A
from comity.projections.sections import agreements, anniversaries, deals, meetings, relations
from comity.projections.sections.agreements import ended_from
from comity.projections.sections.anniversaries import falling, remembered
from comity.projections.sections.book import Book, BookProjection
from comity.projections.views.view import COMMON, Option, Table, View

_Thing = tuple[str, str]
_RELATIONS: _Thing = ("relations", "relations")


class RelationshipAnniversary(Struct, frozen=True):
    """The anniversary of `of` that falls on `falls`, as precisely as the founding is known.

    `founded` is the date of the founding `event`. `round` are 5, 10, 25 years and every multiple
    of 25. `marked` is when it was celebrated, and `how`; empty: it is not known to have been.
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


def by_day(one: RelationshipAnniversary) -> tuple[Bounds, str, str, str]:
    """The order of anniversaries: by the day on which they fall, then by what they are of."""
    return bounds(one.falls), one.relationship, one.of, one.event


@dataclass(slots=True)
class Spell:
    """A time through which what was `founded`, by `event`, lasts: `since` a day, until it ended."""

    founded: str
    event: str
    since: date
    ended: date | None = None
    """The first day on which it no longer lasts."""

    def within(self, days: Bounds) -> Bounds | None:
        """Those of `days` on which it lasts; None if there is none."""
        first, last = max(days.earliest, self.since), days.latest
        if self.ended is not None:
            if self.ended <= first:
                return None
            last = min(last, self.ended - timedelta(1))
        return Bounds(first, last) if first <= last else None


def _no_spells() -> dict[_Thing, list[Spell]]:
    return {}


@dataclass(slots=True)
class CalendarBook(Book):
    """A book that also keeps through what times relations and each agreement lasted."""

    spells: dict[_Thing, list[Spell]] = field(default_factory=_no_spells)


class CalendarProjection(BookProjection[A]):
    """What answers from a calendar book have in common: how it is kept."""

    handlers = {  # noqa: RUF012 - never changed
        **relations.HANDLERS,
        **meetings.HANDLERS,
        **agreements.HANDLERS,
        **deals.HANDLERS,
        **anniversaries.HANDLERS,
    }

    def initial(self) -> CalendarBook:
        """A book with nothing in it."""
        return CalendarBook(self.parties)

    def evolve(self, state: Book, event: Event) -> Book:
        """The book with `event` entered, and what lasts from its day on."""
        book = super().evolve(state, event)
        _note(cast("CalendarBook", book), event)
        return book


class AnniversariesProjection(CalendarProjection[tuple[RelationshipAnniversary, ...]]):
    """A relationship's anniversaries from the day `since` to the day that is asked about."""

    name = "anniversaries"

    def __init__(self, since: date = date.min) -> None:
        super().__init__()
        self.since = since

    def finish(self, state: Book, on: date) -> tuple[RelationshipAnniversary, ...]:
        """The anniversaries that can fall between the two days, by day."""
        found = fallen(cast("CalendarBook", state), Bounds(self.since, on))
        return tuple(sorted(found, key=by_day))


# ProjectionManager the book


def _note(book: CalendarBook, event: Event) -> None:
    day = bounds(event.when).latest
    if type(event) in relations.HANDLERS:
        founding = remembered(book)
        _last(book, _RELATIONS, Spell(founding.when, founding.id, day) if founding else None, day)
    elif name := getattr(event, "agreement", ""):
        _last(book, ("agreement", name), _signed(book, name, event, day), day)


def _signed(book: CalendarBook, name: str, event: Event, day: date) -> Spell | None:
    """How long the agreement lasts, by all that is known on the `day`; None if it does not."""
    known = book.agreements.get(name)
    if known is None or not known.signed:
        return None
    if isinstance(event, AgreementSigned):
        return Spell(event.when, event.id, day, ended_from(known))
    before = book.spells["agreement", name][-1]
    return Spell(before.founded, before.event, day, ended_from(known))


def _last(book: CalendarBook, thing: _Thing, spell: Spell | None, day: date) -> None:
    """What lasted before the `day` did so until then; from then on, the `spell`."""
    spells = book.spells.setdefault(thing, [])
    if spells and (spells[-1].ended is None or spells[-1].ended > day):
        spells[-1].ended = day
    if spell is not None:
        spells.append(spell)


# Reading it


def fallen(book: CalendarBook, days: Bounds) -> Iterator[RelationshipAnniversary]:
    """The anniversaries that can fall on one of `days` on which there was what they are of."""
    marked = {(one.of, one.years): one for one in book.celebrations}
    found: dict[tuple[str, str, int], RelationshipAnniversary] = {}
    for of, spell in _remembered(book):
        through = spell.within(days)
        for one in falling(of, spell.founded, through) if through else ():
            celebrated = marked.get((of, one.years))
            found[of, spell.event, one.years] = RelationshipAnniversary(
                relationship=book.relationship,
                of=of,
                founded=one.founded,
                event=spell.event,
                years=one.years,
                falls=one.falls,
                round=one.years in (5, 10) or one.years % 25 == 0,
                marked=celebrated.when if celebrated else "",
                how=celebrated.how if celebrated else "",
            )
    yield from found.values()


def _remembered(book: CalendarBook) -> Iterator[tuple[str, Spell]]:
    """What has anniversaries: relations, agreements, and what else was ever celebrated."""
    for (_, of), spells in book.spells.items():
        for spell in spells:
            yield of, spell
    for of in dict.fromkeys(one.of for one in book.celebrations):
        founding = book.founded.get(of)
        if founding and of != "relations" and ("agreement", of) not in book.spells:
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
    ),
    options={
        "since": replace(COMMON["since"], default="today"),
        "until": replace(COMMON["until"], default="a year later"),
        "round_only": Option("Only 5, 10, 25 years and every multiple of 25.", name="round"),
    },
)
