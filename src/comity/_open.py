"""The composition root: the one place that wires the engine to a store, a clock and an intake."""

from __future__ import annotations

from datetime import UTC, datetime
from os import PathLike, fspath
from typing import TYPE_CHECKING

from comity.domain.errors import InvalidValue, StoreNotFound
from comity.engine import TimelineEngine
from comity.materialized import Settings

if TYPE_CHECKING:
    from comity.ports import Clock, Incoming, LogStore

STORES = "comity.stores"
"""The entry points of stores: each has a scheme as its name and opens an address."""


def open(
    store: str | PathLike[str], *, clock: Clock | None = None, settings: Settings | None = None
) -> TimelineEngine:
    """Open a store and return the engine on it, which is a context manager.

    `store` is the path of a file (made if there is none), `":memory:"`, or an address whose scheme
    names an installed store. `clock` returns the present moment, aware; by default it is the
    system's clock. `settings` say how often snapshots are taken. Raises a `StoreError` if the
    store cannot be opened.

    >>> with open(":memory:") as engine:
    ...     engine.relationships()
    ()
    """
    if not isinstance(settings, Settings | None):
        raise InvalidValue("settings", settings, "comity.Settings")
    return TimelineEngine(
        _store(_address(store)), clock or _system_clock, _intake, settings or Settings()
    )


def _address(store: str | PathLike[str]) -> str:
    """The store's address as text; raises `InvalidValue` for what names no store."""
    address = fspath(store) if isinstance(store, PathLike) else store
    if not isinstance(address, str) or any("\ud800" <= letter <= "\udfff" for letter in address):
        raise InvalidValue("store", store, "the path of a file, or ':memory:'")
    return address


def _store(address: str) -> LogStore:
    if not address:
        raise StoreNotFound(address, "give the path of a file, or ':memory:'")
    scheme, place = _parts(address)
    if scheme == "sqlite":
        from comity.adapters.storage.sqlite import SQLiteStore

        return SQLiteStore(place)
    if scheme == "memory":
        from comity.adapters.storage.memory import MemoryStore

        return MemoryStore(address)
    return _installed_store(scheme, address)


def _installed_store(scheme: str, address: str) -> LogStore:
    """A store of an installed package. Our own stores need no search of the entry points."""
    from importlib.metadata import entry_points

    stores = entry_points(group=STORES)
    for entry_point in stores.select(name=scheme):
        opened: LogStore = entry_point.load()(address)
        return opened
    known = ", ".join(sorted(stores.names)) or "none"
    raise StoreNotFound(
        address,
        f"no store is installed for {scheme!r}, only for {known}; give the path of a file, or "
        "':memory:'",
    )


def _parts(address: str) -> tuple[str, str]:
    """The scheme of an address, and what follows it: for a file its path."""
    if address == ":memory:":
        return "memory", ""
    scheme, separator, place = address.partition("://")
    return (scheme, place) if separator else ("sqlite", address)


def _system_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the one clock; everything else is handed it


def _intake(item: object) -> Incoming:
    from comity.adapters.interchange.intake import parse

    return parse(item)
