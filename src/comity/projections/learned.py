"""What was learned about a day between two moments of knowing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from comity.domain.recorded import Recorded
from comity.domain.rivals import rivals_among
from comity.domain.scope import Scope
from comity.domain.selection import told_of
from comity.domain.time.dates import bounds
from comity.projections.diff import Change


class Learned(Struct, frozen=True):
    """The records that affect a relationship's state on a day, and how they changed it.

    `records` are in the order of recording. `changes` is empty if the records changed nothing.
    """

    relationship: str
    records: tuple[Recorded, ...]
    changes: tuple[Change, ...]


def records_affecting(
    scope: Scope, records: Sequence[Recorded], after: int, on: date
) -> list[Recorded]:
    """The `records` of a scope after a position that can affect the day `on`.

    An event can affect the day if it, or one of its rival accounts, can have become true by then.
    A retraction or a preference can affect it if its target can.
    """
    targets = {record.event.id: record for record in records}
    held = [record for record in records if record.event.when and scope.holds(record.event)]
    rivals = rivals_among(held)

    def affects(record: Recorded) -> bool:
        fact = told_of(record, targets)
        if fact is None:
            return False
        events = [account.event for account in rivals.get(fact.position, [fact])]
        return any(scope.holds(event) and bounds(event.when).earliest <= on for event in events)

    return [record for record in records if record.position > after and affects(record)]
