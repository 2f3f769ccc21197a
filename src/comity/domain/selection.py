"""Selection for the day D as known at K: the standing events, the undetermined ones, their order.

Records come in the order of recording. They must include every event of the scope that is known
at K, its rivals and the record keeping about them. They may include more.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from comity.domain.events import AccountPreferred, AnyEvent, RecordRetracted
from comity.domain.recorded import Recorded
from comity.domain.scope import Certainty, Scope
from comity.domain.time.dates import Bounds, bounds, known_bounds
from comity.domain.values import Source

_Group = tuple[str, str, str]


class Entry(Struct, frozen=True, gc=False):
    """One standing event on a timeline, with every account of it that is known.

    `accounts` begins with the standing account. `earliest` and `latest` are the first and the last
    day on which the fact can have become true.
    """

    record: Recorded
    earliest: date
    latest: date
    accounts: tuple[Recorded, ...]

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


def group(record: Recorded) -> _Group | None:
    """The key that rival accounts share; None for an event that cannot have rivals."""
    event = record.event
    return (event.type, event.happening, record.relationship) if event.happening else None


def credibility(record: Recorded) -> tuple[float, int, str]:
    """The rank of an account among its rivals; without a preference the smallest stands."""
    event = record.event
    published = [bounds(s.published).latest.toordinal() for s in event.sources if s.published]
    return (-event.confidence, -max(published, default=0), event.id)


def standing_account(accounts: Sequence[Recorded], preferred: Sequence[str]) -> Recorded:
    """The standing account: the newest preferred one, or else the most credible."""
    by_id = {account.event.id: account for account in accounts}
    for target in reversed(preferred):
        if target in by_id:
            return by_id[target]
    return min(accounts, key=credibility)


def preferences(records: Iterable[Recorded], gone: Container[str]) -> list[str]:
    """The targets of the preferences, oldest first, without the retracted (`gone`) ones."""
    return [
        r.event.target
        for r in records
        if isinstance(r.event, AccountPreferred) and r.event.id not in gone
    ]


def standing_entries(records: Sequence[Recorded], scope: Scope) -> list[Entry]:
    """The entries of a scope: its events that are neither retracted nor losing accounts."""
    acts = [record for record in records if not record.event.when]
    gone = retracted(acts)
    alone, sharing = _facts(records, gone)
    preferred = preferences(acts, gone) if sharing else []
    whole = len(scope.members) == 1
    entries = [
        Entry(record, *known_bounds(record.event.when), (record,))
        for record in alone
        if whole or scope.holds(record.event)
    ]
    for accounts_of_happening in sharing:
        for accounts in _rivals(accounts_of_happening, preferred):
            event = accounts[0].event
            if whole or scope.holds(event):
                entries.append(Entry(accounts[0], *known_bounds(event.when), accounts))
    return entries


def _facts(
    records: Sequence[Recorded], gone: Mapping[str, Recorded]
) -> tuple[list[Recorded], list[list[Recorded]]]:
    """The events that are not retracted: those without rivals, and the groups of rivals."""
    alone: list[Recorded] = []
    first: dict[tuple[str, str], Recorded] = {}
    sharing: dict[tuple[str, str], list[Recorded]] = {}
    for record in records:
        event = record.event
        if not event.when or (gone and event.id in gone):
            continue
        if not event.happening:
            alone.append(record)
            continue
        key = (event.type, event.happening)
        if key not in first:
            first[key] = record
        else:
            sharing.setdefault(key, [first[key]]).append(record)
    for key in sharing:
        del first[key]
    alone.extend(first.values())
    return alone, list(sharing.values())


def _rivals(
    records: Sequence[Recorded], preferred: Sequence[str]
) -> Iterator[tuple[Recorded, ...]]:
    """The rival accounts of each happening and relationship, the standing account first."""
    groups: dict[_Group | None, list[Recorded]] = {}
    for record in records:
        groups.setdefault(group(record), []).append(record)
    for accounts in groups.values():
        winner = standing_account(accounts, preferred)
        losers = sorted((a for a in accounts if a is not winner), key=credibility)
        yield (winner, *losers)


def timeline_order(entry: Entry) -> tuple[date, date, int, str]:
    """The order of a timeline: by both bounds, then by phase, then by id."""
    event = entry.record.event
    return (entry.earliest, entry.latest, event.phase, event.id)


def select(entries: Iterable[Entry], on: date, certainty: Certainty = "certain") -> Selection:
    """The entries to fold on the day `on`, in order, and those undetermined on that day."""
    keyed: list[tuple[int, int, str, Entry]] = []
    undetermined: list[Entry] = []
    possible = certainty == "possible"
    for entry in entries:
        if entry.earliest > on:
            continue
        if entry.latest > on:
            undetermined.append(entry)
            if not possible:
                continue
        event = entry.record.event
        bound = entry.earliest if possible else entry.latest
        keyed.append((bound.toordinal(), event.phase, event.id, entry))
    keyed.sort()  # ids are unique, so entries themselves are never compared
    undetermined.sort(key=timeline_order)
    return Selection([entry for *_, entry in keyed], undetermined)


def contested_positions(records: Iterable[Recorded]) -> frozenset[int]:
    """The positions of the accounts that have rivals among `records`."""
    groups: dict[_Group, list[int]] = {}
    for record in records:
        if (key := group(record)) is not None:
            groups.setdefault(key, []).append(record.position)
    return frozenset(at for accounts in groups.values() if len(accounts) > 1 for at in accounts)
