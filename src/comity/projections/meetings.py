"""How meetings fold: what was held, what goes on, what is to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec.structs import replace

from comity.domain.dates import bounds, span
from comity.domain.events import (
    Event,
    MeetingCancelled,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
)
from comity.domain.events.meetings import MEETING_LEVELS
from comity.projections.answers import Meeting, Meetings
from comity.projections.book import Book, Handlers, RoundBook
from comity.projections.findings import Finding, finding


def _meeting(event: MeetingHeld | MeetingScheduled | MeetingRescheduled, when: str) -> Meeting:
    return Meeting(
        event.meeting, when, event.kind, event.level, event.series, event.round, event.venue,
        event.host, event.heads,
    )  # fmt: skip


def _retold(known: Meeting | None, told: Meeting) -> Meeting:
    """What was known of a meeting, with all that is told now in its place, its date for sure."""
    if known is None:
        return told
    news = {f: v for f in told.__struct_fields__ if (v := getattr(told, f))}
    return replace(known, **news | {"when": told.when})


def scheduled(book: Book, event: MeetingScheduled) -> None:
    """A meeting is announced; only if surely since, one that had been cancelled stands again."""
    called_off = book.cancelled.get(event.meeting)
    if called_off and bounds(called_off.when).latest < bounds(event.when).earliest:
        del book.cancelled[event.meeting]
    if event.meeting not in book.held and event.meeting not in book.cancelled:
        book.scheduled[event.meeting] = _meeting(event, event.planned_for)


def rescheduled(book: Book, event: MeetingRescheduled) -> None:
    """A meeting is moved, and stands again if it had been cancelled."""
    book.cancelled.pop(event.meeting, None)
    book.moved.setdefault(event.meeting, []).append(event)
    if event.meeting in book.held:
        return
    known = book.scheduled.get(event.meeting)
    book.scheduled[event.meeting] = _retold(known, _meeting(event, event.planned_for))


def held(book: Book, event: MeetingHeld) -> None:
    """A meeting takes place."""
    called_off = book.cancelled.get(event.meeting)
    if called_off is not None:
        book.clashes.append((event, called_off))
    planned = book.scheduled.pop(event.meeting, None)
    told = _retold(planned, _meeting(event, event.when))
    book.held[event.meeting] = event
    book.founded.setdefault(event.meeting, event)
    book.last_held[told.level or "unspecified"] = told
    if "/" in event.when or bounds(event.when).earliest == bounds(event.when).latest:
        book.lasting[event.meeting] = told
    if told.series:
        book.rounds.setdefault(told.series, []).append(RoundBook(event, told))


def cancelled(book: Book, event: MeetingCancelled) -> None:
    """A meeting is called off."""
    was_held = book.held.get(event.meeting)
    if was_held is not None:
        book.clashes.append((was_held, event))
    book.scheduled.pop(event.meeting, None)
    book.cancelled[event.meeting] = event


def find(book: Book, undetermined: Iterable[Event]) -> Iterator[Finding]:
    """Meetings both held and cancelled, unless they may have been put on again in between."""
    moves = [e for e in undetermined if isinstance(e, MeetingRescheduled)]
    for held, cancelled in book.clashes:
        moved = book.moved.get(held.meeting, [])
        if _put_on_again(held, cancelled, moved + [m for m in moves if m.meeting == held.meeting]):
            continue
        name = f"meeting {held.meeting!r} was"
        if bounds(cancelled.when).latest < bounds(held.when).latest:
            message = f"{name} held on {held.when} after it was cancelled"
            yield finding("held-after-cancelled", message, held, cancelled)
        else:
            message = f"{name} cancelled on {cancelled.when} after it was held"
            yield finding("cancelled-after-held", message, cancelled, held)


def _put_on_again(held: Event, cancelled: Event, moves: Iterable[Event]) -> bool:
    since, until = bounds(cancelled.when).earliest, bounds(held.when).latest
    days = [bounds(move.when) for move in moves]
    return since <= until and any(since <= d.latest and d.earliest <= until for d in days)


def answer(book: Book, on: date) -> Meetings:
    """Meetings by level, those that go on today, and those that are awaited."""
    awaited = sorted(book.scheduled.values(), key=lambda m: (planned_day(m), m.meeting))
    following: dict[str, Meeting] = {}
    for meeting in awaited:
        if is_to_come(meeting, on):
            following.setdefault(meeting.level or "unspecified", meeting)
    now = [m for m in [*book.lasting.values(), *awaited] if _goes_on(m, on)]
    return Meetings(
        _from_the_top(book.last_held), _from_the_top(following), tuple(now), tuple(awaited)
    )


def _from_the_top(by_level: dict[str, Meeting]) -> dict[str, Meeting]:
    levels = (*MEETING_LEVELS, "unspecified")
    return {level: by_level[level] for level in levels if level in by_level}


def is_to_come(meeting: Meeting, on: date) -> bool:
    """Whether a meeting that is awaited can still be held when it is planned for."""
    return not meeting.when or span(meeting.when).latest >= on


def planned_day(meeting: Meeting) -> date:
    """The last day for which it can be planned; one of unknown date comes after all others."""
    return bounds(meeting.when).latest if meeting.when else date.max


def _goes_on(meeting: Meeting, on: date) -> bool:
    """On a day within it; a month or a year is no day on which one can say so."""
    if not meeting.when:
        return False
    first, last = bounds(meeting.when), span(meeting.when)
    return first.earliest == first.latest and last.earliest <= on <= last.latest


HANDLERS: Handlers = {
    MeetingScheduled: scheduled,
    MeetingRescheduled: rescheduled,
    MeetingHeld: held,
    MeetingCancelled: cancelled,
}
