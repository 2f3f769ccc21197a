"""How many SQL statements a question costs, counted by the driver itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import (
    DealSigned,
    DealsProjection,
    Event,
    MeetingHeld,
    MissionOpened,
    MissionsProjection,
    Projection,
    RelationsEstablished,
    Settings,
    StatementMade,
    StateProjection,
    TimelineEngine,
)
from tests.folding import closely, observe_fold

PAIR = ("PAK", "RUS")
DAY = "2023-06-20"
EVENTS: tuple[Event, ...] = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    MeetingHeld(meeting="m", parties=("CHN", "PAK", "RUS"), when="2022"),
    MissionOpened(sender="PAK", host="RUS", when="2001"),
    DealSigned(deal="oil", buyer="PAK", seller="RUS", when="2002"),
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


AskAgain = Callable[[int], tuple[list[int], list[str]]]


@pytest.fixture
def ask_again(path: Path, statements: list[str], monkeypatch: pytest.MonkeyPatch) -> AskAgain:
    """Ask four times for the state of a long timeline; return all costs, and what was last folded.

    From the second time on there are snapshots in memory.
    """

    def ask_again(cache_bytes: int) -> tuple[list[int], list[str]]:
        folded = observe_fold(monkeypatch, StateProjection)
        settings = Settings(snapshot_interval=2, cache_bytes=cache_bytes)
        with comity.open(path, settings=settings) as engine:
            ask = questions(engine)["state"]
            costs = [count(statements, ask) for _ in range(3)]
            folded.clear()
            return [*costs, count(statements, ask)], folded

    return ask_again


def questions(engine: TimelineEngine) -> dict[str, Callable[[], object]]:
    return {
        "state": lambda: engine.state(*PAIR, on=DAY),
        "at a position": lambda: engine.state(*PAIR, on=DAY, known_at=3),
        "at a moment": lambda: engine.state(*PAIR, on=DAY, known_at="2023-01-01"),
        "timeline": lambda: engine.timeline(*PAIR),
        "deals": lambda: engine.deals(*PAIR, on=DAY),
        "missions": lambda: engine.missions(*PAIR, on=DAY),
    }


COSTS = [
    ("state", 3, 2),
    ("at a position", 3, 2),
    ("at a moment", 4, 3),
    ("timeline", 3, 2),
    ("deals", 3, 3),
    ("missions", 3, 3),
]
"""Each question's cost: the statements of the first time, and of every later time.

Views of some kinds read only these, and nothing of them is cached.
"""


@pytest.mark.parametrize(("name", "cold", "warm"), COSTS)
def test_what_a_question_costs_cold_and_warm(
    path: Path, statements: list[str], name: str, cold: int, warm: int
) -> None:
    with comity.open(path) as engine:
        ask = questions(engine)[name]
        assert [count(statements, ask) for _ in range(3)] == [cold, warm, warm]


MATERIALIZED_COSTS = [
    ("state", StateProjection(), 4),
    ("deals", DealsProjection(), 4),
    ("missions", MissionsProjection(), 4),
]


@pytest.mark.parametrize(
    ("name", "projection", "cost"),
    MATERIALIZED_COSTS,
    ids=[name for name, *_ in MATERIALIZED_COSTS],
)
def test_what_a_question_from_a_stored_snapshot_costs_cold_and_warm(
    path: Path, statements: list[str], name: str, projection: Projection[Any, Any], cost: int
) -> None:
    """One statement finds the snapshot; one reads the events after it, which are not cached."""
    settings = closely(1)
    with comity.open(path, settings=settings) as engine:
        engine.materialize(projection)
    with comity.open(path, settings=settings) as engine:
        ask = questions(engine)[name]
        for _ in range(3):
            assert count(statements, ask) == cost
            assert any("comity_snapshots" in statement for statement in statements)


@pytest.mark.parametrize(
    ("cache_bytes", "costs", "folded"),
    [
        (Settings().cache_bytes, [3, 4, 4, 4], ["2022"]),
        (0, [3, 2, 2, 2], sorted(event.when for event in EVENTS)),
    ],
    ids=["with the cache", "with the cache switched off"],
)
def test_a_state_from_a_snapshot_in_memory_folds_only_later_days(
    ask_again: AskAgain, cache_bytes: int, costs: list[int], folded: list[str]
) -> None:
    """One statement reads the events after the snapshot, and one what their lives depend on."""
    assert ask_again(cache_bytes) == (costs, folded)
