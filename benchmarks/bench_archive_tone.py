"""What counting an archive costs: the tone of all pairs by quarter, beside DuckDB alone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

import comity
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Result, timed
from benchmarks.scoring.limits import TONE_ARCHIVE
from benchmarks.sizes import Sizes
from comity import PeriodTone
from comity.domain.codelists.goldstein import QUAD_NAMES

_QUADS = ", ".join(f"count(*) FILTER (quad_class = '{name}')" for name in QUAD_NAMES.values())
_BARE = f"""
SELECT relationship, year(latest) AS year, quarter(latest) AS quarter, {_QUADS}, avg(goldstein)
FROM read_parquet($files) GROUP BY ALL
"""

_JUDGED = 10_000_000
"""With fewer events the answer's 28,000 rows cost more than what is counted."""
_THOUSANDTH = 0.00051
"""Half of the last place of our means, and a little."""


@pytest.fixture(scope="session")
def archive(board: Board, logs: Path, sizes: Sizes) -> tuple[Path, int]:
    """An archive of coded events, and how many they are."""
    if any(find_spec(name) is None for name in ("duckdb", "pyarrow", "numpy")):
        board.skip("the extra archive is not installed", TONE_ARCHIVE)
    from benchmarks.facts import coded_archive

    folder = logs / "coded-archive"
    return folder, coded_archive.write(folder, sizes.coded)


def test_tone_of_an_archive(board: Board, archive: tuple[Path, int], sizes: Sizes) -> None:
    """In turn, by the clock, as DuckDB uses every core; each opens the files anew."""
    import duckdb

    folder, events = archive
    files = [str(path) for path in sorted((folder / "data").iterdir())]
    times: dict[str, list[float]] = {"comity": [], "DuckDB": []}
    for _ in range(sizes.rounds):
        with closing(duckdb.connect()) as database:
            seconds, theirs = timed(
                lambda: database.execute(_BARE, {"files": files}).fetchall(),
                perf_counter,
            )
            times["DuckDB"].append(seconds)
        with comity.open(folder) as engine:
            seconds, ours = timed(partial(engine.tone, by="quarter"), perf_counter)
            times["comity"].append(seconds)
        _check(ours, theirs)
    size = f"{events:,} coded events"
    result = Result("tone by quarter of an archive", size, times)
    board.results.append(result)
    if events < _JUDGED:
        board.skip(f"the archive has {events:,} events", TONE_ARCHIVE)
    board.note(TONE_ARCHIVE, size, 1 / result.faster_than("DuckDB"))


def _check(ours: Sequence[PeriodTone], theirs: list[tuple[Any, ...]]) -> None:
    """Compare the counts, and the means as far as sums of floats are exact."""
    by_key = {row[:3]: row[3:] for row in theirs}
    assert len(ours) == len(by_key)
    for tone in ours:
        year, _, quarter = tone.period.partition("-")
        *counts, mean = by_key[tone.relationship, int(year), int(quarter) - 32]
        assert [tone.coded.by_quad_class.get(name, 0) for name in QUAD_NAMES.values()] == counts
        assert abs(float(tone.coded.mean_goldstein or 0) - mean) < _THOUSANDTH
