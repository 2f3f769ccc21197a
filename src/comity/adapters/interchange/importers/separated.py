"""Lines of cells: text with separators, in which a broken quote costs only its own line."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple, TextIO


class Broken(NamedTuple):
    """A line that has no cells: its text, and what is wrong with it."""

    text: str
    reason: str


Line = tuple[int, list[str] | Broken]
"""A line's number, from 1, and its cells."""

_MOST_LINES = 200
"""Lines of the longest cell within quotes; a quote that is open longer is a broken one."""
_LONGEST_HEADER = 1 << 16
_OPEN = "unexpected end of data"
"""What `csv` says of a text that ends within quotes."""


def first_line(text: TextIO) -> str:
    """The first line, or as much of it as a header can have; empty for an empty text."""
    return text.readline(_LONGEST_HEADER)


def cells_of(line: str, separator: str) -> list[str] | Broken:
    """The cells of one line."""
    if '"' not in line:
        return line.rstrip("\r\n").split(separator)
    try:
        return next(csv.reader([line], delimiter=separator))
    except (csv.Error, StopIteration) as error:
        return Broken(line, f"not a row of the table: {error}")


def lines_of_cells(text: TextIO, separator: str, width: int) -> Iterator[Line]:
    """The lines after the first, in order.

    A cell within quotes can hold line ends. A line with a quote that is not closed, so that no
    row of `width` cells comes of it and the lines after it, is told to be wrong; the lines after
    it are read for themselves.
    """
    waiting: deque[str] = deque()
    number = 1
    while True:
        line = waiting.popleft() if waiting else text.readline()
        if not line:
            return
        number += 1
        if '"' not in line or not _is_open(line, separator):
            yield number, cells_of(line, separator)
        else:
            begun, length = number, len(waiting)
            waiting.extend(islice(iter(text.readline, ""), max(0, _MOST_LINES - length)))
            cells, used = _joined(line, list(waiting), separator, width)
            for _ in range(used):
                waiting.popleft()
            number += used
            yield begun, cells


def _joined(
    line: str, after: list[str], separator: str, width: int
) -> tuple[list[str] | Broken, int]:
    """The cells of a line with those after it that belong to it, and how many these are."""
    whole = line
    for used, further in enumerate(after, 1):
        whole += further
        if '"' in further and not _is_open(whole, separator):
            cells = cells_of(whole, separator)
            if isinstance(cells, list) and len(cells) == width:
                return cells, used
            break
    return Broken(line, "a quote is not closed"), 0


def _is_open(text: str, separator: str) -> bool:
    """Whether a text ends within quotes."""
    try:
        list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error as error:
        return str(error) == _OPEN
    return False
