"""Pieces: a long timeline is read and folded piece by piece of its time, so few events are held.

A piece holds the entries whose last second lies in its days or, for `possible`, whose first one
does. It is read with all that the places of its entries depend on. So they have the bounds and
the order that they have in the whole timeline, and the order of no subject crosses its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from operator import itemgetter
from typing import Any, Generic, TypeVar

from comity.domain.events import FACTS
from comity.domain.scope import Query, Scope
from comity.domain.selection import Entry, select_rows
from comity.domain.time.dates import last_second
from comity.ports import LogStore
from comity.projections.projection import Projection
from comity.query.fold import Fold, fold
from comity.query.gathering import Gathering
from comity.query.places import Places, Second
from comity.query.plan import Plan, held_of, is_long_with
from comity.query.reading import DatesChecked, Reading, facts_to_read, is_known

S = TypeVar("S")
A = TypeVar("A")
_latest: Second = itemgetter(0)
_earliest: Second = itemgetter(3)


class LongTimeline:
    """The one timeline of a part of a plan, to be folded in pieces."""

    def __init__(
        self, store: LogStore, part: Plan, projection: Projection[Any, Any] | None = None
    ) -> None:
        """Of a projection of some kinds only those are read that share an order with them.

        Where these are few, it is not `is_long`.
        """
        [timeline] = part.timelines
        kinds = facts_to_read(projection) if projection else frozenset[str]()
        self.scope: Scope = timeline.scope
        self._store = store
        self._query = part.query._replace(scope=timeline.scope)
        self._gathering = Gathering(store, part, kinds)
        self._held = held_of(timeline)
        counts = store.count_by_day(timeline.streams, part.query.position, kinds or FACTS)
        self.is_long = is_long_with(timeline, sum(counts.values()))
        ends, day = list(_ends(counts.items(), self._held)), part.query.day.toordinal()
        self._ends = [*(end for end in ends if end < day), day]
        self._later = [end for end in ends if end > day]
        self._first: Reading | None = None

    def is_known(self) -> bool:
        """Whether its key has an answer. It reads no further than to a piece that says so."""
        if not self.scope.parties:
            return True
        return any(self._is_known_by(*days) for days in pairwise([0, *self._ends, *self._later]))

    def answer(self, of: Fold[S, A]) -> A:
        """The answer; while it is folded, one piece is held at a time."""
        folding = _Folding(of, self._gathering, self._query, self._held)
        for end in self._ends:
            self._fold(folding, end)
        return folding.answer()

    def _fold(self, folding: _Folding[Any, Any], end: int) -> None:
        reading, self._first = self._first or self._gathering.days(folding.after, end), None
        with DatesChecked(self._store.name, reading.records):
            folding.fold(reading, end)

    def _is_known_by(self, after: int, until: int) -> bool:
        reading = self._gathering.days(after, until)
        if until == self._ends[0]:
            self._first = reading  # it is folded next
        return has_answer(self._store.name, reading)


def has_answer(store: str, timeline: Reading | LongTimeline) -> bool:
    """Whether a key has an answer; `store` is the store's name in errors."""
    if isinstance(timeline, LongTimeline):
        return timeline.is_known()
    with DatesChecked(store, timeline.records):
        return is_known(timeline)


class _Folding(Generic[S, A]):
    """The state of a timeline after the pieces up to a day, `after` (an ordinal)."""

    def __init__(self, of: Fold[S, A], gathering: Gathering, query: Query, held: int) -> None:
        self._query, self.after = query, 0
        self._bound = of.bound(query)
        self._state = self._bound.initial()
        self._undetermined: list[Entry] = []
        self._second = _latest if query.certainty == "certain" else _earliest
        self._places = Places(gathering, of, self._second, last_second(query.day), held)

    def fold(self, reading: Reading, until: int) -> None:
        """Fold what was read up to a day or, if a subject's order crosses that, an earlier one."""
        day, second = self._query.day, self._second
        rows = self._places.rows(reading)
        if until == day.toordinal():
            self._undetermined = select_rows(rows, day).undetermined
        else:
            until = max(self.after, self._places.last_day(until))
        first, last = _last_second(self.after), _last_second(until)
        piece = [row for row in rows if first < second(row) <= last]
        if piece:
            folded, _ = select_rows(piece, date.fromordinal(until), self._query.certainty)
            self._state = fold(self._bound, self._state, folded)
        self._places.forget(until)
        self.after = until

    def answer(self) -> A:
        """The answer after all pieces."""
        for entry in self._undetermined:
            self._state = self._bound.on_undetermined(self._state, entry)
        answer = self._bound.finish(self._state, self._query.day)
        return self._bound.with_query(answer, self._query)


def _last_second(day: int) -> int:
    return last_second(date.fromordinal(day)) if day else 0


def _ends(counts: Iterable[tuple[int, int]], held: int) -> Iterator[int]:
    """The days on which pieces of about so many events end, from the counts by day."""
    day = count = 0
    for day, number in counts:
        count += number
        if count >= held:
            yield day
            count = 0
    if count:
        yield day
