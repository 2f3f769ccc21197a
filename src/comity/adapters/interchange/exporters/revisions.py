"""How often a fact was told anew: for formats in which an item has a number that must grow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from comity.domain.events import Event, MeetingCancelled, RecordKeeping, RecordRetracted
from comity.domain.links import shipment_text
from comity.domain.recorded import Recorded
from comity.domain.scope import scope_of
from comity.domain.selection import retracted
from comity.domain.text import folded
from comity.domain.values import Source

Key = tuple[str, str]
"""What a fact is about (`relations`, `meeting`, `series`, `agreement` …), and its id."""

KINDS = frozenset({
    "relations-established", "relations-suspended", "relations-severed", "relations-restored",
    "relations-changed", "meeting-scheduled", "meeting-rescheduled", "meeting-held",
    "meeting-cancelled", "agreement-signed", "agreement-ratified", "ratification-withdrawn",
    "agreement-in-force", "agreement-acceded", "agreement-provisionally-applied",
    "provisional-application-ended", "agreement-amended", "reservation-made",
    "agreement-suspended", "agreement-denounced", "denunciation-withdrawn",
    "agreement-terminated", "deal-announced", "deal-signed", "deal-amended", "deal-suspended",
    "deal-resumed", "deal-ended", "shipment-scheduled", "shipment-delivered",
    "record-retracted", "account-preferred", "record-redacted", "redacted",
})  # fmt: skip
"""The kinds of events on which an agenda and anniversaries rest, with record keeping."""


_DONE = frozenset({"meeting-held", "shipment-delivered"})
"""The kinds after which a plan is no more: what was planned came."""


class Told(NamedTuple):
    """A record about a fact: where it stands in the log, when it was recorded, its sources."""

    position: int
    relationship: str
    recorded_at: datetime
    sources: tuple[Source, ...]


class Revision(NamedTuple):
    """The records about a fact, in the order of the log; there is at least one."""

    told: tuple[Told, ...]

    @property
    def number(self) -> int:
        """How often the fact was told after the first time: corrections and accounts count."""
        return len(self.told) - 1

    @property
    def stream(self) -> str:
        """The relationship of which the fact was first told: it never changes."""
        return self.told[0].relationship

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the records that are not retracted, each once."""
        return tuple(dict.fromkeys(source for told in self.told for source in told.sources))


class Loss(NamedTuple):
    """A fact of a relationship of which something was called off or retracted, and where."""

    key: Key
    relationship: str
    positions: tuple[int, ...]


class Revisions:
    """The records about each fact, from one pass over `records` in the order of the log.

    The records are held until the end of that, without their text: memory grows with their number.
    """

    def __init__(self, records: Iterable[Recorded]) -> None:
        self._told: dict[Key, list[Told]] = {}
        self._ids: dict[Key, list[str]] = {}
        self._names: set[str] = set()
        self._acts: dict[tuple[Key, str], list[int]] = {}
        self._kinds: dict[tuple[Key, str], dict[str, str]] = {}
        self._retracted: set[tuple[Key, str]] = set()
        keys: dict[str, tuple[Key, ...]] = {}
        acts: list[Recorded] = []
        for record in records:
            event = record.event
            if isinstance(event, RecordKeeping):
                own = keys.get(event.target, ())
                acts.extend([record] if isinstance(event, RecordRetracted) else [])
            else:
                own = tuple(_keys(event))
            keys[event.id] = own
            self._add(own, record)
            self._note_act(own, record)
        self._gone = frozenset(retracted(acts))

    def _add(self, keys: Iterable[Key], record: Recorded) -> None:
        told = Told(
            record.position, record.relationship, record.recorded_at, tuple(record.event.sources)
        )
        self._names.add(record.relationship)
        for key in keys:
            self._told.setdefault(key, []).append(told)
            self._ids.setdefault(key, []).append(record.event.id)

    def _note_act(self, keys: Iterable[Key], record: Recorded) -> None:
        """Note the kinds of the facts, and what calls off or retracts."""
        event = record.event
        for key in keys:
            name = key, record.relationship
            if not isinstance(event, RecordKeeping):
                self._kinds.setdefault(name, {})[event.id] = event.type
            if isinstance(event, MeetingCancelled | RecordRetracted):
                self._acts.setdefault(name, []).append(record.position)
            if isinstance(event, RecordRetracted) and not event.replacement:
                self._retracted.add(name)

    def losses(self) -> Iterator[Loss]:
        """The facts that were lost in whole or in part, in order of their first such record.

        A meeting is lost if it was called off at last; anything is, if all that told it is gone,
        or a part of it without a replacement. What took place or arrived is not lost.
        """
        for name, positions in self._acts.items():
            told = self._kinds.get(name, {})
            kinds = [kind for id, kind in told.items() if id not in self._gone]
            is_called_off = kinds[-1:] == ["meeting-cancelled"]
            is_over = not _DONE.isdisjoint(kinds) or name[0][0] == "series"
            if not kinds or (not is_over and (is_called_off or name in self._retracted)):
                yield Loss(*name, tuple(positions))

    def of(self, key: Key, relationship: str) -> Revision | None:
        """The records about a fact on a relationship's timeline; None if there are none."""
        sets = scope_of(relationship).party_sets
        told = [
            told if id not in self._gone else told._replace(sources=())
            for told, id in zip(self._told.get(key, ()), self._ids.get(key, ()), strict=True)
            if any(codes.issubset(told.relationship.split("-")) for codes in sets)
        ]
        return Revision(tuple(told)) if told else None


def _keys(event: Event) -> Iterator[Key]:
    """What an event is about."""
    if event.subject == "relations":
        yield "relations", ""
    for field in ("meeting", "series", "agreement", "deal"):
        if name := getattr(event, field, ""):
            yield field, folded(name)
    if shipment := getattr(event, "shipment", ""):
        yield "shipment", shipment_text(getattr(event, "deal", ""), shipment)
