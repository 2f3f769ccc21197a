"""The SQLite store: the log, its index and its materialized projections in one file."""

from __future__ import annotations

from comity.adapters.storage.sqlite.store import SQLiteStore

__all__ = ["SQLiteStore"]
