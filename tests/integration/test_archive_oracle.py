"""An archive answers as its store does, on every day, as known at every position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import comity
from comity.domain.events import Event
from comity.domain.scope import Key, Query
from comity.domain.selection import Entry
from comity.projections.projection import Projection
from comity.projections.registry import BUILT_IN
from tests.archived import Archived, archived, runs
from tests.integration.test_pieces import Told, told
from tests.integration.test_replay_oracle import KEYS, questions
from tests.stores import LASTING, STORES, examples_on
from tests.strategies import KINDS

Bag = Counter[str]


class Gathered(Projection[Bag, list[str]]):
    """All that a projection is told of each entry, in no order, and for whom and when."""

    name = "gathered"

    def __init__(self, key: Key, kinds: Sequence[str] = (), parties: tuple[str, ...] = ()) -> None:
        self.key, self.kinds, self.parties = key, kinds, parties
        self._tags = kinds

    def for_key(self, parties: tuple[str, ...]) -> Gathered:
        """The same for some parties."""
        return Gathered(self.key, self._tags, parties)

    def initial(self) -> Bag:
        """Nothing."""
        return Counter()

    def evolve_entry(self, state: Bag, entry: Entry) -> Bag:
        """One entry more."""
        state[f"{self.parties} {told(entry)}"] += 1
        return state

    def on_undetermined(self, state: Bag, entry: Entry) -> Bag:
        """One entry more that is undetermined."""
        state[f"perhaps {told(entry)}"] += 1
        return state

    def merge(self, state: Bag, other: Bag) -> Bag:
        """Both."""
        state.update(other)
        return state

    def finish(self, state: Bag, on: date) -> list[str]:
        """What was told, and on which day."""
        return [f"{self.parties} {on}", *sorted(state.elements())]

    def with_query(self, answer: list[str], query: Query) -> list[str]:
        """The same with the question."""
        return [*answer, str(query)]


def check(made: Archived, projection: Any, query: dict[str, Any]) -> None:
    """Check that the archive answers as the store does."""
    ours = comity.replay(made.folder, projection, **query)
    theirs = made.engine.replay(projection, **query)
    assert list(ours) == list(theirs)
    assert ours == theirs


@pytest.mark.parametrize("key", KEYS)
@examples_on(STORES, 21, few=LASTING, recording=runs(), data=st.data())
def test_each_entry_of_an_archive_is_told_as_that_of_the_store(
    store: str, key: Key, recording: list[list[Event]], data: DataObject
) -> None:
    there = sorted({event.type for batch in recording for event in batch} & KINDS.keys())
    kinds = data.draw(st.just([]) | st.lists(st.sampled_from([*there, "deal-signed"])))
    with archived(store, recording, data.draw(st.integers(1, 9))) as made:
        for _ in range(2):
            query: dict[str, Any] = data.draw(questions(made.log))._asdict()
            check(made, Gathered(key, kinds), query)
            if key == "relationship":
                check(made, Told(key, kinds), query)


def _plain(answer: Any) -> Any:
    return answer.to_dict() if hasattr(answer, "to_dict") else answer


@examples_on(STORES, 15, few=LASTING, recording=runs(), data=st.data())
def test_every_built_in_projection_answers_as_on_the_store(
    store: str, recording: list[list[Event]], data: DataObject
) -> None:
    with archived(store, recording, data.draw(st.integers(1, 9))) as made:
        query: dict[str, Any] = data.draw(questions(made.log))._asdict()
        for make in BUILT_IN.values():
            ours = comity.replay(made.folder, make(), **query)
            theirs = made.engine.replay(make(), **query)
            assert list(map(_plain, ours.values())) == list(map(_plain, theirs.values()))
            assert list(ours) == list(theirs)
