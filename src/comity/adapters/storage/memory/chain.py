"""The chains of the in-memory store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from threading import RLock

from msgspec.structs import replace

from comity.adapters.storage.memory.projection_store import MemoryProjectionStore
from comity.domain import codec
from comity.domain.events import Event
from comity.domain.integrity import START, chained, commitment, stream_start
from comity.domain.recorded import Recorded
from comity.ports import SealedPage


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
            content = codec.encode(record.event, record.recorded_at, record.recorded_by)
            committed = commitment(seal, content)
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


class MemoryIndexCheck:
    """Nothing to check."""

    def add(self, page: SealedPage) -> None:
        """Take the next page."""

    def heal(self) -> tuple[str, ...]:
        """Nothing differs."""
        return ()


class SealedMemory(ABC):
    """What a store in memory does with the seals of its log."""

    _lock: RLock
    _all: list[Recorded]
    _chain: MemoryChain
    projections: MemoryProjectionStore
    rewritten: int

    @abstractmethod
    def _open(self) -> None:
        """Raise `StoreClosed` if the store is closed."""

    @abstractmethod
    def _begin(self) -> None:
        """Begin with an empty log."""

    @abstractmethod
    def add(self, records: Sequence[Recorded], seals: Sequence[bytes] | None = None) -> None:
        """Append to the log."""

    def sealed(self, after: int = 0) -> Iterator[SealedPage]:
        """The log after a position, in one page, with what its chain is made of."""
        with self._lock:
            self._open()
            if rest := self._all[after:]:
                yield SealedPage(rest, self._chain.seals[after:], self._chain.commitments[after:])

    def checkpoints(self) -> dict[int, bytes]:
        """None: the digests after every event are in memory."""
        return {}

    def checker(self) -> MemoryIndexCheck:
        """Nothing to compare: the index is made of the log's own records."""
        return MemoryIndexCheck()

    def scrub(self) -> None:
        """Nothing is left of what was written before."""
        with self._lock:
            self._open()

    def digest(self) -> bytes:
        """The digest of the log at its end."""
        with self._lock:
            self._open()
            return self._chain.log[-1]

    def stream_digests(self, names: Collection[str]) -> dict[str, bytes]:
        """The digests of these streams at their ends."""
        with self._lock:
            self._open()
            chain = self._chain.streams
            return {name: chain[name][-1] for name in names if name in chain}

    def rewrite(self, forms: Mapping[int, Event]) -> None:
        """Put other events at these positions of the log, for good. Only while writing."""
        records, chain = self._all, self._chain
        self._begin()
        self.add(
            [replace(record, event=forms.get(record.position, record.event)) for record in records],
            [
                committed if position in forms else seal
                for position, (seal, committed) in enumerate(
                    zip(chain.seals, chain.commitments, strict=True), 1
                )
            ],
        )
        self.projections.empty_all()
        self.rewritten += 1
