"""Curves: what a state, a replay, memory and disk cost as logs grow."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from statistics import median

import pytest

import comity
from benchmarks import questions
from benchmarks.child import measured
from benchmarks.contestants import COMITY, FLOOR, OTHERS, STOCK, Contestant, installed
from benchmarks.facts.invented import invented
from benchmarks.library import Library
from benchmarks.scoring.board import Board, Curve
from benchmarks.scoring.contest import timed
from benchmarks.shelf import Shelf
from benchmarks.sizes import Sizes

pytestmark = pytest.mark.filterwarnings("ignore")  # what other libraries warn of is their affair
CONTESTANTS = (COMITY, STOCK, FLOOR, *OTHERS)
_ROUNDS = 3

Libraries = Callable[[int, int], Library]


@pytest.fixture(scope="session")
def libraries(logs: Path) -> Libraries:
    """Invented facts of any number of events and relationships, each log written once."""

    @cache
    def library(count: int, pairs: int) -> Library:
        return Library(partial(invented, count, pairs), logs / f"invented-{count}-of-{pairs}")

    return library


@pytest.fixture(params=CONTESTANTS, ids=lambda contestant: contestant.name)
def contestant(request: pytest.FixtureRequest) -> Contestant:
    """Each contestant; skips one that is not installed."""
    return installed(request)


def _lengths(contestant: Contestant, sizes: Sizes, lengths: tuple[int, ...]) -> list[int]:
    return [n for n in lengths if contestant not in OTHERS or n <= sizes.others_up_to]


def test_state_of_one_relationship(
    board: Board, sizes: Sizes, libraries: Libraries, contestant: Contestant
) -> None:
    """The whole history, folded by whoever has just opened the file."""
    curve = _state_curve(board)
    for count in _lengths(contestant, sizes, (sizes.short, sizes.middle, sizes.long)):
        library = libraries(count, 1)
        (name,) = library.relationships
        seconds: list[float] = []
        for _ in range(min(_ROUNDS, sizes.rounds)):
            with contestant.opened(library.file(contestant)) as log:
                took, answer = timed(partial(log.state, name))
            assert answer == library.outcomes[name]
            seconds.append(took)
        curve.add(f"{contestant.name}, just opened", count, median(seconds))


@pytest.mark.parametrize("name", ["warm", "materialized, just opened"])
def test_state_with_snapshots(board: Board, shelf: Shelf, sizes: Sizes, name: str) -> None:
    """On random days."""
    curve = _state_curve(board)
    days = questions.days(sizes.days // 2)
    for count in (sizes.short, sizes.middle, sizes.long):
        if name == "warm":
            with comity.open(shelf.log("invented", count)) as engine:
                cost = questions.warm_seconds(engine, days)
        else:
            path = shelf.materialized("invented", count)
            cost = median(_first_question(path, day) for day in days)
        curve.add(f"comity, {name}", count, cost)


def _first_question(path: Path, day: str) -> float:
    with comity.open(path) as engine:
        return timed(partial(engine.state, *questions.parties_of(engine), on=day))[0]


def _state_curve(board: Board) -> Curve:
    return board.curve("state", "A state of one relationship", "s")


def test_replay_of_many_relationships(
    board: Board, sizes: Sizes, libraries: Libraries, contestant: Contestant
) -> None:
    replay = board.curve("replay", f"A replay of {sizes.pairs} relationships into states", "s")
    disk = board.curve("disk", "Bytes of the file for each event", "bytes")
    for count in _lengths(contestant, sizes, sizes.replays):
        library = libraries(count, sizes.pairs)
        path = library.file(contestant)
        seconds: list[float] = []
        for _ in range(min(_ROUNDS, sizes.rounds) if count < 1_000_000 else 1):
            with contestant.opened(path) as log:
                took, answer = timed(partial(log.states, library.relationships))
            assert answer == library.outcomes
            seconds.append(took)
        replay.add(contestant.name, count, median(seconds))
        disk.add(contestant.name, count, path.stat().st_size / count)


@pytest.mark.parametrize("key", ["relationship", "party", "log"])
def test_memory(board: Board, sizes: Sizes, libraries: Libraries, key: str) -> None:
    """Of a process that replays the whole log."""
    curve = board.curve("memory", "Peak memory of a replay", "MB")
    for count in sizes.replays:
        path = libraries(count, sizes.pairs).file(COMITY)
        child = measured("replay", str(path), key)
        curve.add(f"keyed by {key}", count, child.megabytes)
