"""What it costs to fold a log into the state of every relationship."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, cast

import comity
from benchmarks.contestants import COMITY, FLOOR, STOCK, Contestant, ours
from benchmarks.contestants.tally import Outcome
from benchmarks.facts import LAST
from benchmarks.facts.mix import mixed
from benchmarks.huge import Huge
from benchmarks.library import Library
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Contest, Way, timed
from benchmarks.scoring.limits import REPLAY_FLOOR, REPLAY_STOCK, REPLAY_WORKERS
from benchmarks.sizes import Sizes
from comity import RelationshipState, StateProjection, TimelineEngine


class Replay:
    """Each contestant opens its file anew and answers the state of every relationship."""

    def __init__(self, library: Library) -> None:
        self.library = library

    @contextmanager
    def comity(self) -> Generator[Callable[[], dict[str, Outcome]]]:
        with comity.open(self.library.file(COMITY)) as engine:
            yield lambda: {
                name: ours.outcome(state)
                for name, state in engine.replay(StateProjection(), on=LAST).items()
            }

    @contextmanager
    def of(self, contestant: Contestant) -> Generator[Callable[[], dict[str, Outcome]]]:
        with contestant.opened(self.library.file(contestant)) as log:
            yield lambda: log.states(self.library.relationships)

    def contestants(self) -> dict[str, Way]:
        return {
            "comity": self.comity,
            "stock": lambda: self.of(STOCK),
            "floor": lambda: self.of(FLOOR),
        }


def _replay(contest: Contest, board: Board, library: Library, of: str) -> None:
    ways = Replay(library).contestants()
    size = f"{of}: {library.size}"
    result = contest.run("replay into states", size, ways, expected=library.outcomes)
    board.note(REPLAY_STOCK, size, result.faster_than("stock"))
    board.note(REPLAY_FLOOR, size, result.faster_than("floor"))


def test_replay(contest: Contest, board: Board, many: Library) -> None:
    _replay(contest, board, many, "invented")


def test_replay_of_one_relationship(
    contest: Contest, board: Board, sizes: Sizes, logs: Path
) -> None:
    library = Library(partial(mixed, sizes.middle), logs / "mix-for-replay")
    _replay(contest, board, library, "mix")


def test_replay_of_real_facts(contest: Contest, board: Board, real: Library) -> None:
    _replay(contest, board, real, "ICEWS 2014")


def test_replay_with_two_processes(board: Board, sizes: Sizes, huge: Huge) -> None:
    """By the clock, since the other process has a CPU of its own."""
    if "workers" not in inspect.signature(TimelineEngine.replay).parameters:
        board.skip("engine.replay has no parameter workers", REPLAY_WORKERS)
    _, path = huge.logs(REPLAY_WORKERS)
    ratios: list[float] = []
    for _ in range(min(3, sizes.rounds)):
        alone, answers = timed(partial(_states, path), perf_counter)
        together, same = timed(partial(_states, path, workers=2), perf_counter)
        assert same == answers
        ratios.append(alone / together)
    board.note(REPLAY_WORKERS, huge.size, median(ratios))


def _states(path: Path, **workers: int) -> dict[str, RelationshipState]:
    with comity.open(path) as engine:
        replay: Callable[..., Any] = engine.replay
        return cast("dict[str, RelationshipState]", replay(StateProjection(), on=LAST, **workers))
