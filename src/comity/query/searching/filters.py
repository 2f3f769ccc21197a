"""Which of the records that match belong to a question: by parties, kinds, time, retractions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import NamedTuple

from comity.domain.events import RecordRetracted
from comity.domain.recorded import Recorded
from comity.domain.scope import Member, Scope
from comity.domain.search.indexed import Columns
from comity.domain.selection import belonging, retracted
from comity.domain.time.dates import Bounds
from comity.ports import LogStore
from comity.query.reading import merged

_ALL_TIME = Bounds(date.min, date.max)


class Filters(NamedTuple):
    """What is asked about: whose events, of which kinds (none: all) and in which days."""

    scope: Scope
    kinds: Collection[str]
    days: Bounds
    with_retracted: bool


class Retractions(NamedTuple):
    """What was retracted by a position: by id the retraction, and the positions of all that."""

    by_id: dict[str, Recorded]
    positions: Collection[int]


def retractions(store: LogStore, columns: Columns, position: int) -> Retractions:
    """What was retracted by a position, and is not reinstated."""
    tag = RecordRetracted.type
    groups = {group for group, (_, kind) in enumerate(columns.names) if kind == tag}
    if not groups:
        return Retractions({}, ())
    acts = [at for at, group in enumerate(columns.groups[:position], 1) if group in groups]
    gone = retracted(store.words.records(acts))
    found = store.find(gone.keys()).values()
    return Retractions(gone, {record.position for record in found})


class Filter:
    """Filters positions of the log as known at a position."""

    def __init__(
        self, store: LogStore, filters: Filters, columns: Columns, gone: Retractions, known: int
    ) -> None:
        self._store, self._filters, self._columns = store, filters, columns
        self._gone, self._known = gone, known

    def __call__(self, found: Iterable[int]) -> list[int]:
        """Those of the positions that belong to the question, in order."""
        filters, columns = self._filters, self._columns
        wanted = {
            group
            for group, (_, kind) in enumerate(columns.names)
            if not filters.kinds or kind in filters.kinds
        }
        kept = sorted(at for at in found if columns.groups[at - 1] in wanted)
        if not filters.with_retracted:
            kept = [at for at in kept if at not in self._gone.positions]
        if filters.days != _ALL_TIME:
            kept = list(filter(self._is_in_days, kept))
        return self._of_scope(kept) if filters.scope.parties else kept

    def _is_in_days(self, at: int) -> bool:
        """Whether it can fall in the days, or go on in them, as on a timeline."""
        since, until = self._columns.since[at - 1], self._columns.until[at - 1]
        first, last = self._filters.days
        return 0 < since <= last.toordinal() and until >= first.toordinal()

    def _of_scope(self, found: list[int]) -> list[int]:
        """Those that belong to the scope; acts of its parties elsewhere do as on a timeline."""
        scope, columns = self._filters.scope, self._columns
        members = [_members(scope, name) for name, _ in columns.names]
        held = {at for at in found if self._is_held(at, members[columns.groups[at - 1]])}
        elsewhere = self._streams_elsewhere()
        others = [at for at in found if at not in held]
        asked = [at for at in others if columns.names[columns.groups[at - 1]][0] in elsewhere]
        if asked:
            belongs = self._belongs()
            held.update(r.position for r in self._store.words.records(asked) if belongs(r))
        return [at for at in found if at in held]

    def _is_held(self, at: int, members: list[Member]) -> bool:
        since, latest = self._columns.since[at - 1], self._columns.latest[at - 1]
        return any(
            since <= member.until.toordinal() and latest >= member.since.toordinal()
            for member in members
        )

    def _streams_elsewhere(self) -> set[str]:
        """The streams in which one of the scope's parties acted alone on an agreement."""
        scope = self._filters.scope
        if len(scope.parties) < 2:
            return set()
        return {name for by, names in self._store.acted().items() if by in scope.codes
                for name in names}  # fmt: skip

    def _belongs(self) -> Callable[[Recorded], bool]:
        scope = self._filters.scope
        heads = self._store.streams(scope.sets_to_read)
        records = merged(self._store.read_streams(heads, self._known), heads)
        belongs = belonging(records, scope, self._gone.by_id)
        return lambda record: bool(record.event.when) and (belongs is None or belongs(record))


def _members(scope: Scope, relationship: str) -> list[Member]:
    """The members of a scope to which events of a relationship can belong."""
    codes = relationship.split("-")
    return [member for member in scope.members if member.codes.issubset(codes)]
