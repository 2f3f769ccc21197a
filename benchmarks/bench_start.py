"""What the start of the command line costs: the whole process, on a big store and an empty one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

import comity
from benchmarks.huge import Huge
from benchmarks.scoring.board import Board
from benchmarks.scoring.limits import START
from benchmarks.sizes import Sizes


def test_start(board: Board, huge: Huge, sizes: Sizes, tmp_path: Path) -> None:
    """In turn; the CPU's time of the process."""
    _, big = huge.logs(START)
    empty = tmp_path / "empty.db"
    with comity.open(empty):
        pass
    with comity.open(big) as engine:
        relationship = engine.relationships()[0]
    rounds = [
        (_seconds(big, relationship), _seconds(empty, relationship)) for _ in range(sizes.rounds)
    ]
    on_big, on_empty = (median(times) for times in zip(*rounds, strict=True))
    how = f"{on_big * 1e3:.3g} ms against {on_empty * 1e3:.3g} ms"
    board.note(START, huge.size, median(on / off for on, off in rounds), how)


def _seconds(store: Path, relationship: str) -> float:
    """The CPU's seconds of `comity state` as a process of its own."""
    command = [sys.executable, "-m", "comity", "state", relationship, "--store", str(store)]
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
