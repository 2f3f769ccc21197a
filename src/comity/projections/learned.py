"""What was learned between two moments of knowing, about a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from comity.domain.events import AccountPreferred, Event, RecordRetracted
from comity.domain.recorded import Recorded
from comity.domain.scope import Scope
from comity.domain.selection import group
from comity.domain.time.dates import bounds
from comity.projections.diff import Change


class Learned(Struct, frozen=True):
    """What was recorded of a relationship that bears on a day, and how that changed its state.

    `records` are in the order of recording; a correction that changed nothing leaves no `changes`.
    """

    relationship: str
    records: tuple[Recorded, ...]
    changes: tuple[Change, ...]


def bearing(scope: Scope, records: Sequence[Recorded], after: int, on: date) -> list[Recorded]:
    """Those of a scope's `records` after a position that bear on the day `on`.

    An event bears on it if it, or a rival account that it may displace, can have become true by
    then; a retraction or preference if its target does.
    """
    targets = {record.event.id: record for record in records}
    rivals: defaultdict[object, list[Event]] = defaultdict(list)
    for record in records:
        rivals[group(record) or record.event.id].append(record.event)

    def bears(record: Recorded) -> bool:
        while isinstance(record.event, RecordRetracted | AccountPreferred):
            record = targets[record.event.target]
        accounts = rivals[group(record) or record.event.id]
        return any(scope.holds(event) and bounds(event.when).earliest <= on for event in accounts)

    return [record for record in records if record.position > after and bears(record)]
