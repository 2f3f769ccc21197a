"""A materialized projection answers every view and every replay from its snapshots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import comity
from comity import (
    AgreementSigned,
    AgreementsProjection,
    DealSigned,
    DealsProjection,
    Event,
    MeasureImposed,
    MeasuresProjection,
    MeetingHeld,
    MissionOpened,
    MissionsProjection,
    Projection,
    SeriesProjection,
    StateProjection,
    TimelineEngine,
    ToneProjection,
)
from comity.projections.registry import BUILT_IN
from tests.folding import closely, observe_fold
from tests.stores import every_store, opened

PAIR = ("PAK", "RUS")
AFTER = "2010-01-02"
"""The day of the events that are recorded after the projection was materialized."""
DAY = "2012-01-01"


def history(when: str) -> tuple[Event, ...]:
    """An event for each of the views; each year has subjects of its own."""
    name = f"in-{when[:4]}"
    return (
        MissionOpened(sender="PAK", host="RUS", when=when, level="consulate-general", city=name),
        DealSigned(deal=name, buyer="PAK", seller="RUS", when=when),
        MeasureImposed(measure=name, by="RUS", on="PAK", when=when, kind="embargo"),
        AgreementSigned(agreement=name, parties=PAIR, when=when),
        MeetingHeld(meeting=name, parties=PAIR, when=when, series="talks", level="minister"),
    )


BEFORE = tuple(event for year in range(2001, 2005) for event in history(f"{year}-01-02"))


class Kinds(Projection[dict[str, int], dict[str, int]]):
    """A user's own projection: how many events there were of each kind."""

    name = "kinds"

    def initial(self) -> dict[str, int]:
        return {}

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        state[event.type] = state.get(event.type, 0) + 1
        return state


class Question(NamedTuple):
    """A projection and a question that it answers."""

    projection: Projection[Any, Any]
    ask: Callable[[TimelineEngine], object]


def view(name: str, projection: Projection[Any, Any], *parties: str) -> Question:
    """The question of an engine's method."""

    def ask(engine: TimelineEngine) -> object:
        return getattr(engine, name)(*parties, on=DAY)

    return Question(projection, ask)


def replay(projection: Projection[Any, Any]) -> Question:
    """A replay of all relationships."""

    def ask(engine: TimelineEngine) -> object:
        return engine.replay(projection, on=DAY)

    return Question(projection, ask)


VIEWS: dict[str, Projection[Any, Any]] = {
    "missions": MissionsProjection(),
    "deals": DealsProjection(),
    "measures": MeasuresProjection(),
    "agreements": AgreementsProjection(),
    "series": SeriesProjection(),
    "network": BUILT_IN["network"](),
}
QUESTIONS = {
    "state": view("state", StateProjection(), *PAIR),
    "world": view("world", StateProjection()),
    **{f"{name} of a pair": view(name, made, *PAIR) for name, made in VIEWS.items()},
    **{f"{name} of a party": view(name, made, "PAK") for name, made in VIEWS.items()},
    **{f"{name} of all": view(name, made) for name, made in VIEWS.items()},
    **{f"replay of {name}": replay(made) for name, made in VIEWS.items()},
    "replay of state": replay(StateProjection()),
    "replay of tone": replay(ToneProjection()),
    "replay of a user's own": replay(Kinds()),
}


@every_store
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_materialized_projection_answers_from_its_snapshots(
    store: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what was recorded after the snapshots is folded."""
    projection, ask = QUESTIONS[name]
    with comity.open(":memory:") as engine:
        engine.append(*BEFORE, *history(AFTER))
        expected = ask(engine)
    with opened(store, settings=closely(1)) as engine:
        engine.append(*BEFORE)
        engine.materialize(projection)
        engine.append(*history(AFTER))
        days = observe_fold(monkeypatch, type(projection))
        assert ask(engine) == expected
        assert set(days) == {AFTER}


@pytest.mark.parametrize("name", QUESTIONS)
def test_without_snapshots_every_event_is_folded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the test above would prove nothing."""
    projection, ask = QUESTIONS[name]
    with comity.open(":memory:", settings=closely(1)) as engine:
        engine.append(*BEFORE, *history(AFTER))
        days = observe_fold(monkeypatch, type(projection))
        ask(engine)
        assert len(set(days)) == 5
