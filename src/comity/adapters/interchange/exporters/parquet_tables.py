"""Tables as Parquet, by pyarrow: typed columns, in row groups, so that few rows are held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import BinaryIO

from comity.adapters.interchange.exporters.arrow_tables import BATCH, arrow_batches, arrow_schema
from comity.adapters.interchange.exporters.columns import Column, Row
from comity.adapters.interchange.optional import loaded

_BATCHES = 10
"""A row group has so many batches."""


def write_parquet(file: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write the rows, and return how many there are; without any the file has its columns.

    The types are those of `arrow_schema`. Raises `NotInstalled`.
    """
    pyarrow, parquet = loaded("pyarrow", "Parquet"), loaded("pyarrow.parquet", "Parquet")
    schema = arrow_schema(pyarrow, columns)
    written, all_batches = 0, arrow_batches(pyarrow, schema, rows)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batches := list(islice(all_batches, _BATCHES)):
            table = pyarrow.Table.from_batches(batches, schema=schema)
            writer.write_table(table, row_group_size=BATCH * _BATCHES)
            written += table.num_rows
    return written
