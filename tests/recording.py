"""Events and recorded events for tests of stores, and how to put them into one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from comity.domain.events import Event, MeetingHeld, RelationsEstablished
from comity.domain.parties import relationship_id
from comity.domain.recorded import Recorded
from comity.ports import LogStore

START = datetime(2023, 6, 20, 12, tzinfo=UTC)
PAIR = ("PAK", "RUS")


def meeting(name: str, when: str = "2023-06-20", parties: Sequence[str] = PAIR) -> MeetingHeld:
    """Return an event of its own happening, so that rivals are of no account."""
    return MeetingHeld(meeting=name, parties=tuple(parties), when=when)


def established(when: str, parties: Sequence[str] = PAIR) -> RelationsEstablished:
    """Return an event that has no rivals."""
    return RelationsEstablished(parties=tuple(parties), when=when)


def recorded(events: Iterable[Event], after: Sequence[Recorded] = ()) -> list[Recorded]:
    """Return the events as a log holds them that goes on from `after`, one hour apart."""
    versions = Counter(record.relationship for record in after)
    records = list[Recorded]()
    for position, event in enumerate(events, len(after) + 1):
        name = relationship_id(event.parties)
        versions[name] += 1
        at = START + timedelta(hours=position)
        records.append(Recorded(event, name, versions[name], position, at))
    return records


def filled(store: LogStore, *batches: Iterable[Event]) -> list[Recorded]:
    """Write each batch in a transaction of its own; return all that was recorded."""
    log = list[Recorded]()
    for batch in batches:
        records = recorded(batch, log)
        with store.writing():
            store.add(records)
        log += records
    return log
