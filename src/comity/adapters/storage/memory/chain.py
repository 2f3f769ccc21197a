"""The chains of the in-memory store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from comity.domain import codec
from comity.domain.integrity import START, chained, commitment, stream_start
from comity.domain.recorded import Recorded


class MemoryChain:
    """The seals and commitments of a log, and its digests and its streams' after each event."""

    def __init__(self) -> None:
        self.seals: list[bytes] = []
        self.commitments: list[bytes] = []
        self.log = [START]
        self.streams: dict[str, list[bytes]] = {}

    def add(self, records: Sequence[Recorded], seals: Iterable[bytes]) -> None:
        """Chain more records."""
        for record, seal in zip(records, seals, strict=True):
            name = record.relationship
            committed = commitment(seal, codec.content_of(record))
            stream = self.streams.setdefault(name, [stream_start(name)])
            heads = {name: stream[-1]}
            self.log += chained(self.log[-1], heads, [name], [committed])
            stream.append(heads[name])
            self.seals.append(seal)
            self.commitments.append(committed)

    def forget(self, relationship: str) -> None:
        """Take the last record back."""
        self.seals.pop()
        self.commitments.pop()
        self.log.pop()
        stream = self.streams[relationship]
        stream.pop()
        if len(stream) == 1:
            del self.streams[relationship]
