"""What a write read ahead, with the beginning of its transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from comity.adapters.storage.sql.index import Known
from comity.domain.recorded import Recorded
from comity.ports import StreamHead


class AheadRead(NamedTuple):
    """Events by id (None: there is none), and what the index knows of some streams.

    `names` are the streams that were asked for, also those that do not exist.
    """

    ids: dict[str, Recorded | None]
    names: frozenset[str]
    known: Known

    def find(self, ids: Collection[str]) -> dict[str, Recorded] | None:
        """The events with these ids; None if others were asked for."""
        if not self.ids.keys() >= set(ids):
            return None
        return {id: record for id in ids if (record := self.ids[id]) is not None}

    def heads(self, names: Collection[str]) -> dict[str, StreamHead] | None:
        """The ends of these streams; None if others were asked for."""
        if not self.names >= set(names):
            return None
        found = [self.known.streams[name] for name in names if name in self.known.streams]
        return {s.name: StreamHead(s.version, s.position, bool(s.has_acts)) for s in found}
