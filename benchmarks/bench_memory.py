"""How much memory a replay needs: it follows what is open, not how long the log is."""

from __future__ import annotations

import pytest

from benchmarks.child import measured
from benchmarks.huge import Huge
from benchmarks.scoring.board import Board
from benchmarks.scoring.limits import MEMORY, MEMORY_WORLD, Limit
from benchmarks.sizes import Sizes


@pytest.mark.parametrize("key", ["relationship", "party", "log"])
def test_memory_of_a_replay(board: Board, huge: Huge, sizes: Sizes, key: str) -> None:
    _compare(board, huge, sizes, MEMORY, f"keyed by {key}", "replay", key)


def test_memory_of_the_world(board: Board, huge: Huge, sizes: Sizes) -> None:
    _compare(board, huge, sizes, MEMORY_WORLD, "world", "world")


def _compare(
    board: Board, huge: Huge, sizes: Sizes, limit: Limit, of: str, task: str, *arguments: str
) -> None:
    """Each log is replayed by a process of its own."""
    curve = board.curve("memory", "Peak memory of a replay", "MB")
    peaks: list[float] = []
    for path, count in zip(huge.logs(limit), sizes.huge or (), strict=True):
        child = measured(task, str(path), *arguments)
        peaks.append(child.megabytes)
        curve.add(of, count, child.megabytes)
    how = f"{peaks[1]:,.0f} MB against {peaks[0]:,.0f} MB"
    board.note(limit, f"{of}, {huge.size}", peaks[1] / peaks[0], how)
