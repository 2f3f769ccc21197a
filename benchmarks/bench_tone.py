"""What counting costs: the tone of all pairs by quarter, beside DuckDB over a flat table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import comity
from benchmarks.facts import icews
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Result, timed
from benchmarks.scoring.limits import TONE, TONE_COLD, Limit
from benchmarks.sizes import Sizes
from comity import Event, InteractionCoded, InvalidValue, PeriodTone

if TYPE_CHECKING:
    from benchmarks.contestants.others.coded_table import Tone

_QUARTER: Any = "quarter"


class Files(NamedTuple):
    """The same rows as comity's log, as a materialized copy of it, and as DuckDB's table."""

    log: Path
    materialized: Path
    table: Path


@pytest.fixture(scope="session")
def files(board: Board, logs: Path, sizes: Sizes) -> Files:
    """The interactions between states that ICEWS coded from 2005 to 2015."""
    limits = (TONE, TONE_COLD)
    if reason := icews.missing(icews.OF_2005_TO_2015):
        board.skip(reason, *limits)
    if find_spec("duckdb") is None:
        board.skip("DuckDB is not installed: install the extra bench", *limits)
    if reason := _refused():
        board.skip(reason, *limits)
    from benchmarks.contestants.others import coded_table

    # The log holds each row once.
    rows = list(dict.fromkeys(icews.rows(icews.OF_2005_TO_2015, sizes.icews)))
    files = Files(logs / "coded.db", logs / "coded-materialized.db", logs / "coded.duckdb")
    with comity.open(files.log) as engine:
        assert engine.extend(map(_interaction, rows), batch_size=2000).appended == len(rows)
    copyfile(files.log, files.materialized)
    with comity.open(files.materialized) as engine:
        engine.materialize(comity.ToneProjection(_QUARTER))
    coded_table.write(rows, files.table)
    return files


def _interaction(row: icews.Coded) -> Event:
    return InteractionCoded(
        when=row.day, scheme="cameo", code=row.code, source=row.source, target=row.target
    )


def _refused() -> str:
    """Why the engine gives no tone by quarter; empty if it does."""
    with comity.open(":memory:") as engine:
        try:
            engine.tone(by=_QUARTER)
        except InvalidValue:
            return "engine.tone refuses by='quarter'"
    return ""


def test_materialized_tone(board: Board, files: Files, sizes: Sizes) -> None:
    _compare(board, files, files.materialized, TONE, sizes.rounds)


def test_cold_tone(board: Board, files: Files, sizes: Sizes) -> None:
    _compare(board, files, files.log, TONE_COLD, sizes.rounds)


def _compare(board: Board, files: Files, log: Path, limit: Limit, rounds: int) -> None:
    """In turn, by the clock, as DuckDB uses every core; each opens its file anew."""
    from benchmarks.contestants.others import coded_table

    times: dict[str, list[float]] = {"comity": [], "DuckDB": []}
    theirs: list[Tone] = []
    for _ in range(rounds):
        with coded_table.opened(files.table) as table:
            seconds, theirs = timed(table.tone_by_quarter, perf_counter)
            times["DuckDB"].append(seconds)
        with comity.open(log) as engine:
            seconds, answer = timed(partial(engine.tone, by=_QUARTER), perf_counter)
            times["comity"].append(seconds)
        assert _as_theirs(answer) == _as_ours(theirs)
    size = f"ICEWS 2005–2015: {sum(tone.events for tone in theirs):,} rows"
    operation = "tone by quarter, " + ("materialized" if limit is TONE else "cold")
    result = Result(operation, size, times)
    board.results.append(result)
    board.note(limit, size, 1 / result.faster_than("DuckDB"))


_Tones = list[tuple[object, ...]]


def _as_theirs(tones: Sequence[PeriodTone]) -> _Tones:
    """Our answer without the names of the quarters; both are in order of time."""
    return [
        (tone.relationship, tone.coded.events, tone.coded.cooperation, tone.coded.conflict,
         tone.coded.mean_goldstein)
        for tone in tones
    ]  # fmt: skip


def _as_ours(tones: Sequence[Tone]) -> _Tones:
    return [(tone.relationship, *tone[1:4], tone.mean) for tone in tones]
