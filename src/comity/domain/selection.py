"""Selection for the day D as known at K: the standing events, the undetermined ones, their order.

Records come in the order of recording. They must include every event of the scope that is known
at K, its rivals and the record keeping about them. They may include more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from msgspec import Struct

from comity.domain.events import AnyEvent, Event, RecordRetracted
from comity.domain.recorded import Recorded
from comity.domain.rivals import Happening, connected, happening_of, preferences, ranked
from comity.domain.scope import Certainty, Scope
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, Instants, instants, known_bounds
from comity.domain.values import Source

DoubtKind = Literal["dates-contradict", "order-unknown", "party-not-existing"]
"""What can be incoherent about dates or the order of events."""


class Doubt(Struct, frozen=True, gc=False):
    """What is incoherent about dates or the order of events: its kind, a sentence, the ids."""

    kind: DoubtKind
    message: str
    events: tuple[str, ...]
    sources: tuple[Source, ...] = ()


def doubt(kind: DoubtKind, message: str, *events: Event) -> Doubt:
    """A doubt about `events`, with the sources of all of them."""
    sources = tuple(dict.fromkeys(source for event in events for source in event.sources))
    return Doubt(kind, message, tuple(event.id for event in events), sources)


class Entry(Struct, frozen=True, gc=False, omit_defaults=True):
    """One standing event on a timeline, with every account of it that is known.

    `accounts` begins with the standing account. `earliest` and `latest` are the first and the last
    day on which the fact can have become true, narrowed by the order of its subject's events.
    """

    record: Recorded
    earliest: date
    latest: date
    accounts: tuple[Recorded, ...]
    narrowed: Instants | None = None
    """The first and the last second, if the order of events has narrowed them."""
    place: tuple[int, int] | None = None
    """The number of its subject, and its place among those of the subject, if dates overlap."""
    doubts: tuple[Doubt, ...] = ()

    @property
    def instants(self) -> Instants:
        """The first and the last second at which the fact can have become true."""
        return self.narrowed or instants(self.record.event.when)

    @property
    def event(self) -> AnyEvent:
        """The standing account."""
        return self.record.event

    @property
    def bounds(self) -> Bounds:
        """The first and the last day on which the fact can have become true."""
        return Bounds(self.earliest, self.latest)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of every account, each once; those of the standing account come first."""
        return tuple(dict.fromkeys(s for account in self.accounts for s in account.event.sources))


class Selection(NamedTuple):
    """The entries to fold, in order, and those that are undetermined on the day of the query."""

    folded: list[Entry]
    undetermined: list[Entry]


def retracted(records: Iterable[Recorded]) -> dict[str, Recorded]:
    """The ids of retracted events, each with its standing retraction.

    A retraction comes after its target, so one pass from the newest to the oldest is enough.
    """
    gone: dict[str, Recorded] = {}
    acts = [r for r in records if isinstance(r.event, RecordRetracted)]
    for record in sorted(acts, key=lambda r: r.position, reverse=True):
        if record.event.id not in gone and isinstance(record.event, RecordRetracted):
            gone[record.event.target] = record
    return gone


def standing_entries(records: Sequence[Recorded], scope: Scope) -> list[Entry]:
    """The entries of a scope: its events that are neither retracted nor losing accounts.

    Which accounts are rivals depends on the scope: only those that belong to it are.
    """
    acts = [record for record in records if not record.event.when]
    gone = retracted(acts)
    belongs = _belonging(records, scope, gone)
    alone, sharing = _facts(records, gone, belongs)
    entries = [Entry(record, *known_bounds(record.event.when), (record,)) for record in alone]
    preferred = preferences(acts, gone) if sharing else []
    for accounts_of_happening in sharing:
        for rivals in connected(accounts_of_happening):
            accounts = ranked(rivals, preferred)
            entries.append(Entry(accounts[0], *known_bounds(accounts[0].event.when), accounts))
    return entries


