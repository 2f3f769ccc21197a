"""How meetings and their series fold: what was held, what is to come, whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from msgspec.structs import replace

from comity.domain.dates import bounds, span
from comity.domain.events import (
    Event,
    MeetingCancelled,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
)
from comity.projections.answers import Meeting, Meetings, Series
from comity.projections.book import Book, Handlers, RoundBook
from comity.projections.findings import Finding, finding


def _meeting(event: MeetingHeld | MeetingScheduled | MeetingRescheduled, when: str) -> Meeting:
    return Meeting(
        event.meeting, when, event.kind, event.level, event.series, event.round, event.venue,
        event.host, event.heads,
    )  # fmt: skip


def scheduled(book: Book, event: MeetingScheduled) -> None:
    """A meeting is announced."""
    if event.meeting not in book.held:
        book.scheduled[event.meeting] = _meeting(event, event.planned_for)


def rescheduled(book: Book, event: MeetingRescheduled) -> None:
    """A meeting is moved, and stands again if it had been cancelled."""
    book.cancelled.pop(event.meeting, None)
    if event.meeting in book.held:
        return
    known, told = book.scheduled.get(event.meeting), _meeting(event, event.planned_for)
    if known is not None:
        changes = {f: v for f in told.__struct_fields__ if (v := getattr(told, f))}
        told = replace(known, **changes | {"when": event.planned_for})
    book.scheduled[event.meeting] = told


def held(book: Book, event: MeetingHeld) -> None:
    """A meeting takes place."""
    called_off = book.cancelled.get(event.meeting)
    if called_off is not None:
        message = f"meeting {event.meeting!r} was held on {event.when} after it was cancelled"
        book.find("held-after-cancelled", message, event, called_off)
    planned = book.scheduled.pop(event.meeting, None)
    told = _meeting(event, event.when)
    if planned is not None:
        known = {f: v for f in planned.__struct_fields__ if (v := getattr(planned, f))}
        told = replace(
            planned, **known | {f: v for f in told.__struct_fields__ if (v := getattr(told, f))}
        )
    book.held[event.meeting] = event
    book.founded.setdefault(event.meeting, event.when)
    book.last_held[told.level or "unspecified"] = told
    if "/" in event.when or bounds(event.when).earliest == bounds(event.when).latest:
        book.lasting[event.meeting] = told
    if told.series and told.round is not None:
        book.rounds.setdefault(told.series, []).append(RoundBook(told.round, event, told.host))


def cancelled(book: Book, event: MeetingCancelled) -> None:
    """A meeting is called off."""
    was_held = book.held.get(event.meeting)
    if was_held is not None:
        message = f"meeting {event.meeting!r} was cancelled on {event.when} after it was held"
        book.find("cancelled-after-held", message, event, was_held)
    book.scheduled.pop(event.meeting, None)
    book.cancelled[event.meeting] = event


def find(book: Book, undetermined: Iterable[Event]) -> Iterator[Finding]:
    """Rounds of a series that are missing, repeated or out of order."""
    unsure = [e for e in undetermined if isinstance(e, MeetingHeld) and e.series]
    for series, rounds in book.rounds.items():
        numbered = sorted(rounds, key=lambda r: (r.round, bounds(r.event.when), r.event.id))
        for before, after in pairwise(numbered):
            yield from _compare_rounds(series, before, after)
        known = {r.round for r in rounds} | {e.round for e in unsure if e.series == series}
        missing = [n for n in range(numbered[0].round, numbered[-1].round) if n not in known]
        if missing:
            names = ", ".join(map(str, missing))
            message = f"series {series!r}: no record of round {names}"
            yield finding("round-missing", message, numbered[0].event, numbered[-1].event)


def _compare_rounds(series: str, before: RoundBook, after: RoundBook) -> Iterator[Finding]:
    if before.round == after.round:
        message = f"series {series!r}: round {after.round} was held twice"
        yield finding("round-repeated", message, before.event, after.event)
    elif bounds(after.event.when).latest < bounds(before.event.when).earliest:
        message = (
            f"series {series!r}: round {after.round} on {after.event.when} came before "
            f"round {before.round} on {before.event.when}"
        )
        yield finding("round-out-of-order", message, before.event, after.event)


def answer(book: Book, on: date) -> Meetings:
    """Meetings by level, those that go on today, and those that are awaited."""
    awaited = sorted(book.scheduled.values(), key=lambda m: (_planned(m), m.meeting))
    following: dict[str, Meeting] = {}
    for meeting in awaited:
        if not meeting.when or span(meeting.when).latest >= on:
            following.setdefault(meeting.level or "unspecified", meeting)
    now = [m for m in [*book.lasting.values(), *awaited] if _goes_on(m, on)]
    return Meetings(book.last_held, following, tuple(now), tuple(awaited))


def _planned(meeting: Meeting) -> date:
    return bounds(meeting.when).latest if meeting.when else date.max


def _goes_on(meeting: Meeting, on: date) -> bool:
    """On a day within it; a month or a year is no day on which one can say so."""
    if not meeting.when:
        return False
    first, last = bounds(meeting.when), span(meeting.when)
    return first.earliest == first.latest and last.earliest <= on <= last.latest


def series_answer(book: Book, on: date) -> dict[str, Series]:
    """Each series: its last and next round, whose turn it is to host, and whether it is late."""
    return {name: _series(book, name, rounds, on) for name, rounds in sorted(book.rounds.items())}


def _series(book: Book, name: str, rounds: list[RoundBook], on: date) -> Series:
    last = max(rounds, key=lambda r: (bounds(r.event.when).latest, r.round, r.event.id))
    planned = next((m for m in book.scheduled.values() if m.series == name), None)
    event = last.event
    assert isinstance(event, MeetingHeld)
    interval = _usual_interval(rounds)
    due = bounds(event.when).latest + timedelta(days=interval) if interval else None
    return Series(
        name,
        last=replace(_meeting(event, event.when), round=last.round, host=last.host),
        next=planned,
        next_round=planned.round if planned and planned.round else last.round + 1,
        next_host=planned.host if planned and planned.host else _other_host(book, last.host),
        usual_interval=interval,
        due=due.isoformat() if due else "",
        overdue=due is not None and due < on,
    )


def _usual_interval(rounds: list[RoundBook]) -> int | None:
    """The median number of days from one round to the next; a missing round shares its gap."""
    dated = sorted((bounds(r.event.when).earliest, r.round) for r in rounds)
    gaps = [
        (later - earlier).days / (high - low)
        for (earlier, low), (later, high) in pairwise(dated)
        if high > low
    ]
    return round(median(gaps)) or None if gaps else None


def _other_host(book: Book, last: str) -> str:
    """In a pair the parties take turns; where the last host is unknown nobody's turn is known."""
    others = [code for code in book.parties if code != book.name(last)] if last else []
    return others[0] if len(others) == 1 else ""


HANDLERS: Handlers = {
    MeetingScheduled: scheduled,
    MeetingRescheduled: rescheduled,
    MeetingHeld: held,
    MeetingCancelled: cancelled,
}
