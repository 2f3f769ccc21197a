"""Any table of dated facts: CSV, TSV, Excel, Stata and Parquet, by a small mapping file.

docs/reference/table-mappings.md says what a mapping can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from comity.adapters.interchange.importers.delimited import Cells, records
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    Importer,
    ImportSettings,
    Outcome,
)
from comity.adapters.interchange.importers.tables.cells import cell_of
from comity.adapters.interchange.importers.tables.columnar import parquet_lines, stata_lines
from comity.adapters.interchange.importers.tables.layout import (
    Layout,
    Line,
    TableRows,
    guessed_header,
)
from comity.adapters.interchange.importers.tables.mapped import MappedRows
from comity.adapters.interchange.importers.tables.mapping import load_mapping
from comity.adapters.interchange.importers.tables.spreadsheets import lines as spreadsheet_lines
from comity.adapters.interchange.importers.tables.suggesting import suggestion
from comity.domain.errors import InvalidValue

__all__ = ["CSV", "DTA", "PARQUET", "TSV", "XLSX"]

_LOOKED_AT = 30
Reading = Callable[[InputFile, Layout], Generator[Line | Faulty]]
"""Gives the rows of a file, the header among them."""


def _delimited(
    file: InputFile, layout: Layout, delimiter: str | None = None
) -> Generator[Line | Faulty]:
    used = layout.delimiter or delimiter
    for row in records(file, used, quotes=layout.quotes, encoding=layout.encoding):
        if isinstance(row, Cells):
            yield Line(row.line, [cell_of(cell) for cell in row.cells])
        else:
            yield row


def _read(
    file: InputFile, settings: ImportSettings, format: str, reading: Reading, *, exact: bool
) -> Iterator[Outcome]:
    if settings.mapping is None:
        hint = f"`comity import {format} FILE --suggest` writes a first one"
        raise InvalidValue("mapping", "", f"a file that says what the columns mean; {hint}")
    mapping = load_mapping(settings.mapping, settings.names.given)
    with closing(reading(file, mapping.layout)) as lines:
        rows = TableRows(file.name, lines, mapping.layout, exact=exact)
        mapping.check_columns(rows.columns)
        yield from MappedRows(mapping, rows, settings)


def _suggest(file: InputFile, settings: ImportSettings, reading: Reading, *, exact: bool) -> str:
    layout = Layout() if settings.mapping is None else load_mapping(settings.mapping).layout
    with closing(reading(file, layout)) as lines:
        first = list(islice(lines, _LOOKED_AT))
        header = guessed_header(first) if layout == Layout() else None
        found = replace(layout, header=header or layout.header)
        rows = TableRows(file.name, chain(first, lines), found, exact=exact)
        return suggestion(file.name, rows, header, settings.names)


def _importer(
    format: str, summary: str, reading: Reading, *, exact: bool = False, unpacks: bool = True
) -> Importer:
    return Importer(
        summary,
        partial(_read, format=format, reading=reading, exact=exact),
        partial(_suggest, reading=reading, exact=exact),
        unpacks,
    )


_BY = "by a mapping (--mapping; --suggest writes a first one)"

CSV = _importer("csv", f"a table as comma-separated text, {_BY}", _delimited, exact=True)
TSV = _importer(
    "tsv", f"a table as tab-separated text, {_BY}", partial(_delimited, delimiter="\t"), exact=True
)
XLSX = _importer("xlsx", f"a sheet of an Excel workbook, {_BY}", spreadsheet_lines, unpacks=False)
DTA = _importer("dta", f"a table of Stata, {_BY}", lambda file, layout: stata_lines(file))
PARQUET = _importer(
    "parquet", f"a table as Parquet, {_BY}", lambda file, layout: parquet_lines(file)
)
