"""The mapper that eventsourcing uses: recorded events to stored events and back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from secrets import token_bytes
from typing import Any
from zlib import crc32

from eventsourcing.persistence import Mapper, StoredEvent

from comity.domain import codec
from comity.domain.errors import InvalidRecord
from comity.domain.integrity import SALT_BYTES, commitment
from comity.domain.recorded import Recorded

ROW_BITS = 0xFFFFFFFF
"""The bits of `crc` that are the check of the row."""
_SPREAD = 2654435761
"""Keeps versions apart from positions; a prime."""

Row = tuple[int, str, int, str, str | bytes, bytes, int]
"""A row of the log's table: position, relationship, version, kind, stored form, seal, and check.

The seal is the event's salt, or its commitment if it was redacted. The check is `check_of_row` with
`check_of_seal`.
"""


class RecordMapper(Mapper[str]):
    """Maps by the domain's codec; topics are the events' tags, never module paths.

    The compressor, the cipher and upcasting work as in the stock mapper. A stored event of a
    retired kind is read as the kind that replaced it.
    """

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The stored form of a `Recorded`."""
        record: Recorded = domain_event
        state = self.packed(codec.content_of(record))
        return StoredEvent(record.relationship, record.version, record.event.type, state)

    def rows(
        self, records: Sequence[Recorded], seals: Sequence[bytes], *, as_text: bool
    ) -> tuple[list[Row], list[bytes]]:
        """The rows of the log's table, and the commitments.

        With `as_text` JSON is text; what hides it is bytes.
        """
        contents = list(map(codec.content_of, records))
        states = contents if self.writes_json else list(map(self.packed, contents))
        stored: Sequence[str | bytes] = states
        if as_text and self.writes_json:
            stored = [state.decode() for state in states]
        places = [(r.position, r.relationship, r.version, r.event.type) for r in records]
        crcs = [
            check_of_row(*place, state) | check_of_seal(seal)
            for place, state, seal in zip(places, states, seals, strict=True)
        ]
        rows = [
            (*place, form, seal, crc)
            for place, form, seal, crc in zip(places, stored, seals, crcs, strict=True)
        ]
        return rows, list(map(commitment, seals, contents))

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


def check_of_row(position: int, relationship: str, version: int, kind: str, state: bytes) -> int:
    """The CRC-32 of the stored form of an event, begun with a number for its place."""
    return crc32(state, position + version * _SPREAD + _number_of(relationship, kind))


def check_of_seal(seal: bytes) -> int:
    """The CRC-32 of a seal, in the bits above those of the row's."""
    return (crc32(seal) & 0x7FFFFFFF) << 32


def is_as_written(row: Sequence[Any]) -> bool:
    """Whether a position, relationship, version, kind and stored form have this check.

    SQLite itself does not mind what type a row holds.
    """
    types = (int, str, int, str, bytes, int)
    return tuple(map(type, row)) == types and check_of_row(*row[:5]) == row[5] & ROW_BITS


@lru_cache(maxsize=65536)
def _number_of(relationship: str, kind: str) -> int:
    return crc32(f"{relationship}/{kind}".encode())


def new_salts(count: int) -> list[bytes]:
    """Random salts for so many events."""
    random = token_bytes(SALT_BYTES * count)
    return [random[at : at + SALT_BYTES] for at in range(0, len(random), SALT_BYTES)]
