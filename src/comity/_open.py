"""The composition root: the one place that wires the engine to a store, a clock and an intake."""

from __future__ import annotations

import os
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.adapters.archive.places import is_archive
from comity.adapters.clock import system_clock
from comity.domain.errors import InvalidValue, StoreNotFound
from comity.domain.parties import add_organisations, begin_process
from comity.domain.recorded import recorder_name
from comity.engine import TimelineEngine
from comity.engine.parameters import address_of
from comity.materialized import Settings
from comity.projections.presenting import present_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from comity.domain.parties import Organisation
    from comity.ports import Archive, Clock, Incoming, LogStore
    from comity.projections.presenting import TableForm

_ALL = 0o777
"""All permissions that a file can have."""
STORES = "comity.stores"
"""The entry points of stores: each is named by a scheme, and opens an address."""

_OURS = {
    "memory": "comity.adapters.storage.memory",
    "parquet": "comity.adapters.archive.opening",
    "postgres": "comity.adapters.storage.postgres",
    "postgresql": "comity.adapters.storage.postgres",
    "sqlite": "comity.adapters.storage.sqlite",
}
"""Where our own entry points lead, so that a file opens without a search of all packages."""


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=begin_process)


def open(
    store: str | PathLike[str],
    *,
    clock: Clock | None = None,
    settings: Settings | None = None,
    recorded_by: str = "",
    parties: Iterable[Organisation] = (),
    file_mode: int | None = None,
    read_only: bool = False,
) -> TimelineEngine:
    """Open a store and return the engine on it, which is a context manager.

    `store` is the path of a file (made if there is none), `":memory:"`, an address whose scheme
    names an installed store, or the folder of an archive in Parquet, which is only read. `clock`
    returns the present moment, aware; by default it is the system's clock. `settings` say how often
    snapshots are taken. `recorded_by` says who records with this engine, such as `"desk-3"`.
    `parties` are organisations with their names, days and successors; they hold for the whole
    process, for every store. `file_mode` says who may read and write a new file, such as `0o640`;
    by default only its owner, and an old file keeps its own. With `read_only` the store must be
    there; the engine answers, and refuses whatever writes with `StoreReadOnly`. Raises a
    `StoreError` if the store cannot be opened.

    >>> with open(":memory:") as engine:
    ...     engine.relationships()
    ()
    """
    if not isinstance(settings, Settings | None):
        raise InvalidValue("settings", settings, "comity.Settings")
    if file_mode is not None and not (type(file_mode) is int and 0 <= file_mode <= _ALL):
        raise InvalidValue("file_mode", file_mode, "permissions such as 0o640")
    if type(read_only) is not bool:
        raise InvalidValue("read_only", read_only, "True or False")
    recorder = recorder_name(recorded_by)  # refused before a file is made
    add_organisations(parties)
    opened = store_at(address_of("store", store), file_mode, read_only=read_only)
    return TimelineEngine(
        opened, clock or system_clock, _intake, settings or Settings(), recorder,
        read_only=read_only, archives=_archive,
    )  # fmt: skip


def store_at(address: str, file_mode: int | None = None, *, read_only: bool = False) -> LogStore:
    """The store at an address, opened; raises a `StoreError` if it cannot be."""
    if not address:
        raise StoreNotFound(address, "give the path of a file, or ':memory:'")
    scheme = scheme_of(address)
    if file_mode is not None and (read_only or scheme != "sqlite"):
        why = "who only reads makes no file" if read_only else "this store makes no file"
        raise InvalidValue("file_mode", file_mode, f"nothing: {why}")
    open_store = _opener(scheme, address)
    if read_only:
        _check_takes_read_only(open_store, scheme)
        return open_store(address, read_only=True)
    return open_store(address) if file_mode is None else open_store(address, file_mode=file_mode)


def _opener(scheme: str, address: str) -> Callable[..., LogStore]:
    """What opens the stores of a scheme."""
    if scheme in _OURS:
        ours: Callable[..., LogStore] = import_module(_OURS[scheme]).open_store
        return ours
    from importlib.metadata import entry_points

    stores = entry_points(group=STORES)
    for entry_point in stores.select(name=scheme):
        installed: Callable[..., LogStore] = entry_point.load()
        return installed
    from comity.adapters.storage.shown import shown

    known = ", ".join(sorted(stores.names)) or "none"
    raise StoreNotFound(
        shown(address),
        f"no store is installed for {scheme!r}, only for {known}; give the path of a file, or "
        "':memory:'",
    )


def _check_takes_read_only(open_store: Callable[..., LogStore], scheme: str) -> None:
    """Raise `InvalidValue` if an installed store cannot be opened only to read."""
    if scheme in _OURS:
        return
    from inspect import Parameter, signature

    taken = signature(open_store).parameters.values()
    if not any(p.name == "read_only" or p.kind is Parameter.VAR_KEYWORD for p in taken):
        expected = (
            f"False: the store that is installed for {scheme!r} cannot be opened only to read"
        )
        raise InvalidValue("read_only", True, expected)


def scheme_of(address: str) -> str:
    """What kind of store an address names."""
    if address == ":memory:":
        return "memory"
    scheme, separator, _ = address.partition("://")
    if separator:
        return scheme
    return "parquet" if is_archive(address) else "sqlite"


class _Presenter:
    """Tables and pages of answers, made by adapters that are loaded when one is wanted."""

    def table(self, answer: Any, kind: str, table: str, form: TableForm) -> Any:
        from comity.adapters.interchange.exporters.frames import frame

        return frame(answer, kind, table, form)

    def html(self, answer: Any, kind: str) -> str:
        from comity.adapters.render.notebook import html

        return html(answer, kind)


present_by(_Presenter())


def _archive(folder: str) -> Archive:
    from comity.adapters.archive.reading import ParquetArchive

    return ParquetArchive(Path(folder).absolute())


def _intake(item: object) -> Incoming:
    from comity.adapters.interchange.intake import parse

    return parse(item)
