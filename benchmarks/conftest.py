"""What the benchmarks share: the sizes, the logs, the board, and the report at the end of a run."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from rich.console import Console

from benchmarks.facts import icews
from benchmarks.facts.invented import invented
from benchmarks.huge import Huge
from benchmarks.library import Library
from benchmarks.scoring import report
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Benchmark, Contest
from benchmarks.server import Server, started
from benchmarks.shelf import Shelf
from benchmarks.sizes import SIZES, SizeName, Sizes

ROOT = Path(__file__).parents[1]
_BOARD = pytest.StashKey[Board]()
_SIZES = pytest.StashKey[Sizes]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--size`: how much is measured; `--report`: where the table and the plots go."""
    parser.addoption("--size", choices=sorted(SIZES), default="quick")
    parser.addoption("--report", type=Path, default=ROOT / ".benchmarks")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty board."""
    config.stash[_BOARD] = Board()
    config.stash[_SIZES] = SIZES[cast("SizeName", config.getoption("--size"))]


@pytest.fixture(scope="session")
def sizes(request: pytest.FixtureRequest) -> Sizes:
    """How much this run measures."""
    return request.config.stash[_SIZES]


@pytest.fixture(scope="session")
def board(request: pytest.FixtureRequest) -> Board:
    """Where figures are noted."""
    return request.config.stash[_BOARD]


@pytest.fixture
def contest(benchmark: Benchmark, board: Board, sizes: Sizes) -> Contest:
    """A contest whose result goes into the table."""
    return Contest(benchmark, board.results, sizes.rounds)


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which logs are written once."""
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="session")
def shelf(logs: Path) -> Shelf:
    """Logs of one relationship."""
    return Shelf(logs)


@pytest.fixture(scope="session")
def many(logs: Path, sizes: Sizes) -> Library:
    """A log of many relationships of some hundred events each."""
    return Library(partial(invented, sizes.many, sizes.pairs), logs / "many")


@pytest.fixture(scope="session")
def long(logs: Path, sizes: Sizes) -> Library:
    """A log of one relationship with a long history."""
    return Library(partial(invented, sizes.middle, pairs=1), logs / "long")


@pytest.fixture(scope="session")
def real(logs: Path, sizes: Sizes) -> Library:
    """What ICEWS coded of states in 2014; skips where the file is not beside the checkout."""
    if reason := icews.missing(icews.OF_2014):
        pytest.skip(reason)
    return Library(partial(icews.facts, icews.OF_2014, sizes.icews), logs / "icews")


@pytest.fixture(scope="session")
def huge(logs: Path, sizes: Sizes, board: Board) -> Huge:
    """Two logs of very many relationships."""
    return Huge(logs, sizes, board)


@pytest.fixture(scope="session")
def server() -> Generator[Server]:
    """A PostgreSQL server; skips where there is none for this machine."""
    with started() as server:
        yield server


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run in which a limit is missed has failed."""
    config = session.config
    if config.stash[_SIZES].is_judged and config.stash[_BOARD].missed and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print and write all that was measured, then name every limit that was missed."""
    board, sizes = config.stash[_BOARD], config.stash[_SIZES]
    if not board.figures and not board.results and not board.bounds:
        return
    for table in report.tables(board):
        Console(width=150).print(table)
    folder = cast("Path", config.getoption("--report"))
    for written in report.write(board, sizes, folder):
        terminalreporter.write_line(f"written: {written}")
    if sizes.is_judged:
        for figure in board.missed:
            terminalreporter.write_line(f"MISSED: {report.verdict(figure)}", red=True)
