"""What a record of the log is to a watch of events: news of an event, or of what became of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from comity.adapters.interchange.encode import record_fields
from comity.adapters.interchange.exporters.sentences import (
    all_of,
    name_of,
    sentence,
    the,
    the_first,
)
from comity.adapters.interchange.matching import IsOnTimeline, Matching, fact_of
from comity.adapters.interchange.safe_text import readable
from comity.adapters.watch.alert import Alert, AlertType, alert_id
from comity.adapters.watch.watched import EventWatch
from comity.domain.events import (
    AccountPreferred,
    RecordKeeping,
    RecordRedacted,
    RecordRetracted,
)
from comity.domain.events.records import Redacted
from comity.domain.parties import relationship_parties
from comity.domain.phrases import joined
from comity.domain.recorded import Recorded

Find = Callable[[str], Recorded | None]
"""The record with an id."""
_WORDS: dict[AlertType, str] = {
    "event.retracted": "Retracted", "event.reinstated": "Reinstated",
    "event.redacted": "Redacted", "account.preferred": "Preferred",
}  # fmt: skip


def news(
    watch: EventWatch, record: Recorded, find: Find, is_on: IsOnTimeline, now: datetime
) -> Alert | None:
    """The alert of a watch about a record; None if it wants none."""
    fact = fact_of(record, find)
    if fact is None or not _wants(watch.matching, record, fact, is_on):
        return None
    kind = _type_of(record, find)
    said = readable(_said_of(fact))
    if isinstance(record.event, RecordKeeping) and fact is not record:
        event = record.event
        replaced = getattr(event, "replacement", "")
        why = joined(
            readable(event.reason), f"replaced by {readable(replaced)}" if replaced else "", by="; "
        )
        said = f"{_WORDS[kind]}: {said} ({why})"
    day: date = record.recorded_at.date()
    return Alert(
        id=alert_id(watch.name, record.event.id),
        type=kind,
        watch=watch.name,
        says=said,
        relationships=(record.relationship,),
        day=day.isoformat(),
        position=record.position,
        told_at=now,
        about=record_fields(record),
    )


def _said_of(fact: Recorded) -> str:
    """What an event says, after its parties where it does not name them all itself."""
    said = sentence(fact.event)
    parties = relationship_parties(fact.relationship)
    if all(name_of(code) in said for code in parties):
        return said
    first, *others = parties
    return f"{all_of([the_first(first), *map(the, others)])}: {said}"


def _wants(matching: Matching, record: Recorded, fact: Recorded, is_on: IsOnTimeline) -> bool:
    kind = fact.event.kind if isinstance(fact.event, Redacted) else fact.event.type
    is_kind = matching.is_of_kinds(kind) or matching.is_of_kinds(record.event.type)
    return is_kind and (matching.is_of_scopes(fact) or matching.is_act(fact, is_on))


def _type_of(record: Recorded, find: Find) -> AlertType:
    event = record.event
    if isinstance(event, AccountPreferred):
        return "account.preferred"
    if isinstance(event, RecordRedacted):
        return "event.redacted"
    if isinstance(event, RecordRetracted):
        target = find(event.target)
        again = target is not None and isinstance(target.event, RecordRetracted)
        return "event.reinstated" if again else "event.retracted"
    return "event.recorded"
