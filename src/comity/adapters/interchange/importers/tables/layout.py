"""How a table is laid out in its file, and its rows below the header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from comity.adapters.interchange.importers.outcomes import Faulty, Skipped
from comity.adapters.interchange.importers.tables.cells import Cell, Row, column_names, not_text
from comity.adapters.interchange.importers.tables.sections import MappingFault, Section
from comity.domain.errors import UnreadableFile

LAYOUT_KEYS = (
    "sheet", "header", "columns", "delimiter", "encoding", "quotes", "short_rows", "fill_down",
)  # fmt: skip
_LAST_ROW = 1_048_576
_LOOKED_AT = 30
BLANK, ABOVE = "blank row", "above the header"


@dataclass(frozen=True)
class Layout:
    """How the table stands in its file.

    `header` is the row of the header, None for the first that is not blank. `columns` are the
    names of the columns where there is no header. `fill_down` are columns in which an empty cell
    means what the cell above it says.
    """

    sheet: str | int | None = None
    header: int | None = None
    columns: tuple[str, ...] = ()
    delimiter: str | None = None
    encoding: str | None = None
    quotes: bool = True
    short_rows: bool = False
    fill_down: tuple[str, ...] = ()


class Line(NamedTuple):
    """A row of the file: its number, as an editor or a spreadsheet shows it, and its cells."""

    number: int
    cells: Sequence[Cell]


def layout(section: Section) -> Layout:
    """What a mapping says of how the table is laid out."""
    sheet = section.get("sheet")
    if sheet is not None and type(sheet) not in (str, int):
        raise MappingFault("sheet", f"expected the name of a sheet, or its number, not {sheet!r}")
    delimiter = section.text("delimiter")
    if len(delimiter) > 1 or delimiter in ('"', "\n", "\r", "\0"):
        raise MappingFault("delimiter", f"expected one character, not {delimiter!r}")
    columns = section.texts("columns")
    if columns and "header" in section:
        raise MappingFault("columns", "they are for a table without a header")
    if len(set(columns)) < len(columns):
        raise MappingFault("columns", "expected another name for each")
    encoding = section.text("encoding") or None
    try:
        "".encode(encoding or "utf-8")
    except LookupError:
        raise MappingFault("encoding", f"no text encoding is called {encoding!r}") from None
    return Layout(
        sheet, section.whole("header", 1, _LAST_ROW), columns, delimiter or None, encoding,
        section.truth("quotes", default=True), section.truth("short_rows", default=False),
        section.texts("fill_down"),
    )  # fmt: skip


def guessed_header(lines: Sequence[Line | Faulty]) -> int | None:
    """The number of the row that seems to be the header; None if it is the first, as usual."""
    filled = [(line.number, sum(map(bool, line.cells))) for line in lines if isinstance(line, Line)]
    most = max((count for _, count in filled), default=0)
    told = [(number, count) for number, count in filled if count]
    header = next((number for number, count in told if count > most / 2), None)
    return None if not told or header == told[0][0] or most < 2 else header


class TableRows:
    """The rows of a table below its header, which is read at once.

    `exact` says that each row must have as many cells as the header, as in delimited text.
    Raises `UnreadableFile` for a table without a header.
    """

    def __init__(
        self, name: str, lines: Iterator[Line | Faulty], layout: Layout, *, exact: bool = False
    ) -> None:
        self._lines: Iterator[Line | Faulty] = lines
        self._layout, self._exact = layout, exact
        self.above = 0
        self.columns = list(layout.columns) or self._header(name)
        named = (n for n, column in enumerate(self.columns, 1) if column != f"#{n}")
        self._least = max(named, default=0)

    def _header(self, name: str) -> list[str]:
        for line in self._lines:
            if isinstance(line, Faulty):
                if self._layout.header in (None, line.line):
                    raise UnreadableFile(name, f"line {line.line}: {line.reasons[0]}")
                self.above += 1
            elif self._is_header(line):
                heads = line.cells if self._exact else self._as_wide_as_its_rows(line.cells)
                return self._checked(name, column_names(heads))
            elif any(line.cells):
                self.above += 1
        where = f"row {self._layout.header} is not there" if self._layout.header else "it is empty"
        raise UnreadableFile(name, f"no header: {where}")

    def _as_wide_as_its_rows(self, heads: Sequence[Cell]) -> list[Cell]:
        """The heads, with empty ones for further columns that the first rows fill."""
        first = list(islice(self._lines, _LOOKED_AT))
        self._lines = chain(first, self._lines)
        filled = (
            number
            for line in first
            if isinstance(line, Line)
            for number, cell in enumerate(line.cells, 1)
            if cell
        )
        return [*heads, *[""] * (max(filled, default=0) - len(heads))]

    def _checked(self, name: str, columns: list[str]) -> list[str]:
        for column in columns:
            if not_text(column):
                reason = "the header is not text in this encoding; name it: --encoding latin-1"
                raise UnreadableFile(name, f"{reason}, or so")
        return columns

    def _is_header(self, line: Line) -> bool:
        if self._layout.header is None:
            return any(line.cells)
        return line.number == self._layout.header

    def __iter__(self) -> Iterator[Row | Faulty | Skipped]:
        """Each row, or why it is none; blank rows at the end of the table are left out."""
        if self.above:
            yield Skipped(1, ABOVE, self.above)
        above: dict[str, Cell] = {}
        blank = first = 0
        for line in self._lines:
            if not isinstance(line, Faulty) and not any(line.cells):
                blank, first = blank + 1, first or line.number
                continue
            if blank:
                yield Skipped(first, BLANK, blank)
                blank = first = 0
            row = line if isinstance(line, Faulty) else self._row(line)
            yield self._filled_down(row, above) if isinstance(row, Row) else row

    def _row(self, line: Line) -> Row | Faulty:
        cells, known = line.cells, len(self.columns)
        beyond = any(cells[known:])
        if beyond or (self._exact and len(cells) < self._least and not self._layout.short_rows):
            number = len(cells) if not beyond else max(n for n, c in enumerate(cells, 1) if c)
            hint = "" if beyond else "; if such rows are right, say short_rows = true"
            reason = f"{number} cells, but there are {self._least} columns{hint}"
            return Faulty(line.number, list(cells), (reason,))
        padded = [*cells[:known], *[""] * (known - len(cells))]
        return Row(line.number, dict(zip(self.columns, padded, strict=True)))

    def _filled_down(self, row: Row, above: dict[str, Cell]) -> Row:
        if not self._layout.fill_down:
            return row
        cells = dict(row.cells)
        for column in self._layout.fill_down:
            if cells.get(column):
                above[column] = cells[column]
            elif column in above:
                cells[column] = above[column]
        return Row(row.line, cells)
