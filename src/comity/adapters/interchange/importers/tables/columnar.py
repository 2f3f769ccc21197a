"""The rows of Parquet and of Stata files, read in portions."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Sequence
from datetime import date, datetime, timedelta
from math import isnan
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.tables.cells import Cell, Dated, cell_of
from comity.adapters.interchange.importers.tables.layout import Line
from comity.adapters.interchange.optional import loaded
from comity.domain.errors import ComityError, UnreadableFile

_PORTION = 5_000
_STATA_PERIODS = {"%tm": (12, 7), "%tq": (4, 7), "%th": (2, 7), "%ty": (1, 4)}
"""Stata's dates by their format: how many there are in a year; they are counted from 1960."""


def parquet_lines(file: InputFile) -> Generator[Line]:
    """The names of the columns as row 0, then each row from 1.

    Raises `UnreadableFile`, and `NotInstalled` without pyarrow.
    """
    parquet = loaded("pyarrow.parquet", "reading Parquet")
    with file.seekable() as stream:
        size = file.size
        try:
            table = parquet.ParquetFile(stream)
            yield Line(0, list(table.schema_arrow.names))
            number = 0
            for batch in table.iter_batches(batch_size=_PORTION):
                columns = [_plain(column) for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    number += 1
                    yield Line(number, [cell_of(value) for value in cells])
                if size is not None and table.metadata.num_rows:
                    file.progress(size * number // table.metadata.num_rows)
        except ComityError:
            raise
        except Exception as error:  # noqa: BLE001 - pyarrow raises several kinds at a broken file
            raise UnreadableFile(file.name, f"not a Parquet file: {str(error)[:200]}") from None


def _plain(column: Any) -> list[Any]:
    """The values of a column; nanoseconds are cut off, which Python's times do not have."""
    pyarrow = loaded("pyarrow", "reading Parquet")
    if pyarrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pyarrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)
    values: list[Any] = column.to_pylist()
    return values


def stata_lines(file: InputFile) -> Generator[Line]:
    """The names of the columns as row 0, then each row from 1.

    Value labels stand for their numbers, and missing values are empty. Dates have the precision of
    their format: a month, a quarter, a year. Raises `UnreadableFile`, and `NotInstalled` without
    pyreadstat.
    """
    reader = loaded("pyreadstat", "reading a Stata file")
    loaded("pandas", "reading a Stata file")
    with file.seekable() as stream, NamedTemporaryFile(suffix=".dta") as copy:
        told: object = getattr(stream, "name", None)
        path = told if isinstance(told, str) and Path(told).is_file() else copy.name
        if path == copy.name:
            shutil.copyfileobj(stream, copy)
            copy.flush()
        yield from _stata_rows(file, reader, path)


def _stata_rows(file: InputFile, reader: Any, path: str) -> Generator[Line]:
    meta: Any = None
    number = 0
    while True:
        try:
            columns, meta = reader.read_dta(
                path,
                row_offset=number,
                row_limit=_PORTION,
                output_format="dict",
                disable_datetime_conversion=True,
            )
        except Exception as error:  # noqa: BLE001 - pyreadstat raises plain Exceptions
            raise UnreadableFile(file.name, f"not a Stata file: {str(error)[:200]}") from None
        names: list[str] = list(meta.column_names)
        if number == 0:
            yield Line(0, names)
        told = [_stata_cells(meta, name, columns[name]) for name in names]
        count = len(told[0]) if told else 0
        for cells in zip(*told, strict=True):
            number += 1
            yield Line(number, cells)
        if file.size is not None and meta.number_rows:
            file.progress(file.size * number // meta.number_rows)
        if count < _PORTION:
            return


def _stata_cells(meta: Any, name: str, values: Sequence[Any]) -> list[Cell]:
    labels: dict[Any, str] = meta.variable_value_labels.get(name, {})
    format = str(meta.original_variable_types.get(name, ""))
    return [_stata_cell(value, labels, format) for value in values]


def _stata_cell(value: Any, labels: dict[Any, str], format: str) -> Cell:
    if labels and value in labels:
        return cell_of(labels[value])
    if not isinstance(value, int | float) or isnan(value):
        return cell_of(value)
    if format.startswith(("%td", "%d", "%tc", "%tC", "%tw", *_STATA_PERIODS)):
        return _stata_date(float(value), format)
    return cell_of(value)


def _stata_date(value: float, format: str) -> Cell:
    try:
        if format.startswith(("%td", "%d")):
            return Dated((date(1960, 1, 1) + timedelta(days=int(value))).isoformat())
        if format.startswith(("%tc", "%tC")):
            return cell_of(datetime(1960, 1, 1) + timedelta(milliseconds=value))  # noqa: DTZ001 - Stata's times have no zone
        if format.startswith("%ty"):
            return Dated(f"{int(value):04}")
        if format.startswith("%tw"):
            year, week = divmod(int(value), 52)
            first = date(1960 + year, 1, 1) + timedelta(days=7 * week)
            last = date(first.year, 12, 31) if week == 51 else first + timedelta(days=6)
            return Dated(f"[{first}..{last}]")
        parts, _ = _STATA_PERIODS[format[:3]]
        year, part = divmod(int(value), parts)
        if parts == 12:
            return Dated(f"{1960 + year:04}-{part + 1:02}")
        return Dated(f"{1960 + year:04}-{(33 if parts == 4 else 40) + part}")
    except (OverflowError, ValueError):
        return cell_of(value)
