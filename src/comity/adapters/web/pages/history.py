"""What is known of a relationship at a position: read once, and kept for the next pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from comity.adapters.interchange.exporters.sentences import sentence
from comity.adapters.web.kept import Kept
from comity.domain.events import Event
from comity.domain.parties import Organisation, given_organisations
from comity.domain.recorded import Recorded
from comity.domain.scope import Scope, scope_of
from comity.domain.selection import Entry, belonging, retracted, told_of
from comity.engine.basis import basis_of
from comity.engine.engine import asked, records_told
from comity.projections.findings import Finding

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.query import KnownAt

T = TypeVar("T")

_MOST_KEPT, _MOST_ENTRIES = 16, 50_000
"""How many histories are kept, and of how many entries all together; an entry takes some kB."""
_LEAST_KEPT = 2
"""How many are kept however long they are: a page asks about a moment and about now."""
_MOST_MOMENTS = 200
"""How many moments of knowing a page offers."""


class Moment(NamedTuple):
    """A moment at which something was learned: the log's position then, and the records by then."""

    position: int
    recorded_at: str
    events: int


class History:
    """The timeline of a relationship as known at `position`, and what was recorded for it.

    It never changes, so whatever follows from it alone is made once and kept with it. An event
    says the same at every moment: the histories of a relationship can share its sentence (`said`,
    by the event's id).
    """

    def __init__(
        self,
        engine: TimelineEngine,
        scope: Scope,
        position: int,
        said: dict[str, str] | None = None,
    ) -> None:
        self.scope, self.position = scope, position
        self.entries: Sequence[Entry] = engine.timeline(*scope.parties, known_at=position)
        self.said = {} if said is None else said
        self._engine = engine
        self._made: dict[Callable[[History], Any], Any] = {}

    def once(self, make: Callable[[History], T]) -> T:
        """What `make` makes of this history: made when it is first asked for, and then kept."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    def says(self, event: Event) -> str:
        """What an event of the relationship says, in a sentence."""
        said = self.said.get(event.id)
        if said is None:
            said = self.said[event.id] = sentence(event)
        return said

    @property
    def relationship(self) -> str:
        """The relationship's id."""
        return self.scope.key

    @cached_property
    def _records(self) -> list[Recorded]:
        return list(_own(records_told(self._engine, self.scope.parties, self.position), self.scope))

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


class _Key(NamedTuple):
    """What a history depends on: a redaction rewrites the log at every position."""

    engine: int
    relationship: str
    organisations: tuple[Organisation, ...]
    rewritten: int
    position: int


class Histories:
    """The histories that were asked for last."""

    def __init__(self) -> None:
        self._kept = Kept[_Key, History](_is_too_much)

    def of(self, engine: TimelineEngine, relationship: str, known_at: KnownAt) -> History:
        """The history of a relationship as known at a moment. Raises `InvalidInput` errors."""
        scope, basis = scope_of(relationship), basis_of(engine, known_at=known_at)
        position = basis.position
        key = _Key(id(engine), scope.key, given_organisations(), basis.rewritten, position)
        history = self._kept.get(key)
        if history is None:
            other = self._kept.newest(lambda kept: kept[:-1] == key[:-1])
            history = History(engine, scope, position, other.said if other else None)
            self._kept.keep(key, history)
        return history


def _is_too_much(histories: Collection[History]) -> bool:
    entries = sum(len(history.entries) for history in histories)
    is_long = entries > _MOST_ENTRIES and len(histories) > _LEAST_KEPT
    return is_long or len(histories) > _MOST_KEPT
