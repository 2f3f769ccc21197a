"""Overlaps: the order of a subject's events whose dates overlap, and what it leaves unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from comity.domain.events import Event
from comity.domain.lives.machines import SubjectKey, apart, machine_of
from comity.domain.lives.nodes import Node
from comity.domain.lives.order import ordered
from comity.domain.scope import Scope
from comity.domain.selection import Doubt, Entry, doubt
from comity.domain.time.dates import Instants, day_of, instants

_ARRIVING = ("envoy-arrived", "credentials-presented")
"""The kinds by which somebody surely comes into post."""
COMING = (*_ARRIVING, "envoy-appointed")
"""The kinds by which somebody can come into post."""


def node_of(entry: Entry) -> Node:
    """The entry as the search of an order takes it."""
    return Node(entry.record.event, *entry.instants)


def independent(unsettled: Iterable[list[Entry]]) -> Iterable[list[Entry]]:
    """The same, with the missions of one direction told apart where they can be."""
    for own in unsettled:
        if own[0].record.event.subject != "mission":
            yield own
            continue
        parts: dict[SubjectKey, list[Entry]] = {}
        for key, entry in zip(apart([e.record.event for e in own]), own, strict=True):
            parts.setdefault(key, []).append(entry)
        yield from (part for part in parts.values() if len(part) > 1)


def in_order(entries: Sequence[Entry], number: int, scope: Scope) -> dict[str, Entry]:
    """The entries of one subject, by id, with their places and narrowed bounds."""
    subject = entries[0].record.event.subject
    nodes = sorted(map(node_of, entries), key=lambda node: node.key)
    result = ordered(machine_of(subject, scope.heir), nodes)
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


def heads_unknown(
    by_subject: dict[SubjectKey, list[Entry]], changed: dict[str, Entry]
) -> Iterator[Entry]:
    """The entries by which somebody came into post, where it is not known who came last.

    Where no arrival and no credentials of anybody are recorded, an appointment puts in post.
    """
    posts: dict[SubjectKey, list[tuple[SubjectKey, Entry]]] = {}
    for key, own in by_subject.items():
        if key[0] == "post":
            current = (changed.get(entry.record.event.id, entry) for entry in own)
            posts.setdefault(key[:-1], []).extend((key, entry) for entry in current)
    for entries in posts.values():
        came = [each for each in entries if each[1].record.event.type in _ARRIVING]
        named = [each for each in entries if each[1].record.event.type == "envoy-appointed"]
        coming = sorted(came or named, key=lambda each: each[1].instants)
        yield from _doubted(coming)


def _doubted(coming: Iterable[tuple[SubjectKey, Entry]]) -> Iterator[Entry]:
    """Of the comings of several people, by their first instant, those that overlap."""
    doubts: dict[str, list[Doubt]] = {}
    entries: dict[str, Entry] = {}
    still: list[tuple[SubjectKey, Entry]] = []
    for key, entry in coming:
        still = [each for each in still if each[1].instants.latest >= entry.instants.earliest]
        others = [other for person, other in still if person != key]
        if others:
            last = max([*others, entry], key=lambda each: each.instants.latest)
            events = [each.record.event for each in (*others, entry)]
            entries[last.record.event.id] = last
            doubts.setdefault(last.record.event.id, []).append(_order_unknown(events))
        still.append((key, entry))
    for id, entry in entries.items():
        yield replace(entry, doubts=(*entry.doubts, *doubts[id]))


def _order_unknown(events: Sequence[Event]) -> Doubt:
    told = ", ".join(f"{event.type} on {event.when}" for event in events)
    what = f"{events[0].subject}: the order of these is not known, and another ends otherwise"
    return doubt("order-unknown", f"{what}: {told}", *events)
