"""What is recorded of the dyads of a panel: asked of the engine once for all periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple

from comity.adapters.interchange.exporters.panel_columns import QUADS
from comity.adapters.interchange.exporters.periods import PanelPeriod, within_one
from comity.domain.parties import current, party
from comity.domain.scope import scope_of
from comity.domain.selection import entry_of
from comity.domain.time.dates import span
from comity.engine import TimelineEngine
from comity.engine.engine import told_answers
from comity.projections.dyads import (
    SentProjection,
    Stocks,
    StocksProjection,
    Visit,
    VisitsProjection,
)
from comity.projections.on_days import History, HistoryProjection
from comity.projections.sections.section import WorkingState
from comity.projections.views.tone import PeriodTone, ToneReading
from comity.query import Progress
from comity.query.parameters import is_one_relationship

_ToneFlows = tuple[int, int, int, int, int, float | None]
_NO_TONE: _ToneFlows = (0, 0, 0, 0, 0, None)


class Flows(NamedTuple):
    """The flows of a period: of coded and of recorded events, and the number of visits."""

    coded: _ToneFlows
    recorded: _ToneFlows
    visits: int


NO_FLOWS = Flows(_NO_TONE, _NO_TONE, 0)
"""The flows of a period in which nothing is recorded."""
_Sent = dict[str, tuple[PeriodTone, ...]]
_Key = tuple[str, str]
_History = History[WorkingState, Stocks]


class Dyad(NamedTuple):
    """What is recorded of a dyad, in one direction or in both.

    By the period, in EDTF: the flows of coded and of recorded events, and the number of visits.
    """

    coded: dict[str, _ToneFlows]
    recorded: dict[str, _ToneFlows]
    visits: Counter[str]
    history: _History | None

    def flows(self, period: str) -> Flows:
        """The flows of a period."""
        return Flows(
            self.coded.get(period, _NO_TONE),
            self.recorded.get(period, _NO_TONE),
            self.visits[period],
        )

    def told(self, by: PanelPeriod) -> set[str]:
        """The periods, in EDTF, into which something that is recorded surely falls."""
        rows = self.history.rows if self.history else ()
        found = (within_one(entry_of(row[4]).bounds, by) for row in rows)
        periods = {period.edtf for period in found if period is not None}
        return periods.union(self.coded, self.recorded, self.visits)

    def stocks(self, days: Sequence[date]) -> Iterable[Stocks]:
        """What stands on each of the days, which are in order."""
        return self.history.answers(days) if self.history else (Stocks() for _ in days)


class Facts:
    """What is recorded of pairs, by their relationships; `codes` are the parties asked about."""

    def __init__(
        self,
        by: PanelPeriod,
        codes: tuple[str, ...],
        *,
        tone: dict[str, list[PeriodTone]],
        sent: dict[str, _Sent] | None,
        histories: dict[str, _History],
        visits: dict[str, list[Visit]],
    ) -> None:
        self._by: PanelPeriod = by
        self.codes = codes
        self._tone, self._sent, self._histories, self._visits = tone, sent, histories, visits

    def pairs(self) -> Iterator[_Key]:
        """The pairs of which something is recorded."""
        for relationship in {*self._tone, *self._histories, *self._visits}:
            one, other = relationship.split("-")
            yield one, other

    def told(self) -> Iterator[date]:
        """The first and the last day of each period into which something surely falls."""
        texts = {each.period for tones in self._tone.values() for each in tones} - {""}
        days = {
            entry_of(row[4]).bounds for history in self._histories.values() for row in history.rows
        }
        days |= {visit.days for visits in self._visits.values() for visit in visits}
        for bounds in (*map(span, texts), *days):
            if (found := within_one(bounds, self._by)) is not None:
                yield from (found.first, found.last)

    def left_out(self) -> int:
        """How many events with a tone surely fall into no period."""
        return sum(
            each.coded.events + each.recorded.events
            for tones in self._tone.values()
            for each in tones
            if not each.period or within_one(span(each.period), self._by) is None
        )

    def dyad(self, one: str, other: str) -> Dyad | None:
        """What is recorded of a dyad; with a direction of what `one` does to `other`."""
        key = "-".join(sorted((one, other)))
        tone, visits = self._tone.get(key), self._visits.get(key)
        history = self._histories.get(key)
        if tone is None and visits is None and history is None:
            return None
        coded: Sequence[PeriodTone] = tone or ()
        if self._sent is not None:
            coded = self._sent.get(key, {}).get(one, ())
        guests = {one, other, ""} if self._sent is None else {one}
        begun = (
            within_one(visit.days, self._by) for visit in visits or () if visit.guest in guests
        )
        return Dyad(
            {each.period: _flows(each.coded) for each in coded if each.coded.events},
            {each.period: _flows(each.recorded) for each in tone or () if each.recorded.events},
            Counter(period.edtf for period in begun if period is not None),
            history,
        )


def _flows(reading: ToneReading) -> _ToneFlows:
    quads, mean = reading.by_quad_class, reading.mean_goldstein
    verbal, material, conflict, violence = (quads.get(name, 0) for name in QUADS)
    return (
        reading.events, verbal, material, conflict, violence,
        None if mean is None else float(mean),
    )  # fmt: skip


def facts_of(
    engine: TimelineEngine,
    parties: tuple[str, ...],
    by: PanelPeriod,
    position: int,
    *,
    directed: bool,
    progress: Progress | None = None,
) -> Facts:
    """What is recorded of all pairs, of those of a party, or of those among several."""
    tone: dict[str, list[PeriodTone]] = {}
    sent: dict[str, _Sent] = {}
    histories: dict[str, _History] = {}
    visits: dict[str, list[Visit]] = {}
    asked: Any = {"known_at": position, "progress": progress}
    stocks = HistoryProjection(StocksProjection())
    for some in _questions(parties):
        for each in engine.tone(*some, by=by, **asked):
            tone.setdefault(each.relationship, []).append(each)
        if directed:
            sent |= told_answers(engine, SentProjection(by), some, date.max, **asked)
        found = told_answers(engine, stocks, some, date.max, **asked)
        histories |= {key: history for key, history in found.items() if history.rows}
        came = told_answers(engine, VisitsProjection(), some, date.max, **asked)
        visits |= {key: several for key, several in came.items() if several}
    return Facts(
        by, _codes(parties), tone=tone, sent=sent if directed else None, histories=histories,
        visits=visits,
    )  # fmt: skip


def _questions(parties: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The parties of each question to ask: of several parties, each pair among them."""
    if not is_one_relationship(parties):
        return [parties]
    return list(combinations(scope_of(*parties).parties, 2))


def _codes(parties: tuple[str, ...]) -> tuple[str, ...]:
    if is_one_relationship(parties):
        return scope_of(*parties).parties
    return tuple(current(party(code)) for code in parties)
