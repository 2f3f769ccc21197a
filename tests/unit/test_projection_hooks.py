"""Every hook of the protocol is there for anybody, and is called as the page of reference says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import comity
from comity import Entry, Event, Projection, Source, StatementMade
from comity.domain.scope import Query


class HookCalls(Projection[list[Any], list[Any]]):
    """Its state is the list of the calls of its hooks."""

    name = "hook-calls"

    def __init__(self, parties: tuple[str, ...] = ("nobody yet",)) -> None:
        self.parties = parties

    def for_key(self, parties: tuple[str, ...]) -> HookCalls:
        return HookCalls(parties)

    def initial(self) -> list[Any]:
        return [("initial", self.parties)]

    def evolve_entry(self, state: list[Any], entry: Entry) -> list[Any]:
        return [*state, ("evolve_entry", entry.event.id, len(entry.accounts), entry.latest.year)]

    def on_undetermined(self, state: list[Any], entry: Entry) -> list[Any]:
        return [*state, ("on_undetermined", entry.event.id)]

    def finish(self, state: list[Any], on: date) -> list[Any]:
        return [*state, ("finish", on.isoformat())]

    def with_query(self, answer: list[Any], query: Query) -> list[Any]:
        return [*answer, ("with_query", query.scope.key, query.position, query.certainty)]


class Bare:
    """The same members without the base class."""

    name, version = "bare", 1
    for_key, initial = HookCalls.for_key, HookCalls.initial
    evolve_entry, on_undetermined = HookCalls.evolve_entry, HookCalls.on_undetermined
    finish, with_query = HookCalls.finish, HookCalls.with_query
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
    ("initial", ("PAK", "RUS")),
    ("evolve_entry", "a", 1, 2020),
    ("evolve_entry", "b", 2, 2021),
    ("on_undetermined", "d"),
    ("finish", "2022-06-30"),
    ("with_query", "PAK-RUS", 4, "certain"),
]


@pytest.mark.parametrize("projection", [HookCalls(), Bare()], ids=["of the base class", "bare"])
def test_each_hook_is_called_in_its_turn(projection: Any) -> None:
    with comity.open(":memory:") as engine:
        engine.append(*EVENTS)
        assert engine.replay(projection, on="2022-06-30") == {"PAK-RUS": EXPECTED}


def test_a_possible_entry_is_evolved_and_also_given_as_undetermined() -> None:
    with comity.open(":memory:") as engine:
        engine.append(*EVENTS)
        [answer] = engine.replay(HookCalls(), on="2022-06-30", certainty="possible").values()
        assert ("evolve_entry", "d", 1, 2022) in answer
        assert ("on_undetermined", "d") in answer
        assert answer[-1] == ("with_query", "PAK-RUS", 4, "possible")
