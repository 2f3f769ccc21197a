"""Tables as Arrow holds them, by pyarrow: typed columns, and rows in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from comity.adapters.interchange.exporters.columns import Cell, Column, ColumnType, Row

BATCH = 5_000
"""How many rows a batch has."""


def arrow_schema(pyarrow: Any, columns: Sequence[Column]) -> Any:
    """The schema: a day is a date32, a moment a timestamp in UTC, a list a list of strings.

    A column's label and meaning are the metadata of its field.
    """
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


def arrow_batches(pyarrow: Any, schema: Any, rows: Iterable[Row]) -> Iterator[Any]:
    """The rows as Arrow holds them, which is smaller than as Python does."""
    rows = iter(rows)
    while portion := list(islice(rows, BATCH)):
        arrays = [
            pyarrow.array([_cell(row[at]) for row in portion], field.type)
            for at, field in enumerate(schema)
        ]
        yield pyarrow.RecordBatch.from_arrays(arrays, schema=schema)


def _cell(cell: Cell) -> object:
    """A cell as Arrow takes it: a lone surrogate, which UTF-8 does not have, is written out."""
    if isinstance(cell, str) and not cell.isascii():
        return cell.encode("utf-8", "backslashreplace").decode()
    return cell
