"""The lines of a file of coded events, split into cells: by tabs, or by commas and quotes.

No cell of these files holds a line break, so a quote that is not closed spoils its own line only.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from operator import methodcaller
from typing import NamedTuple

from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import Faulty

_LONGEST = 100_000
"""Characters of the longest line that is kept whole in a report."""


class Row(NamedTuple):
    """A line of the file, counted from 1, and its cells."""

    line: int
    raw: str
    cells: list[str]


def rows(file: InputFile) -> Iterator[Row | Faulty]:
    """The rows of a file; empty lines are none. Raises `UnreadableFile`."""
    split: Callable[[str], list[str]] | None = None
    for number, line in enumerate(file.text_lines(), 1):
        raw = line.rstrip("\r\n")
        if not raw or raw.isspace():
            continue
        if fault := _fault(raw):
            yield faulty(number, raw, fault)
            continue
        if split is None:
            split = _split_of(raw)
        try:
            yield Row(number, raw, split(raw))
        except csv.Error as error:
            yield faulty(number, raw, str(error))


def faulty(line: int, raw: str, *reasons: str) -> Faulty:
    """A row that cannot be read; of a very long one only the beginning is kept."""
    return Faulty(line, raw[:_LONGEST], reasons)


def _fault(line: str) -> str:
    """What makes a line no text; empty if it is text."""
    if "\0" in line:
        return "a NUL character; the file is damaged or not text"
    if line.isascii():
        return ""
    try:
        line.encode()
    except UnicodeEncodeError as error:
        byte = ord(line[error.start]) & 0xFF
        return f"byte 0x{byte:02x} is no text in this encoding; try another, such as latin-1"
    return ""


def _split_of(first: str) -> Callable[[str], list[str]]:
    """How lines like the first are split; cells between tabs have quotes if R has written them."""
    if "\t" not in first:
        return _by_commas
    cells = _by_tabs(first.strip())
    quoted = any(len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in cells)
    return _by_quoted_tabs if quoted else _by_tabs


_by_tabs = methodcaller("split", "\t")


def _by_commas(line: str) -> list[str]:
    return next(csv.reader([line], strict=True))


def _by_quoted_tabs(line: str) -> list[str]:
    return next(csv.reader([line], delimiter="\t", strict=True))
