"""A store in memory that can only be read, so that it is empty: it refuses whatever writes."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager

from comity.adapters.storage.memory.projection_store import MemoryProjectionStore
from comity.adapters.storage.memory.store import MemoryStore
from comity.domain.errors import StoreReadOnly
from comity.ports import NOTHING_AHEAD, Ahead, Build, SnapshotUpdate


class ReadOnlyMemory(MemoryStore):
    """An empty store."""

    def __init__(self, address: str = ":memory:") -> None:
        super().__init__(address)
        self.projections = NoProjections(address)

    @contextmanager
    def writing(self, ahead: Ahead = NOTHING_AHEAD) -> Generator[None]:
        """Raise `StoreReadOnly`."""
        self.scrub()
        yield

    def scrub(self) -> None:
        """Raise `StoreReadOnly`."""
        super().scrub()
        raise StoreReadOnly(self.name)


class NoProjections(MemoryProjectionStore):
    """No materialized projections; `reason` says in errors why there can be none."""

    def __init__(self, store: str, reason: str = "") -> None:
        super().__init__()
        self._store, self._reason = store, reason

    def create(self, name: str, version: int, folds: str, *, live: bool) -> Build:
        """Raise `StoreReadOnly`."""
        raise StoreReadOnly(self._store, self._reason)

    def commit(self, build: Build, position: int, updates: Sequence[SnapshotUpdate]) -> bool:
        """Raise `StoreReadOnly`."""
        raise StoreReadOnly(self._store, self._reason)

    def promote(self, build: Build) -> bool:
        """Raise `StoreReadOnly`."""
        raise StoreReadOnly(self._store, self._reason)

    def delete(self, builds: Collection[Build]) -> None:
        """Raise `StoreReadOnly`."""
        raise StoreReadOnly(self._store, self._reason)
