"""What the state of every pair costs, where the store has the states and where it has not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

import comity
from benchmarks.facts import LAST
from benchmarks.huge import Huge
from benchmarks.parts import Parts
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import timed
from benchmarks.scoring.limits import WORLD, WORLD_REPLAY
from benchmarks.sizes import Sizes
from comity import StateProjection
from comity.adapters.storage.sqlite.soundness import rows_are_sound


def test_world(board: Board, sizes: Sizes, huge: Huge) -> None:
    """By engines that have just been opened; and what takes time even if nothing else did."""
    path = huge.materialized(WORLD, WORLD_REPLAY)
    _, log = huge.logs()
    parts = Parts(path, lambda engine: engine.world(on=LAST))
    rounds: list[tuple[float, ...]] = []
    pairs = 0
    for _ in range(min(3, sizes.rounds)):
        with comity.open(path) as engine:
            world, answers = timed(partial(engine.world, on=LAST))
        with comity.open(log) as engine:
            replaying, replayed = timed(partial(engine.replay, StateProjection(), on=LAST))
        unpacking, unpacked = parts.unpacking()
        assert answers == replayed
        assert answers == {**replayed, **unpacked}
        pairs = len(unpacked)
        rounds.append((world, replaying, parts.reading(), _checking(path), unpacking))
    seconds, replaying, reading, checking, unpacking = map(median, zip(*rounds, strict=True))
    board.note(WORLD, huge.size, seconds)
    ratio = median(replaying / world for world, replaying, *_ in rounds)
    board.note(WORLD_REPLAY, huge.size, ratio, f"{seconds:.3g} s against {replaying:.3g} s")
    how = (
        f"the check of the index {checking:.3g} s, other SQL {reading - checking:.3g} s, "
        f"states {unpacking:.3g} s; comity {seconds:.3g} s, replaying {replaying:.3g} s"
    )
    states = f"decoding {pairs:,} states and answering"
    best = median(replaying / (took + each) for _, replaying, took, _, each in rounds)
    board.bound(WORLD_REPLAY, f"SQL with the check of the index, {states}", best, how)
    best = median(replaying / (took - check + each) for _, replaying, took, check, each in rounds)
    board.bound(WORLD_REPLAY, f"other SQL, {states}", best, "the same")


def _checking(path: Path) -> float:
    """How long a large index takes to compare with its sums, as is done at its first use."""
    with closing(sqlite3.connect(path)) as connection:
        seconds, is_sound = timed(partial(rows_are_sound, connection.cursor()))
    assert is_sound
    return seconds
