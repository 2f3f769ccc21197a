"""Invalidation: the first day whose snapshots are no longer valid after something was recorded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from comity.domain.errors import InvalidDate
from comity.domain.events import CATALOGUE, RecordKeeping
from comity.domain.recorded import Recorded
from comity.domain.rivals import rivals_among
from comity.domain.scope import Key, Scope, actor, all_scopes, scopes_of_recorded
from comity.domain.settling import last_day
from comity.domain.text import folded
from comity.domain.time.dates import known_bounds
from comity.ports import LogStore
from comity.query.damage import check_dates
from comity.query.rivals import rivals_elsewhere

FIRST_DAY, LAST_DAY = 0, date.max.toordinal()
_FEW = 500
"""With at most so many new events, only the streams that have new events are read."""


class Invalidation(NamedTuple):
    """The first day that new records affect, and the positions of the rival accounts."""

    day: int
    contested: frozenset[int] = frozenset()

    def joined(self, other: Invalidation) -> Invalidation:
        """The invalidation by both."""
        return Invalidation(min(self.day, other.day), self.contested | other.contested)


NOTHING = Invalidation(LAST_DAY + 1)


def invalidation(
    records: Sequence[Recorded],
    after: int,
    kinds: Collection[str] = (),
    others: Iterable[Recorded] = (),
) -> Invalidation:
    """The invalidation by the records after a position; `records` are whole streams, in order.

    An event affects every day from the day by which it surely became true; with a life, from the
    first day on which it can have become true. A retraction or a
    preference affects every day that an account of its target's happening affects. `others` are
    the events of other streams that can be rival accounts.
    """
    facts = _facts(records, after, kinds)
    if not facts:
        return NOTHING
    concerned = {fact.position: fact for fact in facts}
    # What a party did alone on an agreement belongs to a timeline once something tells of it there.
    agreements = {name for fact in facts if (name := _agreement(fact))}
    if agreements:
        concerned |= {r.position: r for r in records if _agreement(r) in agreements}
    contested: frozenset[int] = frozenset()
    if any(fact.event.happening for fact in facts):
        groups = rivals_among([*records, *others])
        rivals = {r.position: r for at in list(concerned) for r in groups.get(at, ())}
        contested = frozenset(rivals)
        concerned |= rivals
    return Invalidation(min(map(_first_day, concerned.values())), contested)


def _agreement(record: Recorded) -> str:
    """The agreement whose life an event is about, as names are compared; else empty."""
    event = record.event
    return folded(getattr(event, "agreement", "")) if event.subject == "agreement" else ""


def _first_day(fact: Recorded) -> int:
    """The first day that an event affects; with a life, it can change the order of others."""
    if fact.event.subject:
        return known_bounds(fact.event.when).earliest.toordinal()
    return last_day(fact).toordinal()


def invalidation_in(
    store: LogStore,
    records: Sequence[Recorded],
    after: int,
    kinds: Collection[str],
    others: Sequence[Recorded] = (),
) -> Invalidation:
    """The same for records of a store; raises `StoreDamaged` for a date that cannot be read."""
    try:
        return invalidation(records, after, kinds, others)
    except InvalidDate:
        check_dates(store.name, [*records, *others])
        raise


def _facts(records: Sequence[Recorded], after: int, kinds: Collection[str]) -> list[Recorded]:
    """The events recorded after a position, and the targets of the record keeping since then."""
    new = records[bisect_right(records, after, key=attrgetter("position")) :]
    acts = [record for record in new if isinstance(record.event, RecordKeeping)]
    by_id = {record.event.id: record for record in records} if acts else {}
    facts = [record for record in new if not isinstance(record.event, RecordKeeping)]
    for record in acts:
        target = record
        while isinstance(target.event, RecordKeeping):  # through retractions of retractions
            target = by_id[target.event.target]
        facts.append(target)
    if not kinds:
        return facts
    subjects = {CATALOGUE[kind].subject for kind in kinds} - {""}
    return [r for r in facts if r.event.type in kinds or r.event.subject in subjects]


def invalidated(
    store: LogStore, after: int, position: int, key: Key, kinds: Collection[str] = ()
) -> dict[Scope, Invalidation]:
    """The timelines that the records between two positions affect."""
    if after == position:
        return {}
    names = store.streams()
    if not after:
        return dict.fromkeys(all_scopes(key, names), Invalidation(FIRST_DAY + 1))
    by_scope: dict[Scope, Invalidation] = {}
    acted = store.acted()
    for name, records, others in _changed_streams(store, after, position, kinds):
        invalid = invalidation_in(store, records, after, kinds, others)
        if invalid is not NOTHING:
            actors = {by for record in records if (by := actor(record.event))}
            is_agreed = bool(acted) and any(map(_agreement, _facts(records, after, kinds)))
            for scope in scopes_of_recorded(name, key, names, actors):
                before = by_scope.get(scope, NOTHING)
                if is_agreed and any({name} != {*acted.get(code, (name,))} for code in scope.codes):
                    before = before.joined(Invalidation(FIRST_DAY + 1))
                by_scope[scope] = before.joined(invalid)
    return by_scope


def _changed_streams(
    store: LogStore, after: int, position: int, kinds: Collection[str]
) -> Iterator[tuple[str, Sequence[Recorded], Sequence[Recorded]]]:
    """The whole streams of all events between two positions, each with rivals in other streams."""
    is_long = position - after > _FEW
    for name in _changed_names(store, after, is_long=is_long):
        with store.reading():
            heads = store.heads([name])
            streams = store.read_streams(heads, position, cache=not is_long)
            records = streams.get(name, [])
            facts = _facts(records, after, kinds)
            others = rivals_elsewhere(store, name, facts, position)
        yield name, records, others


def _changed_names(store: LogStore, after: int, *, is_long: bool) -> Iterable[str]:
    if is_long:
        return [name for name, head in store.streams().items() if head.position > after]
    return {record.relationship for record in store.log(after)}
