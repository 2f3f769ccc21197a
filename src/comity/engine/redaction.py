"""Redaction: what is written anew in the log so that nothing of an event's text is left."""

from __future__ import annotations

from secrets import token_hex

import msgspec
from msgspec.structs import replace

from comity.domain import codec
from comity.domain.errors import InvalidValue, NoSuchEvent
from comity.domain.events import Event, RecordKeeping, RecordRedacted, Redacted
from comity.domain.integrity import form_of, place_of
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
        self.id = _random_id()
        self._ids = {event_id: self.id}
        self._derived = {event_id} if record.event.has_derived_id else set[str]()
        """The old ids that were derived: only such a one is unique in a text."""
        self._records = {record.position: record}
        while self._look(store):
            pass
        self.forms = {
            position: self._without_text(each) if position == record.position
            else self._renamed(each)
            for position, each in self._records.items()
        }  # fmt: skip

    def _look(self, store: LogStore) -> bool:
        """Look through the log for what names any of the ids; returns whether to look again."""
        known = len(self._records)
        for record in store.log():
            event = record.event
            if record.position in self._records or not self._is_named_by(record):
                continue
            self._records[record.position] = record
            if event.has_derived_id:
                self._ids[event.id] = _random_id()
                self._derived.add(event.id)
        return len(self._records) > known

    def told(self) -> tuple[str, ...]:
        """The position and the digest of each new form."""
        return tuple(
            form_of(position, codec.content_of(replace(self._records[position], event=form)))
            for position, form in sorted(self.forms.items())
        )

    def _is_named_by(self, record: Recorded) -> bool:
        """Whether a record names any of the ids: in the fields of record keeping, or in a text.

        So does an earlier redaction that tells the digest of a form: that could confirm a guess.
        """
        event = record.event
        if isinstance(event, RecordRedacted) and self._forms_left(event) != event.forms:
            return True
        if isinstance(event, RecordKeeping):
            names = {event.target, getattr(event, "replacement", "")}
            if self._ids.keys() & names:
                return True
        content = codec.content_of(record)
        return any(id.encode() in content for id in self._derived)

    def _forms_left(self, act: RecordRedacted) -> tuple[str, ...]:
        """The forms that an earlier redaction tells, without those that are written anew."""
        return tuple(form for form in act.forms if place_of(form) not in self._records)

    def _renamed(self, record: Recorded) -> Event:
        """The event, with the new ids in the place of the old ones."""
        event: Event = record.event
        named = ["id", "target", "replacement"] if isinstance(event, RecordKeeping) else ["id"]
        told = {field: getattr(event, field, "") for field in named}
        changes = {field: self._ids[id] for field, id in told.items() if id in self._ids}
        if isinstance(event, RecordRedacted):
            event = replace(event, forms=self._forms_left(event))
        content = msgspec.json.encode(replace(event, **changes))
        for old in self._derived:
            content = content.replace(old.encode(), self._ids[old].encode())
        renamed: Event = codec.decode_event(content)
        return renamed

    def _without_text(self, record: Recorded) -> Event:
        """What is left of the event itself. Record keeping keeps its effect, without its reason."""
        event = record.event
        if isinstance(event, RecordKeeping):
            return replace(self._renamed(record), reason=GONE)
        return Redacted(parties=event.parties, kind=event.type, id=self.id)


def _random_id() -> str:
    """An id that cannot be taken for a derived one, by its length."""
    return f"redacted-{token_hex(16)}"
