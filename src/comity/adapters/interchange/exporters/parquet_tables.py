"""Tables as Parquet, by pyarrow: typed columns, in row groups, so that few rows are held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

from comity.adapters.interchange.exporters.columns import Cell, Column, ColumnType, Row
from comity.adapters.interchange.optional import loaded

_ROWS = 5_000
_BATCHES = 10
"""A row group has so many batches of so many rows."""


def write_parquet(file: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write the rows, and return how many there are; without any the file has its columns.

    A day is a date32, a moment a timestamp in UTC, a list a list of strings. A column's label and
    meaning are the metadata of its field. Raises `NotInstalled`.
    """
    pyarrow, parquet = loaded("pyarrow", "Parquet"), loaded("pyarrow.parquet", "Parquet")
    schema = _schema(pyarrow, columns)
    written, rows = 0, iter(rows)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batches := list(islice(_batches(pyarrow, schema, rows), _BATCHES)):
            table = pyarrow.Table.from_batches(batches, schema=schema)
            writer.write_table(table, row_group_size=_ROWS * _BATCHES)
            written += table.num_rows
    return written


def _batches(pyarrow: Any, schema: Any, rows: Iterator[Row]) -> Iterator[Any]:
    """The rows as Arrow holds them, which is smaller than as Python does."""
    while portion := list(islice(rows, _ROWS)):
        arrays = [
            pyarrow.array([_cell(row[at]) for row in portion], field.type)
            for at, field in enumerate(schema)
        ]
        yield pyarrow.RecordBatch.from_arrays(arrays, schema=schema)


def _schema(pyarrow: Any, columns: Sequence[Column]) -> Any:
    types: dict[ColumnType, Any] = {
        "string": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "datetime": pyarrow.timestamp("us", tz="UTC"),
        "list": pyarrow.list_(pyarrow.string()),
    }
    return pyarrow.schema(
        pyarrow.field(
            column.name,
            types[column.type],
            nullable=not column.required,
            metadata={"label": column.label, "meaning": column.meaning},
        )
        for column in columns
    )


def _cell(cell: Cell) -> object:
    """A cell as Arrow takes it: a lone surrogate, which UTF-8 does not have, is written out."""
    if isinstance(cell, str) and not cell.isascii():
        return cell.encode("utf-8", "backslashreplace").decode()
    return cell
