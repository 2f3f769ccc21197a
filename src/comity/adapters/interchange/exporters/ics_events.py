"""The events of a calendar: how a fact is written in iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from comity.adapters.interchange.exporters.agenda_words import said_words
from comity.adapters.interchange.exporters.dates_in_sentences import noun_words, since
from comity.adapters.interchange.exporters.dates_in_words import is_exact
from comity.adapters.interchange.exporters.foundings import Founding, Years
from comity.adapters.interchange.exporters.revisions import Revision
from comity.adapters.interchange.exporters.sentences import (
    all_of,
    citation,
    link_of,
    named_code,
    short_name,
    the,
)
from comity.adapters.interchange.safe_text import printable
from comity.domain.phrases import in_brackets, joined
from comity.domain.time.dates import Bounds, bounds
from comity.projections.views.agenda import AgendaItem

_MOST_SOURCES = 5
_TITLES = {
    "meeting": "Meeting", "shipment": "Shipment due", "expiry": "Agreement expires",
    "notice": "Denunciation takes effect", "round": "Round due",
}  # fmt: skip
_OPEN = ("", "..")
_OVERDUE = "It was due, and nothing is recorded of it."


class Fact(NamedTuple):
    """What an entry tells: its `name`, which never changes, its parties, and the records of it."""

    name: tuple[object, ...]
    codes: tuple[str, ...]
    revision: Revision
    item: AgendaItem | Founding
    is_cancelled: bool = False


class EventMaker:
    """Makes the events of facts, with the library `icalendar`."""

    def __init__(self, icalendar: Any) -> None:
        self._icalendar = icalendar

    def events(self, fact: Fact) -> Iterator[Any]:
        """The events that tell a fact: one, or one for each rule by which it comes back."""
        if isinstance(fact.item, Founding):
            yield from self._anniversaries(fact, fact.item)
        else:
            yield self._agenda(fact, fact.item)

    def _anniversaries(self, fact: Fact, founding: Founding) -> Iterator[Any]:
        of = founding.of
        what = "diplomatic relations" if of == "relations" else short_name(founding.title or of)
        names = all_of(map(the, fact.codes))
        note = "" if is_exact(founding.founded) else _imprecise(founding.founded)
        for number, years in enumerate(founding.years):
            for rule in _rules(founding, years):
                again = (number, rule.part) if number or rule.part else ()
                event = self._event(
                    fact._replace(name=(*fact.name, *again)),
                    joined(
                        f"Anniversary: {what}, {names}",
                        in_brackets(since(founding.founded)),
                        by=" ",
                    ),
                    note,
                )
                event.add("categories", ["ANNIVERSARY"])
                _add_days(event, rule.days)
                if fact.is_cancelled:
                    yield event  # the whole series is cancelled
                    continue
                last = {"until": [rule.last]} if rule.last is not None else {}
                event.add("rrule", {"freq": ["YEARLY"], **rule.by, **last})
                yield event

    def _agenda(self, fact: Fact, item: AgendaItem) -> Any:
        is_overdue = item.overdue and not fact.is_cancelled
        overdue = "Overdue: " if is_overdue else ""
        note = joined(
            said_words(item),
            _OVERDUE if is_overdue else "",
            "" if is_exact(item.when) else _imprecise(item.when),
            by="\n",
        )
        names = all_of(map(the, fact.codes))
        event = self._event(
            fact, f"{overdue}{_TITLES[item.kind]}: {short_name(item.what)}, {names}", note
        )
        event.add("categories", [item.kind.upper()])
        is_sure = is_exact(item.when) and item.kind != "round" and not item.overdue
        if not fact.is_cancelled:
            event.add("status", "CONFIRMED" if is_sure else "TENTATIVE")
        _add_when(event, item.when)
        return event

    def _event(self, fact: Fact, summary: str, note: str) -> Any:
        """An event with what all of them have; its times are those of recording."""
        event, told = self._icalendar.Event(), fact.revision.told
        name = repr(fact.name).encode(errors="backslashreplace")
        newest = max(each.recorded_at for each in told).replace(microsecond=0)
        event.add("uid", f"{blake2b(name, digest_size=16).hexdigest()}@comity")
        event.add("sequence", fact.revision.number)
        event.add("dtstamp", newest)
        event.add("created", told[0].recorded_at.replace(microsecond=0))
        event.add("last-modified", newest)
        called_off = "Cancelled: " if fact.is_cancelled else ""
        event.add("summary", printable(f"{called_off}{summary}"))
        if fact.is_cancelled:
            event.add("status", "CANCELLED")
        parties = f"Parties: {joined(*map(named_code, fact.codes))}"
        lines = (*note.split("\n"), parties, *_sources(fact.revision))
        event.add("description", "\n".join(printable(line) for line in lines if line))
        event.add("transp", "TRANSPARENT")
        return event


def _imprecise(when: str) -> str:
    return f"The day is not known exactly: {noun_words(when)} (EDTF {when})."


def _sources(revision: Revision) -> Iterator[str]:
    sources = revision.sources
    for source in sources[:_MOST_SOURCES]:
        yield f"Source: {joined(citation(source), link_of(source))}"
    if len(sources) > _MOST_SOURCES:
        more = len(sources) - _MOST_SOURCES
        yield f"… and {more} more source{'' if more == 1 else 's'}"


# Recurrence


class _Rule(NamedTuple):
    """The days of the first anniversary, what repeats them, and the day of the last, if any."""

    days: Bounds
    by: dict[str, list[int]]
    last: date | None
    part: str = ""


def _rules(founding: Founding, years: Years) -> Iterator[_Rule]:
    """The rules that give exactly the days of these years.

    In iCalendar every repetition has the length of the first. So a span of days that is a day
    longer in leap years (February, a year) has two rules.
    """
    first, founded = founding.days(years.first), bounds(founding.founded)
    last = None if years.last is None else founding.days(years.last).earliest
    if founded.earliest == founded.latest:
        is_leap_day = (founded.latest.month, founded.latest.day) == (2, 29)
        # The last day of February: the 28th in a common year, as comity's anniversaries have it.
        yield _Rule(first, {"bymonth": [2], "bymonthday": [-1]} if is_leap_day else {}, last)
    elif first.earliest.month <= 2 <= first.latest.month:
        yield from _leap_rules(founding, years, last)
    else:
        yield _Rule(first, {}, last)


def _leap_rules(founding: Founding, years: Years, last: date | None) -> Iterator[_Rule]:
    """A rule for the common years and one for the leap years, as far as there are any.

    Counted from the end of the year, the first of January or February is another day in each.
    """
    # Two leap years are at most eight years apart.
    stop = min(years.first + 8, date.max.year) if years.last is None else years.last
    for part, length in (("common", 365), ("leap", 366)):
        own = (
            year for year in range(years.first, stop + 1) if _day_of_year(year, 12, 31) == length
        )
        year = next(own, None)
        if year is not None:
            days = founding.days(year)
            month = days.earliest.month
            from_the_end = _day_of_year(year, month, 1) - length - 1
            by = {"byyearday": [from_the_end], "bymonth": [month], "bymonthday": [1]}
            yield _Rule(days, by, last, part)


def _day_of_year(year: int, month: int, day: int) -> int:
    return date(year, month, day).timetuple().tm_yday


# Times


def days_of(when: str) -> Bounds | None:
    """The days of an entry; None if no date is told at all.

    What has no beginning or no end is an entry of the days of the date that is told.
    """
    begins, slash, ends = when.partition("/")
    if slash and begins in _OPEN and ends in _OPEN:
        return None
    if slash and begins in _OPEN:
        return bounds(ends)
    if slash and ends in _OPEN:
        return bounds(begins)
    if slash:
        return Bounds(bounds(begins).earliest, bounds(ends).latest)
    if when.startswith("[..") and "," not in when:  # [..1668]
        return bounds(when[3:-1])
    if when.endswith("..]") and "," not in when:
        return bounds(when[1:-3])
    days = bounds(when)
    if when.startswith("[") and date.min in days:  # one of several, without a first
        return Bounds(days.latest, days.latest)
    if when.startswith("[") and date.max in days:
        return Bounds(days.earliest, days.earliest)
    return days


def _add_when(event: Any, when: str) -> None:
    """The time of an entry: moments where times of day are told, else days."""
    moments = [moment for part in when.split("/") if (moment := _moment(part)) is not None]
    days = days_of(when)
    zones = {moment.tzinfo for moment in moments}
    if len(moments) == when.count("/") + 1 and len(zones) == 1:
        event.add("dtstart", moments[0])
        if moments[-1] > moments[0]:
            event.add("dtend", moments[-1])
    elif days is not None:
        _add_days(event, days)


def _moment(text: str) -> datetime | None:
    """The moment of a time of day: in UTC, or local if no zone is told; else None."""
    if "T" not in text:
        return None
    moment = datetime.fromisoformat(text)
    try:
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:  # in UTC it leaves the calendar
        return None


def _add_days(event: Any, days: Bounds) -> None:
    """All of these days; the end is the first day after them, if the calendar has one."""
    event.add("dtstart", days.earliest)
    if days.latest < date.max:
        event.add("dtend", days.latest + timedelta(1))
    else:
        event.add("duration", timedelta(days.latest.toordinal() - days.earliest.toordinal() + 1))
