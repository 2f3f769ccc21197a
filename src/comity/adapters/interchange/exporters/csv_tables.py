"""Tables as CSV: RFC 4180, in UTF-8 without a mark, with `\\n` at the end of each record.

RFC 4180 has CRLF there; all that reads CSV takes either, and what works on lines works on these. A
record is one line: a line break within a cell is a space. A missing value is an empty cell. What a
spreadsheet could take for a formula has an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import BinaryIO

from comity.adapters.interchange.exporters.columns import Cell, Column, ColumnType, Row, as_text
from comity.adapters.interchange.safe_text import spreadsheet_cell

_AT_ONCE = 5_000


def write_csv(file: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write a heading and a record for each row, and return how many rows there are."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    formats = [(at, _FORMATS[c.type]) for at, c in enumerate(columns) if c.type in _FORMATS]
    written, rows = 0, iter(rows)
    while portion := list(islice(rows, _AT_ONCE)):
        writer.writerows(_formatted(row, formats) for row in portion)
        written += len(portion)
        file.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()
    file.write(text.getvalue().encode())
    return written


def _formatted(row: Row, formats: Sequence[tuple[int, Callable[[Cell], str]]]) -> list[Cell]:
    """The row for the writer, which writes numbers and days as they should be."""
    cells = list(row)
    for at, form in formats:
        if cells[at] is not None:
            cells[at] = form(cells[at])
    return cells


def _safe(cell: Cell) -> str:
    return spreadsheet_cell(as_text(cell))


_FORMATS: dict[ColumnType, Callable[[Cell], str]] = {
    "string": _safe,
    "list": _safe,
    "boolean": as_text,
    "datetime": as_text,
}
