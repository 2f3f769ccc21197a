"""Counted streams: the events that the store has counted, as known at a position.

The counts hold every counted event, the retracted ones too. So the later and the retracted ones
are taken away; and in the months that a limit of the question cuts, events are read one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from comity.domain.counting import (
    Cell,
    Measure,
    MeasuredCell,
    counted,
    first_day,
    last_day,
    last_of_span,
    measure,
    month_of,
)
from comity.domain.events import CATALOGUE, RECORD_KEEPING, Event
from comity.domain.scope import Scope
from comity.domain.selection import retracted
from comity.domain.time.dates import Bounds, known_bounds
from comity.ports import LogStore, Window
from comity.query.plan import Plan
from comity.query.snapshots import TimelineStreams

_KINDS = frozenset(tag for tag, kind in CATALOGUE.items() if not kind.subject)
_EVER = Bounds(date.min, date.max)


class Limits(NamedTuple):
    """The days of a question, and those of the members of a scope to which a stream belongs."""

    period: Bounds
    members: tuple[Bounds, ...]

    def allow(self, days: Bounds) -> bool:
        """Whether an event with these bounds counts."""
        return _touches(days, self.period) and any(_touches(days, each) for each in self.members)

    def cut(self, months: int) -> bool:
        """Whether one of them lies within a span of so many months, and not at its ends."""
        return any(_cuts(days, months) for days in (self.period, *self.members))


def _touches(days: Bounds, others: Bounds) -> bool:
    return days.earliest <= others.latest and days.latest >= others.earliest


def _cuts(days: Bounds, months: int) -> bool:
    first, last = month_of(days.earliest), month_of(days.latest)
    begins = days.earliest == first_day(first // months * months)
    return not begins or days.latest != last_of_span(last, months)


@lru_cache(maxsize=65536)
def _allow_cell(limits: Limits, since: date, until: date, months: int) -> bool | None:
    """Whether the limits allow every event of a cell, or none; None if they cut its spans.

    Limits that allow an event allow also one that is earlier first, or later last.
    """
    last_begins = first_day(month_of(until) // months * months)
    if limits.allow(Bounds(last_of_span(month_of(since), months), last_begins)):
        return True
    return None if limits.allow(Bounds(since, until)) else False


class CountedStreams:
    """The counts of some timelines; to be made within a transaction.

    Their cells have spans of so many `months`, or of one month where a limit cuts longer ones.
    """

    def __init__(self, store: LogStore, plan: Plan, period: Bounds, months: int) -> None:
        self._store, self._position = store, plan.query.position
        self._heads = {name: plan.heads[name] for t in plan.timelines for name in t.streams}
        self._limits = {
            (timeline.scope.key, name): Limits(period, _members(timeline.scope, name))
            for timeline in plan.timelines
            for name in timeline.streams
        }
        cut = {name for (_, name), limits in self._limits.items() if _cut(limits, months)}
        self._months = {name: 1 if name in cut else months for name in self._heads}
        self.linked: set[str] = set()
        """The streams that hold events which are not counted."""
        gone = self._retracted()
        self._cells = self._known(self._counts(), gone)
        self._cut = self._read_cut({event.id for event in gone})

    def cells(self, timeline: TimelineStreams) -> list[MeasuredCell]:
        """The counts of a timeline; a cell can come several times."""
        cells: list[MeasuredCell] = []
        for name in timeline.streams:
            limits, months = self._limits[timeline.scope.key, name], self._months[name]
            own = self._cells.get(name, ())
            if _is_unlimited(limits):
                cells.extend(own)
                continue
            cells.extend(each for each in own if _allow_cell(limits, *each[0][:2], months))
            for event, cell, one in self._cut.get(name, ()):
                is_cut = _allow_cell(limits, *cell[:2], months) is None
                if is_cut and limits.allow(known_bounds(event.when)):
                    cells.append((cell, one))
        return cells

    def _counts(self) -> dict[str, list[MeasuredCell]]:
        """What the store has counted."""
        found: dict[str, list[MeasuredCell]] = {}
        for months in set(self._months.values()):
            own = {name: h for name, h in self._heads.items() if self._months[name] == months}
            counts = self._store.counts(own, months)
            found.update((name, list(cells)) for name, cells in counts.cells.items())
            self.linked.update(counts.linked)
        return found

    # What is taken away

    def _retracted(self) -> list[Event]:
        """The counted events that are retracted."""
        with_acts = [name for name, head in self._heads.items() if head.has_acts]
        if not with_acts:
            return []
        always = date.max.toordinal()
        window = Window(dict.fromkeys(with_acts, always), always, RECORD_KEEPING)
        acts = self._store.read_streams({}, self._position, window)
        gone = retracted(record for records in acts.values() for record in records)
        events = (record.event for record in self._store.find(gone).values())
        return [event for event in events if counted(event)]

    def _known(
        self, known: dict[str, list[MeasuredCell]], gone: Iterable[Event]
    ) -> dict[str, list[MeasuredCell]]:
        """The cells without the events that are retracted, or recorded later."""
        last = self._store.head().position
        is_newest = self._position == last
        later = [] if is_newest else self._store.read_after(self._heads, self._position, last)
        for event in (*gone, *(record.event for record in later)):
            name = event.relationship
            if found := counted(event, self._months[name]):
                cell, code = found
                known.setdefault(name, []).append((cell, measure(cell.scheme, code, -1)))
        return known

    # Months that are cut

    def _read_cut(self, gone: set[str]) -> dict[str, list[tuple[Event, Cell, Measure]]]:
        """The counted events in the cells that limits cut, by stream, each with its cell."""
        names: dict[tuple[date, date], set[str]] = defaultdict(set)
        for (_, name), limits in self._limits.items():
            if _is_unlimited(limits):
                continue
            for (since, until, _), _ in self._cells.get(name, ()):
                if _allow_cell(limits, since, until, self._months[name]) is None:
                    names[since, until].add(name)
        cut: dict[str, list[tuple[Event, Cell, Measure]]] = defaultdict(list)
        for days, streams in names.items():
            for event in self._events_of(*days, streams):
                found = counted(event)
                if found and found[0][:2] == days and event.id not in gone:
                    cell, code = found
                    cut[event.relationship].append((event, cell, measure(cell.scheme, code)))
        return cut

    def _events_of(self, since: date, until: date, streams: Iterable[str]) -> Iterator[Event]:
        """The events that can have become true in the months of a cell, and some others."""
        after = until.replace(day=1).toordinal() - 1
        last = last_day(month_of(since)).toordinal()
        window = Window(dict.fromkeys(streams, after), last, _KINDS)
        read = self._store.read_streams({}, self._position, window)
        return (record.event for records in read.values() for record in records)


def _members(scope: Scope, name: str) -> tuple[Bounds, ...]:
    """The days of the members of a scope to which the events of a stream can belong."""
    parties = name.split("-")
    days = [Bounds(m.since, m.until) for m in scope.members if m.codes.issubset(parties)]
    return (_EVER,) if _EVER in days else tuple(days)


def _cut(limits: Limits, months: int) -> bool:
    return not _is_unlimited(limits) and limits.cut(months)


def _is_unlimited(limits: Limits) -> bool:
    return limits.period == _EVER and limits.members == (_EVER,)
