"""The log in SQLite: recorded events go in as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import EventStore, Recording

from comity.adapters.storage.application import Log
from comity.adapters.storage.mapper import RecordMapper
from comity.adapters.storage.sqlite.recorder import Recorder


class RowEventStore(EventStore[str]):
    """Puts events into our recorder as rows; it makes no object for each event."""

    def put(self, domain_events: Sequence[Any], **kwargs: Any) -> list[Recording[str]]:
        """Store all events at once. Nobody uses the recordings, so it returns none."""
        if not isinstance(self.mapper, RecordMapper) or not isinstance(self.recorder, Recorder):
            return super().put(domain_events, **kwargs)
        self.recorder.insert_rows(self.mapper.rows(domain_events))
        return []


class SQLiteLog(Log):
    """The log whose events are stored as rows."""

    def construct_event_store(self) -> EventStore[str]:
        """An event store that writes rows."""
        return RowEventStore(self.mapper, self.recorder)
