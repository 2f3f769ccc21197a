"""iCalendar (RFC 5545): anniversaries that come back every year, and the agenda as events.

A calendar that reads the file again updates its entries: an entry has the same UID in every
export, and its SEQUENCE is the number of times that its fact was told anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from comity.adapters.interchange.exporters.foundings import Founding, FoundingsProjection
from comity.adapters.interchange.exporters.ics_events import EventMaker, Fact, days_of
from comity.adapters.interchange.exporters.revisions import KINDS, Key, Revision, Revisions
from comity.adapters.interchange.exporters.sentences import name_of
from comity.adapters.interchange.safe_text import printable
from comity.domain.errors import NotInstalled
from comity.domain.text import folded
from comity.engine.engine import Asked, asked
from comity.projections.views.agenda import AgendaItem

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.query import Day, KnownAt

_KEYS = {
    "meeting": "meeting", "shipment": "shipment", "expiry": "agreement", "notice": "agreement",
    "round": "series",
}  # fmt: skip
"""What an item of the agenda is about, by its kind; anniversaries are written as recurrences."""


class _Entry(NamedTuple):
    """An entry of one relationship. Those with equal `fact` are one entry of the calendar.

    The first four items of `fact` name it; the others are what it says.
    """

    fact: tuple[object, ...]
    relationship: str
    revision: Revision
    item: AgendaItem | Founding


def write_ics(
    engine: TimelineEngine,
    parties: tuple[str, ...],
    file: BinaryIO,
    *,
    since: Day = None,
    until: Day = None,
    on: Day = None,
    known_at: KnownAt = None,
) -> int:
    """Write the calendar of relationships, and return how many entries it has.

    Anniversaries are written for all years. `since`, `until` and `on` are those of the agenda.
    What is dated by a month or a year is an entry of all its days, with a note; what has no date
    at all is left out. Raises `InvalidInput` errors, and `NotInstalled` without icalendar.
    """
    try:
        import icalendar
    except ImportError:
        raise NotInstalled("icalendar", "calendar", "A calendar") from None
    question = asked(engine, parties, on, known_at)
    log = takewhile(lambda record: record.position <= question.position, engine.events(kinds=KINDS))
    revisions = Revisions(log)
    agenda = engine.agenda(*parties, since=since, until=until, on=on, known_at=question.position)
    facts = _facts([*_foundings(engine, question, revisions), *_agenda(agenda, revisions)])
    opening, closing = _calendar(icalendar, parties).to_ical().split(b"END:VCALENDAR")
    file.write(opening)
    maker, written = EventMaker(icalendar), 0
    for fact in facts:
        for event in maker.events(fact):
            file.write(event.to_ical())
            written += 1
    file.write(b"END:VCALENDAR" + closing)
    return written


def _calendar(icalendar: Any, parties: tuple[str, ...]) -> Any:
    """The calendar itself, without entries."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//comity//diplomatic timelines//EN")
    calendar.add("calscale", "GREGORIAN")
    codes = "-".join(parties).split("-") if parties else []
    calendar.add("x-wr-calname", printable(" – ".join(["comity", *map(name_of, codes)])))
    return calendar


def _foundings(engine: TimelineEngine, question: Asked, revisions: Revisions) -> Iterator[_Entry]:
    answers = engine.replay_each(
        FoundingsProjection(), on=date.max, known_at=question.position,
        relationships=question.relationships,
    )  # fmt: skip
    for relationship, foundings in answers:
        if question.relationships is None and relationship.count("-") > 1:
            continue  # each of its pairs has what it has
        for founding in foundings:
            known = (revisions.of(key, relationship) for key in _keys(founding))
            revision = next((revision for revision in known if revision is not None), None)
            if revision is not None:
                fact = (
                    "anniversary", revision.stream, folded(founding.of), founding.number,
                    founding.founded, founding.years,
                )  # fmt: skip
                yield _Entry(fact, relationship, revision, founding)


def _keys(founding: Founding) -> list[Key]:
    if founding.of == "relations":
        return [("relations", "")]
    return [(kind, folded(founding.of)) for kind in ("agreement", "meeting", "deal")]


def _agenda(agenda: Iterable[AgendaItem], revisions: Revisions) -> Iterator[_Entry]:
    for item in agenda:
        key = _KEYS.get(item.kind)
        revision = revisions.of((key, folded(item.what)), item.relationship) if key else None
        if revision is not None and days_of(item.when) is not None:
            # Two parties may give notice of one agreement.
            by = item.said.partition(",")[0] if item.kind == "notice" else ""
            fact = (item.kind, revision.stream, folded(item.what), by, item.when, item.said)
            yield _Entry(fact, item.relationship, revision, item)


def _facts(entries: Iterable[_Entry]) -> Iterator[Fact]:
    """The facts to write: what several pairs share is one, with all of their parties."""
    groups: dict[tuple[object, ...], list[_Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.fact, []).append(entry)
    taken: set[tuple[object, ...]] = set()
    for fact, group in groups.items():
        name = fact[:4]
        if name in taken:  # the same thing, which stands otherwise between other parties
            name = (*name, group[0].relationship)
        taken.add(name)
        codes = sorted({code for entry in group for code in entry.relationship.split("-")})
        told = {told.position: told for entry in group for told in entry.revision.told}
        revision = Revision(tuple(told[position] for position in sorted(told)))
        yield Fact(name, tuple(codes), revision, group[0].item)
