"""Who takes part: each module records the same facts in a file, and folds them, in its own way."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast

import pytest

from benchmarks.contestants.tally import Outcome
from benchmarks.facts import Fact


class Log(Protocol):
    """What every contestant can do with the file that it has open."""

    def append(self, facts: Sequence[Fact]) -> None:
        """Record a batch of facts."""
        ...

    def state(self, relationship: str) -> Outcome:
        """One relationship's state after all facts."""
        ...

    def states(self, relationships: Sequence[str]) -> dict[str, Outcome]:
        """Every relationship's state after all facts."""
        ...


@dataclass(frozen=True, slots=True)
class Contestant:
    """A contestant's module, the modules that it needs, and the SQL that counts its events."""

    name: str
    module: str
    needs: tuple[str, ...]
    count: str

    @property
    def missing(self) -> str:
        """Why it cannot take part; empty if it can."""
        absent = [name for name in self.needs if find_spec(name) is None]
        return f"{self.name} needs {', '.join(absent)}: install the extra bench" if absent else ""

    def opened(self, path: Path) -> AbstractContextManager[Log]:
        """Its log in a file, made if there is none."""
        module = import_module(f"benchmarks.contestants.{self.module}")
        return cast("AbstractContextManager[Log]", module.opened(path))

    def rows(self, path: Path) -> int:
        """How many events the file holds, counted without its writer's help."""
        if self.name == "DuckDB":
            return cast("int", import_module("benchmarks.contestants.others.flat_table").rows(path))
        with closing(sqlite3.connect(path)) as connection:
            return int(connection.execute(f"SELECT COUNT(*) FROM {self.count}").fetchone()[0])


def installed(request: pytest.FixtureRequest) -> Contestant:
    """The contestant that is a fixture's parameter; skips one that is not installed."""
    contestant: Contestant = request.param
    if contestant.missing:
        pytest.skip(contestant.missing)
    return contestant


COMITY = Contestant("comity", "ours", (), "stored_events")
STOCK = Contestant("stock", "stock", (), "stored_events WHERE topic NOT LIKE '%.Registered'")
FLOOR = Contestant("floor", "floor", (), "stored_events")
OTHERS = (
    Contestant(
        "eventsource-py", "others.with_eventsource_py", ("eventsource", "aiosqlite"), "events"
    ),
    Contestant(
        "py-event-sourcing", "others.with_py_event_sourcing", ("py_event_sourcing",), "events"
    ),
    Contestant(
        "python-event-sourcery",
        "others.with_event_sourcery",
        ("event_sourcery", "sqlalchemy"),
        "event_sourcery_events",
    ),
    Contestant("DuckDB", "others.flat_table", ("duckdb",), "facts"),
)
