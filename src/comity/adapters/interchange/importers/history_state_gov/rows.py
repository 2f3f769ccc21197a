"""The rows of the tables, each with its line and its cells by column; the header tells the table.

Columns may stand in any order, and columns that nobody asked for are passed over. A hyphen in the
name of a column is an underscore: the oldest journeys have `start-date`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TextIO

from comity.adapters.interchange.importers.outcomes import Faulty, Outcome, Skipped
from comity.domain.errors import ComityError, InvalidRecord, UnreadableFile

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


def rows_of(text: TextIO, name: str) -> tuple[str, Iterator[Row | Faulty]]:
    """Which table a file is, and its rows.

    A row with another number of fields than the header, and one that is not CSV or not text, is
    faulty. Raises `UnreadableFile` for an empty file and for a header of no table.
    """
    reader = csv.reader(text, strict=True)
    try:
        header = next((row for row in reader if row), list[str]())
    except csv.Error as error:
        raise UnreadableFile(name, f"its header is not CSV: {error}") from None
    columns = [column_name(column) for column in header]
    return _table(columns, name), _rows(reader, columns)


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


def _rows(reader: Iterator[list[str]], columns: Sequence[str]) -> Iterator[Row | Faulty]:
    read = getattr(reader, "line_num", 0)
    while True:
        line = read + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            read = getattr(reader, "line_num", line)
            yield Faulty(line, "", (f"not CSV: {error}",))
            continue
        read = getattr(reader, "line_num", line)
        if fields:
            yield _row(line, fields, columns)


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


def reasons_of(error: ComityError) -> tuple[str, ...]:
    """Every reason of an error, each with its column where it has one."""
    problems = error.problems if isinstance(error, InvalidRecord) else ()
    return tuple(f"{path}: {problem}" for path, problem in problems) or (str(error),)
