"""What archives in Parquet cost: to write, add to, keep, replay and materialize from."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from shutil import copyfile
from statistics import median
from time import perf_counter
from typing import Any

import pytest

import comity
from benchmarks.archived import CODED, MIXED, Archived, Archives
from benchmarks.child import measured
from benchmarks.contestants import ours
from benchmarks.facts import LAST
from benchmarks.facts.coded import coded
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Result, timed
from benchmarks.scoring.limits import (
    ARCHIVE_ADDING,
    ARCHIVE_BYTES,
    ARCHIVE_GROWTH,
    ARCHIVE_MEMORY,
    ARCHIVE_REPLAY,
    ARCHIVE_WORKERS,
)
from benchmarks.sizes import Sizes
from comity import RelationshipState, StateProjection

both_logs = pytest.mark.parametrize("log", [CODED, MIXED])
States = dict[str, RelationshipState]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory, sizes: Sizes) -> Archives:
    """Logs with their archives."""
    return Archives(tmp_path_factory.mktemp("archives"), sizes)


@pytest.fixture(scope="module")
def pools() -> Generator[dict[int, Executor]]:
    """One process, and two; they start with their first task."""
    ready = get_context("forkserver")
    ready.set_forkserver_preload(["benchmarks.archived"])  # imported once, and in no test's time
    with ProcessPoolExecutor(1, ready) as one, ProcessPoolExecutor(2, ready) as two:
        yield {1: one, 2: two}


def _from_store(made: Archived) -> States:
    with comity.open(made.store) as engine:
        return engine.replay(StateProjection(), on=LAST)


def _from_archive(made: Archived, executor: Executor | None = None) -> States:
    return comity.replay(made.archive, StateProjection(), on=LAST, executor=executor)


@both_logs
def test_replay_from_an_archive(board: Board, archives: Archives, sizes: Sizes, log: str) -> None:
    """Each opens its files anew, in this process; its CPU counts."""
    made = archives.of(log)
    times: dict[str, list[float]] = {"comity": [], "its store": []}
    for _ in range(sizes.rounds):
        seconds, states = timed(partial(_from_store, made))
        times["its store"].append(seconds)
        seconds, same = timed(partial(_from_archive, made))
        times["comity"].append(seconds)
        assert same == states
    result = Result("replay into states from an archive", made.size, times)
    board.results.append(result)
    each = {name: 1e6 * result.seconds(name) / made.events for name in times}
    how = f"{each['comity']:.2f} µs an event against {each['its store']:.2f} µs"
    board.note(ARCHIVE_REPLAY, made.size, result.faster_than("its store"), how)


@both_logs
def test_replay_with_two_workers(
    board: Board, archives: Archives, sizes: Sizes, pools: dict[int, Executor], log: str
) -> None:
    """By the clock, with processes that have replayed it once."""
    made = archives.of(log)
    expected = {count: _from_archive(made, pool) for count, pool in pools.items()}
    assert expected[1] == expected[2]
    ratios: list[float] = []
    for _ in range(sizes.rounds):
        alone, states = timed(partial(_from_archive, made, pools[1]), perf_counter)
        together, same = timed(partial(_from_archive, made, pools[2]), perf_counter)
        assert states == same == expected[1]
        ratios.append(alone / together)
    board.note(ARCHIVE_WORKERS, made.size, median(ratios))


def test_growth(board: Board, archives: Archives, sizes: Sizes) -> None:
    """Each archive is replayed by a process of its own, as a worker would, and nothing is kept."""
    if sizes.archive_growth is None:
        board.skip("10,000,000 events are for make bench-full", ARCHIVE_GROWTH, ARCHIVE_MEMORY)
    shorter, longer = sizes.archive_growth
    paths = [str(archives.told(count)) for count in (shorter, longer)]
    less, more = (measured("replay-archive", path) for path in paths)
    assert less.answer == more.answer
    size = f"{CODED}: {longer:,} events, against {shorter:,}"
    times = f"{more.seconds:,.1f} s of CPU against {less.seconds:,.2f} s"
    board.note(ARCHIVE_GROWTH, size, more.seconds / less.seconds, times)
    memory = f"{more.megabytes:,.0f} MB against {less.megabytes:,.0f} MB"
    board.note(ARCHIVE_MEMORY, size, more.megabytes / less.megabytes, memory)


@both_logs
def test_bytes(board: Board, archives: Archives, log: str) -> None:
    made = archives.of(log)
    kept = sum(path.stat().st_size for path in made.archive.rglob("*") if path.is_file())
    store = made.store.stat().st_size
    how = f"{kept:,} of {store:,} bytes; {kept / made.events:,.0f} an event"
    board.note(ARCHIVE_BYTES, made.size, kept / store, how)


def test_adding(board: Board, archives: Archives, sizes: Sizes, tmp_path: Path) -> None:
    """One event in a hundred is appended and added; then the whole is written anew beside it."""
    made = archives.of(CODED)
    path = tmp_path / "grown.db"
    copyfile(made.store, path)
    new = max(1, made.events // 100)
    ratios, how = list[float](), ""
    for turn in range(min(3, sizes.rounds)):
        with comity.open(path) as engine:
            comity.archive(engine, tmp_path / "kept")
            more = ours.events(coded(new, sizes.archived_pairs, seed=turn), id=f"more-{turn}")
            assert engine.extend(more).appended == new
            adding, added = timed(partial(comity.archive, engine, tmp_path / "kept"))
            writing, written = timed(partial(comity.archive, engine, tmp_path / f"new-{turn}"))
        assert (added.added, added.digest, written.added) == (new, written.digest, written.position)
        ratios.append(adding / writing)
        how = (
            f"{adding:.2f} s against {writing:.2f} s of CPU: "
            f"{1e6 * writing / written.position:.1f} µs an event"
        )
    board.note(ARCHIVE_ADDING, made.size, median(ratios), how)


@both_logs
def test_materializing(
    board: Board, archives: Archives, sizes: Sizes, tmp_path: Path, log: str
) -> None:
    """In this process, from the archive and from the store; its CPU counts."""
    made = archives.of(log)
    path = tmp_path / "materialized.db"
    copyfile(made.store, path)
    times: dict[str, list[float]] = {"comity": [], "its store": []}
    for _ in range(min(3, sizes.rounds)):
        answers: list[Any] = []
        for name, options in (("its store", {}), ("comity", {"archive": made.archive})):
            with comity.open(path) as engine:
                build = partial(engine.materialize, StateProjection(), **options)
                seconds, handle = timed(build)
                times[name].append(seconds)
                answers.append(handle.answers(LAST))
                engine.delete_projection("state")
        assert answers[0] == answers[1]
    board.results.append(Result("materializing states from an archive", made.size, times))
