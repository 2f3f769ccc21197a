"""How many SQL statements a question costs, counted by the driver itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import (
    Event,
    MeetingHeld,
    RelationsEstablished,
    Settings,
    StatementMade,
    TimelineEngine,
)

PAIR = ("PAK", "RUS")
DAY = "2023-06-20"
EVENTS: tuple[Event, ...] = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    MeetingHeld(meeting="m", parties=("CHN", "PAK", "RUS"), when="2022"),
    *(StatementMade(by="PAK", parties=PAIR, when=f"20{n}") for n in range(10, 20)),
)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement of every connection, without those that only frame a transaction."""
    observed: list[str] = []
    connect: Any = sqlite3.connect

    def note(statement: str) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "--")):
            observed.append(statement)

    def traced(*arguments: Any, **options: Any) -> Any:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(note)
        return connection

    monkeypatch.setattr("eventsourcing.sqlite.sqlite3.connect", traced)
    return observed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "relations.db"
    with comity.open(path) as engine:
        engine.append(*EVENTS)
    return path


def count(statements: list[str], ask: Callable[[], object]) -> int:
    statements.clear()
    ask()
    return len(statements)


def questions(engine: TimelineEngine) -> dict[str, Callable[[], object]]:
    return {
        "state": lambda: engine.state(*PAIR, on=DAY),
        "at a position": lambda: engine.state(*PAIR, on=DAY, known_at=3),
        "at a moment": lambda: engine.state(*PAIR, on=DAY, known_at="2023-01-01"),
        "timeline": lambda: engine.timeline(*PAIR),
        "deals": lambda: engine.deals(*PAIR, on=DAY),
        "missions": lambda: engine.missions(*PAIR, on=DAY),
    }


@pytest.mark.parametrize("name", ["state", "at a position", "at a moment", "timeline"])
def test_one_question_costs_at_most_five_statements_cold_and_three_warm(
    path: Path, statements: list[str], name: str
) -> None:
    with comity.open(path) as engine:
        ask = questions(engine)[name]
        assert count(statements, ask) <= 5
        ask()
        assert count(statements, ask) <= 3


@pytest.mark.parametrize("name", ["deals", "missions"])
def test_a_view_of_one_relationship_costs_at_most_five_cold_and_three_warm(
    path: Path, statements: list[str], name: str
) -> None:
    with comity.open(path) as engine:
        ask = questions(engine)[name]
        assert count(statements, ask) <= 5
        assert count(statements, ask) <= 3


def test_a_materialized_state_costs_at_most_five_cold_and_warm(
    path: Path, statements: list[str]
) -> None:
    settings = Settings(snapshot_interval=3, short_timeline=0)
    with comity.open(path, settings=settings) as engine:
        engine.materialize(comity.StateProjection())
    with comity.open(path, settings=settings) as engine:
        ask = questions(engine)["state"]
        assert count(statements, ask) <= 5
        assert any("comity_snapshots" in statement for statement in statements)
        assert count(statements, ask) <= 5


def test_a_state_from_a_snapshot_in_memory_costs_at_most_three(
    path: Path, statements: list[str]
) -> None:
    with comity.open(path, settings=Settings(snapshot_interval=2)) as engine:
        ask = questions(engine)["state"]
        for _ in range(3):
            ask()
        assert count(statements, ask) <= 3
