"""Settling: the order of each subject's events on a timeline, and the bounds that follow from it.

A timeline on which no two events of one subject overlap in time takes the short way: its events
are in the order of their dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from msgspec.structs import replace

from comity.domain.events import Event
from comity.domain.events.base import Phase
from comity.domain.lives.agreement import Naming
from comity.domain.lives.machines import apart, machine_of
from comity.domain.lives.order import Node, ordered, overlap
from comity.domain.lives.posts import post_of
from comity.domain.parties import cached_by_party, lifetimes
from comity.domain.scope import Scope
from comity.domain.selection import Doubt, Entry
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, Instants, day_of, instants, last_second

_COMING = ("envoy-arrived", "credentials-presented")
"""The kinds by which somebody comes into post."""
ALWAYS = date.max.toordinal() + 1
FOREVER = Bounds(date.min, date.max)


SubjectKey = tuple[str, ...]
"""The kind of a subject and what tells it apart on a timeline."""


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
    if not unsettled and not _several_people(by_subject):
        return Settled(entries)
    changed: dict[str, Entry] = {}
    for number, own in enumerate(_independent(unsettled), start=1):
        changed.update(_in_order(own, number, scope))
    for entry in _heads_unknown(by_subject, changed):
        changed[entry.record.event.id] = entry
    until = min(map(_first_overlap, unsettled), default=ALWAYS)
    until = min([until, *(_day(entry) for entry in changed.values() if entry.doubts)])
    return Settled([changed.get(entry.record.event.id, entry) for entry in entries], until)


def _in_lifetime(entry: Entry) -> Entry:
    """The entry, no later than its parties' existence; with a doubt if that lies elsewhere."""
    event = entry.record.event
    if event.subject and event.dated:
        entry = _before_its_end(entry)
    periods = _lifetimes(event.parties)
    if not periods:
        return entry
    for code, lives in periods:
        within = [b for b in lives if entry.earliest <= b.latest and entry.latest >= b.earliest]
        if not within:
            if _ends_on_the_last_day(entry, lives):
                continue
            return replace(entry, doubts=(*entry.doubts, _not_existing(event, code)))
        if within[-1].latest < entry.latest:
            last = min(entry.instants.latest, last_second(within[-1].latest))
            entry = replace(
                entry,
                latest=within[-1].latest,
                narrowed=Instants(entry.instants.earliest, last),
            )
    return entry


def _ends_on_the_last_day(entry: Entry, lives: Sequence[Bounds]) -> bool:
    """Whether it ends something on the first day on which a party exists no more."""
    if entry.record.event.phase is not Phase.ENDS:
        return False
    return any((entry.earliest - life.latest).days == 1 for life in lives if life != FOREVER)


def _before_its_end(entry: Entry) -> Entry:
    """The entry, no later than the end that it tells itself."""
    event, (earliest, latest) = entry.record.event, entry.instants
    told = (getattr(event, field, "") for field in ("effective", "expires"))
    ends = [instants(end) for end in told if end]
    if any(end.latest < earliest for end in ends):
        return replace(entry, doubts=(*entry.doubts, _dates_contradict(event)))
    last = min((end.latest for end in ends), default=latest)
    if last >= latest:
        return entry
    return replace(entry, latest=day_of(last), narrowed=Instants(earliest, last))


def _dates_contradict(event: Event) -> Doubt:
    return Doubt(
        "dates-contradict",
        f"{event.type} on {event.when}: what it tells for later lies before it",
        (event.id,),
        tuple(event.sources),
    )


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


def subject_key(event: Event, name: Naming, *, is_pair: bool) -> SubjectKey | None:
    """The subject of an event; None if the kind has no life.

    `name` gives the newest name of a party. On the timelines of a party and of the log
    (`is_pair` is False) relations are told apart by their parties.
    """
    find = _KEYS.get(event.subject)
    if find is None:
        return None
    key = find(event, name)
    if not is_pair and event.subject in ("relations", "alignment"):
        return (*key, event.relationship)
    return key


def _by_name(event: Any) -> SubjectKey:
    return event.subject, folded(getattr(event, event.subject))


_KEYS: dict[str, Callable[[Any, Naming], SubjectKey]] = {
    "relations": lambda event, _: ("relations",),
    "recognition": lambda event, name: (
        "recognition", name(event.by), name(event.on), folded(event.government),
    ),
    "mission": lambda event, name: ("mission", name(event.sender), name(event.host)),
    "post": lambda event, name: (
        "post", name(event.sender), name(event.host), *post_of(event), folded(event.name),
    ),
    "meeting": lambda event, _: _by_name(event),
    "agreement": lambda event, _: _by_name(event),
    "deal": lambda event, _: _by_name(event),
    "shipment": lambda event, _: ("shipment", folded(event.deal), folded(event.shipment)),
    "measure": lambda event, name: ("measure", folded(event.measure), name(event.by)),
    "alignment": lambda event, _: ("alignment", folded(event.matter)),
}  # fmt: skip


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


def _several_people(by_subject: dict[SubjectKey, list[Entry]]) -> bool:
    """Whether two people are recorded for one post."""
    posts = [key[:-1] for key in by_subject if key[0] == "post"]
    return len(set(posts)) < len(posts)


def _heads_unknown(
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
        came = [each for each in entries if each[1].record.event.type in _COMING]
        named = [each for each in entries if each[1].record.event.type == "envoy-appointed"]
        coming = sorted(came or named, key=lambda each: each[1].instants)
        for (one, first), (other, second) in pairwise(coming):
            if one != other and second.instants.earliest <= first.instants.latest:
                events = [first.record.event, second.record.event]
                last = max(first, second, key=lambda entry: entry.instants.latest)
                yield replace(last, doubts=(*last.doubts, _order_unknown(events)))


def _day(entry: Entry) -> int:
    return entry.earliest.toordinal()


def _order_unknown(events: Sequence[Event]) -> Doubt:
    told = ", ".join(f"{event.type} on {event.when}" for event in events)
    return Doubt(
        "order-unknown",
        f"{events[0].subject}: the order of these is not known, and they end differently in "
        f"another: {told}",
        tuple(event.id for event in events),
        tuple(dict.fromkeys(source for event in events for source in event.sources)),
    )
