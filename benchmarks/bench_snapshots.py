"""What the store needs for a materialized state, and what materialized states are worth."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from shutil import copyfile

import pytest

import comity
from benchmarks.bench_replay import Replay
from benchmarks.contestants import COMITY, ours
from benchmarks.contestants.tally import Outcome
from benchmarks.facts import LAST, Fact
from benchmarks.facts.ended import ended
from benchmarks.facts.invented import invented
from benchmarks.facts.mix import mixed
from benchmarks.library import Library
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Contest
from benchmarks.scoring.limits import LAST_SNAPSHOT, SNAPSHOTS
from benchmarks.shelf import CHARACTERS, Character, Shelf
from benchmarks.sizes import Sizes
from comity import StateProjection


@pytest.mark.parametrize("character", CHARACTERS)
def test_bytes_of_snapshots(board: Board, shelf: Shelf, sizes: Sizes, character: Character) -> None:
    """What the file grows by when the state is materialized."""
    log = shelf.log(character, sizes.long).stat().st_size
    grown = shelf.materialized(character, sizes.long).stat().st_size - log
    board.note(SNAPSHOTS, character, grown / log, f"{grown:,} of {log:,} bytes")


@pytest.mark.parametrize("told", [mixed, partial(invented, pairs=1)], ids=["mix", "invented"])
def test_last_snapshot(
    board: Board, sizes: Sizes, tmp_path: Path, told: Callable[[int], Iterator[Fact]],
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """The short log is the end of the long one; all that came before it has ended by then."""
    short = _last_snapshot(told(sizes.short), tmp_path / "short.db")
    past = ended(told(sizes.long - sizes.short))
    long = _last_snapshot(chain(past, told(sizes.short)), tmp_path / "long.db")
    if not short or not long:
        board.skip("the store has no table comity_snapshots, or nothing in it", LAST_SNAPSHOT)
    of = f"{request.node.callspec.id}, after a long past"
    board.note(LAST_SNAPSHOT, of, long / short, f"{long:,} against {short:,} bytes")


def _last_snapshot(facts: Iterator[Fact], path: Path) -> int:
    """The bytes of the newest snapshot; 0 if the store has none.

    How long a snapshot is nobody but the store knows, so this looks into its table.
    """
    with comity.open(path) as engine:
        engine.extend(ours.events(facts))
        engine.materialize(StateProjection())
    with closing(sqlite3.connect(path)) as connection:
        has = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'comity_snapshots'"
        if not connection.execute(has).fetchone()[0]:
            return 0
        newest = "SELECT length(state) FROM comity_snapshots ORDER BY day DESC LIMIT 1"
        return int((connection.execute(newest).fetchone() or [0])[0])


class MaterializedWorld(Replay):
    """The states of all relationships, where the store has them materialized."""

    def __init__(self, library: Library, file: Path) -> None:
        super().__init__(library)
        self.materialized = file
        copyfile(library.file(COMITY), file)
        with comity.open(file) as engine:
            engine.materialize(StateProjection())

    @contextmanager
    def comity(self) -> Generator[Callable[[], dict[str, Outcome]]]:
        with comity.open(self.materialized) as engine:
            yield lambda: {
                name: ours.outcome(state) for name, state in engine.world(on=LAST).items()
            }


def test_all_states_where_they_are_materialized(
    contest: Contest, real: Library, tmp_path: Path
) -> None:
    """Many short timelines: never slower than folding them from the first event."""
    ways = MaterializedWorld(real, tmp_path / "materialized.db").contestants()
    size = f"ICEWS 2014: {real.size}"
    contest.run("replay into states, materialized", size, ways, expected=real.outcomes)
