"""Every hook of the protocol is there for anybody, and is called as the page of reference says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import comity
from comity import Entry, Event, Projection, Source, StatementMade
from comity.domain.scope import Query


class Told(Projection[list[Any], list[Any]]):
    """Writes down the calls of its hooks."""

    name = "told"

    def __init__(self, parties: tuple[str, ...] = ("nobody yet",)) -> None:
        self.parties = parties

    def for_key(self, parties: tuple[str, ...]) -> Told:
        return Told(parties)

    def initial(self) -> list[Any]:
        return [("of", self.parties)]

    def evolve_entry(self, state: list[Any], entry: Entry) -> list[Any]:
        return [*state, ("enter", entry.event.id, len(entry.accounts), entry.latest.year)]

    def on_undetermined(self, state: list[Any], entry: Entry) -> list[Any]:
        return [*state, ("doubt", entry.event.id)]

    def finish(self, state: list[Any], on: date) -> list[Any]:
        return [*state, ("finish", on.isoformat())]

    def with_query(self, answer: list[Any], query: Query) -> list[Any]:
        return [*answer, ("asked", query.scope.key, query.position, query.certainty)]


class Bare:
    """The same members without the base class."""

    name, version = "bare", 1
    for_key, initial = Told.for_key, Told.initial
    evolve_entry, on_undetermined = Told.evolve_entry, Told.on_undetermined
    finish, with_query = Told.finish, Told.with_query
    parties = ("nobody yet",)


def said(when: str, id: str, **fields: Any) -> Event:
    return StatementMade(by="PAK", parties=("PAK", "RUS"), when=when, id=id, **fields)


EVENTS = (
    said("2020", "a"),
    said("2021-05", "b", happening="h", sources=(Source("Dawn"),)),
    said("2021-05", "c", happening="h", confidence=0.5),
    said("2022", "d"),
)
EXPECTED = [
    ("of", ("PAK", "RUS")), ("enter", "a", 1, 2020), ("enter", "b", 2, 2021), ("doubt", "d"),
    ("finish", "2022-06-30"), ("asked", "PAK-RUS", 4, "certain"),
]  # fmt: skip


@pytest.mark.parametrize("projection", [Told(), Bare()], ids=["of the base class", "bare"])
def test_each_hook_is_called_in_its_turn(projection: Any) -> None:
    with comity.open(":memory:") as engine:
        engine.append(*EVENTS)
        assert engine.replay(projection, on="2022-06-30") == {"PAK-RUS": EXPECTED}


def test_a_possible_entry_is_evolved_and_also_given_as_undetermined() -> None:
    with comity.open(":memory:") as engine:
        engine.append(*EVENTS)
        [answer] = engine.replay(Told(), on="2022-06-30", certainty="possible").values()
        assert ("enter", "d", 1, 2022) in answer
        assert ("doubt", "d") in answer
        assert answer[-1] == ("asked", "PAK-RUS", 4, "possible")
