"""The eventsourcing application that holds the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from eventsourcing.application import Application
from eventsourcing.persistence import EventStore, Mapper, Recording

from comity.adapters.storage.mapper import RecordMapper
from comity.adapters.storage.recorder import Recorder


class Rows(EventStore[str]):
    """Puts events into our recorder as rows, without an object for each on the way."""

    def put(self, domain_events: Sequence[Any], **kwargs: Any) -> list[Recording[str]]:
        """Store in one go; nobody follows our recordings, so there are none."""
        if not isinstance(self.mapper, RecordMapper) or not isinstance(self.recorder, Recorder):
            return super().put(domain_events, **kwargs)
        self.recorder.insert_rows([self.mapper.row(record) for record in domain_events])
        return []


class Log(Application[str]):
    """An application whose aggregates are relationships, named by text ids such as `PAK-RUS`."""

    name = "comity"
    env: ClassVar[dict[str, str]] = {"ORIGINATOR_ID_TYPE": "text"}

    def construct_event_store(self) -> EventStore[str]:
        """An event store that writes rows at once where the recorder is ours."""
        return Rows(self.mapper, self.recorder)

    def construct_mapper(self) -> Mapper[str]:
        """Our own mapper, with the compressor and cipher that the environment names."""
        return self.factory.mapper(mapper_class=RecordMapper)
