"""Redaction: what is written anew in the log so that nothing of an event's text is left."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

import msgspec
from msgspec.structs import replace

from comity.domain import codec
from comity.domain.errors import InvalidValue, NoSuchEvent
from comity.domain.events import CATALOGUE, Event, RecordKeeping, Redacted
from comity.domain.integrity import form_of
from comity.domain.recorded import Recorded
from comity.ports import LogStore

GONE = "redacted"
"""What stands for the reason of record keeping that was redacted."""


class Rewriting:
    """The new forms of an event and of all that names it, by position.

    An id that was derived from content can confirm a guess of the content. So the event is given a
    random id. What names the old one names the new one; if its own id was derived from that, it is
    given a random one too, and so on.
    """

    def __init__(self, store: LogStore, event_id: str) -> None:
        record = store.find([event_id]).get(event_id)
        if record is None:
            raise NoSuchEvent(event_id, "redact")
        if isinstance(record.event, Redacted):
            raise InvalidValue("event_id", event_id, "an event that is not redacted already")
        self._ids = {event_id: _random_id()}
        self.id = self._ids[event_id]
        self.records = {record.position: record}
        while self._look(store):
            pass
        self.forms = {
            position: _without_text(each, self._ids)
            if position == record.position
            else _renamed(each, self._ids)
            for position, each in self.records.items()
        }

    def _look(self, store: LogStore) -> bool:
        """Look through the log for what names any of the ids; returns whether to look again."""
        known = len(self._ids)
        for record in store.log():
            event = record.event
            if record.position in self.records or not _names(record, self._ids):
                continue
            self.records[record.position] = record
            if event.has_derived_id:
                self._ids[event.id] = _random_id()
        return len(self._ids) > known

    def told(self) -> tuple[str, ...]:
        """The position and the digest of each new form."""
        return tuple(
            form_of(position, _content(self.records[position], form))
            for position, form in sorted(self.forms.items())
        )


def _random_id() -> str:
    """An id that cannot be taken for a derived one, by its length."""
    return f"redacted-{token_hex(16)}"


def _content(record: Recorded, event: Event) -> bytes:
    return codec.encode(event, record.recorded_at, record.recorded_by)


def _names(record: Recorded, ids: Mapping[str, str]) -> bool:
    """Whether a record names any of the ids: record keeping in its fields, others in their text."""
    event = record.event
    if isinstance(event, RecordKeeping) and ids.keys() & {
        event.target, getattr(event, "replacement", "")
    }:  # fmt: skip
        return True
    content = _content(record, event)
    return any(id.encode() in content for id in ids if _is_derived(id))


def _is_derived(id: str) -> bool:
    """Whether an id has the form of one that was derived; only such a one is unique in a text."""
    tag, _, digest = id.rpartition("-")
    return tag in CATALOGUE and len(digest) == 24


def _renamed(record: Recorded, ids: Mapping[str, str]) -> Event:
    """The event, with the new ids in the place of the old ones."""
    event: Event = record.event
    own = {"id": ids.get(event.id, event.id)}
    if isinstance(event, RecordKeeping):
        own["target"] = ids.get(event.target, event.target)
        if replacement := getattr(event, "replacement", ""):
            own["replacement"] = ids.get(replacement, replacement)
    event = replace(event, **own)
    content = msgspec.json.encode(event)
    for old, new in ids.items():
        if _is_derived(old):
            content = content.replace(old.encode(), new.encode())
    renamed: Event = codec.decode_event(content)
    return renamed


def _without_text(record: Recorded, ids: Mapping[str, str]) -> Event:
    """What is left of the event itself. Record keeping keeps its effect, without its reason."""
    event = record.event
    if isinstance(event, RecordKeeping):
        return replace(_renamed(record, ids), reason=GONE)
    return Redacted(parties=event.parties, kind=event.type, id=ids[event.id])
