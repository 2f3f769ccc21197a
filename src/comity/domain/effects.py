"""Effects: the first day on which each record bears, and the events whose place is unsettled.

An event bears on the days from the one by which it surely became true; with a life, from the first
day on which it can have become true. Where dates of one subject overlap, any of its events can
change the order of the others. A retraction and a preference bear on what their target bears on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from comity.domain.events import Event
from comity.domain.links import POSTS, happening_links, link, subject_links
from comity.domain.lives.machines import SubjectKey
from comity.domain.lives.nodes import Node, first_overlap
from comity.domain.overlaps import COMING
from comity.domain.parties import successor
from comity.domain.recorded import Recorded
from comity.domain.rivals import rival_groups
from comity.domain.scope import Scope
from comity.domain.selection import told_of
from comity.domain.settling import subject_key, surely_by
from comity.domain.time.dates import day_of, instants, known_bounds


class Effects(NamedTuple):
    """The first day (an ordinal) on which each record bears, by position; some bear on none.

    `unsettled` are the links of the events whose place in time depends on other events: rival
    accounts, and the events of a subject whose dates overlap.
    """

    first_days: dict[int, int]
    unsettled: frozenset[int]

    def newest_by_day(self, before: int = 0) -> NewestByDay:
        """The newest position that bears on a day or an earlier one; at least `before`."""
        pairs = sorted((day, position) for position, day in self.first_days.items())
        newest = accumulate((position for _, position in pairs), max, initial=before)
        return NewestByDay([day for day, _ in pairs], list(newest))


class NewestByDay(NamedTuple):
    """Days in order, and the newest position that bears on each of them or on an earlier one."""

    days: Sequence[int]
    newest: Sequence[int]

    def at(self, day: int) -> int:
        """The newest position that bears on a day."""
        return self.newest[bisect_right(self.days, day)]


def effects_of(records: Iterable[Recorded], scope: Scope) -> Effects:
    """The effects of records, which hold all that their places in time depend on.

    What cannot belong to the scope has none.
    """
    records = list(records)
    facts = [record for record in records if record.event.when]
    if not all(map(scope.holds_all, {record.relationship for record in facts})):
        facts = [record for record in facts if scope.concerns(record.event)]
    days = {record.position: _own_day(record.event) for record in facts}
    unsettled: set[int] = set()
    for own in _lives(facts):
        if (first := _first_unsettled(own, scope)) is not None:
            unsettled.add(_shared_link(own))
            for record in own:
                days[record.position] = min(days[record.position], first)
    for rivals in rival_groups(facts):
        unsettled.update(happening_links(rivals[0].event))
        first = min(days[record.position] for record in rivals)
        days.update((record.position, first) for record in rivals)
    if len(facts) < len(records):
        days.update(_days_of_acts(records, days))
    return Effects(days, frozenset(unsettled))


def _days_of_acts(
    records: Iterable[Recorded], days: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """The first day on which each act bears whose fact was read, and each fact."""
    by_id = {record.event.id: record for record in records}
    for record in by_id.values():
        fact = told_of(record, by_id)
        if fact is not None and fact.position in days:
            yield record.position, days[fact.position]


def _own_day(event: Event) -> int:
    if event.subject:
        return known_bounds(event.when).earliest.toordinal()
    return surely_by(event).toordinal()


def _lives(facts: Iterable[Recorded]) -> Iterable[list[Recorded]]:
    """The events of each subject, and of each post those by which somebody comes into it."""
    lives: dict[SubjectKey, list[Recorded]] = {}
    for record in facts:
        event = record.event
        if event.subject and (key := subject_key(event, successor, is_pair=True)):
            lives.setdefault(key, []).append(record)
            if event.type in COMING:
                lives.setdefault(("coming", *key[:-1]), []).append(record)
    return lives.values()


def _first_unsettled(own: Sequence[Recorded], scope: Scope) -> int | None:
    """The first day of the events of a subject whose order is not that of their dates.

    What a party did alone on an agreement belongs to a timeline only with other events of it.
    """
    if own[0].event.subject == "agreement" and any(not scope.holds(r.event) for r in own):
        return min(known_bounds(record.event.when).earliest.toordinal() for record in own)
    if len(own) < 2:
        return None
    first = _overlap(own)
    return None if first is None else day_of(first).toordinal()


def _overlap(own: Iterable[Recorded]) -> int | None:
    return first_overlap(Node(r.event, *instants(r.event.when)) for r in own)


def unclear(records: Iterable[Recorded], scope: Scope) -> dict[SubjectKey, Event]:
    """The subjects on a timeline whose order can depend on what was not read, each with an event.

    `records` are all that can have become true in some days. Of any other subject no two events
    overlap there, and each has a day of its own. The posts of one mission are one subject.
    """
    subjects: dict[SubjectKey, list[Recorded]] = {}
    for record in records:
        event = record.event
        key = order_key(event, scope) if event.subject else None
        if key is not None and scope.concerns(event):
            subjects.setdefault(key, []).append(record)
    return {
        key: own[0].event
        for key, own in subjects.items()
        if own[0].event.subject == "agreement"
        or not all(_is_day(record.event) for record in own)
        or (len(own) > 1 and _overlap(own) is not None)
    }


def order_key(event: Event, scope: Scope) -> SubjectKey | None:
    """What is put in order by itself: an event's subject; the posts of one mission together."""
    key = subject_key(event, scope.name, is_pair=len(scope.parties) > 1)
    return key[:-1] if key is not None and event.subject == "post" else key


def _is_day(event: Event) -> bool:
    earliest, latest = known_bounds(event.when)
    return earliest == latest


def _shared_link(own: Sequence[Recorded]) -> int:
    """The link under which all events of a subject are found; posts are found together."""
    event = own[0].event
    return link(POSTS) if event.subject == "post" else subject_links(event)[0]
