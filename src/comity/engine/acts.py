"""Acts: the record keeping of a store, and the events by which an act comes into effect."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from comity.domain.errors import NoSuchEvent, NotRetracted
from comity.domain.events import (
    RECORD_KEEPING,
    AccountPreferred,
    Event,
    RecordKeeping,
    RecordRetracted,
)
from comity.domain.recorded import Recorded
from comity.domain.selection import retracted
from comity.ports import LogStore, Window
from comity.projections import evidence
from comity.query.rivals import records_about


def acts_in(store: LogStore, streams: Collection[str]) -> dict[str, list[Recorded]]:
    """All record keeping in these streams, by stream; no other event is read."""
    heads = store.heads(streams)
    last = date.max.toordinal()
    window = Window(dict.fromkeys(heads, last), last, RECORD_KEEPING)
    return store.read_streams(heads, store.head().position, window) if heads else {}


class Acts:
    """Composes the events of an act, within the write transaction that is held."""

    def __init__(self, store: LogStore) -> None:
        self._store = store

    def retraction(self, event_id: str, reason: str, replacement: str = "") -> list[Event]:
        """What retracts an event."""
        act = RecordRetracted(target=event_id, reason=reason, replacement=replacement)
        return [self._fresh(act)]

    def preference(self, event_id: str, reason: str) -> list[Event]:
        """What prefers an account to its rivals."""
        return [self._fresh(AccountPreferred(target=event_id, reason=reason))]

    def correction(self, event_id: str, replacement: Event, reason: str) -> list[Event]:
        """What retracts an event and lets its replacement stand, also if that was retracted."""
        return [
            *self.retraction(event_id, reason, replacement.id),
            *self._taking_back(self._standing(replacement.id), reason),
            replacement,
        ]

    def reinstatement(self, event_id: str, reason: str) -> list[Event]:
        """What takes every standing retraction of an event back.

        Raises `NoSuchEvent`, and `NotRetracted` if there is none.
        """
        standing = self._standing(event_id)
        if not standing and not self._store.find([event_id]):
            raise NoSuchEvent(event_id, "reinstate")
        if not standing:
            raise NotRetracted(event_id)
        return self._taking_back(standing, reason)

    def _taking_back(self, retractions: list[Recorded], reason: str) -> list[Event]:
        return [
            self._fresh(RecordRetracted(target=record.event.id, reason=reason))
            for record in retractions
        ]

    def _standing(self, event_id: str) -> list[Recorded]:
        """The retractions of an event that are not themselves retracted."""
        record = self._store.find([event_id]).get(event_id)
        if record is None:
            return []
        acts = acts_in(self._store, [record.relationship]).get(record.relationship, [])
        gone = retracted(acts)
        return [
            act
            for act in acts
            if isinstance(act.event, RecordRetracted)
            and act.event.target == event_id
            and act.event.id not in gone
        ]

    def _fresh(self, act: RecordRetracted | AccountPreferred) -> RecordKeeping:
        """The act, under a new id if an equal one was recorded and no longer has effect."""
        act_id, count = act.id, 1
        while (earlier := self._store.find([act.id]).get(act.id)) and not self._in_effect(earlier):
            count += 1
            act = act.replace(id=f"{act_id}-{count}")
        return act

    def _in_effect(self, act: Recorded) -> bool:
        if isinstance(act.event, AccountPreferred):
            target = self._store.find([act.event.target])[act.event.target]
            return evidence.is_last_word(act, target, records_about(self._store, target))
        acts = acts_in(self._store, [act.relationship])[act.relationship]
        return act.event.id not in retracted(acts)
