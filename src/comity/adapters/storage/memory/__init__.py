"""The in-memory store."""

from __future__ import annotations

from comity.adapters.storage.memory.store import MemoryStore

__all__ = ["MemoryStore", "open_store"]


def open_store(address: str, *, read_only: bool = False) -> MemoryStore:
    """A new, empty store, by whatever address; one that is only read stays empty."""
    if read_only:
        from comity.adapters.storage.memory.read_only import ReadOnlyMemory

        return ReadOnlyMemory(address)
    return MemoryStore(address)
