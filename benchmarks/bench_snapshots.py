"""What the store needs for a materialized state, and what materialized states are worth."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import chain
from math import inf
from pathlib import Path
from shutil import copyfile
from typing import NamedTuple

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


class Newest(NamedTuple):
    """The newest snapshot of a store: of how many events it is, and its bytes."""

    events: int
    length: int


@pytest.mark.parametrize("character", CHARACTERS)
def test_bytes_of_snapshots(board: Board, shelf: Shelf, sizes: Sizes, character: Character) -> None:
    """What the file grows by when the state is materialized."""
    log = shelf.log(character, sizes.long).stat().st_size
    path = shelf.materialized(character, sizes.long)
    grown = path.stat().st_size - log
    newest = _newest_snapshot(path)
    how = f"{grown:,} of {log:,} bytes; the newest is of {newest.events:,} events"
    board.note(SNAPSHOTS, character, grown / log if _is_of_most(newest, sizes.long) else inf, how)


@pytest.mark.parametrize("told", [mixed, partial(invented, pairs=1)], ids=["mix", "invented"])
def test_last_snapshot(
    board: Board, sizes: Sizes, tmp_path: Path, told: Callable[[int], Iterator[Fact]],
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """The short log is the end of the long one; all that came before it has ended by then."""
    short = _snapshot_of(told(sizes.short), tmp_path / "short.db")
    past = ended(told(sizes.long - sizes.short))
    long = _snapshot_of(chain(past, told(sizes.short)), tmp_path / "long.db")
    are_whole = _is_of_most(short, sizes.short) and _is_of_most(long, sizes.long)
    ratio = long.length / short.length if are_whole else inf
    how = (
        f"{long.length:,} bytes after {long.events:,} events, {short.length:,} after "
        f"{short.events:,}"
    )
    board.note(LAST_SNAPSHOT, f"{request.node.callspec.id}, after a long past", ratio, how)


def _is_of_most(newest: Newest, count: int) -> bool:
    """Whether the newest snapshot spares most of the fold: without one, no bytes are no merit."""
    return newest.events >= count * 0.9


def _snapshot_of(facts: Iterator[Fact], path: Path) -> Newest:
    """The newest snapshot of a log of these facts, materialized when it was complete."""
    with comity.open(path) as engine:
        engine.extend(ours.events(facts))
        engine.materialize(StateProjection())
    return _newest_snapshot(path)


def _newest_snapshot(path: Path) -> Newest:
    """Nobody but the store knows how long a snapshot is, so this looks into its table."""
    with closing(sqlite3.connect(path)) as connection:
        select = "SELECT events, length(state) FROM comity_snapshots ORDER BY day DESC LIMIT 1"
        return Newest(*(connection.execute(select).fetchone() or (0, 0)))


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
