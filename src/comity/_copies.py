"""The calls that work on whole stores: restore, copy, merge."""

from __future__ import annotations

from contextlib import ExitStack
from os import PathLike

from comity._open import scheme_of, store_at
from comity.domain.errors import InvalidValue
from comity.engine import TimelineEngine
from comity.engine.copying import copy_log
from comity.engine.engine import store_of
from comity.engine.merging import MergeReport, merge_logs
from comity.engine.parameters import address_of
from comity.engine.verifying import Digest, checked_digest
from comity.ports import LogStore
from comity.query import Progress

Store = str | PathLike[str] | TimelineEngine
"""A store: its address, such as the path of a file, or an engine that is open on it."""


def restore(
    backup: str | PathLike[str],
    target: str | PathLike[str],
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Digest:
    """Put a backup at `target`, and return the digest of its log.

    The backup is read and compared with its chains first, and it is put in place whole or not at
    all. Raises `StoreExists` if a store, or a file that belongs to one, is there. With `overwrite`
    they are replaced, unless somebody has the store open (`StoreBusy`). Raises `StoreDamaged` for a
    backup that differs from its chains, other `StoreError`s, and `InvalidValue` if both are one
    file.
    """
    from comity.adapters.storage.sqlite.restoring import restored

    source, place = _file("backup", backup), _file("target", target)
    report = progress or _silent
    with restored(source, place, overwrite=overwrite, progress=lambda part: None) as store:
        return checked_digest(store, report)


def copy(source: Store, target: Store, *, progress: Progress | None = None) -> Digest:
    """Copy the log of a store into another, of any kind, and return the digest of both.

    Ids, recorded times, authors, corrections and salts are the same, so the digests are. The index
    is made anew, and projections are not copied. A target that holds the beginning of the log goes
    on from there, so a copy that broke off can be repeated. Any other target is refused
    (`LogsDiffer`, with the first position that differs). What was written is read back and
    compared. `progress` is called with the number of events done. Raises a `StoreError` if a store
    cannot be opened or fails.
    """
    with ExitStack() as stack:
        _check_apart(target, source)
        log = existing(stack, "source", source)
        return copy_log(log, _opened(stack, "target", target), progress or _silent)


def merge(a: Store, b: Store, target: Store, *, progress: Progress | None = None) -> MergeReport:
    """Merge the logs of two stores into a third, in the order of their recorded times.

    An event that both logs have is recorded once, at its first time. Of two different events with
    one id the first is recorded, and the report names both; record keeping about the other is left
    out with it. The order of `a` and `b` makes no difference. What is redacted in one log and whole
    in the other is in the target twice, as their ids differ: redact it before, or afterwards. A
    redaction names positions, so where these differ it has another id in the target.

    The target is new, or holds the beginning of the merged log (else `LogsDiffer`). `progress` is
    called with the number of events done, of both logs. Raises a `StoreError` if a store cannot be
    opened or fails.
    """
    with ExitStack() as stack:
        _check_apart(target, a, b)
        logs = existing(stack, "a", a), existing(stack, "b", b)
        return merge_logs(*logs, _opened(stack, "target", target), progress or _silent)


def _silent(done: int) -> None:
    """Nobody wants to know how far it is."""


def _file(name: str, given: object) -> str:
    """The address of a store in a file."""
    address = address_of(name, given)
    if scheme_of(address) != "sqlite":
        raise InvalidValue(name, address, "a file; comity.copy() copies between any two stores")
    return address


def _opened(stack: ExitStack, name: str, store: Store, *, read_only: bool = False) -> LogStore:
    """The store; one that is opened here is closed with the stack."""
    if isinstance(store, TimelineEngine):
        return _of_engine(stack, store)
    opened = store_at(address_of(name, store), read_only=read_only)
    stack.callback(opened.close)
    return opened


def existing(stack: ExitStack, name: str, store: Store) -> LogStore:
    """The same, for a store that must be there already."""
    if isinstance(store, TimelineEngine):
        store_of(store).head()  # closed, or of another process: said before a target is made
        return _of_engine(stack, store)
    address = address_of(name, store)
    if scheme_of(address) == "sqlite":
        from comity.adapters.storage.sqlite.restoring import check_there

        check_there(address)
    # A store on a server is not made by a copy of it, and a replica cannot be written.
    return _opened(stack, name, store, read_only=_on_a_server(address))


def _of_engine(stack: ExitStack, engine: TimelineEngine) -> LogStore:
    """The store of an engine; an exception that ends the stack leaves nothing of it held."""
    store = store_of(engine)

    def give_back(kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            store.abandon()

    stack.push(give_back)
    return store


def _on_a_server(address: str) -> bool:
    return scheme_of(address) in {"postgres", "postgresql"}


def _check_apart(target: Store, *sources: Store) -> None:
    """Raise `InvalidValue` if the target is one of the sources."""
    from comity.adapters.storage.sqlite.restoring import check_apart

    place = _name(target)
    for name in map(_name, sources):
        if scheme_of(name) == scheme_of(place) == "sqlite":
            check_apart(name, place)
        if _on_a_server(name) and _on_a_server(place):
            from comity.adapters.storage.postgres.address import check_apart_on_servers

            check_apart_on_servers(name, place)
    if isinstance(target, TimelineEngine) and target in sources:
        raise InvalidValue("target", place, "another store than the source")


def _name(store: Store) -> str:
    return store_of(store).name if isinstance(store, TimelineEngine) else address_of("store", store)
