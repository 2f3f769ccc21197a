"""The store that commands are run on, and what runs them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner, Result

import comity
from comity.adapters.cli import app
from tests.e2e.results import Address, Run
from tests.stores import LASTING, a_place, a_store

WIDE = "250"
"""Columns enough for every row of these tests; `test_cli_layout` has narrow ones."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run commands on each kind of store, but those of a test marked `in_a_file` on a file."""
    if "store_kind" in metafunc.fixturenames:
        is_in_a_file = metafunc.definition.get_closest_marker("in_a_file")
        metafunc.parametrize("store_kind", ["sqlite"] if is_in_a_file else LASTING)


@pytest.fixture
def place(store_kind: str, tmp_path: Path) -> Iterator[Address]:
    """The path, or the address on a server, for a store that is not there yet."""
    with _of_kind(store_kind, tmp_path, a_place) as address:
        yield address


@pytest.fixture
def empty_store(store_kind: str, tmp_path: Path) -> Iterator[Address]:
    """The path or the address of an empty store; a file is made when something is recorded."""
    with _of_kind(store_kind, tmp_path, a_store) as address:
        yield address


@contextmanager
def _of_kind(
    kind: str, folder: Path, on_a_server: Callable[[str], AbstractContextManager[Address]]
) -> Generator[Address]:
    """A path in a folder, or an address on a server."""
    if kind == "sqlite":
        yield folder / "relations.db"
    else:
        with on_a_server(kind) as address:
            yield address


@pytest.fixture
def store(store_kind: str, request: pytest.FixtureRequest) -> Address:
    """A store that holds the module's `EVENTS`, if it has any; else the place for one."""
    assert store_kind in LASTING  # each, by pytest_generate_tests
    module = cast("object", request.module)  # pyright: ignore[reportUnknownMemberType]
    events = getattr(module, "EVENTS", ())
    store: Address = request.getfixturevalue("empty_store" if events else "place")
    if events:
        with comity.open(store) as engine:
            engine.append(*events)
    return store


@pytest.fixture
def run(store: Address) -> Run:
    """Run a command on the test's own store, and answer what it did."""

    def run(*arguments: object, text: str | bytes = "", at: Address = store) -> Result:
        environment = {
            "COMITY_STORE": str(at), "NO_COLOR": None, "COLUMNS": WIDE, "COMITY_CODES": "1",
        }  # fmt: skip
        return CliRunner().invoke(app, list(map(str, arguments)), input=text, env=environment)

    return run
