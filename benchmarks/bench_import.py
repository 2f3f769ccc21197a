"""What an import costs: ICEWS 2005–2015 read from its file into a new log, as a process."""

from __future__ import annotations

from pathlib import Path

from benchmarks.child import measured
from benchmarks.facts import icews
from benchmarks.scoring.board import Board
from benchmarks.scoring.limits import IMPORT, IMPORT_MEMORY
from benchmarks.sizes import Sizes


def test_import(board: Board, sizes: Sizes, tmp_path: Path) -> None:
    """The rows between states count; the time holds the reading of all rows."""
    if reason := icews.missing(icews.OF_2005_TO_2015):
        board.skip(reason, IMPORT, IMPORT_MEMORY)
    runs = [
        measured("import", str(tmp_path / f"{number}.db"), sizes.icews)
        for number in range(min(3, sizes.rounds))
    ]
    best = min(runs, key=lambda run: run.seconds)
    how = f"{best.answer:,} rows in {best.seconds:.3g} s"
    board.note(IMPORT, "ICEWS 2005–2015", best.answer / best.seconds, how)
    board.note(IMPORT_MEMORY, "ICEWS 2005–2015", max(run.megabytes for run in runs))
