"""Stores of every kind, for what must hold on each of them: empty ones, by their addresses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

import comity
from comity import TimelineEngine
from comity.adapters.storage.memory import MemoryStore
from comity.adapters.storage.sqlite import SQLiteStore
from comity.ports import LogStore
from tests.effort import examples

STORES = ("memory", "sqlite", "postgres")
"""Every kind of store that comes with comity."""
LASTING = ("sqlite", "postgres")
"""Those that can be opened again, here or in another process, and hold what was written."""
FAR = ("postgres",)
"""Those behind a connection, where each example takes its time."""
FEW = 12
"""The most examples that are drawn for a store that is far; `make test` tries half of them."""

every_store = pytest.mark.parametrize("store", STORES)
lasting_stores = pytest.mark.parametrize("store", LASTING)

Test = Callable[..., None]


@contextmanager
def a_store(kind: str) -> Generator[str]:
    """The address of an empty store; one on a server is made already, which takes its time."""
    if kind in FAR:
        from tests.servers.reused import empty_store

        with empty_store() as address:
            yield address
    else:
        with a_place(kind) as address:
            yield address


@contextmanager
def a_place(kind: str) -> Generator[str]:
    """The address of a store that is not made yet."""
    if kind == "memory":
        yield ":memory:"
    elif kind == "sqlite":
        with TemporaryDirectory() as folder:
            yield str(Path(folder) / "relations.db")
    else:
        with _schema() as address:
            yield address


@contextmanager
def opened(kind: str, **options: Any) -> Generator[TimelineEngine]:
    """An engine on an empty store, with options of `comity.open`."""
    with a_store(kind) as address, comity.open(address, **options) as engine:
        yield engine


def impatient(address: str) -> LogStore:
    """The store at an address, opened so that it waits only a short time for a lock."""
    if address == ":memory:":
        return MemoryStore()
    if "://" not in address:
        return SQLiteStore(address, lock_timeout=2)
    from comity.adapters.storage.postgres import PostgresStore

    return PostgresStore(address, lock_timeout=2)


@contextmanager
def _schema() -> Generator[str]:
    """A schema of its own on the tests' server; it is not made yet, and dropped at the end."""
    from tests.servers import drop_schemas, fresh_address, shared_server

    address = fresh_address(shared_server().address)
    try:
        yield address
    finally:
        drop_schemas(address)


def examples_for(kind: str, count: int, *, few: Collection[str] = FAR) -> settings:
    """Settings with so many examples, or at most `FEW` on stores of the kinds in `few`."""
    return examples(min(count, FEW) if kind in few else count)


def examples_on(
    kinds: Sequence[str],
    count: int,
    *,
    few: Collection[str] = FAR,
    **drawn: SearchStrategy[Any],
) -> Callable[[Test], Test]:
    """Try a test on stores of these kinds, on each with so many examples of what is drawn.

    The test takes the kind as `store`, what is drawn by its names, and any other parameters.
    """

    def on_each(test: Test) -> Test:
        runs = {kind: examples_for(kind, count, few=few)(given(**drawn)(test)) for kind in kinds}

        @wraps(runs[kinds[0]])
        def run(store: str, **parameters: Any) -> None:
            runs[store](store=store, **parameters)

        marked: Test = pytest.mark.parametrize("store", kinds)(run)
        return marked

    return on_each
