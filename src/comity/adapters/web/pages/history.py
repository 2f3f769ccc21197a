"""What is known of a relationship at a position: read once, and kept for the next pages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from comity.domain.recorded import Recorded
from comity.domain.scope import Scope, scope_of
from comity.domain.selection import Entry, belonging, retracted, told_of
from comity.engine.engine import asked, records_told
from comity.projections.findings import Finding

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.query import KnownAt

_MOST_KEPT = 8
"""How many histories are kept; one of 3,000 events takes some megabytes."""
_MOST_MOMENTS = 200
"""How many moments of knowing a page offers."""


class Moment(NamedTuple):
    """A moment at which something was learned: the log's position then, and the records by then."""

    position: int
    recorded_at: str
    events: int


class History:
    """The timeline of a relationship as known at `position`, and what was recorded for it."""

    def __init__(self, engine: TimelineEngine, scope: Scope, position: int) -> None:
        self.scope, self.position = scope, position
        self.entries: Sequence[Entry] = engine.timeline(*scope.parties, known_at=position)
        self._records = list(_own(records_told(engine, scope.parties, position), scope))
        self._engine = engine

    @property
    def relationship(self) -> str:
        """The relationship's id."""
        return self.scope.key

    @cached_property
    def by_id(self) -> dict[str, Recorded]:
        """Every record of the relationship that was known, by id: facts and record keeping."""
        return {record.id: record for record in self._records}

    @cached_property
    def retracted(self) -> list[tuple[Recorded, Recorded]]:
        """The facts that were retracted, each with its retraction, in the order of the log."""
        gone = retracted(self._records)
        facts = (record for record in self._records if record.event.when)
        return [(fact, gone[fact.id]) for fact in facts if fact.id in gone]

    @cached_property
    def moments(self) -> list[Moment]:
        """When something was learned, the last for certain; of very many, evenly chosen ones."""
        return thinned(_moments(self._records), _MOST_MOMENTS)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about the whole timeline, what is dated after today included."""
        today = asked(self._engine).day
        last = max((e.earliest for e in self.entries), default=today)
        state = self._engine.state(
            *self.scope.parties, on=max(last, today), known_at=self.position, certainty="possible"
        )
        return state.findings

    @cached_property
    def found(self) -> dict[str, tuple[str, ...]]:
        """The kinds of the findings about each event, by its id."""
        kinds: dict[str, dict[str, None]] = {}
        for finding in self.findings:
            for event in finding.events:
                kinds.setdefault(event, {})[finding.kind] = None
        return {event: tuple(found) for event, found in kinds.items()}


def _own(records: Sequence[Recorded], scope: Scope) -> Iterator[Recorded]:
    """The records that belong to a scope, and the record keeping about them."""
    belongs = belonging([r for r in records if r.event.when], scope, retracted(records))
    by_id = {record.id: record for record in records}
    for record in records:
        fact = told_of(record, by_id)
        if fact is not None and (belongs is None or belongs(fact)):
            yield record


def _moments(records: Sequence[Recorded]) -> list[Moment]:
    """One for each time of recording: what was recorded together was learned together."""
    moments: dict[str, Moment] = {}
    for count, record in enumerate(records, start=1):
        at = record.recorded_at.isoformat()
        moments[at] = Moment(record.position, at, count)
    return list(moments.values())


def thinned(moments: list[Moment], most: int) -> list[Moment]:
    """At most so many of them, evenly chosen; the first and the last stay."""
    if len(moments) <= most:
        return moments
    step = (len(moments) - 1) / (most - 1)
    return [moments[round(number * step)] for number in range(most)]


class Histories:
    """The histories that were asked for last, of one engine."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str, int], History] = OrderedDict()
        self._lock = Lock()

    def of(self, engine: TimelineEngine, relationship: str, known_at: KnownAt) -> History:
        """The history of a relationship as known at a moment. Raises `InvalidInput` errors."""
        scope = scope_of(relationship)
        key = id(engine), scope.key, asked(engine, known_at=known_at).position
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        history = History(engine, scope, key[-1])
        with self._lock:
            self._kept[key] = history
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return history
