"""The panel: a row for each dyad and year, quarter or month, as researchers use it.

Flows are of the whole period. Stocks are of its last day on which both states were members of the
system of states.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

from comity.adapters.interchange.exporters.members import (
    Numbers,
    is_state,
    members,
    numbers_of,
    shared_days,
    shared_lives,
    within,
)
from comity.adapters.interchange.exporters.panel_columns import PanelRow
from comity.adapters.interchange.exporters.panel_facts import NO_FLOWS, facts_of
from comity.adapters.interchange.exporters.periods import (
    PanelPeriod,
    Period,
    check_period,
    periods,
)
from comity.domain.time.dates import Bounds, period
from comity.engine import TimelineEngine
from comity.engine.engine import asked
from comity.projections.dyads import NOTHING
from comity.query import Day, KnownAt, Progress

_Place = tuple[bool, int, bool, int, str]
"""Where a state stands in a panel: by its numbers, and without them by its code."""


class _Span(NamedTuple):
    """A period, how many of its days two states shared, and the last of these."""

    period: Period
    days: int
    last: date


def panel(
    engine: TimelineEngine,
    *parties: str,
    by: PanelPeriod = "year",
    since: Day = None,
    until: Day = None,
    directed: bool = False,
    all_dyads: bool = False,
    known_at: KnownAt = None,
    progress: Progress | None = None,
) -> Iterator[PanelRow]:
    """The rows of a panel, in order of their dyads and of time; see `Panel`."""
    return Panel(
        engine, *parties, by=by, since=since, until=until, directed=directed, all_dyads=all_dyads,
        known_at=known_at, progress=progress,
    ).rows()  # fmt: skip


class Panel:
    """A panel of dyads of states, as known at a `position` of the log.

    No parties mean all dyads, one means those with it, and several mean those among them. A dyad
    has a row for each period, from that of `since` to that of `until`, in which both states
    were members of the system of states on some day; and one for each other period in which both
    existed and of which something is recorded. Without them, the periods are those from the first
    to the last into which an event surely falls. Its dyads are those of which something is
    recorded; with `all_dyads` also all others of the system of states. `directed` gives each dyad
    in both directions; else the state with the lower number comes first. Raises `InvalidInput`
    errors.

    `first` and `last` are its first and last day; None if there are no periods.
    """

    def __init__(
        self,
        engine: TimelineEngine,
        *parties: str,
        by: PanelPeriod = "year",
        since: Day = None,
        until: Day = None,
        directed: bool = False,
        all_dyads: bool = False,
        known_at: KnownAt = None,
        progress: Progress | None = None,
    ) -> None:
        check_period(by)
        given = period(since, until)
        self.parties, self.directed, self.all_dyads = parties, directed, all_dyads
        self.by: PanelPeriod = by
        self.position = asked(engine, known_at=known_at).position
        self._facts = facts_of(
            engine, parties, by, self.position, directed=directed, progress=progress
        )
        told = list(self._facts.told())
        first = given.earliest if since is not None else min(told, default=None)
        last = given.latest if until is not None else max(told, default=None)
        self._known_numbers: dict[tuple[str, date], Numbers] = {}
        self._periods: list[Period] = []
        if first is not None and last is not None and first <= last:
            self._periods = list(periods(first, last, by))
        self._whole = [
            _Span(each, each.last.toordinal() - each.first.toordinal() + 1, each.last)
            for each in self._periods
        ]

    @property
    def first(self) -> date | None:
        """The first day of the first period."""
        return self._periods[0].first if self._periods else None

    @property
    def last(self) -> date | None:
        """The last day of the last period."""
        return self._periods[-1].last if self._periods else None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the parties that were given."""
        return self._facts.codes

    @property
    def left_out(self) -> int:
        """How many events with a tone are of no period, as their dates lie in none for sure."""
        return self._facts.left_out()

    def dyads(self) -> list[tuple[str, str]]:
        """The dyads in order, each as its codes; a directed one is there in both directions."""
        if not self._periods:
            return []
        pairs = {pair for pair in self._facts.pairs() if all(map(is_state, pair))}
        if self.all_dyads:
            pairs.update(self._system())
        places = {code: self._place(code) for pair in pairs for code in pair}
        ordered = [
            (one, other) if places[one] < places[other] else (other, one) for one, other in pairs
        ]
        if self.directed:
            ordered += [(other, one) for one, other in ordered]
        return sorted(ordered, key=lambda pair: (places[pair[0]], places[pair[1]]))

    def rows(self) -> Iterator[PanelRow]:
        """The rows, made as you iterate."""
        for one, other in self.dyads():
            yield from self._rows_of(one, other)

    def _system(self) -> Iterator[tuple[str, str]]:
        """The pairs of the members of the system, or those of the parties that were given."""
        own = self._facts.codes or ()
        for pair in combinations(sorted({*members(), *own}), 2):
            named = sum(code in own for code in pair)
            if not own or named == 2 or (named == 1 and len(own) == 1):
                yield pair

    def _place(self, code: str) -> _Place:
        cow, gw = numbers_of(code, self._periods[0].first, self._periods[-1].last)
        return cow is None, cow or 0, gw is None, gw or 0, code

    def _spans(self, shared: Sequence[Bounds]) -> Iterator[_Span]:
        first, last = self._periods[0].first, self._periods[-1].last
        if any(days.earliest <= first and last <= days.latest for days in shared):
            yield from self._whole
            return
        for each in self._periods:
            if (found := within(shared, each.first, each.last)) is not None:
                yield _Span(each, *found)

    def _rows_of(self, one: str, other: str) -> Iterator[PanelRow]:
        dyad = self._facts.dyad(one, other)
        if dyad is None:
            yield from self._empty_rows_of(one, other)
            return
        own = {span.period: span for span in self._spans(shared_days(one, other))}
        lived = {span.period: span for span in self._spans(shared_lives(one, other))}
        spans = sorted((lived | own).values())
        told = self._told(one, other) if len(spans) > len(own) else set[str]()
        stocks = dyad.stocks([span.last for span in spans])
        side = 0 if one < other else 1
        for (each, days, last), stock in zip(spans, stocks, strict=False):
            if each not in own and each.edtf not in told and stock == NOTHING:
                continue
            cow, gw = self._numbers(one, each)
            other_cow, other_gw = self._numbers(other, each)
            shown = stock.sides[side] if self.directed else stock.both
            flows = dyad.flows(each.edtf)
            yield PanelRow(
                cow, other_cow, gw, other_gw, one, other, each.year,
                each.number if self.by == "quarter" else None,
                each.number if self.by == "month" else None,
                days, last,
                *flows.coded, *flows.recorded, flows.visits,
                stock.relations, shown.missions, shown.level or None, stock.agreements,
                shown.measures, stock.alliances, stock.aligned, stock.opposed,
            )  # fmt: skip

    def _told(self, one: str, other: str) -> set[str]:
        """The periods, in EDTF, into which something falls that is recorded of two states."""
        dyads = (self._facts.dyad(one, other), self._facts.dyad(other, one))
        return {period for dyad in dyads if dyad for period in dyad.told(self.by)}

    def _empty_rows_of(self, one: str, other: str) -> Iterator[PanelRow]:
        """The rows of a dyad of which nothing is recorded: most of those of all dyads."""
        flows = (*NO_FLOWS.coded, *NO_FLOWS.recorded, NO_FLOWS.visits)
        stocks = (NOTHING.relations, 0, None, 0, 0, 0, 0, 0)
        for each, days, last in self._spans(shared_days(one, other)):
            cow, gw = self._numbers(one, each)
            other_cow, other_gw = self._numbers(other, each)
            quarter = each.number if self.by == "quarter" else None
            month = each.number if self.by == "month" else None
            period = (each.year, quarter, month, days, last)
            yield PanelRow._make(
                (cow, other_cow, gw, other_gw, one, other, *period, *flows, *stocks)
            )

    def _numbers(self, code: str, period: Period) -> Numbers:
        known = self._known_numbers.get((code, period.first))
        if known is None:
            known = numbers_of(code, period.first, period.last)
            self._known_numbers[code, period.first] = known
        return known
