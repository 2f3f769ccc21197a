"""What an import costs: ICEWS 2005–2015 read from its file into a new log, and once more."""

from __future__ import annotations

from pathlib import Path

from benchmarks.child import Measured, measured
from benchmarks.facts import icews
from benchmarks.scoring.board import Board
from benchmarks.scoring.limits import IMPORT, IMPORT_AGAIN, IMPORT_MEMORY
from benchmarks.sizes import Sizes

_WHAT = "ICEWS 2005–2015"


def test_import(board: Board, sizes: Sizes, tmp_path: Path) -> None:
    """Every row of the file counts, also those that tell no event between parties."""
    if reason := icews.missing(icews.OF_2005_TO_2015):
        board.skip(reason, IMPORT, IMPORT_AGAIN, IMPORT_MEMORY)
    file = icews.beginning(icews.OF_2005_TO_2015, sizes.icews, tmp_path)
    runs = [
        (
            measured("import", str(log := tmp_path / f"{number}.db"), str(file)),
            measured("import-again", str(log), str(file)),
        )
        for number in range(min(3, sizes.rounds))
    ]
    first, again = (min(kind, key=_seconds) for kind in zip(*runs, strict=True))
    assert first.answer == again.answer
    board.note(IMPORT, _WHAT, first.answer / first.seconds, _how(first))
    board.note(IMPORT_AGAIN, _WHAT, again.seconds / first.seconds, _how(again))
    board.note(IMPORT_MEMORY, _WHAT, max(run.megabytes for pair in runs for run in pair))


def _seconds(run: Measured) -> float:
    return run.seconds


def _how(run: Measured) -> str:
    return f"{run.answer:,} rows in {run.seconds:.3g} s"
