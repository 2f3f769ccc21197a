"""The in-memory store."""

from __future__ import annotations

from comity.adapters.storage.memory.store import MemoryStore

__all__ = ["MemoryStore"]
