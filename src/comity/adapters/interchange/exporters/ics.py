"""iCalendar (RFC 5545): anniversaries that come back every year, and the agenda as events.

A calendar that reads the file again updates its entries: an entry has the same UID in every
export, and its SEQUENCE is the number of times that its fact was told anew.
"""

from __future__ import annotations

from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any, BinaryIO

from comity.adapters.interchange.exporters.ics_cancelled import Cancelled, Plan
from comity.adapters.interchange.exporters.ics_entries import agenda_of, facts_of, foundings_of
from comity.adapters.interchange.exporters.ics_events import EventMaker
from comity.adapters.interchange.exporters.revisions import KINDS, Revisions
from comity.adapters.interchange.exporters.sentences import name_of
from comity.adapters.interchange.optional import loaded
from comity.adapters.interchange.safe_text import printable
from comity.engine.engine import asked

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.query import Day, KnownAt


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
    at all is left out. What was called off or retracted is written as cancelled, as far as it
    falls in the time of the calendar, so that a calendar removes it. Raises `InvalidInput` errors,
    and `NotInstalled` without icalendar.
    """
    icalendar = loaded("icalendar", "A calendar", "calendar")
    question = asked(engine, parties, on, known_at)
    log = takewhile(lambda record: record.position <= question.position, engine.events(kinds=KINDS))
    revisions = Revisions(log)
    agenda = engine.agenda(*parties, since=since, until=until, on=on, known_at=question.position)
    entries = [*foundings_of(engine, question, revisions), *agenda_of(agenda, revisions)]
    gone = Cancelled(engine, question, revisions, Plan(since, until, on))
    facts = chain(facts_of(entries), gone.facts({entry.name for entry in entries}))
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
