"""Settling: the order of each subject's events on a timeline, and the bounds that follow from it.

A timeline on which no two events of one subject overlap in time takes the short way: its events
are in the order of their dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from msgspec.structs import replace

from comity.domain.events import CATALOGUE, Event
from comity.domain.events.base import Phase
from comity.domain.lives.agreement import Naming
from comity.domain.lives.machines import SubjectKey
from comity.domain.lives.posts import post_of
from comity.domain.overlaps import heads_unknown, in_order, independent
from comity.domain.parties import cached_by_party, lifetimes
from comity.domain.recorded import Recorded
from comity.domain.scope import Scope
from comity.domain.selection import Doubt, Entry, Facts, Row, doubt, entry_of, row_of, rows_of
from comity.domain.text import folded
from comity.domain.time.dates import (
    Bounds,
    Instants,
    bounds,
    day_of,
    instants,
    known_bounds,
    last_second,
    start_of,
)

_NO_MOMENT = datetime.min.replace(tzinfo=UTC)
FOREVER = Bounds(date.min, date.max)


class Settled(NamedTuple):
    """The rows of a timeline in order, with their narrowed bounds.

    `inversions` are spans of days (ordinals, the last one excluded) on which an event of a subject
    has surely become true, and one that comes before it in the subject's order has not.
    """

    rows: list[Row]
    inversions: Sequence[tuple[int, int]] = ()

    @property
    def entries(self) -> list[Entry]:
        """All entries, in order."""
        return [entry_of(standing) for *_, standing in self.rows]


def settled(facts: Facts, scope: Scope) -> Settled:
    """The facts of a timeline in order, with the bounds and the places that they have."""
    rows = in_lifetimes(facts)
    rows.sort()  # ids are unique, so what stands is never compared
    by_subject = _by_subject(rows, _unclear_subjects(rows), scope)
    unsettled = [own for own in by_subject.values() if _overlaps(own)]
    several = _several_people(by_subject)
    if not unsettled and not several:
        return Settled(rows)
    changed: dict[str, Entry] = {}
    inversions: list[tuple[int, int]] = []
    for number, own in enumerate(independent(map(_entries, unsettled)), start=1):
        placed = in_order(own, number, scope)
        inversions.extend(_inversions(placed.values()))
        changed.update(placed)
    if several:
        posts = {key: _entries(own) for key, own in by_subject.items() if key[0] == "post"}
        changed.update((entry.record.event.id, entry) for entry in heads_unknown(posts, changed))
    rows = [row_of(changed[row[2]]) if row[2] in changed else row for row in rows]
    rows.sort()
    return Settled(rows, inversions)


def _entries(rows: Iterable[Row]) -> list[Entry]:
    return [entry_of(standing) for *_, standing in rows]


def _unclear_subjects(rows: Sequence[Row]) -> set[str]:
    """The kinds of subjects with events whose bounds overlap with any others, and posts."""
    touching = [row[4].event.subject for before, row in pairwise(rows) if row[3] <= before[0]]
    closer = [row[4].event.subject for row in rows if type(row[4]) is Entry]
    return {subject for subject in touching if subject} | {"post"}.intersection(closer)


def _overlaps(own: Sequence[Row]) -> bool:
    """Whether any bounds overlap, of rows in order."""
    return any(row[3] <= before[0] for before, row in pairwise(own))


def _inversions(placed: Iterable[Entry]) -> Iterator[tuple[int, int]]:
    """The spans of days between an event and a later one that comes before it in the order."""
    last = 0
    for entry in placed:
        day = entry.latest.toordinal()
        if day < last:
            yield day, last
        last = max(last, day)


_LOOK_CLOSER = frozenset(
    kind
    for kind in CATALOGUE.values()
    if kind.subject == "post" or not {"effective", "expires"}.isdisjoint(kind.dated)
)
"""The kinds that can tell their own end, and those of which two subjects bear on each other."""


def in_lifetimes(facts: Facts) -> list[Row]:
    """The rows of facts, in any order, no later than their parties' existence."""
    rows = rows_of(facts.alone)
    names = {record.relationship for record in facts.alone}
    common = [_common_seconds(tuple(name.split("-"))) for name in names]
    are_within = not rows or (
        max(life.earliest for life in common) <= min(map(_earliest, rows))
        and max(map(_latest, rows)) <= min(life.latest for life in common)
    )
    rows = [
        row if are_within and type(row[4].event) not in _LOOK_CLOSER else _in_life(row)
        for row in rows
    ]
    rows.extend(row_of(_in_lifetime(entry)) for entry in facts.rivals)
    return rows


def _in_life(row: Row) -> Row:
    """The row, no later than its parties' existence and the end that it tells itself."""
    entry = entry_of(row[4])
    settled = _in_lifetime(entry)
    return row if settled is entry and entry.record.event.subject != "post" else row_of(settled)


_latest, _earliest = itemgetter(0), itemgetter(3)


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


@cached_by_party
def _common_seconds(parties: tuple[str, ...]) -> Instants:
    """The first and the last second of these days."""
    days = _common_lifetime(parties)
    return Instants(start_of(days.earliest), last_second(days.latest))


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


def _by_subject(rows: Iterable[Row], kinds: set[str], scope: Scope) -> dict[SubjectKey, list[Row]]:
    """The rows of these kinds of subjects, by subject."""
    is_pair = len(scope.parties) > 1
    by_subject: dict[SubjectKey, list[Row]] = {}
    for row in rows if kinds else ():
        event = row[4].event
        if event.subject in kinds and (key := subject_key(event, scope.name, is_pair=is_pair)):
            by_subject.setdefault(key, []).append(row)
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


def _several_people(by_subject: Iterable[SubjectKey]) -> bool:
    """Whether two people are recorded for one post."""
    posts = [key[:-1] for key in by_subject if key[0] == "post"]
    return len(set(posts)) < len(posts)
