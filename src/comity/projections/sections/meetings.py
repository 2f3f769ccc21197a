"""Meetings: held, in progress, to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from msgspec import Struct

from comity.domain.events import (
    MeetingCancelled,
    MeetingHeld,
    MeetingLevel,
    MeetingRescheduled,
    MeetingScheduled,
)
from comity.domain.events.meetings import MEETING_LEVELS
from comity.domain.time.dates import bounds, span
from comity.projections.findings import Citation, Finding, cite, finding
from comity.projections.sections.section import Section, WorkingState

_NO_LEVEL = "unspecified"


class Meeting(Struct, frozen=True, gc=False):
    """A meeting, held or to come; `when` is when it was held or is planned for."""

    meeting: str
    when: str
    kind: str = ""
    level: MeetingLevel | Literal[""] = ""
    series: str = ""
    round: int | None = None
    venue: str = ""
    host: str = ""
    heads: dict[str, str] = {}


class Meetings(Struct, frozen=True):
    """Meetings by level (`unspecified` where none is given): the last held, the next planned."""

    last: dict[str, Meeting] = {}
    next: dict[str, Meeting] = {}
    in_progress: tuple[Meeting, ...] = ()
    """In progress: held on the day, or announced for it and not cancelled."""
    scheduled: tuple[Meeting, ...] = ()
    """Announced and neither held nor cancelled; also those whose planned day has passed."""


class MeetingsState(Struct, omit_defaults=True):
    """The substate of meetings; by id unless a field says otherwise."""

    scheduled: dict[str, Meeting] = {}
    last_held: dict[str, Meeting] = {}
    """By level."""
    latest: Meeting | None = None
    """The last one held, with the details of its announcement."""
    lasting: dict[str, Meeting] = {}
    """The meetings held last that may still be in progress."""
    held: dict[str, Citation] = {}
    cancelled: dict[str, Citation] = {}
    clashes: list[tuple[str, Citation, Citation]] = []
    """The id of a meeting, and the events that it was held and that it was cancelled."""
    moved: dict[str, list[str]] = {}
    """The dates on which each meeting was rescheduled."""


def _scheduled(meetings: MeetingsState, event: MeetingScheduled, _state: WorkingState) -> None:
    """A meeting is announced; a cancelled one only if this was surely after its cancellation."""
    cancelled = meetings.cancelled.get(event.meeting)
    if cancelled and bounds(cancelled.when).latest < bounds(event.when).earliest:
        del meetings.cancelled[event.meeting]
    if event.meeting not in meetings.held and event.meeting not in meetings.cancelled:
        meetings.scheduled[event.meeting] = _meeting(event, event.planned_for)


def _rescheduled(meetings: MeetingsState, event: MeetingRescheduled, _state: WorkingState) -> None:
    """A meeting is moved; if it had been cancelled, it is planned again."""
    meetings.cancelled.pop(event.meeting, None)
    meetings.moved.setdefault(event.meeting, []).append(event.when)
    if event.meeting not in meetings.held:
        known = meetings.scheduled.get(event.meeting)
        meetings.scheduled[event.meeting] = _updated(known, _meeting(event, event.planned_for))


def _held(meetings: MeetingsState, event: MeetingHeld, _state: WorkingState) -> None:
    """A meeting takes place."""
    name = event.meeting
    citation = meetings.held[name] = cite(event)
    cancelled = meetings.cancelled.get(name)
    if cancelled is not None:
        meetings.clashes.append((name, citation, cancelled))
    meeting = _updated(meetings.scheduled.pop(name, None), _meeting(event, event.when))
    meetings.latest = meetings.last_held[meeting.level or _NO_LEVEL] = meeting
    _note_lasting(meetings, meeting)


def _note_lasting(meetings: MeetingsState, meeting: Meeting) -> None:
    """Add a meeting that can last, and remove those that were surely over by then."""
    first, last = bounds(meeting.when)
    meetings.lasting = {
        name: other for name, other in meetings.lasting.items() if span(other.when).latest >= first
    }
    if "/" in meeting.when or first == last:
        meetings.lasting[meeting.meeting] = meeting


def _cancelled(meetings: MeetingsState, event: MeetingCancelled, _state: WorkingState) -> None:
    """A meeting is called off."""
    citation = meetings.cancelled[event.meeting] = cite(event)
    held = meetings.held.get(event.meeting)
    if held is not None:
        meetings.clashes.append((event.meeting, held, citation))
    meetings.scheduled.pop(event.meeting, None)


def _meeting(event: MeetingHeld | MeetingScheduled | MeetingRescheduled, when: str) -> Meeting:
    return Meeting(
        event.meeting, when, event.kind, event.level, event.series, event.round, event.venue,
        event.host, event.heads,
    )  # fmt: skip


def _updated(known: Meeting | None, news: Meeting) -> Meeting:
    """The known details of a meeting, updated by `news`; the date is always that of `news`."""
    if known is None:
        return news
    return Meeting(
        news.meeting, news.when, news.kind or known.kind, news.level or known.level,
        news.series or known.series, news.round or known.round, news.venue or known.venue,
        news.host or known.host, news.heads or known.heads,
    )  # fmt: skip


def _findings(meetings: MeetingsState, state: WorkingState) -> Iterator[Finding]:
    """Meetings both held and cancelled, unless they may have been rescheduled in between."""
    moves = [event for event in state.undetermined if isinstance(event, MeetingRescheduled)]
    for meeting, held, cancelled in meetings.clashes:
        possible = [move.when for move in moves if move.meeting == meeting]
        if _may_be_rescheduled(held, cancelled, meetings.moved.get(meeting, []) + possible):
            continue
        name = f"meeting {meeting!r} was"
        if bounds(cancelled.when).latest < bounds(held.when).latest:
            message = f"{name} held on {held.when} after it was cancelled"
            yield finding("held-after-cancelled", message, held, cancelled)
        else:
            message = f"{name} cancelled on {cancelled.when} after it was held"
            yield finding("cancelled-after-held", message, cancelled, held)


def _may_be_rescheduled(held: Citation, cancelled: Citation, moves: Iterable[str]) -> bool:
    """Whether a rescheduling can have come between the cancellation and the meeting."""
    since, until = bounds(cancelled.when).earliest, bounds(held.when).latest
    days = [bounds(move) for move in moves]
    return since <= until and any(since <= d.latest and d.earliest <= until for d in days)


def _answer(meetings: MeetingsState, _state: WorkingState, on: date) -> Meetings:
    """The meetings by level, those in progress on the day, and those awaited."""
    awaited = sorted(meetings.scheduled.values(), key=lambda m: (planned_day(m), m.meeting))
    following: dict[str, Meeting] = {}
    for meeting in awaited:
        if is_to_come(meeting, on):
            following.setdefault(meeting.level or _NO_LEVEL, meeting)
    now = [m for m in [*meetings.lasting.values(), *awaited] if _goes_on(m, on)]
    return Meetings(
        _from_the_top(meetings.last_held), _from_the_top(following), tuple(now), tuple(awaited)
    )


def _from_the_top(by_level: dict[str, Meeting]) -> dict[str, Meeting]:
    levels = (*MEETING_LEVELS, _NO_LEVEL)
    return {level: by_level[level] for level in levels if level in by_level}


def is_to_come(meeting: Meeting, on: date) -> bool:
    """Whether an awaited meeting can still be held on its planned date."""
    return not meeting.when or span(meeting.when).latest >= on


def planned_day(meeting: Meeting) -> date:
    """The last day of its planned date; a meeting without one comes after all others."""
    return bounds(meeting.when).latest if meeting.when else date.max


def _goes_on(meeting: Meeting, on: date) -> bool:
    """Whether it is in progress on the day `on`; False if its date is a whole month or year."""
    if not meeting.when:
        return False
    first, last = bounds(meeting.when), span(meeting.when)
    return first.earliest == first.latest and last.earliest <= on <= last.latest


MEETINGS = Section(
    "meetings",
    MeetingsState,
    {
        MeetingScheduled: _scheduled,
        MeetingRescheduled: _rescheduled,
        MeetingHeld: _held,
        MeetingCancelled: _cancelled,
    },
    answer=_answer,
    empty=Meetings,
    findings=_findings,
)
