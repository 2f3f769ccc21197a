"""Places: the order and the bounds of those events whose subjects reach beyond a piece.

Of a subject whose events in a piece have a day each and do not overlap, the order is that of their
dates, whatever else is recorded: what overlaps them shares a day with them. Any other subject is
settled whole when a piece first comes to it. What follows for later pieces is kept until then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from msgspec.structs import replace

from comity.domain.effects import order_key, unclear
from comity.domain.events import Event
from comity.domain.extent import extent_of
from comity.domain.lives.machines import SubjectKey
from comity.domain.selection import Doubt, Entry, Row, entry_of, row_of
from comity.domain.settling import in_lifetimes
from comity.domain.time.dates import Instants, day_of
from comity.query.fold import Fold, facts_to_fold
from comity.query.gathering import Gathering
from comity.query.reading import DatesChecked, Reading

Second = Callable[[Row], int]
"""Gives the second of a row that decides which piece it belongs to."""
_FEW = 8
"""How many subjects are read at once first; from them follows how many more are."""


class _Place(NamedTuple):
    """What the order of its subject says of an entry, and the last day on which it is read."""

    until: int
    earliest: date
    latest: date
    narrowed: Instants | None
    place: tuple[int, int] | None
    doubts: tuple[Doubt, ...]

    def of(self, row: Row) -> Row:
        """The row with its place."""
        _, earliest, latest, narrowed, place, doubts = self
        return row_of(
            replace(
                entry_of(row[4]), earliest=earliest, latest=latest, narrowed=narrowed,
                place=place, doubts=doubts,
            )
        )  # fmt: skip


class Places:
    """The places of those events of a timeline that are still to be folded, up to a `last` second.

    At most about so many events as `held` are read at once to settle them.
    """

    def __init__(
        self, gathering: Gathering, fold: Fold[Any, Any], second: Second, last: int, held: int
    ) -> None:
        self._gathering, self._fold = gathering, fold
        self._second, self._last, self._held = second, last, held
        self._places: dict[int, _Place] = {}
        self._settled: dict[SubjectKey, int] = {}
        """The subjects that were settled, with their last days."""
        self._inversions: list[tuple[int, int]] = []
        self._subjects = 0

    def rows(self, reading: Reading) -> Sequence[Row]:
        """The rows of all that was read of some days, in order."""
        new = unclear(reading.records, self._gathering.scope)
        # Those of one kind are read together: under the link of a deal are its shipments too.
        subjects = iter(sorted(key for key in new if key not in self._settled))
        size = _FEW
        while some := {key: new[key] for key in islice(subjects, size)}:
            count = self._settle(some)
            size = max(1, min(8 * size, size * self._held // (2 * count + 1)))
        rows = in_lifetimes(facts_to_fold(reading))
        if self._places:
            rows = [self._placed(row) for row in rows]
        rows.sort()
        return self._fold.of_kinds(rows)

    def _placed(self, row: Row) -> Row:
        place = self._places.get(_position(row))
        return row if place is None else place.of(row)

    def last_day(self, day: int) -> int:
        """The last day up to `day` by which every subject's events are the first of its order."""
        while crossed := [first for first, last in self._inversions if first <= day < last]:
            day = min(crossed) - 1
        return day

    def forget(self, after: int) -> None:
        """Forget what is needed only for days up to this one."""
        self._places = {at: each for at, each in self._places.items() if each.until > after}
        self._settled = {key: last for key, last in self._settled.items() if last > after}
        self._inversions = [each for each in self._inversions if each[1] > after]

    def _settle(self, subjects: Mapping[SubjectKey, Event]) -> int:
        """Settle whole subjects; return how many records that took."""
        reading = self._gathering.subjects(subjects)
        with DatesChecked(self._gathering.store.name, reading.records):
            self._keep(reading, subjects)
        return len(reading.records)

    def _keep(self, reading: Reading, subjects: Collection[SubjectKey]) -> None:
        """Keep the places of the events of these subjects, which were read whole."""
        scope = self._gathering.scope
        self._settled.update(dict.fromkeys(subjects, 0))
        for event in (record.event for record in reading.records):
            key = order_key(event, scope)
            if key is not None and key in subjects:
                self._settled[key] = max(self._settled[key], extent_of(event).until)
        rows = self._fold.settled(reading).rows
        rows = [row for row in rows if order_key(row[4].event, scope) in subjects]
        self._places.update(
            (_position(row), place) for row in rows if (place := self._place(row)) is not None
        )
        self._inversions += self._inverted(self._fold.of_kinds(rows))
        self._subjects += len(rows)

    def _place(self, row: Row) -> _Place | None:
        entry = row[4]
        if type(entry) is not Entry or not (entry.place or entry.doubts):
            return None
        number, at = entry.place or (0, 0)
        place = (self._subjects + number, at) if entry.place else None
        return _Place(
            extent_of(entry.event).until, entry.earliest, entry.latest, entry.narrowed, place,
            entry.doubts,
        )  # fmt: skip

    def _inverted(self, rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
        """The spans of days on which an event of a subject is folded, and an earlier one is not."""
        placed = [
            (row[4].place, _day(self._second(row)))
            for row in rows
            if type(row[4]) is Entry and row[4].place and self._second(row) <= self._last
        ]
        subject = latest = 0
        for (number, _), day in sorted(placed):
            if number != subject:
                subject, latest = number, 0
            if day < latest:
                yield day, latest
            latest = max(latest, day)


def _position(row: Row) -> int:
    standing = row[4]
    return standing.record.position if isinstance(standing, Entry) else standing.position


def _day(second: int) -> int:
    return day_of(second).toordinal()
