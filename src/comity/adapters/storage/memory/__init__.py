"""The in-memory store."""

from __future__ import annotations

from comity.adapters.storage.memory.store import MemoryStore

__all__ = ["MemoryStore", "open_store"]


def open_store(address: str) -> MemoryStore:
    """A new, empty store, by whatever address."""
    return MemoryStore(address)
