"""The mapper that eventsourcing uses: recorded events to stored events and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eventsourcing.persistence import Mapper, StoredEvent

from comity.domain import codec
from comity.domain.errors import InvalidRecord
from comity.domain.recorded import Recorded


class CollectedRecords:
    """The argument of `Application.save`: an object that returns its pending events."""

    id = "batch"
    version = 1

    def __init__(self, records: Iterable[Recorded]) -> None:
        self._records = list(records)

    def collect_events(self) -> list[Recorded]:
        """The records to be stored."""
        return self._records


class RecordMapper(Mapper[str]):
    """Maps by the domain's codec; topics are the events' tags, never module paths.

    The compressor, the cipher and upcasting work as in the stock mapper. A stored event of a
    retired kind is read as the kind that replaced it.
    """

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The stored form of a `Recorded`."""
        return StoredEvent(*self.row(domain_event))

    def row(self, record: Recorded) -> tuple[str, int, str, bytes]:
        """The row of the log's table for a `Recorded`."""
        state = codec.encode(record.event, record.recorded_at, record.recorded_by)
        if self.compressor:
            state = self.compressor.compress(state)
        if self.cipher:
            state = self.cipher.encrypt(state)
        return record.relationship, record.version, record.event.type, state

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The `Recorded` of a stored event; only a notification has a position."""
        name, position = str(stored_event.originator_id), getattr(stored_event, "id", 0)
        version = stored_event.originator_version
        return self.read(name, version, position, stored_event.topic, stored_event.state)

    def read(
        self, relationship: str, version: int, position: int, topic: str, state: bytes | str
    ) -> Recorded:
        """The `Recorded` in a row of the log."""
        stored = codec.decode(self._plain(state, topic), topic)
        at, by = stored.recorded_at, stored.recorded_by
        return Recorded(stored.event, relationship, version, position, at, recorded_by=by)

    @property
    def writes_json(self) -> bool:
        """Whether the log holds plain JSON, neither compressed nor encrypted."""
        return self.cipher is None and self.compressor is None

    def _plain(self, state: bytes | str, topic: str) -> bytes | str:
        """The JSON in a stored state; ciphers and compressors may raise any error."""
        if self.writes_json:
            return state
        try:
            state = state.encode() if isinstance(state, str) else state
            if self.cipher:
                state = self.cipher.decrypt(state)
            if self.compressor:
                state = self.compressor.decompress(state)
        except Exception as error:
            reason = f"the stored form cannot be decrypted or decompressed: {error}"
            raise InvalidRecord([(topic, reason)]) from error
        return state
