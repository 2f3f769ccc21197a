"""Series of meetings: the last and the next round, whose turn it is to host, what is overdue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from comity.domain.events import Event, MeetingHeld, MeetingRescheduled, MeetingScheduled
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds, span
from comity.projections.findings import Finding
from comity.projections.sections.meetings import (
    MEETINGS,
    Meeting,
    awaited_meetings,
    is_to_come,
    planned_day,
)
from comity.projections.sections.rounds import Round, SeriesHistory
from comity.projections.sections.section import Memory, Section, WorkingState, get_or_create


class Series(Struct, frozen=True):
    """A series of meetings.

    `usual_interval` is in days. `due` is as precise as the last two rounds: a day, month or year.
    """

    series: str
    last: Meeting | None = None
    next: Meeting | None = None
    next_round: int | None = None
    next_host: str = ""
    usual_interval: int | None = None
    due: str = ""
    overdue: bool = False


class SeriesState(Struct, omit_defaults=True):
    """By name, each series with a meeting that was announced or held."""

    histories: dict[str, SeriesHistory] = {}


def _announced(
    series: SeriesState, event: MeetingScheduled | MeetingRescheduled, _state: WorkingState
) -> None:
    """A meeting of a series is announced; the meetings' section has its date."""
    if event.series:
        _history(series, event.series)


def _held(series: SeriesState, event: MeetingHeld, state: WorkingState) -> None:
    """A round is held; its series may come from the announcement."""
    meetings = MEETINGS.of(state)
    meeting = meetings.latest if meetings else None
    if meetings is None or meeting is None or not meeting.series:
        return
    held = Round(meetings.held[folded(event.meeting)], meeting.round)
    _history(series, meeting.series).add(held, meeting)


def _history(series: SeriesState, name: str) -> SeriesHistory:
    return get_or_create(series.histories, folded(name), lambda: SeriesHistory(name))


def _findings(series: SeriesState, state: WorkingState) -> Iterator[Finding]:
    """Rounds of a series that are missing, repeated or out of order."""
    undetermined = [e for e in state.undetermined if isinstance(e, MeetingHeld) and e.series]
    for key, history in series.histories.items():
        yield from history.findings({e.round for e in undetermined if folded(e.series) == key})


def _without_series(_series: SeriesState, _event: Event, _state: WorkingState) -> None:
    """What is of no series changes none."""


def _forget(series: SeriesState, state: WorkingState, on: date) -> Iterable[str]:
    for history in series.histories.values():
        state.findings.extend(history.forget(on))
    return ()


def _nothing_missing(_series: SeriesState | None, _event: Event) -> tuple[str, ...]:
    """What is left out is not known again: a round that belongs there needs the whole timeline."""
    return ()


def _nothing_to_recall(_series: SeriesState, _then: SeriesState, _event: Event) -> None:
    pass


def _answer(series: SeriesState, state: WorkingState, on: date) -> dict[str, Series]:
    """Each series with a meeting that was held or is awaited."""
    awaited: dict[str, list[Meeting]] = {}
    for meeting in awaited_meetings(state, on):
        awaited.setdefault(folded(meeting.series), []).append(meeting)
    return {
        history.series: _series(history.series, history, awaited.get(key, []), state, on)
        for key, history in sorted(series.histories.items(), key=lambda item: item[0])
        if history.rounds or key in awaited
    }


def _series(
    name: str, history: SeriesHistory, awaited: list[Meeting], state: WorkingState, on: date
) -> Series:
    to_come = [meeting for meeting in awaited if is_to_come(meeting, on)]
    following = min(to_come, key=lambda m: (planned_day(m), m.meeting), default=None)
    last = history.newest_meeting
    interval = history.usual_interval()
    due = _due(history, interval) if state.ended(on) is None else ""
    # The parties of a pair take turns; if the last host is unknown, so is the next.
    other_host = state.other_party(last.host) if last else ""
    return Series(
        name,
        last=last,
        next=following,
        next_round=(following.round if following else None) or _next_round(history.newest),
        next_host=(following.host if following else "") or other_host,
        usual_interval=interval,
        due=due,
        overdue=bool(due) and span(due).latest < on,
    )


def _next_round(last: Round | None) -> int | None:
    return last.number + 1 if last and last.number else None


def _due(history: SeriesHistory, interval: int | None) -> str:
    """When the next round is due, as precisely as the last two rounds are dated."""
    last = history.newest
    if last is None or interval is None:
        return ""
    first, latest = bounds(last.event.when)
    if interval > (date.max - latest).days:
        return ""
    due = Bounds(first + timedelta(interval), latest + timedelta(interval))
    recent = sorted(history.rounds, key=lambda each: each.order)[-2:]
    return _written(due, max((_precision(each.event.when) for each in recent), default=0))


def _precision(when: str) -> int:
    """0 for a day, 1 for days of one month, 2 for anything longer."""
    first, last = bounds(when)
    if first == last:
        return 0
    return 1 if (first.year, first.month) == (last.year, last.month) else 2


def _written(due: Bounds, precision: int) -> str:
    """A date of which no more is told than is known."""
    if precision == 0:
        return due.latest.isoformat()
    length = 7 if precision == 1 else 4
    first, last = due.earliest.isoformat()[:length], due.latest.isoformat()[:length]
    return first if first == last else f"{first}/{last}"


SERIES = Section(
    "series",
    SeriesState,
    {MeetingHeld: _held, MeetingScheduled: _announced, MeetingRescheduled: _announced},
    after=(MEETINGS,),
    late=dict.fromkeys((MeetingHeld, MeetingScheduled), _without_series),
    late_if=lambda event: not event.series,
    memory=Memory(_forget, _nothing_missing, _nothing_to_recall),
    answer=_answer,
    empty=dict[str, Series],
    findings=_findings,
)
