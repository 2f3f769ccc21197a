"""How meetings fold: what was held, what goes on, what is to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec.structs import replace

from comity.domain.events import (
    Event,
    MeetingCancelled,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
)
from comity.domain.events.meetings import MEETING_LEVELS
from comity.domain.time.dates import bounds, span
from comity.projections.answers import Meeting, Meetings
from comity.projections.findings import Finding, Told, citable, finding
from comity.projections.sections.book import Book, Handlers, RoundBook, kept


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
    book.moved.setdefault(event.meeting, []).append(event.when)
    if event.meeting in book.held:
        return
    known = book.scheduled.get(event.meeting)
    book.scheduled[event.meeting] = _retold(known, _meeting(event, event.planned_for))


def told_of(book: Book, event: MeetingHeld) -> Meeting:
    """What is told of a meeting that takes place, with what its announcement told before."""
    return _retold(book.scheduled.get(event.meeting), _meeting(event, event.when))


def held(book: Book, event: MeetingHeld) -> None:
    """A meeting takes place."""
    called_off = book.cancelled.get(event.meeting)
    known = citable(event)
    if called_off is not None:
        book.clashes.append((event.meeting, known, called_off))
    meeting = told_of(book, event)
    book.scheduled.pop(event.meeting, None)
    book.held[event.meeting] = known
    book.founded.setdefault(event.meeting, known)
    book.last_held[meeting.level or "unspecified"] = meeting
    _last(book, meeting)
    if meeting.series:
        _round(book, RoundBook(known, meeting.round), meeting)


def _round(book: Book, held: RoundBook, meeting: Meeting) -> None:
    kept(book.rounds, meeting.series, list[RoundBook]).append(held)
    newest = book.newest.get(meeting.series)
    if newest is None or newest[0].order < held.order:
        book.newest[meeting.series] = held, meeting


def _last(book: Book, meeting: Meeting) -> None:
    """Remember a meeting that can go on, and forget those that surely were over by then."""
    first, last = bounds(meeting.when)
    for name in [name for name, m in book.lasting.items() if span(m.when).latest < first]:
        del book.lasting[name]
    if "/" in meeting.when or first == last:
        book.lasting[meeting.meeting] = meeting


def cancelled(book: Book, event: MeetingCancelled) -> None:
    """A meeting is called off."""
    was_held = book.held.get(event.meeting)
    if was_held is not None:
        book.clashes.append((event.meeting, was_held, citable(event)))
    book.scheduled.pop(event.meeting, None)
    book.cancelled[event.meeting] = citable(event)


def find(book: Book, undetermined: Iterable[Event]) -> Iterator[Finding]:
    """Meetings both held and cancelled, unless they may have been put on again in between."""
    moves = [e for e in undetermined if isinstance(e, MeetingRescheduled)]
    for meeting, held, cancelled in book.clashes:
        perhaps = [move.when for move in moves if move.meeting == meeting]
        if _put_on_again(held, cancelled, book.moved.get(meeting, []) + perhaps):
            continue
        name = f"meeting {meeting!r} was"
        if bounds(cancelled.when).latest < bounds(held.when).latest:
            message = f"{name} held on {held.when} after it was cancelled"
            yield finding("held-after-cancelled", message, held, cancelled)
        else:
            message = f"{name} cancelled on {cancelled.when} after it was held"
            yield finding("cancelled-after-held", message, cancelled, held)


def _put_on_again(held: Told, cancelled: Told, moves: Iterable[str]) -> bool:
    since, until = bounds(cancelled.when).earliest, bounds(held.when).latest
    days = [bounds(move) for move in moves]
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
