"""Settling: the order of each subject's events on a timeline, and the bounds that follow from it.

A timeline on which no two events of one subject overlap in time takes the short way: its events
are in the order of their dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from msgspec.structs import replace

from comity.domain.events import Event
from comity.domain.events.base import Phase
from comity.domain.lives.agreement import Naming
from comity.domain.lives.machines import SubjectKey
from comity.domain.lives.nodes import first_overlap
from comity.domain.lives.posts import post_of
from comity.domain.overlaps import heads_unknown, in_order, independent, node_of
from comity.domain.parties import cached_by_party, lifetimes
from comity.domain.recorded import Recorded
from comity.domain.scope import Scope
from comity.domain.selection import Doubt, Entry, doubt
from comity.domain.text import folded
from comity.domain.time.dates import (
    Bounds,
    Instants,
    bounds,
    day_of,
    instants,
    known_bounds,
    last_second,
)

_NO_MOMENT = datetime.min.replace(tzinfo=UTC)
FOREVER = Bounds(date.min, date.max)


class Settled(NamedTuple):
    """The entries with their narrowed bounds.

    `inversions` are spans of days (ordinals, the last one excluded) on which an event of a subject
    has surely become true, and one that comes before it in the subject's order has not.
    """

    entries: list[Entry]
    inversions: Sequence[tuple[int, int]] = ()


def settled(entries: Iterable[Entry], scope: Scope) -> Settled:
    """The entries of a timeline, in any order, with the bounds and the places that they have."""
    entries = _in_lifetimes(entries)
    by_subject = _by_subject(entries, scope)
    unsettled = [
        own
        for own in by_subject.values()
        if len(own) > 1 and first_overlap(map(node_of, own)) is not None
    ]
    if not unsettled and not _several_people(by_subject):
        return Settled(entries)
    changed: dict[str, Entry] = {}
    inversions: list[tuple[int, int]] = []
    for number, own in enumerate(independent(unsettled), start=1):
        placed = in_order(own, number, scope)
        inversions.extend(_inversions(placed.values()))
        changed.update(placed)
    for entry in heads_unknown(by_subject, changed):
        changed[entry.record.event.id] = entry
    return Settled([changed.get(entry.record.event.id, entry) for entry in entries], inversions)


def _inversions(placed: Iterable[Entry]) -> Iterator[tuple[int, int]]:
    """The spans of days between an event and a later one that comes before it in the order."""
    last = 0
    for entry in placed:
        day = entry.latest.toordinal()
        if day < last:
            yield day, last
        last = max(last, day)


def _in_lifetimes(entries: Iterable[Entry]) -> list[Entry]:
    settled: list[Entry] = []
    for entry in entries:
        event = entry.record.event
        common = _common_lifetime(event.parties)
        is_within = common.earliest <= entry.earliest and entry.latest <= common.latest
        tells_an_end = event.subject and event.dated
        settled.append(entry if is_within and not tells_an_end else _in_lifetime(entry))
    return settled


def is_within_lifetimes(event: Event) -> bool:
    """Whether its parties surely existed on every day on which a fact can have become true."""
    earliest, latest = known_bounds(event.when)
    common = _common_lifetime(event.parties)
    return common.earliest <= earliest and latest <= common.latest


def surely_by(event: Event) -> date:
    """A day by which a fact surely became true, if its parties existed then; not a later one."""
    earliest, latest = known_bounds(event.when)
    return latest if latest <= _common_lifetime(event.parties).latest else earliest


@cached_by_party
def _common_lifetime(parties: tuple[str, ...]) -> Bounds:
    """Days on which all the parties surely existed: nothing dated within needs a closer look."""
    lives = [lives[-1] for _, lives in _lifetimes(parties)]
    return Bounds(
        max((life.earliest for life in lives), default=date.min),
        min((life.latest for life in lives), default=date.max),
    )


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


def absence(event: Event) -> Doubt | None:
    """The doubt that a party of the event did not exist then, on whatever timeline it stands."""
    if not event.when:
        return None
    record = Recorded(event, event.relationship, 1, 1, _NO_MOMENT)
    entry = _in_lifetime(Entry(record, *bounds(event.when), (record,)))
    return next((doubt for doubt in entry.doubts if doubt.kind == "party-not-existing"), None)


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
    told = f"{event.type} on {event.when}: the end that it tells lies before it"
    return doubt("dates-contradict", told, event)


@cached_by_party
def _lifetimes(parties: tuple[str, ...]) -> tuple[tuple[str, tuple[Bounds, ...]], ...]:
    """The parties whose existence is known to have been limited, with its periods."""
    known = ((code, lifetimes(code)) for code in parties)
    return tuple((code, lives) for code, lives in known if lives and lives != (FOREVER,))


def _not_existing(event: Event, code: str) -> Doubt:
    told = f"{event.type} on {event.when}: {code} did not exist then"
    return doubt("party-not-existing", told, event)


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


def _several_people(by_subject: dict[SubjectKey, list[Entry]]) -> bool:
    """Whether two people are recorded for one post."""
    posts = [key[:-1] for key in by_subject if key[0] == "post"]
    return len(set(posts)) < len(posts)
