"""Meetings: held, in progress, to come."""

from __future__ import annotations

from collections.abc import Iterable
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
from comity.domain.lives.life import fault_in
from comity.domain.lives.table import LIVES, NONE
from comity.domain.text import folded
from comity.domain.time.dates import bounds, lies_before, span
from comity.projections.findings import Citation, cite
from comity.projections.projection import NeedsWhole
from comity.projections.sections.section import Memory, Section, WorkingState, comes_after

_NO_LEVEL = "unspecified"
_LIFE = LIVES["meeting"]
_MeetingEvent = MeetingScheduled | MeetingRescheduled | MeetingHeld | MeetingCancelled


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
    """The substate of meetings; by case-folded id unless a field says otherwise."""

    scheduled: dict[str, Meeting] = {}
    last_held: dict[str, Meeting] = {}
    """By level."""
    latest: Meeting | None = None
    """What the last event held, with the details of its announcement; None if it was incoherent."""
    lasting: dict[str, Meeting] = {}
    """The meetings held last that may still be in progress."""
    held: dict[str, Citation] = {}
    cancelled: set[str] = set()

    def status(self, key: str) -> str:
        """How a meeting stands, by its case-folded id."""
        if key in self.held:
            return "held"
        if key in self.scheduled:
            return "scheduled"
        return "cancelled" if key in self.cancelled else NONE


def _leads(meetings: MeetingsState, key: str, event: _MeetingEvent, state: WorkingState) -> bool:
    """Whether the event leads from how its meeting stands; if not, that is a finding."""
    status = meetings.status(key)
    fault = fault_in(_LIFE, status, event)
    if fault:
        state.find_fault(fault, event, event.meeting, status)
    return not fault or status == NONE


def _planned(
    meetings: MeetingsState, event: MeetingScheduled | MeetingRescheduled, state: WorkingState
) -> None:
    """A meeting is announced or moved; if it had been cancelled, it is planned again."""
    key = folded(event.meeting)
    if not _leads(meetings, key, event, state):
        return
    if lies_before(event.planned_for, event.when):
        message = (
            f"meeting {event.meeting!r}: announced on {event.when} for {event.planned_for}, "
            "an earlier day"
        )
        state.find("planned-before-announced", message, event)
    meetings.cancelled.discard(key)
    known, when = meetings.scheduled.get(key), event.planned_for
    if known is not None and isinstance(event, MeetingScheduled):
        when = when or known.when  # put off without a new date, it has none
    meetings.scheduled[key] = _updated(known, _meeting(event, when))


def _held(meetings: MeetingsState, event: MeetingHeld, state: WorkingState) -> None:
    """A meeting takes place."""
    meetings.latest = None
    key = folded(event.meeting)
    if not _leads(meetings, key, event, state):
        return
    meetings.held[key] = cite(event)
    meetings.cancelled.discard(key)
    meeting = _updated(meetings.scheduled.pop(key, None), _meeting(event, event.when))
    meetings.latest = meetings.last_held[meeting.level or _NO_LEVEL] = meeting
    _note_lasting(meetings, meeting)


def _held_late(meetings: MeetingsState, event: MeetingHeld, _state: WorkingState) -> None:
    """A meeting of which nothing else tells was held before others that are known already."""
    meetings.held[folded(event.meeting)] = cite(event)
    meeting = _meeting(event, event.when)
    level = meeting.level or _NO_LEVEL
    known = meetings.last_held.get(level)
    if known is None or comes_after(event.when, known.when):
        meetings.last_held[level] = meeting
    if "/" in event.when:
        raise NeedsWhole  # it may still go on
    meetings.lasting[meeting.meeting] = meeting


def _note_lasting(meetings: MeetingsState, meeting: Meeting) -> None:
    """Add a meeting that can last, and remove those that were surely over by then."""
    first, last = bounds(meeting.when)
    lasting = meetings.lasting
    newest = next(reversed(lasting.values()), None)
    if newest is not None and bounds(newest.when).earliest < first:  # else they were removed then
        for name in [name for name, other in lasting.items() if span(other.when).latest < first]:
            del lasting[name]
    if "/" in meeting.when or first == last:
        lasting[meeting.meeting] = meeting


def _cancelled(meetings: MeetingsState, event: MeetingCancelled, state: WorkingState) -> None:
    """A meeting is called off."""
    key = folded(event.meeting)
    if _leads(meetings, key, event, state):
        meetings.cancelled.add(key)
        meetings.scheduled.pop(key, None)


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


def awaited_meetings(state: WorkingState, on: date) -> list[Meeting]:
    """The announced meetings by their planned day; a party that is gone awaits none."""
    meetings = MEETINGS.of(state)
    if meetings is None or state.ended(on) is not None:
        return []
    return sorted(meetings.scheduled.values(), key=lambda m: (planned_day(m), m.meeting))


def _answer(meetings: MeetingsState, state: WorkingState, on: date) -> Meetings:
    """The meetings by level, those in progress on the day, and those awaited."""
    awaited = awaited_meetings(state, on)
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


def _forget(meetings: MeetingsState, _state: WorkingState, _on: date) -> Iterable[str]:
    over = [*meetings.held, *meetings.cancelled]
    meetings.held.clear()
    meetings.cancelled.clear()
    return over


def _missing(meetings: MeetingsState | None, event: _MeetingEvent) -> tuple[str, ...]:
    key = folded(event.meeting)
    return (key,) if meetings is None or meetings.status(key) == NONE else ()


def _recall(meetings: MeetingsState, then: MeetingsState, event: _MeetingEvent) -> None:
    key = folded(event.meeting)
    if key in then.held:
        meetings.held[key] = then.held[key]
    if key in then.cancelled:
        meetings.cancelled.add(key)
    if key in then.scheduled:
        meetings.scheduled[key] = then.scheduled[key]


MEETINGS = Section(
    "meetings",
    MeetingsState,
    {
        MeetingScheduled: _planned,
        MeetingRescheduled: _planned,
        MeetingHeld: _held,
        MeetingCancelled: _cancelled,
    },
    memory=Memory(_forget, _missing, _recall),
    late={MeetingScheduled: _planned, MeetingHeld: _held_late},
    answer=_answer,
    empty=Meetings,
)
