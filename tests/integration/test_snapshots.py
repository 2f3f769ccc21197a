"""Answers from snapshots are those of a full replay, whatever is recorded, however late."""

from __future__ import annotations

from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import comity
from comity.domain.events import Event
from comity.domain.scope import Key
from comity.domain.selection import Entry
from comity.engine import TimelineEngine
from comity.projections.projection import Projection
from comity.projections.state import StateProjection
from comity.projections.state_codec import StateCodec
from tests.folding import closely, from_the_start
from tests.integration.test_oracle import (
    Clock,
    questions,
    record,
    recordings,
    through_the_oracle,
    without_doubts,
)
from tests.oracle import Logged
from tests.stores import STORES, examples_on, opened
from tests.strategies import dates

Recording = list[tuple[int, list[Event]]]
KEYS: tuple[Key, ...] = ("relationship", "party", "log")


class FoldCalls(Projection[list[str], tuple[str, ...]]):
    """All calls of a fold, in order: which event, and how many accounts of it."""

    name = "fold-calls"

    def __init__(self, key: Key = "relationship", kinds: tuple[str, ...] = ()) -> None:
        self.key, self.kinds = key, kinds

    def initial(self) -> list[str]:
        return []

    def evolve_entry(self, state: list[str], entry: Entry) -> list[str]:
        state.append(" ".join(account.event.id for account in entry.accounts))
        return state

    def on_undetermined(self, state: list[str], entry: Entry) -> list[str]:
        state.append(f"perhaps {entry.event.id}")
        return state

    def finish(self, state: list[str], on: date) -> tuple[str, ...]:
        return (*state, on.isoformat())


@pytest.mark.parametrize("stored", [False, True], ids=["in memory", "stored"])
@examples_on(
    STORES, 40, recording=recordings(ends=False), spacing=st.integers(1, 3), data=st.data()
)
def test_a_state_is_what_the_definition_says_also_from_snapshots(
    store: str, stored: bool, recording: Recording, spacing: int, data: DataObject
) -> None:
    """Asked between the batches, and several times, so that there are snapshots to be outdated."""
    clock = Clock()
    with opened(store, clock=clock, settings=closely(spacing)) as engine:
        handle = engine.materialize(StateProjection()) if stored else None
        log: list[Logged] = []
        for hours, batch in recording:
            clock.tick(hours)
            log += record(engine, clock, batch)
            if handle is not None and data.draw(st.booleans()):
                handle.catch_up()
            for query in data.draw(st.lists(questions(log), max_size=3)):
                expected = without_doubts(through_the_oracle(log, query))
                for _ in range(2):
                    assert without_doubts(query.ask(engine)) == expected


def test_the_engine_does_answer_from_its_snapshots() -> None:
    """Else the test above would compare folds from the start."""
    with comity.open(":memory:", settings=closely(1)) as engine:
        engine.append(*statements(range(2000, 2010)))
        for _ in range(2):
            engine.state("PAK-RUS", on="2008-01-01")
        with patch.object(StateProjection, "evolve_entry", side_effect=AssertionError):
            engine.state("PAK-RUS", on="2006-06-01")


def statements(years: Any) -> list[Event]:
    """A statement for each year, on its second day."""
    return [
        comity.StatementMade(by="PAK", parties=("PAK", "RUS"), when=f"{year}-01-02")
        for year in years
    ]


def agrees(engine: TimelineEngine, projection: Projection[Any, Any], on: date) -> None:
    """A materialized projection answers as a replay does, for all keys and for each."""
    replayed = from_the_start(engine, projection, on)
    handle = engine.materialize(projection)
    assert handle.answers(on=on) == replayed
    assert engine.replay(projection, on=on) == replayed
    for key, answer in replayed.items():
        assert handle.answer(*([] if key == "log" else [key]), on=on) == answer


@pytest.mark.parametrize("key", KEYS)
@examples_on(STORES, 30, recording=recordings(), data=st.data())
def test_a_materialized_projection_answers_as_a_replay_does(
    store: str, key: Key, recording: Recording, data: DataObject
) -> None:
    spacing, step = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 40))
    kinds = data.draw(st.sampled_from([(), ("meeting-held", "relations-severed")]))
    projection = FoldCalls(key, kinds)
    clock = Clock()
    with opened(store, clock=clock, settings=closely(spacing, step)) as engine:
        if data.draw(st.booleans()):
            engine.materialize(projection)
        for hours, batch in recording:
            clock.tick(hours)
            record(engine, clock, batch)
            if data.draw(st.booleans()):
                agrees(engine, projection, data.draw(dates()))
        agrees(engine, projection, data.draw(dates()))
        agrees(engine, projection, date.max)


@examples_on(STORES, 30, recording=recordings(), spacing=st.integers(1, 3), data=st.data())
def test_the_snapshots_of_a_history_do_not_depend_on_when_it_was_caught_up(
    store: str, recording: Recording, spacing: int, data: DataObject
) -> None:
    """Only their spacing does, which late arrivals stretch: every snapshot is a true state."""
    with opened(store, settings=closely(spacing)) as engine:
        projection = FoldCalls()
        handle = engine.materialize(projection)
        for _, batch in recording:
            engine.append(*batch)
            if data.draw(st.booleans()):
                handle.catch_up()
        handle.catch_up()
        projections = engine._store.projections  # pyright: ignore[reportPrivateUsage]
        [build] = projections.builds()
        for key in from_the_start(engine, projection, date.max):
            for snapshot in projections.snapshots(build, key, date.max.toordinal(), 1000):
                on = date.fromordinal(snapshot.day)
                answer = from_the_start(engine, projection, on, [key])[key][:-1]
                state = StateCodec(projection).decode(snapshot.state)
                assert tuple(state) == tuple(t for t in answer if not t.startswith("perhaps"))
                assert snapshot.events == len(state)
