"""The mapper that eventsourcing uses: recorded events to stored events and back."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_bytes
from typing import Any
from zlib import crc32

from eventsourcing.persistence import Mapper, StoredEvent

from comity.domain import codec
from comity.domain.errors import InvalidRecord
from comity.domain.integrity import SALT_BYTES, commitment
from comity.domain.recorded import Recorded

Row = tuple[int, str, int, str, str | bytes, bytes, int]
"""A row of the log's table: position, relationship, version, kind, stored form, seal, and check.

The seal is the event's salt, or its commitment if it was redacted. The check is the CRC-32 of the
stored form, begun with the position; it shows damage.
"""


class RecordMapper(Mapper[str]):
    """Maps by the domain's codec; topics are the events' tags, never module paths.

    The compressor, the cipher and upcasting work as in the stock mapper. A stored event of a
    retired kind is read as the kind that replaced it.
    """

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The stored form of a `Recorded`."""
        record: Recorded = domain_event
        state = self.packed(codec.encode(record.event, record.recorded_at, record.recorded_by))
        return StoredEvent(record.relationship, record.version, record.event.type, state)

    def rows(
        self, records: Sequence[Recorded], seals: Sequence[bytes]
    ) -> tuple[list[Row], list[bytes]]:
        """The rows of the log's table, and the commitments. JSON is text; what hides it, bytes."""
        contents = [codec.encode(r.event, r.recorded_at, r.recorded_by) for r in records]
        states = contents if self.writes_json else list(map(self.packed, contents))
        stored = [state.decode() for state in states] if self.writes_json else states
        positions = [record.position for record in records]
        rows = zip(
            positions,
            [record.relationship for record in records],
            [record.version for record in records],
            [record.event.type for record in records],
            stored,
            seals,
            map(crc32, states, positions),
            strict=True,
        )
        return list(rows), list(map(commitment, seals, contents))

    def packed(self, state: bytes) -> bytes:
        """The stored form of JSON: compressed and encrypted, if it is to be."""
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
        stored = codec.decode(self.content(state, topic), topic)
        at, by = stored.recorded_at, stored.recorded_by
        return Recorded(stored.event, relationship, version, position, at, recorded_by=by)

    @property
    def writes_json(self) -> bool:
        """Whether the log holds plain JSON, neither compressed nor encrypted."""
        return self.cipher is None and self.compressor is None

    def content(self, state: bytes | str, topic: str) -> bytes:
        """The JSON in a stored state; ciphers and compressors may raise any error."""
        state = state.encode() if isinstance(state, str) else state
        if self.writes_json:
            return state
        try:
            if self.cipher:
                state = self.cipher.decrypt(state)
            if self.compressor:
                state = self.compressor.decompress(state)
        except Exception as error:
            reason = f"the stored form cannot be decrypted or decompressed: {error}"
            raise InvalidRecord([(topic, reason)]) from error
        return state


def new_salts(count: int) -> list[bytes]:
    """Random salts for so many events."""
    random = token_bytes(SALT_BYTES * count)
    return [random[at : at + SALT_BYTES] for at in range(0, len(random), SALT_BYTES)]
