"""How much memory a replay needs: it follows what is open, not how long the log is."""

from __future__ import annotations

import pytest

from benchmarks.child import measured
from benchmarks.huge import Huge
from benchmarks.scoring.board import Board
from benchmarks.scoring.limits import MEMORY, MEMORY_WORLD, Limit


@pytest.mark.parametrize("key", ["relationship", "party", "log"])
def test_memory_of_a_replay(board: Board, huge: Huge, key: str) -> None:
    _compare(board, huge, MEMORY, f"keyed by {key}", "replay", key)


def test_memory_of_the_world(board: Board, huge: Huge) -> None:
    _compare(board, huge, MEMORY_WORLD, "world", "world")


def _compare(board: Board, huge: Huge, limit: Limit, of: str, task: str, *arguments: str) -> None:
    """Each log is replayed by a process of its own."""
    peaks = [measured(task, str(path), *arguments).megabytes for path in huge.logs(limit)]
    how = f"{peaks[1]:,.0f} MB against {peaks[0]:,.0f} MB"
    board.note(limit, f"{of}, {huge.size}", peaks[1] / peaks[0], how)
