"""The tables of views: the columns of their declarations, with days, names and sources beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from comity.adapters.interchange.exporters.cells import (
    SOURCES,
    cells_of,
    columns_of,
    source_cells,
)
from comity.adapters.interchange.exporters.columns import Cell, Column, Row
from comity.domain.values import Source
from comity.projections.views.view import ColumnKind, Table

SourcesOf = Callable[[Any], Iterable[Source]]
"""Gives the sources of what a row tells."""


class ExportTable(NamedTuple):
    """A table to be written: its columns, and its rows, which are made as you iterate."""

    columns: Sequence[Column]
    rows: Iterable[Row]


def view_table(table: Table[Any], answer: Any, sources_of: SourcesOf | None = None) -> ExportTable:
    """A table of a view's answer, such as `engine.missions()`; all of its columns.

    With `sources_of` also the sources of each row.
    """
    columns = [
        column for name in table.columns for column in columns_of(name, _kind_of(table, name))
    ]
    columns += SOURCES if sources_of else ()
    return ExportTable(columns, _rows(table, answer, sources_of))


def _kind_of(table: Table[Any], column: str) -> ColumnKind:
    return table.kinds.get(column, "text")


def _rows(table: Table[Any], answer: Any, sources_of: SourcesOf | None) -> Iterator[Row]:
    reads = [(read, cells_of(_kind_of(table, name))) for name, read in table.columns.items()]
    for item in table.rows(answer):
        row: list[Cell] = []
        for read, cells in reads:
            row.extend(cells(read(item)))
        if sources_of is not None:
            row.extend(source_cells(sources_of(item)))
        yield row
