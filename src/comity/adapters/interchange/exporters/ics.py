"""iCalendar (RFC 5545): anniversaries that come back every year, and the agenda as events.

A calendar that reads the file again updates its entries: an entry has the same UID in every
export, and its SEQUENCE is the number of times that its fact was told anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from itertools import takewhile
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from comity.adapters.interchange.exporters.dates_in_words import date_words, is_exact
from comity.adapters.interchange.exporters.foundings import Founding, FoundingsProjection, Years
from comity.adapters.interchange.exporters.revisions import KINDS, Key, Revision, Revisions
from comity.adapters.interchange.exporters.sentences import all_of, citation, link_of, named_code
from comity.adapters.interchange.exporters.sentences import the as name_in_text
from comity.adapters.interchange.safe_text import printable
from comity.domain.errors import NotInstalled
from comity.domain.phrases import after, joined
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds, instants
from comity.engine.engine import Asked, asked
from comity.projections.views.agenda import AgendaItem

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.query import Day, KnownAt

_MOST_SOURCES = 5
_TITLES = {
    "meeting": "Meeting", "shipment": "Shipment due", "expiry": "Agreement expires",
    "notice": "Denunciation takes effect", "round": "Round due",
}  # fmt: skip
_KEYS = {
    "meeting": "meeting", "shipment": "shipment", "expiry": "agreement", "notice": "agreement",
    "round": "series",
}  # fmt: skip


class _Entry(NamedTuple):
    """An entry of the calendar before it is written; equal facts of several pairs are one."""

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
    icalendar = _icalendar()
    question = asked(engine, parties, on, known_at)
    log = takewhile(lambda record: record.position <= question.position, engine.events(kinds=KINDS))
    revisions = Revisions(log)
    agenda = engine.agenda(*parties, since=since, until=until, on=on, known_at=question.position)
    entries = [*_foundings(engine, question, revisions), *_agenda(agenda, revisions)]
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//comity//diplomatic timelines//EN")
    calendar.add("calscale", "GREGORIAN")
    name = joined(*map(name_in_text, "-".join(parties).split("-"))) if parties else "all parties"
    calendar.add("x-wr-calname", printable(f"Diplomatic calendar: {name}"))
    opening, closing = calendar.to_ical().split(b"END:VCALENDAR")
    file.write(opening)
    written = 0
    for event in _events(icalendar, entries):
        file.write(event.to_ical())
        written += 1
    file.write(b"END:VCALENDAR" + closing)
    return written


def _icalendar() -> Any:
    try:
        import icalendar
    except ImportError:
        raise NotInstalled("icalendar", "calendar", "A calendar") from None
    return icalendar


# What is written


def _foundings(
    engine: TimelineEngine, question: Asked, revisions: Revisions
) -> Iterator[_Entry]:
    answers = engine.replay_each(
        FoundingsProjection(), on=date.max, known_at=question.position,
        relationships=question.relationships,
    )  # fmt: skip
    for relationship, foundings in answers:
        if question.relationships is None and relationship.count("-") > 1:
            continue  # each of its pairs has what it has
        for founding in foundings:
            revision = _first_known(revisions, _founding_keys(founding), relationship)
            if revision is not None:
                fact = (
                    "anniversary", revision.stream, folded(founding.of), founding.number,
                    founding.founded, founding.years,
                )  # fmt: skip
                yield _Entry(fact, relationship, revision, founding)


def _founding_keys(founding: Founding) -> list[Key]:
    if founding.of == "relations":
        return [("relations", "")]
    return [(kind, folded(founding.of)) for kind in ("agreement", "meeting", "deal")]


def _agenda(agenda: Iterable[AgendaItem], revisions: Revisions) -> Iterator[_Entry]:
    for item in agenda:
        key = _KEYS.get(item.kind)
        revision = revisions.of((key, folded(item.what)), item.relationship) if key else None
        if revision is not None and _when(item.when) is not None:
            # Two parties may give notice of one agreement.
            by = item.said.partition(",")[0] if item.kind == "notice" else ""
            fact = (item.kind, revision.stream, folded(item.what), by, item.when, item.said)
            yield _Entry(fact, item.relationship, revision, item)


def _first_known(revisions: Revisions, keys: Iterable[Key], relationship: str) -> Revision | None:
    known = (revisions.of(key, relationship) for key in keys)
    return next((revision for revision in known if revision is not None), None)


def _events(icalendar: Any, entries: Iterable[_Entry]) -> Iterator[Any]:
    """The events; those of one fact that several pairs share are one event."""
    groups: dict[tuple[object, ...], list[_Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.fact, []).append(entry)
    taken: set[tuple[object, ...]] = set()
    for fact, group in groups.items():
        name = fact[:4]
        if name in taken:  # the same thing, but not in the same way between other parties
            name = (*name, group[0].relationship)
        taken.add(name)
        first = group[0]
        codes = sorted({code for entry in group for code in entry.relationship.split("-")})
        # The fact is as new as the newest record of it on any of the timelines.
        told = {told.position: told for entry in group for told in entry.revision.told}
        revision = Revision(tuple(told[position] for position in sorted(told)))
        if isinstance(first.item, Founding):
            yield from _anniversary_events(icalendar, first.item, name, codes, revision)
        else:
            yield _agenda_event(icalendar, first.item, name, codes, revision)


# Anniversaries


def _anniversary_events(
    icalendar: Any, founding: Founding, name: tuple[object, ...], codes: list[str], revision: Revision
) -> Iterator[Any]:
    what = "diplomatic relations" if founding.of == "relations" else founding.title or founding.of
    summary = f"Anniversary: {what}, {_names(codes)} (since {date_words(founding.founded)})"
    note = "" if is_exact(founding.founded) else _imprecise(founding.founded)
    for number, years in enumerate(founding.years):
        for rule in _rules(founding, years):
            uid = (*name, number, rule.part) if number or rule.part else name
            event = _event(icalendar, uid, summary, note, codes, revision, "ANNIVERSARY")
            _add_days(event, rule.days)
            last = {"until": [rule.last]} if rule.last is not None else {}
            event.add("rrule", {"freq": ["YEARLY"], **rule.by, **last})
            yield event


class _Rule(NamedTuple):
    """The days of the first anniversary, what repeats them, and the day of the last, if any."""

    days: Bounds
    by: dict[str, list[int]]
    last: date | None
    part: str = ""


def _rules(founding: Founding, years: Years) -> Iterator[_Rule]:
    """The rules that give exactly the days of these years.

    A span of days that is a day longer in leap years has two: every repetition has the length of
    the first.
    """
    first = founding.days(years.first)
    day = bounds(founding.founded)
    last = None if years.last is None else founding.days(years.last).earliest
    if day.earliest == day.latest:
        leap_day = (day.latest.month, day.latest.day) == (2, 29)
        by = {"bymonth": [2], "bymonthday": [-1]} if leap_day else {}
        yield _Rule(first, by, last)
    elif first.earliest.month <= 2 <= first.latest.month:
        yield from _leap_rules(founding, years, last)
    else:
        yield _Rule(first, {}, last)


def _leap_rules(founding: Founding, years: Years, last: date | None) -> Iterator[_Rule]:
    """A rule for the common years and one for the leap years, as far as there are any."""
    for part, length in (("common", 365), ("leap", 366)):
        stop = min(years.first + 8, 9999) if years.last is None else years.last
        several = range(years.first, stop + 1)
        own = [year for year in several if date(year, 12, 31).timetuple().tm_yday == length]
        if own:
            days = founding.days(own[0])
            from_the_end = days.earliest.timetuple().tm_yday - length - 1
            by = {"byyearday": [from_the_end], "bymonth": [days.earliest.month], "bymonthday": [1]}
            yield _Rule(days, by, last, part)


# The agenda


def _agenda_event(
    icalendar: Any, item: AgendaItem, name: tuple[object, ...], codes: list[str], revision: Revision
) -> Any:
    overdue = "overdue: " if item.overdue else ""
    summary = f"{overdue}{_TITLES[item.kind]}: {item.what}, {_names(codes)}"
    note = joined(
        item.said,
        "It should have come before and did not." if item.overdue else "",
        "" if is_exact(item.when) else _imprecise(item.when),
        by="\n",
    )
    event = _event(icalendar, name, summary, note, codes, revision, item.kind.upper())
    _add_when(event, item.when)
    event.add("status", "TENTATIVE" if item.kind == "round" or item.overdue else "CONFIRMED")
    return event


def _when(when: str) -> Bounds | None:
    """The days of an entry; an end that is open is its only day. None if nothing is told."""
    begins, ends = when.partition("/")[0], when.rpartition("/")[2]
    if "/" not in when:
        days = bounds(when)
    elif begins in ("", "..") and ends in ("", ".."):
        return None
    elif begins in ("", ".."):
        days = Bounds(bounds(ends).latest, bounds(ends).latest)
    elif ends in ("", ".."):
        days = Bounds(bounds(begins).earliest, bounds(begins).earliest)
    else:
        days = Bounds(bounds(begins).earliest, bounds(ends).latest)
    if days.earliest == date.min and days.latest > date(1, 12, 31):
        return Bounds(days.latest, days.latest)  # a set such as [..1668]
    return Bounds(days.earliest, days.earliest) if days.latest == date.max else days


def _add_when(event: Any, when: str) -> None:
    moments = [_moment(part) for part in when.split("/")]
    days = _when(when)
    if None not in moments:
        event.add("dtstart", moments[0])
        if len(moments) == 2 and moments[1] > moments[0]:
            event.add("dtend", moments[1])
    elif days is not None:
        _add_days(event, days)


def _moment(text: str) -> Any:
    """The moment of a time of day, in UTC, or of a local time if no zone is told; else None."""
    if "T" not in text:
        return None
    first = instants(text).earliest
    day = datetime.combine(date.fromordinal(first // 86_400), datetime.min.time())
    moment = day + timedelta(seconds=first % 86_400)
    has_zone = text.endswith("Z") or "+" in text[10:] or "-" in text[10:]
    return moment.replace(tzinfo=UTC) if has_zone else moment


# What all entries have


def _event(
    icalendar: Any, name: tuple[object, ...], summary: str, note: str, codes: list[str],
    revision: Revision, category: str,
) -> Any:  # fmt: skip
    event = icalendar.Event()
    digest = blake2b(repr(name).encode(errors="backslashreplace"), digest_size=16).hexdigest()
    newest = max(told.recorded_at for told in revision.told).replace(microsecond=0)
    event.add("uid", f"{digest}@comity")
    event.add("sequence", revision.number)
    event.add("dtstamp", newest)
    event.add("created", revision.told[0].recorded_at.replace(microsecond=0))
    event.add("last-modified", newest)
    event.add("summary", printable(summary))
    parties = f"Parties: {joined(*map(named_code, codes))}"
    text = "\n".join(printable(line) for line in (*note.split("\n"), parties, *_sources(revision)))
    event.add("description", text.strip())
    event.add("categories", [category])
    event.add("transp", "TRANSPARENT")
    return event


def _add_days(event: Any, days: Bounds) -> None:
    """All of these days; the end is the first day after them, if the calendar has one."""
    event.add("dtstart", days.earliest)
    if days.latest < date.max:
        event.add("dtend", days.latest + timedelta(1))
    else:
        event.add("duration", timedelta(days.latest.toordinal() - days.earliest.toordinal() + 1))


def _imprecise(when: str) -> str:
    return f"The day is not known exactly: {date_words(when)} (EDTF {when})."


def _names(codes: Iterable[str]) -> str:
    return all_of(map(name_in_text, codes))


def _sources(revision: Revision) -> Iterator[str]:
    sources = revision.sources
    for source in sources[:_MOST_SOURCES]:
        yield f"Source: {joined(citation(source), after('', link_of(source)).strip())}"
    if more := len(sources) - _MOST_SOURCES:
        if more > 0:
            yield f"… and {more} more sources"
