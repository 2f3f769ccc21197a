"""Every question that reads a damaged date raises `StoreDamaged`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import (
    DealSigned,
    Event,
    InvalidDate,
    MeetingHeld,
    MeetingScheduled,
    Projection,
    RelationsEstablished,
    Source,
    StatementMade,
    StoreDamaged,
    TimelineEngine,
)

PAIR = ("PAK", "RUS")
DAY = "2024-01-01"
EVENTS: tuple[Event, ...] = (
    RelationsEstablished(parties=PAIR, when="1948-05-01"),
    MeetingScheduled(meeting="m", parties=PAIR, when="2023-06-18", planned_for="2023-08-08"),
    MeetingHeld(
        meeting="n", parties=PAIR, when="2023-06-20", id="rival",
        sources=(Source("Dawn", published="2023-07-07"),),
    ),
    MeetingHeld(meeting="n", parties=PAIR, when="2023-06-21"),
    DealSigned(deal="d", buyer="PAK", seller="RUS", when="2023-01-01"),
    StatementMade(by="PAK", parties=PAIR, when="2023-05-05"),
)  # fmt: skip
DAMAGE = {
    "when": ("2023-05-05", "2023-05-99"),
    "planned_for": ("2023-08-08", "2023-13-08"),
    "published": ("2023-07-07", "2023-07-0?"),
}
QUESTIONS: dict[str, Callable[[TimelineEngine], object]] = {
    "state": lambda e: e.state(*PAIR, on=DAY),
    "timeline": lambda e: e.timeline(*PAIR),
    "world": lambda e: e.world(on=DAY),
    "diff": lambda e: e.diff(*PAIR, on=("2000-01-01", DAY)),
    "replay": lambda e: e.replay(comity.StateProjection(), on=DAY),
    "tone": lambda e: e.tone(until=DAY),
    "agenda": lambda e: e.agenda(since="2023-01-01", until=DAY),
    "network": lambda e: e.network(on=DAY),
    "learned": lambda e: e.learned(known_at=(0, 6), on=DAY),
    "materialized": lambda e: e.materialize(comity.StateProjection()),
}


def damage(path: Path, kind: str) -> Path:
    """A store in which one date was damaged."""
    with comity.open(path) as engine:
        engine.append(*EVENTS)
    with closing(sqlite3.connect(path)) as connection:
        statement = "UPDATE stored_events SET state = replace(state, ?, ?)"
        connection.execute(statement, DAMAGE[kind])
        connection.commit()
    return path


@pytest.mark.parametrize("kind", sorted(DAMAGE))
@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_a_damaged_date_is_the_stores_fault_and_never_the_callers(
    tmp_path: Path, kind: str, question: str
) -> None:
    """A question that does not read the date has an answer; any other reports its position."""
    with comity.open(damage(tmp_path / "relations.db", kind)) as engine, suppress(StoreDamaged):
        QUESTIONS[question](engine)


@pytest.mark.parametrize("question", ["state", "timeline", "world", "replay", "learned", "diff"])
def test_a_day_that_does_not_exist_is_noticed(tmp_path: Path, question: str) -> None:
    """Not by `tone`, which does not read the event: the index has counted it."""
    path = damage(tmp_path / "relations.db", "when")
    with comity.open(path) as engine, pytest.raises(StoreDamaged, match="position 6"):
        QUESTIONS[question](engine)


def test_the_evidence_for_an_event_notices_the_damaged_date_of_a_source(tmp_path: Path) -> None:
    path = damage(tmp_path / "relations.db", "published")
    with comity.open(path) as engine, pytest.raises(StoreDamaged, match="position 3"):
        engine.evidence("rival")


class Careless(Projection[list[str], list[str]]):
    """Reads dates of its own making."""

    name = "careless"

    def initial(self) -> list[str]:
        return []

    def evolve(self, state: list[str], event: Event) -> list[str]:
        raise InvalidDate("2023-99", "no such month")


def test_a_projections_own_error_is_not_taken_for_the_stores() -> None:
    with comity.open(":memory:") as engine:
        engine.append(*EVENTS)
        with pytest.raises(InvalidDate, match="no such month"):
            engine.replay(Careless(), on=DAY)


def test_nothing_of_a_whole_store_is_damaged(tmp_path: Path) -> None:
    """Else the tests above would pass on anything."""
    with comity.open(tmp_path / "relations.db") as engine:
        engine.append(*EVENTS)
        answers: list[Any] = [ask(engine) for ask in QUESTIONS.values()]
    assert len(answers) == len(QUESTIONS)
