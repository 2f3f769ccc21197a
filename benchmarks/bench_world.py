"""What the state of every pair costs, where the store has the states and where it has not."""

from __future__ import annotations

from functools import partial

import comity
from benchmarks.facts import LAST
from benchmarks.huge import Huge
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import timed
from benchmarks.scoring.limits import WORLD, WORLD_REPLAY
from comity import StateProjection


def test_world(board: Board, huge: Huge) -> None:
    path = huge.materialized(WORLD, WORLD_REPLAY)
    _, log = huge.logs()
    with comity.open(path) as engine:
        seconds, answers = timed(partial(engine.world, on=LAST))
    with comity.open(log) as engine:
        replaying, replayed = timed(partial(engine.replay, StateProjection(), on=LAST))
    assert answers == replayed
    board.note(WORLD, huge.size, seconds)
    how = f"{seconds:.3g} s against {replaying:.3g} s"
    board.note(WORLD_REPLAY, huge.size, replaying / seconds, how)
