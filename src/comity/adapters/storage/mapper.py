"""The mapper that eventsourcing uses: recorded events to stored events and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from eventsourcing.persistence import Mapper, StoredEvent

from comity.domain import codec
from comity.domain.errors import InvalidRecord
from comity.domain.recorded import Recorded

Row = tuple[str, int, str, str | bytes]
"""Relationship, version, kind and stored form of an event that goes into the log."""


class RecordMapper(Mapper[str]):
    """Maps by the domain's codec; topics are the events' tags, never module paths.

    The compressor, the cipher and upcasting work as in the stock mapper. A stored event of a
    retired kind is read as the kind that replaced it.
    """

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The stored form of a `Recorded`."""
        [(name, version, topic, state)] = self.rows([domain_event])
        return StoredEvent(
            name, version, topic, state.encode() if isinstance(state, str) else state
        )

    def rows(self, records: Iterable[Recorded]) -> Iterator[Row]:
        """The rows of the log's table, one for each record. JSON is text; what hides it, bytes."""
        plain = self.writes_json
        for record in records:
            event = record.event
            state = codec.encode(event, record.recorded_at, record.recorded_by)
            stored = state.decode() if plain else self._packed(state)
            yield record.relationship, record.version, event.type, stored

    def _packed(self, state: bytes) -> bytes:
        if self.compressor:
            state = self.compressor.compress(state)
        if self.cipher:
            state = self.cipher.encrypt(state)
        return state

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
