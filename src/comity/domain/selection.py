"""Selection for the day D as known at K: the standing events, the undetermined ones, their order.

Records come in the order of recording. They must include every event of the scope that is known
at K, its rivals and the record keeping about them. They may include more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Generic, Literal, NamedTuple, TypeVar

from msgspec import Struct

from comity.domain.events import AnyEvent, Event, RecordKeeping, RecordRetracted
from comity.domain.recorded import Recorded
from comity.domain.rivals import Happening, connected, happening_of, preferences, ranked
from comity.domain.scope import Certainty, Scope
from comity.domain.text import folded
from comity.domain.time.dates import (
    Bounds,
    Instants,
    instants,
    known_bounds,
    last_second,
)
from comity.domain.values import Source

T = TypeVar("T")
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


Standing = Recorded | Entry
"""What stands on a timeline: its entry, or only its record if an entry would tell no more.

An entry tells more if there are rival accounts, narrowed bounds, a place or doubts.
"""


def entry_of(standing: Standing) -> Entry:
    """The entry of what stands."""
    if isinstance(standing, Entry):
        return standing
    return Entry(standing, *known_bounds(standing.event.when), (standing,))


Row = tuple[int, int, str, int, Standing]
"""What stands on a timeline, behind its last second, phase and id (the order of rows) and its
first second. It is a plain tuple, since there is one for every event that is read."""


def row_of(standing: Standing) -> Row:
    """The row of what stands."""
    event = standing.event
    earliest, latest = standing.instants if type(standing) is Entry else instants(event.when)
    return latest, event.phase, event.id, earliest, standing


def rows_of(records: Sequence[Recorded]) -> list[Row]:
    """The rows of events that have no rivals."""
    events = [record.event for record in records]
    moments = list(map(instants, [event.when for event in events]))
    phases, ids = [event.phase for event in events], [event.id for event in events]
    return list(zip(map(_last, moments), phases, ids, map(_first, moments), records, strict=True))


_first, _last = itemgetter(0), itemgetter(1)


class Selection(NamedTuple, Generic[T]):
    """What to fold, in order, and the entries that are undetermined on the day of the query."""

    folded: list[T]
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


def told_of(record: Recorded, by_id: Mapping[str, Recorded]) -> Recorded | None:
    """The fact that a record tells, or that record keeping is about; None if there is none.

    What record keeping is about comes before it.
    """
    while isinstance(record.event, RecordKeeping):
        target = by_id.get(record.event.target)
        if target is None or target.position >= record.position:
            return None
        record = target
    return record


class Facts(NamedTuple):
    """What stands on a timeline: the events that have no rivals, and the entries of the others."""

    alone: Sequence[Recorded]
    rivals: list[Entry]


def facts_of(records: Sequence[Recorded], scope: Scope) -> Facts:
    """The facts of a scope: its events that are neither retracted nor losing accounts.

    Which accounts are rivals depends on the scope: only those that belong to it are.
    """
    acts = [record for record in records if not record.event.when]
    gone = retracted(acts) if acts else {}
    belongs = belonging(records, scope, gone)
    if acts:
        records = [r for r in records if r.event.when and r.event.id not in gone]
    if belongs is not None:
        records = [record for record in records if belongs(record)]
    alone, sharing = _by_happening(records)
    preferred = preferences(acts, gone) if sharing else []
    rivals: list[Entry] = []
    for accounts_of_happening in sharing:
        for group in connected(accounts_of_happening):
            accounts = ranked(group, preferred)
            rivals.append(Entry(accounts[0], *known_bounds(accounts[0].event.when), accounts))
    return Facts(alone, rivals)


def standing_entries(records: Sequence[Recorded], scope: Scope) -> list[Entry]:
    """The entries of all facts of a scope."""
    facts = facts_of(records, scope)
    return [*map(entry_of, facts.alone), *facts.rivals]


def belonging(
    records: Sequence[Recorded], scope: Scope, gone: Mapping[str, Recorded]
) -> Callable[[Recorded], bool] | None:
    """What tells the events of a scope; None if all records are its own.

    What a party did alone on an agreement belongs to every scope of the party in which something
    is recorded of the agreement for each of the others too.
    """
    if not any(scope.has_act_elsewhere(record.event) for record in records):
        names = {record.relationship for record in records}
        if all(map(scope.holds_all, names)):
            return None
        return lambda record: scope.holds(record.event)
    told: dict[str, set[str]] = {}
    for event in (record.event for record in records):
        if event.subject != "agreement" or event.id in gone:
            continue
        if scope.concerns(event):
            parties = told.setdefault(folded(getattr(event, "agreement", "")), set())
            parties.update(scope.parties if scope.holds(event) else scope.told_parties(event))

    def belongs(record: Recorded) -> bool:
        event = record.event
        return scope.holds(event) or (
            scope.has_act(event)
            and told.get(folded(getattr(event, "agreement", "")), set()).issuperset(scope.parties)
        )

    return belongs


def _by_happening(records: Sequence[Recorded]) -> tuple[Sequence[Recorded], list[list[Recorded]]]:
    """The events without rivals, and those that share a happening with others."""
    told = [record.event.happening for record in records if record.event.happening]
    if len(set(map(folded, told))) == len(told):
        return records, []
    alone: list[Recorded] = []
    sharing: dict[Happening, list[Recorded]] = {}
    for record in records:
        happening = happening_of(record)
        if happening is None:
            alone.append(record)
        else:
            sharing.setdefault(happening, []).append(record)
    alone.extend(record for [record, *others] in sharing.values() if not others)
    return alone, [accounts for accounts in sharing.values() if len(accounts) > 1]


def select(
    entries: Iterable[Entry], on: date, certainty: Certainty = "certain"
) -> Selection[Entry]:
    """The entries to fold on the day `on`, in order, and those undetermined on that day."""
    folded, undetermined = select_rows(sorted(map(row_of, entries)), on, certainty)
    return Selection(list(map(entry_of, folded)), undetermined)


def select_rows(
    rows: Sequence[Row], on: date, certainty: Certainty = "certain"
) -> Selection[Standing]:
    """The same of rows in order.

    The order is that of time; the entries of one subject are in the subject's own order.
    """
    end = last_second(on)
    certain = bisect_right(rows, end, key=_latest)
    chosen, undetermined = rows[:certain], [row for row in rows[certain:] if row[3] <= end]
    undetermined.sort(key=_by_earliest)
    if certainty == "possible":
        chosen = sorted([*chosen, *undetermined], key=_by_earliest)
    folded = [standing for *_, standing in chosen]
    if any(type(each) is Entry and each.place for each in folded):
        folded = _by_subject(folded)
    return Selection(folded, [entry_of(standing) for *_, standing in undetermined])


_latest = itemgetter(0)
_by_earliest = itemgetter(3, 1, 2)


def _by_subject(standing: list[Standing]) -> list[Standing]:
    """The same, with the entries of each subject in its own order, at the places that they have."""
    places: dict[int, list[int]] = {}
    own: dict[int, list[Entry]] = {}
    for at, each in enumerate(standing):
        if type(each) is Entry and each.place is not None:
            places.setdefault(each.place[0], []).append(at)
            own.setdefault(each.place[0], []).append(each)
    arranged = list(standing)
    for subject, taken in places.items():
        for at, entry in zip(taken, sorted(own[subject], key=_place), strict=True):
            arranged[at] = entry
    return arranged


def _place(entry: Entry) -> tuple[int, int]:
    return entry.place or (0, 0)
