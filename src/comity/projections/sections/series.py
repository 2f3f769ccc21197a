"""Series of meetings: the last and the next round, whose turn it is to host, what is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from msgspec import Struct

from comity.domain.events import MeetingHeld, MeetingRescheduled, MeetingScheduled
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds, known_bounds, span
from comity.projections.findings import Citation, Finding, finding
from comity.projections.sections.meetings import (
    MEETINGS,
    Meeting,
    awaited_meetings,
    is_to_come,
    planned_day,
)
from comity.projections.sections.section import Section, WorkingState, get_or_create


class Series(Struct, frozen=True):
    """A series of meetings; `usual_interval` is in days, `due` is as precise as the rounds are."""

    series: str
    last: Meeting | None = None
    next: Meeting | None = None
    next_round: int | None = None
    next_host: str = ""
    usual_interval: int | None = None
    due: str = ""
    overdue: bool = False


class Round(Struct, omit_defaults=True):
    """A meeting of a series that was held."""

    event: Citation
    number: int | None = None

    @property
    def order(self) -> tuple[date, int, str]:
        """The key that orders the rounds of a series."""
        return known_bounds(self.event.when).latest, self.number or 0, self.event.id


class SeriesHistory(Struct, omit_defaults=True):
    """The rounds of a series that were held, and the newest round with its meeting."""

    series: str
    rounds: list[Round] = []
    newest: Round | None = None
    newest_meeting: Meeting | None = None


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
    history = _history(series, meeting.series)
    history.rounds.append(held)
    if history.newest is None or history.newest.order < held.order:
        history.newest, history.newest_meeting = held, meeting


def _history(series: SeriesState, name: str) -> SeriesHistory:
    return get_or_create(series.histories, folded(name), lambda: SeriesHistory(name))


def _findings(series: SeriesState, state: WorkingState) -> Iterator[Finding]:
    """Rounds of a series that are missing, repeated or out of order."""
    undetermined = [e for e in state.undetermined if isinstance(e, MeetingHeld) and e.series]
    for history in series.histories.values():
        name = history.series
        numbered = [(r.number, r.event) for r in history.rounds if r.number is not None]
        rounds = sorted(numbered, key=lambda r: (r[0], bounds(r[1].when), r[1].id))
        yield from _disorder(name, rounds)
        possible = {event.round for event in undetermined if folded(event.series) == folded(name)}
        recorded = possible.union(number for number, _ in rounds)
        first, last = (rounds[0][0], rounds[-1][0]) if rounds else (0, 0)
        missing = [str(number) for number in range(first, last) if number not in recorded]
        if missing:
            message = f"series {name!r}: no record of round {', '.join(missing)}"
            yield finding("round-missing", message, rounds[0][1], rounds[-1][1])


def _disorder(name: str, rounds: list[tuple[int, Citation]]) -> Iterator[Finding]:
    """Compare each round with the latest of the rounds with lower numbers."""
    latest = rounds[0] if rounds else None
    for (before, earlier), (number, event) in pairwise(rounds):
        if latest is None or bounds(earlier.when).earliest > bounds(latest[1].when).earliest:
            latest = before, earlier
        if number == before:
            message = f"series {name!r}: round {number} was held twice"
            yield finding("round-repeated", message, earlier, event)
        elif bounds(event.when).latest < bounds(latest[1].when).earliest:
            message = (
                f"series {name!r}: round {number} on {event.when} came before "
                f"round {latest[0]} on {latest[1].when}"
            )
            yield finding("round-out-of-order", message, latest[1], event)


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
    interval = _usual_interval(history.rounds)
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


def _usual_interval(rounds: list[Round]) -> int | None:
    """The median number of days between rounds; missing rounds divide their interval evenly."""
    dated = sorted((bounds(r.event.when).earliest, r.number or 0) for r in rounds)
    gaps = [
        (later - earlier).days / (high - low if high and low else 1)
        for (earlier, low), (later, high) in pairwise(dated)
        if high > low or not (high and low)
    ]
    return round(median(gaps)) or None if gaps else None


SERIES = Section(
    "series",
    SeriesState,
    {MeetingHeld: _held, MeetingScheduled: _announced, MeetingRescheduled: _announced},
    after=(MEETINGS,),
    answer=_answer,
    empty=dict[str, Series],
    findings=_findings,
)
