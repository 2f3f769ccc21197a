"""How many bytes a log needs, with its index, beside the JSON of its events."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.contestants import COMITY
from benchmarks.library import Library
from benchmarks.scoring.board import Board
from benchmarks.scoring.limits import DISK
from benchmarks.shelf import CHARACTERS, Character, Shelf
from benchmarks.sizes import Sizes


@pytest.mark.parametrize("character", CHARACTERS)
def test_bytes_of_one_relationship(
    board: Board, shelf: Shelf, sizes: Sizes, character: Character
) -> None:
    _note(board, character, shelf.log(character, sizes.long))


def test_bytes_of_many_relationships(board: Board, many: Library) -> None:
    _note(board, f"invented: {many.size}", many.file(COMITY))


def test_bytes_of_real_facts(board: Board, real: Library) -> None:
    _note(board, f"ICEWS 2014: {real.size}", real.file(COMITY))


def _note(board: Board, of: str, path: Path) -> None:
    """The store was closed, so that the file holds everything."""
    assert not path.with_name(f"{path.name}-wal").exists()
    with closing(sqlite3.connect(path)) as connection:
        select = "SELECT SUM(length(state)) FROM stored_events"
        json = int(connection.execute(select).fetchone()[0])
    size = path.stat().st_size
    board.note(DISK, of, size / json, f"{size:,} against {json:,} bytes")