def _belonging(
    records: Sequence[Recorded], scope: Scope, gone: Mapping[str, Recorded]
) -> Callable[[Recorded], bool] | None:
    """What tells the events of a scope; None if all records are its own.

    What a party did alone on an agreement belongs to every scope of the party in which something
    is recorded of the agreement for each of the others too.
    """
    if not any(scope.has_act_elsewhere(record.event) for record in records):
        is_own = len(scope.members) == 1 and _are_of(scope, records)
        return None if is_own else lambda record: scope.holds(record.event)
    told: dict[str, set[str]] = {}
    for event in (record.event for record in records):
        if event.subject != "agreement" or event.id in gone:
            continue
        if scope.holds(event) or scope.has_act(event):
            parties = told.setdefault(folded(getattr(event, "agreement", "")), set())
            parties.update(scope.parties if scope.holds(event) else map(scope.name, event.parties))

    def belongs(record: Recorded) -> bool:
        event = record.event
        return scope.holds(event) or (
            scope.has_act(event)
            and told.get(folded(getattr(event, "agreement", "")), set()).issuperset(scope.parties)
        )

    return belongs


def _are_of(scope: Scope, records: Iterable[Recorded]) -> bool:
    """Whether all records are of streams of the scope, whatever their dates."""
    names = {record.relationship for record in records}
    return all(any(s.issubset(name.split("-")) for s in scope.party_sets) for name in names)


def _facts(
    records: Sequence[Recorded],
    gone: Mapping[str, Recorded],
    belongs: Callable[[Recorded], bool] | None,
) -> tuple[list[Recorded], list[list[Recorded]]]:
    """The events that are not retracted: those without rivals, and those that share a happening.

    With `belongs`, only those that belong to the scope.
    """
    alone: list[Recorded] = []
    first: dict[Happening, Recorded] = {}
    sharing: dict[Happening, list[Recorded]] = {}
    for record in records:
        event = record.event
        if not event.when or (gone and event.id in gone):
            continue
        if belongs is not None and not belongs(record):
            continue
        if not event.happening or (key := happening_of(record)) is None:
            alone.append(record)
        elif key not in first:
            first[key] = record
        else:
            sharing.setdefault(key, [first[key]]).append(record)
    for key in sharing:
        del first[key]
    alone.extend(first.values())
    return alone, list(sharing.values())


def timeline_order(entry: Entry) -> tuple[int, int, str]:
    """The order of a timeline: by the first instant, then by phase, then by id."""
    event = entry.record.event
    return (entry.instants.earliest, event.phase, event.id)


def select(entries: Iterable[Entry], on: date, certainty: Certainty = "certain") -> Selection:
    """The entries to fold on the day `on`, in order, and those undetermined on that day.

    The order is that of time; the entries of one subject are in the subject's own order.
    """
    keyed: list[tuple[int, int, str, Entry]] = []
    undetermined: list[Entry] = []
    possible = certainty == "possible"
    at = 0 if possible else 1
    in_place = False
    for entry in entries:
        if entry.earliest > on:
            continue
        if entry.latest > on:
            undetermined.append(entry)
            if not possible:
                continue
        event = entry.record.event
        in_place = in_place or entry.place is not None
        bound = (entry.narrowed or instants(event.when))[at]
        keyed.append((bound, event.phase, event.id, entry))
    keyed.sort()  # ids are unique, so entries themselves are never compared
    undetermined.sort(key=timeline_order)
    folded = [entry for *_, entry in keyed]
    return Selection(_by_subject(folded) if in_place else folded, undetermined)


def _by_subject(entries: list[Entry]) -> list[Entry]:
    """The entries with those of each subject in its own order, at the places that they have."""
    places: dict[int, list[int]] = {}
    for at, entry in enumerate(entries):
        if entry.place is not None:
            places.setdefault(entry.place[0], []).append(at)
    arranged = list(entries)
    for taken in places.values():
        own = sorted((entries[at] for at in taken), key=_place)
        for at, entry in zip(taken, own, strict=True):
            arranged[at] = entry
    return arranged


def _place(entry: Entry) -> tuple[int, int]:
    return entry.place or (0, 0)
