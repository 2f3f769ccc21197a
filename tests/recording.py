"""Events and recorded events for tests of stores, and how to put them into one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from comity.adapters.interchange.intake import parse
from comity.domain.events import Event, MeetingHeld, RelationsEstablished
from comity.domain.parties import relationship_id
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine
from comity.ports import LogStore, Window

START = datetime(2023, 6, 20, 12, tzinfo=UTC)
PAIR = ("PAK", "RUS")


def meeting(name: str, when: str = "2023-06-20", parties: Sequence[str] = PAIR) -> MeetingHeld:
    """Return an event with a happening of its own, so that it has no rivals."""
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


def read(
    store: LogStore,
    names: Iterable[str],
    position: int,
    days: tuple[date, date] | None = None,
    *,
    kinds: Collection[str] = (),
    cache: bool = True,
) -> list[Recorded]:
    """Return the records of some streams up to a position, or in a window, in log order."""
    wanted = list(names)
    window = None
    if days is not None:
        after, until = (day.toordinal() for day in days)
        window = Window(dict.fromkeys(wanted, after), until, kinds)
    with store.reading():
        streams = store.read_streams(store.heads(wanted), position, window, cache=cache)
    records = [record for stream in streams.values() for record in stream]
    return sorted(records, key=lambda record: record.position)


def versions(store: LogStore, names: Iterable[str]) -> dict[str, int]:
    """Return the current version of each stream that has events."""
    return {name: head.version for name, head in store.heads(list(names)).items()}


def names_of(store: LogStore, including: Iterable[str] = ()) -> list[str]:
    """Return the names of the streams whose parties include all of `including`."""
    return list(store.streams([list(including)]))


def engine_on(store: LogStore) -> TimelineEngine:
    """Return an engine on a store that a test made, by the system's clock."""
    return TimelineEngine(store, lambda: datetime.now(UTC), parse)  # noqa: TID251
