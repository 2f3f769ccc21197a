"""The sealed log of the in-memory store: its digests, and its redaction."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from threading import RLock
from typing import NamedTuple, NoReturn

from msgspec.structs import replace

from comity.adapters.storage.application import Log
from comity.adapters.storage.memory.index import MemoryIndex
from comity.adapters.storage.memory.projection_store import MemoryProjectionStore
from comity.domain.errors import InvalidValue
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.ports import LogStore, SealedPage


class Sealed(NamedTuple):
    """Some records with their seals."""

    records: Sequence[Recorded]
    seals: Sequence[bytes]


def new_log() -> Log:
    """An empty log."""
    return Log({"PERSISTENCE_MODULE": "eventsourcing.popo"})


class MemoryIndexCheck:
    """Nothing to check."""

    def add(self, page: SealedPage) -> None:
        """Take the next page."""

    def heal(self) -> tuple[str, ...]:
        """Nothing differs."""
        return ()


class SealedMemory(MemoryIndex):
    """What a store in memory does with the seals of its log."""

    name: str
    _lock: RLock
    _log: Log
    _pending: list[Recorded]
    _before: Sealed | None
    projections: MemoryProjectionStore
    rewritten: int

    @abstractmethod
    def _open(self) -> None:
        """Raise `StoreClosed` if the store is closed."""

    def sealed(self, after: int = 0) -> Iterator[SealedPage]:
        """The log after a position, in one page, with what its chain is made of."""
        with self._lock:
            self._open()
            seals, commitments = self._chain.seals[after:], self._chain.commitments[after:]
            page = SealedPage(self._all[after:], seals, commitments)
        if page.records:  # outside of the lock: who reads on may be another thread, or nobody
            yield page

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

    def backup(
        self,
        target: str,
        *,
        overwrite: bool = False,
        progress: Callable[[float], None] = lambda part: None,
    ) -> AbstractContextManager[LogStore]:
        """Raises `InvalidValue`: there is no file to back up."""
        raise InvalidValue("store", self.name, "one in a file; comity.copy() copies any store")

    def reopening(self) -> NoReturn:
        """Raise `InvalidValue`: only this process has the store."""
        expected = f"1: no other process can read {self.name!r}; keep the log in a file"
        raise InvalidValue("workers", "more than 1", expected)

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
        if self._before is None:
            kept = len(self._all) - len(self._pending)
            self._before = Sealed(self._all[:kept], self._chain.seals[:kept])
        seals = [
            committed if position in forms else seal
            for position, (seal, committed) in enumerate(
                zip(self._chain.seals, self._chain.commitments, strict=True), 1
            )
        ]
        records = [replace(r, event=forms.get(r.position, r.event)) for r in self._all]
        self._log, self._pending = new_log(), []
        self._begin_index()
        self._index(records, seals)
        self._log.record(records)
        self.projections.empty_all()
        self.rewritten += 1
