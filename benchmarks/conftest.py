"""What the benchmarks share: the logs, the contests, and the table at the end of the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from benchmarks.contest import Benchmark, Contest, Result
from benchmarks.facts import Fact, icews, invented, missing
from benchmarks.library import Library, written

SHARED_DATA = Path(__file__).parents[1].parent / "shared" / "data"
BIG, LONG = 50_000, 10_000
_RESULTS = pytest.StashKey[list[Result]]()
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


@pytest.fixture(scope="session")
def big(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A log of many relationships of some hundred events each."""
    return written(invented(BIG), tmp_path_factory.mktemp("logs") / "big")


@pytest.fixture(scope="session")
def long(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A log of one relationship with a long history."""
    return written(invented(LONG, pairs=1), tmp_path_factory.mktemp("logs") / "long")


@pytest.fixture(scope="session")
def real_facts() -> list[Fact]:
    """What ICEWS coded of states in 2014; skips where the file is not beside the checkout."""
    if reason := missing(SHARED_DATA):
        pytest.skip(f"no real data: {reason}")
    return icews(SHARED_DATA)


@pytest.fixture
def contest(benchmark: Benchmark, request: pytest.FixtureRequest) -> Contest:
    """A contest whose result goes into the table."""
    return Contest(benchmark, request.config.stash.setdefault(_RESULTS, []))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what was measured, beside stock and floor, and every baseline that was missed."""
    if results := config.stash.get(_RESULTS, []):
        Console(width=140).print(_table(results))
    for result in results:
        if result.is_missed:
            terminalreporter.write_line(f"BASELINE MISSED: {result.verdict}", red=True)


def _table(results: list[Result]) -> Table:
    table = Table(title="Medians of interleaved rounds; a higher ratio is a faster comity")
    for heading in ("operation", "size"):
        table.add_column(heading)
    for heading in ("comity", "stock", "floor", "× stock", "baseline", "share of floor"):
        table.add_column(heading, justify="right", no_wrap=True)
    for result in results:
        table.add_row(*_cells(result), style="bold red" if result.is_missed else "")
    return table


def _cells(result: Result) -> list[str]:
    times = [_time(result.seconds(name)) for name in ("comity", "stock", "floor")]
    least = "" if result.least is None else f"{result.least:g} ×"
    ratios = [f"{result.times_stock:.2f} ×", least, f"{result.share_of_floor:.0%}"]
    return [result.operation, result.size, *times, *ratios]


def _time(seconds: float) -> str:
    size, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    return f"{seconds / size:.3g} {unit}"
