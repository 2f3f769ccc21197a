"""Invalidation: the first day whose snapshots are no longer valid after something was recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from comity.domain.effects import Effects, effects_of
from comity.domain.errors import InvalidDate
from comity.domain.events import RecordKeeping
from comity.domain.recorded import Recorded
from comity.domain.scope import Key, Scope, all_scopes, scopes_of_recorded
from comity.ports import LogStore, StreamHead
from comity.query.closure import Closure
from comity.query.damage import check_dates
from comity.query.snapshots import TimelineStreams

FIRST_DAY, LAST_DAY = 1, date.max.toordinal()


class Invalidation(NamedTuple):
    """The first day that new records affect, and the links that they left unsettled."""

    day: int
    unsettled: frozenset[int] = frozenset()


NOTHING = Invalidation(LAST_DAY + 1)


def invalidation(
    store: LogStore,
    timeline: TimelineStreams,
    heads: Mapping[str, StreamHead],
    between: tuple[int, int],
    kinds: Collection[str] = (),
) -> Invalidation:
    """The invalidation of a timeline by the records between two positions, the second included.

    With `kinds`, those of other kinds have no effect. Raises `StoreDamaged` for a date that cannot
    be read. To be called in a transaction.
    """
    after, position = between
    own = {name: heads[name] for name in timeline.streams if heads[name].position > after}
    new = store.read_after(own, after, position) if own else []
    if not new:
        return NOTHING
    targets = _targets(store, new)
    closure = Closure(store, [timeline], heads, position)
    closure.add([*new, *targets.values()])
    closure.complete()
    effects = _effects(store, closure.records(timeline.scope.key), timeline.scope)
    days = [
        effects.first_days[record.position]
        for record in new
        if not kinds or _fact(record, targets).event.type in kinds
    ]
    return Invalidation(min(days), effects.unsettled) if days else NOTHING


def _effects(store: LogStore, records: Sequence[Recorded], scope: Scope) -> Effects:
    try:
        return effects_of(records, scope)
    except InvalidDate:
        check_dates(store.name, records)
        raise


def _targets(store: LogStore, records: Iterable[Recorded]) -> dict[str, Recorded]:
    """By id, what record keeping is about, and what that is about if it is record keeping too."""
    targets: dict[str, Recorded] = {}
    acts = list(records)
    while ids := {r.event.target for r in acts if isinstance(r.event, RecordKeeping)}:
        found = store.find(ids - targets.keys())
        targets |= found
        acts = list(found.values())
    return targets


def _fact(record: Recorded, targets: Mapping[str, Recorded]) -> Recorded:
    """The record, or the fact that its record keeping is about."""
    while isinstance(record.event, RecordKeeping):
        record = targets[record.event.target]
    return record


def invalidated(
    store: LogStore, after: int, position: int, key: Key, kinds: Collection[str] = ()
) -> dict[Scope, Invalidation]:
    """The timelines that the records between two positions affect."""
    if after == position:
        return {}
    names = store.streams()
    if not after:
        return dict.fromkeys(all_scopes(key, names, store.acted()), Invalidation(FIRST_DAY))
    changed: dict[Scope, Invalidation] = {}
    for scope in _changed_scopes(store, after, key, names):
        with store.reading():
            heads = store.streams(scope.sets_to_read)
            timeline = TimelineStreams(scope, heads)
            invalid = invalidation(store, timeline, heads, (after, position), kinds)
        if invalid is not NOTHING:
            changed[scope] = invalid
    return changed


def _changed_scopes(
    store: LogStore, after: int, key: Key, names: Mapping[str, StreamHead]
) -> set[Scope]:
    """The scopes to which events after a position can belong."""
    actors: dict[str, set[str]] = {
        name: set() for name, head in names.items() if head.position > after
    }
    for by, streams in store.acted().items():
        for name in actors.keys() & streams:
            actors[name].add(by)
    return {
        scope
        for name, acting in actors.items()
        for scope in scopes_of_recorded(name, key, names, acting)
    }
