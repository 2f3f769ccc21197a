"""Tables with a known header: rows by the names of their columns, in any order and case.

They are text separated by commas, tabs or semicolons, or the first sheet of a workbook. Columns
that a format does not know are kept and ignored.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from comity.adapters.interchange.importers.delimited import Cells, records
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.names import is_missing
from comity.adapters.interchange.importers.outcomes import Faulty
from comity.adapters.interchange.importers.tables.layout import Layout
from comity.adapters.interchange.importers.tables.spreadsheets import lines as sheet_lines
from comity.domain.errors import UnreadableFile

Columns = Mapping[str, tuple[str, ...]]
"""The columns of a format: what importers call each, and the headings under which it is found."""

_NOT_A_LETTER = re.compile(r"[\W_]+")
_LONGEST_SAID = 60
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}(?:\.0*)?")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its line, from 1, and its cells under their headings in the file."""

    line: int
    cells: dict[str, str]
    found: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell of a column, without spaces around it; empty if the file lacks the column."""
        heading = self.found.get(column)
        return "" if heading is None else self.cells[heading].strip()

    def told(self, column: str) -> str:
        """The same; empty if it says that it has no value."""
        text = self[column]
        return "" if is_missing(text) else text

    def fault(self, column: str, problem: str) -> ValueError:
        """The error for what is wrong in a column."""
        return ValueError(f"{self.found[column]}: {problem}")

    def number(self, column: str) -> int:
        """The whole number in a column; raises `ValueError` for any other text, and for none."""
        number = self.whole(column)
        if number is None:
            raise self.fault(column, "missing")
        return number

    def whole(self, column: str) -> int | None:
        """The whole number in a column, or None; raises `ValueError` for any other text.

        -9 and the like stand for a missing value in these formats, as does an empty cell.
        """
        text = self.told(column)
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise self.fault(column, f"{shortened(text)!r} is no whole number")
        number = int(text.partition(".")[0])
        return None if number < 0 else number

    def year(self, column: str) -> int | None:
        """The year in a column, or None; raises `ValueError` unless it has four digits."""
        number = self.whole(column)
        if number is not None and not 1000 <= number <= 9999:
            raise self.fault(column, f"expected a year, not {self[column]!r}")
        return number

    def flag(self, column: str) -> bool:
        """Whether a column holds 1; 0 and an empty cell are False, other text a `ValueError`."""
        number = self.whole(column)
        if number not in (None, 0, 1):
            raise self.fault(column, f"expected 0 or 1, not {self[column]!r}")
        return bool(number)


def shortened(text: str) -> str:
    """A text of any length as an error can name it."""
    return text if len(text) <= _LONGEST_SAID else f"{text[:_LONGEST_SAID]}…"


def rows_of(
    file: InputFile, columns: Columns, needed: Iterable[tuple[str, ...] | str]
) -> Iterator[Row | Faulty]:
    """The rows of a table; one with another number of cells than the header is `Faulty`.

    Of each of the `needed` columns (or of each alternative, in a tuple) the file must have one.
    Raises `UnreadableFile` with those that it lacks, and `NotInstalled` for a workbook where the
    package to read it is missing.
    """
    with _opened(file) as lines:
        header = _header(_first(lines))
        if not any(header):
            raise UnreadableFile(file.name, f"it has no header; {_expected(columns, needed)}")
        found = _found(header, columns)
        _check(file, header, found, columns, needed)
        named: bool | None = None
        for read in lines:
            if isinstance(read, Faulty):
                yield read
            elif any(read.cells):
                # R writes the names of rows, which are their numbers, without a heading.
                named = _has_name(read.cells, header) if named is None else named
                yield _row(read.line, read.cells[1:] if named else read.cells, header, found)


def _row(line: int, cells: list[str], header: list[str], found: Mapping[str, str]) -> Row | Faulty:
    while len(cells) > len(header) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != len(header):
        counted = "1 field" if len(cells) == 1 else f"{len(cells)} fields"
        return Faulty(line, cells, (f"{counted}, but the header has {len(header)}",))
    return Row(line, dict(zip(header, cells, strict=True)), found)


def _has_name(first: list[str], header: list[str]) -> bool:
    """Whether the first row begins with its name, for which there is no heading."""
    return len(first) == len(header) + 1 and first[0] == "1"


@contextmanager
def _opened(file: InputFile) -> Generator[Iterator[Cells | Faulty]]:
    """The lines of the table, the header first."""
    if file.is_workbook:
        sheet = sheet_lines(file, Layout())
        yield (Cells(line.number, [str(cell) for cell in line.cells]) for line in sheet)
    else:
        yield records(file)


def _first(lines: Iterator[Cells | Faulty]) -> list[str]:
    first = next((read for read in lines if isinstance(read, Faulty) or any(read.cells)), None)
    return first.cells if isinstance(first, Cells) else []


def _header(cells: Iterable[str]) -> list[str]:
    """The headings; those that repeat one before them are numbered, since none may be lost."""
    header: list[str] = []
    for cell in cells:
        heading = cell.strip()
        header.append(heading if heading not in header else f"{heading} ({len(header) + 1})")
    return header


def _key(heading: str) -> str:
    return _NOT_A_LETTER.sub("", heading.casefold())


def _found(header: Iterable[str], columns: Columns) -> dict[str, str]:
    keys: dict[str, str] = {}
    for heading in header:
        keys.setdefault(_key(heading), heading)
    found: dict[str, str] = {}
    for column, headings in columns.items():
        for heading in (column, *headings):
            if _key(heading) in keys:
                found[column] = keys[_key(heading)]
                break
    return found


def _check(
    file: InputFile,
    header: list[str],
    found: Mapping[str, str],
    columns: Columns,
    needed: Iterable[tuple[str, ...] | str],
) -> None:
    missing = [each for each in needed if not _has(found, each)]
    if missing:
        lacking = " and ".join(_named(each, columns) for each in missing)
        has = ", ".join(shortened(heading) for heading in header[:20])
        more = ", …" if len(header) > 20 else ""
        raise UnreadableFile(file.name, f"no column {lacking}; its columns are {has}{more}")


def _has(found: Mapping[str, str], needed: tuple[str, ...] | str) -> bool:
    alternatives = (needed,) if isinstance(needed, str) else needed
    return any(column in found for column in alternatives)


def _named(needed: tuple[str, ...] | str, columns: Columns) -> str:
    alternatives = (needed,) if isinstance(needed, str) else needed
    return " or ".join(repr(next(iter(columns[column]), column)) for column in alternatives)


def _expected(columns: Columns, needed: Iterable[tuple[str, ...] | str]) -> str:
    return "expected the columns " + ", ".join(_named(each, columns) for each in needed)
