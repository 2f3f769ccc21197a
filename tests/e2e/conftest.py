"""The store that commands are run on, and what runs them."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner, Result

import comity
from comity.adapters.cli import app
from tests.e2e.results import Run

WIDE = "250"
"""Columns enough for every row of these tests; `test_cli_layout` has narrow ones."""


@pytest.fixture
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A store that holds the module's `EVENTS`, if it has any; else the path for one."""
    path = tmp_path / "relations.db"
    module = cast("object", request.module)  # pyright: ignore[reportUnknownMemberType]
    if events := getattr(module, "EVENTS", ()):
        with comity.open(path) as engine:
            engine.append(*events)
    return path


@pytest.fixture
def run(store: Path) -> Run:
    """Run a command on the test's own store, and answer what it did."""

    def run(*arguments: object, text: str | bytes = "", at: Path = store) -> Result:
        environment = {
            "COMITY_STORE": str(at), "NO_COLOR": None, "COLUMNS": WIDE, "COMITY_CODES": "1",
        }  # fmt: skip
        return CliRunner().invoke(app, list(map(str, arguments)), input=text, env=environment)

    return run
