"""The composition root: the one place that wires the engine to a store, a clock and an intake."""

from __future__ import annotations

from datetime import UTC, datetime
from os import PathLike, fspath
from typing import TYPE_CHECKING

from comity.domain.errors import StoreNotFound
from comity.engine import TimelineEngine

if TYPE_CHECKING:
    from comity.ports import Clock, Incoming, LogStore


def open(store: str | PathLike[str], *, clock: Clock | None = None) -> TimelineEngine:
    """Open a store and answer the engine on it, to be used as a context manager.

    `store` is the path of a file (made if there is none) or `":memory:"`. `clock` answers the
    present moment, aware; by default the system's. Raises a `StoreError` for what is no store.

    >>> with open(":memory:") as engine:
    ...     engine.relationships()
    ()
    """
    return TimelineEngine(_store(fspath(store)), clock or _system_clock, _intake)


def _store(name: str) -> LogStore:
    if name == ":memory:":
        from comity.adapters.storage.memory.store import MemoryStore

        return MemoryStore()
    if not name or "://" in name:
        raise StoreNotFound(name, "give the path of a file, or ':memory:'")
    from comity.adapters.storage.sqlite.store import SQLiteStore

    return SQLiteStore(name)


def _system_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the one clock; everything else is handed it


def _intake(item: object) -> Incoming:
    from comity.adapters.interchange.intake import parse

    return parse(item)
