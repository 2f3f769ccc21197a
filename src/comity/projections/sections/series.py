"""How series of meetings are read off: the last round, the next, whose turn it is, what is late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from comity.domain.events import Event, MeetingHeld
from comity.domain.time.dates import bounds
from comity.projections.answers import Meeting, Series
from comity.projections.findings import Finding, Told, finding
from comity.projections.sections.book import Book, RoundBook
from comity.projections.sections.meetings import is_to_come, planned_day


def find(book: Book, undetermined: Iterable[Event]) -> Iterator[Finding]:
    """Rounds of a series that are missing, repeated or out of order."""
    unsure = [e for e in undetermined if isinstance(e, MeetingHeld) and e.series]
    for series, held in book.rounds.items():
        numbered = [(r.number, r.event) for r in held if r.number is not None]
        rounds = sorted(numbered, key=lambda r: (r[0], bounds(r[1].when), r[1].id))
        yield from _disorder(series, rounds)
        known = {e.round for e in unsure if e.series == series}.union(n for n, _ in rounds)
        first, last = (rounds[0][0], rounds[-1][0]) if rounds else (0, 0)
        missing = [str(n) for n in range(first, last) if n not in known]
        if missing:
            message = f"series {series!r}: no record of round {', '.join(missing)}"
            yield finding("round-missing", message, rounds[0][1], rounds[-1][1])


def _disorder(series: str, rounds: list[tuple[int, Told]]) -> Iterator[Finding]:
    """Each round against the one before it by number that surely came last."""
    latest = rounds[0] if rounds else None
    for (before, earlier), (number, event) in pairwise(rounds):
        if latest is None or bounds(earlier.when).earliest > bounds(latest[1].when).earliest:
            latest = before, earlier
        if number == before:
            message = f"series {series!r}: round {number} was held twice"
            yield finding("round-repeated", message, earlier, event)
        elif bounds(event.when).latest < bounds(latest[1].when).earliest:
            message = (
                f"series {series!r}: round {number} on {event.when} came before "
                f"round {latest[0]} on {latest[1].when}"
            )
            yield finding("round-out-of-order", message, latest[1], event)


def answer(book: Book, on: date) -> dict[str, Series]:
    """Each series of which a meeting was held or is awaited."""
    awaited: dict[str, list[Meeting]] = {name: [] for name in book.rounds}
    for meeting in book.scheduled.values():
        if meeting.series:
            awaited.setdefault(meeting.series, []).append(meeting)
    return {name: _series(book, name, planned, on) for name, planned in sorted(awaited.items())}


def _series(book: Book, name: str, awaited: list[Meeting], on: date) -> Series:
    held = book.rounds.get(name, [])
    to_come = [meeting for meeting in awaited if is_to_come(meeting, on)]
    following = min(to_come, key=lambda m: (planned_day(m), m.meeting), default=None)
    last, told = book.newest.get(name, (None, None))
    interval = _usual_interval(held)
    due = _due(last, interval)
    return Series(
        name,
        last=told,
        next=following,
        next_round=(following.round if following else None) or _next_round(last),
        next_host=(following.host if following else "") or _other_host(book, told),
        usual_interval=interval,
        due=due.isoformat() if due else "",
        overdue=due is not None and due < on,
    )


def _next_round(last: RoundBook | None) -> int | None:
    return last.number + 1 if last and last.number else None


def _due(last: RoundBook | None, interval: int | None) -> date | None:
    if last is None or interval is None:
        return None
    day = bounds(last.event.when).latest
    return day + timedelta(interval) if interval <= (date.max - day).days else None


def _usual_interval(held: list[RoundBook]) -> int | None:
    """The median number of days from one round to the next; a missing round shares its gap."""
    dated = sorted((bounds(r.event.when).earliest, r.number or 0) for r in held)
    gaps = [
        (later - earlier).days / (high - low if high and low else 1)
        for (earlier, low), (later, high) in pairwise(dated)
        if high > low or not (high and low)
    ]
    return round(median(gaps)) or None if gaps else None


def _other_host(book: Book, last: Meeting | None) -> str:
    """In a pair the parties take turns; where the last host is unknown nobody's turn is known."""
    return other_party(book, last.host) if last else ""


def other_party(book: Book, code: str) -> str:
    """The other of a pair; empty where `code` is none of it, and among more than two."""
    others = [other for other in book.parties if other != book.name(code)]
    return others[0] if len(others) == 1 else ""
