"""What searching costs: making the index of words, and a rare and a common word, by its length."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from shutil import copyfile

import msgspec
import pytest

import comity
from benchmarks.questions import median_seconds
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import timed
from benchmarks.scoring.limits import (
    SEARCH_BUILD,
    SEARCH_BYTES,
    SEARCH_COMMON,
    SEARCH_CONTINUE,
    SEARCH_RARE,
)
from benchmarks.shelf import Shelf
from benchmarks.sizes import Sizes
from comity import StatementMade, TimelineEngine

_COMMON = "cameo"
"""A word of two events in five of the log."""
_ROUNDS = 3


@pytest.fixture
def bare(shelf: Shelf, sizes: Sizes) -> Iterator[Path]:
    """A copy of the long log without an index of words."""
    path = shelf.folder / "to-search.db"
    copyfile(shelf.log("invented", sizes.long), path)
    yield path
    path.unlink()


def test_making_the_index(board: Board, bare: Path, sizes: Sizes) -> None:
    before = _bytes(bare)
    with comity.open(bare) as engine:
        seconds, result = timed(lambda: engine.search(_COMMON, limit=0))
        assert result.position == sizes.long
        assert result.total == len(_scanned(engine, _COMMON))
        before_append, _ = timed(lambda: engine.search(_COMMON, limit=0))
        after = median_seconds(_AfterAnAppend(engine, n) for n in range(_ROUNDS))
    rows = sizes.long / seconds
    of = f"{sizes.long:,} events"
    board.note(SEARCH_BUILD, of, rows, f"{seconds:.3g} s")
    added = _bytes(bare) - before
    board.note(SEARCH_BYTES, of, added / before, f"{added:,} bytes beside {before:,}")
    how = f"{after * 1e3:.3g} ms against {before_append * 1e3:.3g} ms"
    board.note(SEARCH_CONTINUE, of, after / before_append, how)


class _AfterAnAppend:
    """Appends an event when it is made, and searches when it is called."""

    def __init__(self, engine: TimelineEngine, number: int) -> None:
        self.engine = engine
        parties = tuple(engine.relationships()[0].split("-"))
        text = f"told last {number}"
        engine.append(StatementMade(by=parties[0], parties=parties, when="2020", text=text))

    def __call__(self) -> object:
        return self.engine.search(_COMMON, limit=0)


@pytest.mark.parametrize("size", ["1,000", "10,000", "100,000"])
def test_a_search_against_a_scan(board: Board, shelf: Shelf, sizes: Sizes, size: str) -> None:
    """The scan reads every event of the log, and looks for the word in its JSON."""
    count = {"1,000": sizes.short, "10,000": sizes.middle, "100,000": sizes.long}[size]
    with shelf.copy(shelf.log("invented", count)) as engine:
        [record] = [r for r in engine.events(after=count // 2 - 1) if r.position == count // 2]
        rare = record.event.id.rpartition("-")[2]
        engine.search(rare)
        curve = board.curve("search", "One search, by the length of the log", "s")
        for word, limit in ((rare, SEARCH_RARE), (_COMMON, SEARCH_COMMON)):
            scan, positions = timed(partial(_scanned, engine, word))
            ask = partial(engine.search, word)
            assert engine.search(word, limit=count).total == len(positions)
            hits = engine.search(word, limit=count).hits
            assert {hit.record.position for hit in hits} == set(positions)
            search = median_seconds([ask] * _ROUNDS)
            curve.add("rare word" if limit is SEARCH_RARE else "common word", count, search)
            curve.add("scan", count, scan)
            if size == "100,000":
                found = f"{len(positions):,} found"
                how = f"{search * 1e3:.3g} ms against {scan * 1e3:.4g} ms, {found}"
                board.note(limit, f"{count:,} events", scan / search, how)


def _scanned(engine: TimelineEngine, word: str) -> list[int]:
    encode = msgspec.json.encode
    wanted = word.encode()
    return [r.position for r in engine.events() if wanted in encode(r.event).lower()]


def _bytes(path: Path) -> int:
    """The bytes of all pages in use, those in the write-ahead log included."""
    with closing(sqlite3.connect(path)) as connection:
        [[pages]] = connection.execute("PRAGMA page_count").fetchall()
        [[free]] = connection.execute("PRAGMA freelist_count").fetchall()
        [[size]] = connection.execute("PRAGMA page_size").fetchall()
    return int((pages - free) * size)
