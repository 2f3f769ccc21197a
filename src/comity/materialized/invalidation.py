"""Invalidation: the first day whose snapshots are no longer valid after something was recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from comity.domain.effects import Effects, effects_of
from comity.domain.errors import InvalidDate
from comity.domain.events import RecordKeeping, RecordRedacted
from comity.domain.links import link, links_of
from comity.domain.recorded import Recorded
from comity.domain.scope import Key, Scope, all_scopes, scopes_of_recorded
from comity.domain.selection import told_of
from comity.domain.settling import is_within_lifetimes
from comity.ports import LogStore, StreamHead
from comity.projections.projection import Projection
from comity.query.closure import Closure
from comity.query.damage import check_dates
from comity.query.reading import facts_to_read
from comity.query.snapshots import TimelineStreams

FIRST_DAY, LAST_DAY = 1, date.max.toordinal()


class Invalidation(NamedTuple):
    """The first day that new records affect, and the links that they left unsettled.

    `late` are new records that can be folded after all others of their day and of later ones.
    """

    day: int
    unsettled: frozenset[int] = frozenset()
    late: Sequence[Recorded] = ()


NOTHING = Invalidation(LAST_DAY + 1)


def invalidation(
    store: LogStore,
    timeline: TimelineStreams,
    heads: Mapping[str, StreamHead],
    between: tuple[int, int],
    projection: Projection[Any, Any],
    *,
    folds_late: bool = False,
) -> Invalidation:
    """The invalidation of a timeline by the records between two positions, the second included.

    Events of kinds that the projection does not fold have no effect. If it `folds_late`, those that
    it can fold late have none either. Raises `StoreDamaged` for a date that cannot
    be read. To be called in a transaction.
    """
    after, position = between
    own = {name: heads[name] for name in timeline.streams if heads[name].position > after}
    new = store.read_after(own, after, position) if own else []
    if not new:
        return NOTHING
    if any(isinstance(record.event, RecordRedacted) for record in new):
        return Invalidation(FIRST_DAY)
    targets = _targets(store, new)
    closure = Closure(store, [timeline], heads, position)
    closure.add([*new, *targets.values()])
    closure.complete()
    records = closure.records(timeline.scope.key)
    effects = _effects(store, records, timeline.scope)
    kinds = facts_to_read(projection)
    facts = {r.position: told_of(r, targets) for r in new}
    new = [r for r in new if (fact := facts[r.position]) and _is_of(fact, kinds)]
    alone = _alone(records, timeline.scope) if folds_late else ()
    late = [r for r in new if r.position in alone and projection.folds_late(r.event)]
    lates = {record.position for record in late}
    bearing = effects.first_days.keys() & {r.position for r in new} - lates
    days = [effects.first_days[position] for position in bearing]
    return Invalidation(min(days, default=LAST_DAY + 1), effects.unsettled, late)


def _is_of(fact: Recorded, kinds: Collection[str]) -> bool:
    """Whether a fact is of one of these kinds; no kinds mean all."""
    return not kinds or fact.event.type in kinds


def _alone(records: Iterable[Recorded], scope: Scope) -> set[int]:
    """The positions of events of a scope of which nothing else tells, with dates as they are."""
    sharing: dict[int, list[Recorded]] = {}
    for record in records:
        for number in links_of(record.event) | {link(record.event.id)}:
            sharing.setdefault(number, []).append(record)
    shared = {r.position for several in sharing.values() if len(several) > 1 for r in several}
    return {
        record.position
        for record in records
        if record.position not in shared
        and record.event.when
        and scope.holds(record.event)
        and is_within_lifetimes(record.event)
    }


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


def invalidated(
    store: LogStore, after: int, position: int, projection: Projection[Any, Any]
) -> dict[Scope, Invalidation]:
    """The timelines that the records between two positions affect."""
    if after == position:
        return {}
    names = store.streams()
    if not after:
        return dict.fromkeys(
            all_scopes(projection.key, names, store.acted()), Invalidation(FIRST_DAY)
        )
    changed: dict[Scope, Invalidation] = {}
    for scope in _changed_scopes(store, after, projection.key, names):
        with store.reading():
            heads = store.streams(scope.sets_to_read)
            timeline = TimelineStreams(scope, heads)
            invalid = invalidation(store, timeline, heads, (after, position), projection)
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
