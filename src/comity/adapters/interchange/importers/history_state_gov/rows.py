"""The rows of the tables, each with its line and its cells by column; the header tells the table.

Columns may stand in any order, and columns that nobody asked for are passed over. A hyphen in the
name of a column is an underscore: the oldest journeys have `start-date`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from comity.adapters.interchange.importers.delimited import Cells, records
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import Faulty, Outcome, Skipped
from comity.domain.errors import ComityError, InvalidRecord, UnreadableFile, reasons_of

TABLES: dict[str, tuple[str, ...]] = {
    "revisions": (
        "commit", "committed_at", "commit_subject", "record_id", "change", "field", "old", "new",
    ),
    "chiefs": (
        "territory", "id", "person", "role", "appointed", "arrived", "presented_credentials",
        "mission_ended",
    ),
    "recognition": ("country", "heading", "heading_date", "text"),
    "visits": ("id", "start_date", "end_date", "visitor", "country"),
    "journeys": ("id", "role", "name", "start_date", "end_date", "country"),
}  # fmt: skip
"""The columns by which each table is known; a table may have more."""


class Row(NamedTuple):
    """A row: the line on which it begins, from 1, and its cells by column, without outer blanks."""

    line: int
    cells: dict[str, str]


def rows_of(file: InputFile) -> tuple[str, Iterator[Row | Faulty]]:
    """Which table a file is, and its rows.

    A row with another number of fields than the header, and one that is not CSV or not text, is
    faulty. Raises `UnreadableFile` for an empty file and for a header of no table.
    """
    lines = records(file)
    header = next((read for read in lines if isinstance(read, Faulty) or read.cells), None)
    if isinstance(header, Faulty):
        raise UnreadableFile(file.name, f"its header is not CSV: {'; '.join(header.reasons)}")
    columns = [column_name(column) for column in header.cells] if header else []
    return _table(columns, file.name), _rows(lines, columns)


def column_name(text: str) -> str:
    """The name of a column as `TABLES` has it."""
    return text.strip().casefold().replace("-", "_").replace(" ", "_")


def _table(columns: Sequence[str], name: str) -> str:
    if not columns:
        raise UnreadableFile(name, "it is empty")
    for table, wanted in TABLES.items():
        if set(wanted) <= set(columns):
            twice = sorted({column for column in wanted if columns.count(column) > 1})
            if twice:
                raise UnreadableFile(name, f"its header has {', '.join(twice)} twice")
            return table
    expected = "; or ".join(f"{', '.join(wanted)} ({t})" for t, wanted in TABLES.items())
    nearest = max(TABLES, key=lambda table: len(set(TABLES[table]) & set(columns)))
    missing = [column for column in TABLES[nearest] if column not in columns]
    hint = f" (for {nearest} it lacks {', '.join(missing)})" if len(missing) < 3 else ""
    raise UnreadableFile(name, f"its header is of no table{hint}; expected {expected}")


def _rows(lines: Iterator[Cells | Faulty], columns: Sequence[str]) -> Iterator[Row | Faulty]:
    for read in lines:
        if isinstance(read, Faulty):
            yield read
        elif read.cells:
            yield _row(read.line, read.cells, columns)


def _row(line: int, fields: list[str], columns: Sequence[str]) -> Row | Faulty:
    if len(fields) != len(columns):
        return Faulty(line, fields, (f"expected {len(columns)} fields, not {len(fields)}",))
    try:
        "".join(fields).encode()
    except UnicodeEncodeError:
        return Faulty(line, fields, ("not UTF-8",))
    return Row(line, {name: cell.strip() for name, cell in zip(columns, fields, strict=True)})


def outcomes_of(
    rows: Iterator[Row | Faulty], tell: Callable[[Row], Iterator[Outcome]]
) -> Iterator[Outcome]:
    """What each row tells; one that `tell` refuses, at whatever point, tells nothing."""
    for row in rows:
        if isinstance(row, Faulty):
            yield row
            continue
        try:
            told = list(tell(row))
        except PassedOver as passed:
            yield Skipped(row.line, passed.reason)
        except ComityError as error:
            yield Faulty(row.line, row.cells, reasons_of(error))
        else:
            yield from told


class PassedOver(Exception):
    """A row tells nothing for a log, for this reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def refused(column: str, problem: str) -> InvalidRecord:
    """The error for a cell."""
    return InvalidRecord([(column, problem)])
