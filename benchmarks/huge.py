"""Two logs of very many relationships, one ten times as long as the other, as comity keeps them."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import comity
from benchmarks.contestants import ours
from benchmarks.facts.invented import invented
from benchmarks.scoring.board import Board
from benchmarks.scoring.limits import Limit
from benchmarks.sizes import Sizes
from comity import StateProjection


class Huge:
    """Writes the logs when they are first asked for; a short run has none."""

    def __init__(self, folder: Path, sizes: Sizes, board: Board) -> None:
        self.folder, self.sizes, self.board = folder, sizes, board

    def logs(self, *limits: Limit) -> tuple[Path, Path]:
        """The shorter log and the longer one; skips what has these limits where there are none."""
        if self.sizes.huge is None:
            self.board.skip("1,000,000 events are for make bench-full", *limits)
        shorter, longer = self.sizes.huge
        return self._log(shorter), self._log(longer)

    def materialized(self, *limits: Limit) -> Path:
        """A copy of the longer log whose states are materialized."""
        _, longer = self.logs(*limits)
        path = self.folder / "huge-materialized.db"
        if not path.exists():
            copyfile(longer, path)
            with comity.open(path) as engine:
                engine.materialize(StateProjection())
        return path

    @property
    def size(self) -> str:
        """The size of the longer log, in words."""
        count = self.sizes.huge[1] if self.sizes.huge else 0
        return f"{count:,} events, {self.sizes.huge_pairs:,} pairs"

    def _log(self, count: int) -> Path:
        path = self.folder / f"huge-{count}.db"
        if not path.exists():
            with comity.open(path) as engine:
                facts = invented(count, self.sizes.huge_pairs)
                assert engine.extend(ours.events(facts), batch_size=2000).appended == count
        return path
