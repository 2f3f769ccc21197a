"""Settling: the order of each subject's events on a timeline, and the bounds that follow from it.

A timeline on which no two events of one subject overlap in time takes the short way: its events
are in the order of their dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from comity.domain.events import Event
from comity.domain.lives.order import Node, ordered, overlap
from comity.domain.lives.subjects import SubjectKey, apart, machine_of, subject_key
from comity.domain.parties import cached_by_party, lifetimes
from comity.domain.scope import Scope
from comity.domain.selection import Doubt, Entry
from comity.domain.time.dates import Bounds, Instants, day_of, instants, last_second

ALWAYS = date.max.toordinal() + 1
FOREVER = Bounds(date.min, date.max)


class Settled(NamedTuple):
    """The entries with their narrowed bounds, and the first day from which dates overlap.

    Before that day (an ordinal) nothing that is recorded later can change the order.
    """

    entries: list[Entry]
    until: int = ALWAYS


def settled(entries: list[Entry], scope: Scope) -> Settled:
    """The entries of a timeline, in any order, with the bounds and the places that they have."""
    entries = [_in_lifetime(entry) for entry in entries]
    by_subject = _by_subject(entries, scope)
    unsettled = [own for own in by_subject.values() if len(own) > 1 and _overlap(own)]
    if not unsettled:
        return Settled(entries)
    changed: dict[str, Entry] = {}
    for number, own in enumerate(_independent(unsettled), start=1):
        changed.update(_in_order(own, number, scope))
    until = min(_first_overlap(own) for own in unsettled)
    return Settled([changed.get(entry.record.event.id, entry) for entry in entries], until)


def _in_lifetime(entry: Entry) -> Entry:
    """The entry, no later than its parties' existence; with a doubt if that lies elsewhere."""
    event = entry.record.event
    periods = _lifetimes(event.parties)
    if not periods:
        return entry
    for code, lives in periods:
        within = [b for b in lives if entry.earliest <= b.latest and entry.latest >= b.earliest]
        if not within:
            return replace(entry, doubts=(*entry.doubts, _not_existing(event, code)))
        if within[-1].latest < entry.latest:
            last = min(entry.instants.latest, last_second(within[-1].latest))
            entry = replace(
                entry,
                latest=within[-1].latest,
                narrowed=Instants(entry.instants.earliest, last),
            )
    return entry


@cached_by_party
def _lifetimes(parties: tuple[str, ...]) -> tuple[tuple[str, tuple[Bounds, ...]], ...]:
    """The parties whose existence is known to have been limited, with its periods."""
    known = ((code, lifetimes(code)) for code in parties)
    return tuple((code, lives) for code, lives in known if lives and lives != (FOREVER,))


def _not_existing(event: Event, code: str) -> Doubt:
    return Doubt(
        "party-not-existing",
        f"{event.type} on {event.when}: {code} did not exist then",
        (event.id,),
        tuple(event.sources),
    )


def _by_subject(entries: Iterable[Entry], scope: Scope) -> dict[SubjectKey, list[Entry]]:
    """The entries by subject; those of kinds without a life are left out."""
    is_pair = len(scope.parties) > 1
    by_subject: dict[SubjectKey, list[Entry]] = {}
    for entry in entries:
        event = entry.record.event
        if event.subject and (key := subject_key(event, scope.name, is_pair=is_pair)):
            by_subject.setdefault(key, []).append(entry)
    return by_subject


def _overlap(entries: Sequence[Entry]) -> bool:
    return overlap(sorted(map(_node, entries), key=lambda node: node.earliest))


def _node(entry: Entry) -> Node:
    return Node(entry.record.event, *entry.instants)


def _first_overlap(entries: Sequence[Entry]) -> int:
    """The first day of the first event that overlaps with another."""
    nodes = sorted(map(_node, entries), key=lambda node: node.earliest)
    first = latest = -1
    for node in nodes:
        if node.earliest <= latest:
            return day_of(first).toordinal()
        first, latest = node.earliest, node.latest
    return ALWAYS


def _independent(unsettled: Iterable[list[Entry]]) -> Iterable[list[Entry]]:
    """The same, with the missions of one direction told apart where they can be."""
    for own in unsettled:
        if own[0].record.event.subject != "mission":
            yield own
            continue
        parts: dict[SubjectKey, list[Entry]] = {}
        for key, entry in zip(apart([e.record.event for e in own]), own, strict=True):
            parts.setdefault(key, []).append(entry)
        yield from (part for part in parts.values() if len(part) > 1)


def _in_order(entries: Sequence[Entry], number: int, scope: Scope) -> dict[str, Entry]:
    """The entries of one subject, by id, with their places and narrowed bounds."""
    subject = entries[0].record.event.subject
    nodes = sorted(map(_node, entries), key=lambda node: node.key)
    result = ordered(machine_of(subject, scope.name), nodes)
    by_id = {entry.record.event.id: entry for entry in entries}
    placed: dict[str, Entry] = {}
    for place, node in enumerate(result.nodes):
        entry = by_id[node.event.id]
        bounds = Instants(node.earliest, node.latest)
        narrowed = bounds != instants(node.event.when)
        placed[node.event.id] = replace(
            entry,
            earliest=day_of(node.earliest) if narrowed else entry.earliest,
            latest=day_of(node.latest) if narrowed else entry.latest,
            narrowed=bounds if narrowed else None,
            place=(number, place),
        )
    for group in result.unknown:
        events = [node.event for node in group]
        last = max(events, key=lambda e: (placed[e.id].latest, placed[e.id].place or ()))
        entry = placed[last.id]
        placed[last.id] = replace(entry, doubts=(*entry.doubts, _order_unknown(events)))
    return placed


def _order_unknown(events: Sequence[Event]) -> Doubt:
    told = ", ".join(f"{event.type} on {event.when}" for event in events)
    return Doubt(
        "order-unknown",
        f"{events[0].subject}: the order of these is not known, and they end differently in "
        f"another: {told}",
        tuple(event.id for event in events),
        tuple(dict.fromkeys(source for event in events for source in event.sources)),
    )
