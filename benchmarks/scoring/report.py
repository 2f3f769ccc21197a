"""The report of a run: tables for the terminal and for the docs, and a plot of each curve."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from os import cpu_count
from pathlib import Path
from typing import NamedTuple

from rich.table import Table

from benchmarks.scoring.board import Board, Curve, Figure
from benchmarks.scoring.contest import OURS, Result
from benchmarks.scoring.limits import LIMITS
from benchmarks.sizes import Sizes

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
_PLACE = ("<!-- the last full run -->\n", "<!-- end of the last full run -->\n")


class _Rows(NamedTuple):
    title: str
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]
    bad: frozenset[int] = frozenset()
    """The numbers of the rows that are shown in red."""
    plot: str = ""
    """The name of the file with its plot."""


def tables(board: Board) -> Iterator[Table]:
    """The tables for the terminal."""
    for each in _tables(board):
        table = Table(title=each.title)
        for heading in each.headings:
            table.add_column(heading)
        for number, row in enumerate(each.rows):
            table.add_row(*row, style="bold red" if number in each.bad else "")
        yield table


def verdict(figure: Figure) -> str:
    """A figure and its limit, in words."""
    of = f" ({figure.of})" if figure.of else ""
    return f"{figure.limit.what}{of}: {figure.text}, must be {figure.limit.must}"


def write(board: Board, sizes: Sizes, folder: Path) -> Iterator[Path]:
    """Write the plots and the tables; a full run puts its tables into the page beside `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder.with_suffix(".md")
    if sizes.name == "full" and page.exists():
        yield _put(_markdown(board, sizes, Path(folder.name)), page)
    else:
        path = folder / "last-run.md"
        path.write_text(_markdown(board, sizes, Path()), encoding="utf-8")
        yield path
    if _can_plot():
        from benchmarks.scoring.plots import plot

        for name, curve in board.curves.items():
            yield plot(curve, folder / f"{name}.svg")


def _put(text: str, page: Path) -> Path:
    """Put the tables in the place of those of the last full run."""
    before, rest = page.read_text("utf-8").split(_PLACE[0])
    _, after = rest.split(_PLACE[1])
    page.write_text(f"{before}{_PLACE[0]}\n{text}\n{_PLACE[1]}{after}", encoding="utf-8")
    return page


def _tables(board: Board) -> list[_Rows]:
    everything = [_limits(board), _bounds(board), _contests(board), _others(board)]
    everything += [_curve(name, curve) for name, curve in board.curves.items()]
    return [each for each in everything if each.rows]


def _limits(board: Board) -> _Rows:
    rows: list[tuple[str, ...]] = []
    bad: set[int] = set()
    for limit in LIMITS:
        for figure in board.figures_of(limit):
            if figure.is_missed:
                bad.add(len(rows))
            held = "missed" if figure.is_missed else "held"
            rows.append((limit.what, figure.of, limit.must, figure.text, held, figure.how))
        if limit in board.unmeasured:
            reason = f"not measured: {board.unmeasured[limit]}"
            rows.append((limit.what, "", limit.must, "", reason, ""))
    headings = ("what", "log", "must", "is", "", "from")
    return _Rows("What the engine must reach", headings, rows, frozenset(bad))


def _bounds(board: Board) -> _Rows:
    headings = ("what", "must", "at best", "if nothing took time but", "from")
    rows: list[tuple[str, ...]] = [
        (b.limit.what, b.limit.must, b.text, b.of, b.how) for b in board.bounds
    ]
    bad = frozenset(number for number, bound in enumerate(board.bounds) if bound.is_missed)
    return _Rows("What could be reached at best", headings, rows, bad)


def _contests(board: Board) -> _Rows:
    results = [result for result in board.results if {"stock", "floor"} & result.times.keys()]
    headings = ("operation", "size", OURS, "stock", "floor", "× stock", "share of floor")
    title = "Contests: medians; a higher ratio is a faster comity"
    return _Rows(title, headings, [_contest(result) for result in results])


def _contest(result: Result) -> tuple[str, ...]:
    names = (OURS, "stock", "floor")
    times = (time(result.seconds(n)) if n in result.times else "" for n in names)
    stock, floor = (result.faster_than(n) if n in result.times else None for n in names[1:])
    ratios = ("" if stock is None else f"{stock:.3g} ×", "" if floor is None else f"{floor:.0%}")
    return (result.operation, result.size, *times, *ratios)


def _others(board: Board) -> _Rows:
    rows: list[tuple[str, ...]] = [
        (r.operation, r.size, name, time(r.seconds(name)), time(r.seconds(OURS)),
         f"{r.faster_than(name):.3g} ×")
        for r in board.results
        for name in r.times
        if name not in (OURS, "stock", "floor")
    ]  # fmt: skip
    headings = ("operation", "size", "library", "its time", OURS, "comity is faster")
    return _Rows("Beside other libraries", headings, rows)


def _curve(name: str, curve: Curve) -> _Rows:
    lengths = sorted({length for points in curve.points.values() for length, _ in points})
    rows = [
        (contestant, *(_cost(dict(points).get(length), curve.unit) for length in lengths))
        for contestant, points in curve.points.items()
    ]
    headings = ("", *(f"{length:,} events" for length in lengths))
    return _Rows(curve.title, headings, rows, plot=f"{name}.svg")


def _cost(cost: float | None, unit: str) -> str:
    if cost is None:
        return ""
    return time(cost) if unit == "s" else f"{cost:.3g} {unit}"


def time(seconds: float) -> str:
    """Seconds in a unit that fits."""
    size, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    return f"{seconds / size:.3g} {unit}"


def _markdown(board: Board, sizes: Sizes, folder: Path) -> str:
    day = datetime.now(UTC).date()  # noqa: TID251 - a report says when it was made
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    parts = [f"{day}, sizes: {sizes.name}, {versions}, {cpu_count()} cores."]
    for each in _tables(board):
        parts.append(f"### {each.title}")
        parts.append("\n".join(_lines(each.headings, each.rows)))
        if each.plot and _can_plot():
            parts.append(f"![{each.title}]({folder / each.plot})")
    return "\n\n".join(parts) + "\n"


def _lines(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in (headings, ["---"] * len(headings), *rows):
        yield f"| {' | '.join(cells)} |"


def _can_plot() -> bool:
    return find_spec("matplotlib") is not None
