"""What a write read ahead, with the beginning of its transaction, and what it has added since."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from comity.adapters.storage.sql.dialect import StoreHead
from comity.adapters.storage.sql.index import Known, microseconds
from comity.domain.events import RECORD_KEEPING
from comity.domain.recorded import Recorded
from comity.ports import Ahead, StreamHead

Sealed = tuple[Recorded, bytes]
"""A record with its seal."""


class AheadRead:
    """Answers what was asked for ahead, with what was added in this transaction.

    What is added waits here until something else is read, or until the end: then it goes to the
    server at once. `known` is what the index held before.
    """

    def __init__(
        self, asked: Ahead, moment: StoreHead, known: Known, found: Sequence[Recorded]
    ) -> None:
        self.moment, self.known = moment, known
        self.pending: list[Sealed] = []
        self._ids: dict[str, Recorded | None] = dict.fromkeys(asked.ids)
        self._ids.update((record.event.id, record) for record in found)
        self._names = frozenset(asked.streams)
        self._heads = {
            stream.name: StreamHead(stream.version, stream.position, bool(stream.has_acts))
            for stream in known.streams.values()
        }

    def find(self, ids: Collection[str]) -> dict[str, Recorded] | None:
        """The events with these ids; None if others were asked for."""
        if not self._ids.keys() >= set(ids):
            return None
        return {id: record for id in ids if (record := self._ids[id]) is not None}

    def heads(self, names: Collection[str]) -> dict[str, StreamHead] | None:
        """The ends of these streams; None if others were asked for."""
        if not self._names >= set(names):
            return None
        return {name: self._heads[name] for name in names if name in self._heads}

    def add(self, records: Sequence[Recorded], seals: Sequence[bytes]) -> bool:
        """Take records that are added; False if the index of their streams was not read."""
        if not self._names >= {record.relationship for record in records}:
            return False
        self.pending += zip(records, seals, strict=True)
        for record in records:
            self._ids[record.event.id] = record
            before = self._heads.get(record.relationship)
            has_acts = record.event.type in RECORD_KEEPING or bool(before and before.has_acts)
            head = StreamHead(record.version, record.position, has_acts)
            self._heads[record.relationship] = head
        last = records[-1]
        self.moment = self.moment._replace(
            last=last.position, tracked=last.position, indexed=last.position,
            recorded_at=microseconds(last.recorded_at),
        )  # fmt: skip
        return True
