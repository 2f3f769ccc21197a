"""The batch: it sorts events into new ones, duplicates, and those that the log refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime, time
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from comity.domain.errors import (
    IdConflict,
    InvalidValue,
    NoSuchEvent,
    RecordedTimeDecreases,
    RecordedTimeInFuture,
    TargetRetracted,
    VersionConflict,
)
from comity.domain.events import AccountPreferred, Event, RecordKeeping, RecordRetracted, Redacted
from comity.domain.parties import relationship_parties
from comity.domain.recorded import Recorded
from comity.domain.selection import retracted
from comity.engine.acts import acts_in
from comity.ports import Ahead, LogStore


class Stamp(NamedTuple):
    """When an event was recorded (None: now) and by whom."""

    recorded_at: datetime | None = None
    recorded_by: str = ""


_NOW = Stamp()


class RetractedEvent(Struct, frozen=True):
    """An event of the log that is retracted: its `id`, the `act` that retracts it, and why.

    `act` is the id of the retraction.
    """

    id: str
    act: str
    reason: str


class Receipt(Struct, frozen=True):
    """What an append did: the position, version and id of each event, in the order given.

    `duplicates` holds the ids of events that the log had already; they were not written again.
    `retracted` are those of them that are retracted, so that they do not stand.
    """

    positions: tuple[int, ...]
    versions: tuple[int, ...]
    ids: tuple[str, ...]
    duplicates: tuple[str, ...]
    retracted: tuple[RetractedEvent, ...] = ()


def ahead_of(events: Iterable[Event]) -> Ahead:
    """What is asked first of the store to add `events`."""
    events = list(events)
    ids = {event.id for event in events}
    ids.update(event.target for event in events if isinstance(event, RecordKeeping))
    relationships = {event.relationship for event in events}
    return Ahead(ids, relationships - {""})  # an act need not tell its parties


class Batch:
    """One batch on its way into the log, while the store is held for writing.

    `new` holds the records to add. `taken` holds the record of each event, in the order given.
    """

    def __init__(self, store: LogStore, now: datetime, events: Sequence[Event] = ()) -> None:
        head = store.head()
        self._store = store
        self._position = head.position
        self.last = head.recorded_at
        self._clock, self.now = now, now if self.last is None else max(now, self.last)
        self._today = datetime.combine(now.date(), time.max, UTC)
        """How a day without a time is read, if it is today: as its end, which has not come."""
        self._versions: dict[str, int] = {}
        self._names: dict[tuple[str, ...], str] = {}
        self._known: dict[str, Recorded | None] = {}
        self._read_ahead(events)
        self._earlier: Sequence[Recorded] = ()
        self.new: list[Recorded] = []
        self.taken: list[Recorded] = []
        self.duplicates: list[str] = []
        self._acts: dict[str, list[Recorded]] = {}
        self._gone: dict[str, dict[str, Recorded]] = {}

    def _read_ahead(self, events: Sequence[Event]) -> None:
        """Read in one go all that is needed to add `events`."""
        ids, relationships = ahead_of(events)
        self._known = dict.fromkeys(ids)
        self._known.update(self._store.find(ids))
        by_parties = {event.parties: event for event in events}
        self._names = {parties: event.relationship for parties, event in by_parties.items()}
        heads = self._store.heads(relationships)
        self._versions = dict.fromkeys(relationships, 0)
        self._versions.update((name, head.version) for name, head in heads.items())

    @property
    def all_new(self) -> Sequence[Recorded]:
        """The records to add, with those of the batches that this one follows."""
        return [*self._earlier, *self.new]

    def following(self, now: datetime) -> Batch:
        """A batch that comes right after this one, in the same transaction; both are added at once.

        What it reads is what this one read ahead. It may be refused without harm to this one.
        """
        batch = copy(self)
        batch._clock, batch.now = now, now if self.last is None else max(now, self.last)
        batch._today = datetime.combine(now.date(), time.max, UTC)
        batch._versions, batch._known = self._versions.copy(), self._known.copy()
        batch._earlier, batch.new = self.all_new, []
        batch.taken, batch.duplicates, batch._gone = [], [], {}
        return batch

    def take(
        self, events: Iterable[Event], stamp: Stamp, expected: int | Mapping[str, int] | None
    ) -> Receipt:
        """Add all events of an append. Raises what refuses it."""
        for event in events:
            self.add(event, stamp)
        if expected is not None:
            self.expect(expected)
        return self.receipt()

    def known(self, id: str) -> Recorded | None:
        """The event with this id, in the log or earlier in this batch."""
        if id not in self._known:
            self._known[id] = self._store.find([id]).get(id)
        return self._known[id]

    def version(self, relationship: str) -> int:
        """The relationship's version after the events added so far."""
        if relationship not in self._versions:
            head = self._store.heads([relationship]).get(relationship)
            self._versions[relationship] = head.version if head else 0
        return self._versions[relationship]

    def add(self, event: Event, stamp: Stamp = _NOW) -> None:
        """Add an event that was `checked`. Raises a `Refused` error if the log cannot take it."""
        if is_act := isinstance(event, RecordKeeping):
            event = self._of_its_target(event)
        id = event.id
        known = self._known[id] if id in self._known else self.known(id)
        if known is not None:
            self._take_again(known, event)
            return
        if isinstance(event, AccountPreferred):
            self._refuse_retracted(event.target)
        at, by = stamp
        at = self.now if at is None else self._recorded_time(at)
        name = self._names.get(event.parties) or event.relationship
        version, position = self.version(name) + 1, self._position + 1
        record = Recorded(event, name, version, position, at, recorded_by=by)
        self._versions[name], self._position, self.last = version, position, at
        self._known[id] = record
        self.new.append(record)
        self.taken.append(record)
        if is_act:
            self._gone.pop(name, None)

    def _take_again(self, known: Recorded, event: Event) -> None:
        if known.event != event:
            raise IdConflict(event.id, known.position)
        self.duplicates.append(event.id)
        self.taken.append(known)

    def _recorded_time(self, recorded_at: datetime) -> datetime:
        if recorded_at == self._today:
            return self.now
        if self.last is not None and recorded_at < self.last:
            raise RecordedTimeDecreases(recorded_at, self.last)
        if recorded_at > self.now:
            raise RecordedTimeInFuture(recorded_at, self._clock)
        return recorded_at

    def _of_its_target(self, event: RecordKeeping) -> RecordKeeping:
        if isinstance(event, Redacted) and self.known(event.id) is not None:
            return event  # it has no target
        target = self.known(event.target)
        preferring = isinstance(event, AccountPreferred)
        if target is None:
            raise NoSuchEvent(event.target, "prefer" if preferring else "retract")
        if preferring and not target.event.happening:
            expected = "an event with a happening, so that it can have rival accounts"
            raise InvalidValue("target", event.target, expected)
        parties = target.event.parties
        if event.parties not in ((), parties):
            expected = f"those of the target, {target.relationship}, or none"
            raise InvalidValue("parties", event.parties, expected)
        return replace(event, parties=parties)

    def _refuse_retracted(self, target: str) -> None:
        retraction = self._retraction(target)
        if retraction is not None:
            raise TargetRetracted(target, retraction.act, retraction.reason)

    def _retraction(self, id: str) -> RetractedEvent | None:
        """The retraction of a known event that stands after this batch."""
        record = self.known(id)
        if record is None:
            return None
        act = self._retractions(record.relationship).get(id)
        if act is None or not isinstance(act.event, RecordRetracted):
            return None
        return RetractedEvent(id, act.event.id, act.event.reason)

    def _retractions(self, stream: str) -> dict[str, Recorded]:
        """The retracted events of a stream, each with its standing retraction."""
        if stream not in self._gone:
            if stream not in self._acts:
                self._read_acts([stream])
            new = (record for record in self.all_new if record.relationship == stream)
            self._gone[stream] = retracted([*self._acts[stream], *new])
        return self._gone[stream]

    def _read_acts(self, streams: Iterable[str]) -> None:
        """Read the record keeping of these streams in one go, unless it was read before."""
        unread = {name for name in streams if name not in self._acts}
        if unread:
            acts = acts_in(self._store, unread)
            self._acts |= {name: acts.get(name, []) for name in unread}

    def retracted(self) -> list[RetractedEvent]:
        """The duplicates that are retracted. To be called before the new records are stored."""
        again = dict.fromkeys(self.duplicates)
        if not again:
            return []
        self._read_acts({record.relationship for id in again if (record := self.known(id))})
        retractions = (self._retraction(id) for id in again)
        return [retraction for retraction in retractions if retraction is not None]

    def expect(self, expected: int | Mapping[str, int]) -> None:
        """Raise `VersionConflict` unless each relationship had its expected version.

        A batch without new events needs no check: a repeated append returns the same receipt.
        """
        if not self.new:
            return
        if type(expected) is int:
            relationships = {record.relationship for record in self.taken}
            if len(relationships) != 1:
                several = "a mapping from relationship to version, as the batch holds several"
                raise InvalidValue("expected_version", expected, several)
            expected = dict.fromkeys(relationships, expected)
        if not isinstance(expected, Mapping):
            raise InvalidValue("expected_version", expected, "a version, or a mapping to versions")
        for relationship, version in expected.items():
            relationship_parties(relationship)  # refuses an id that no stream can have
            added = sum(record.relationship == relationship for record in self.new)
            current = self.version(relationship) - added
            if current != version:
                raise VersionConflict(relationship, version, current)

    def receipt(self) -> Receipt:
        """The receipt for the events given. To be called before the new records are stored."""
        return Receipt(
            tuple(record.position for record in self.taken),
            tuple(record.version for record in self.taken),
            tuple(record.event.id for record in self.taken),
            tuple(self.duplicates),
            tuple(self.retracted()),
        )
