"""A table of a view's answer, as a template shows it: every cell with the kind of its column."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple, cast

from comity.adapters.web.pages.words import section, words
from comity.projections.views.view import ColumnKind, OptionValues, Table

MOST_ROWS = 200
"""How many rows a page shows."""


class Column(NamedTuple):
    """A column: its name, what it is called, and what its values are."""

    name: str
    label: str
    kind: ColumnKind


class Cell(NamedTuple):
    """A value, as a text or as the codes of parties, and what it is."""

    kind: ColumnKind
    text: str
    codes: tuple[str, ...] = ()


class Shown(NamedTuple):
    """A page of a table: rows `first` to `last` of `total`, and how many pages there are."""

    columns: tuple[Column, ...]
    rows: list[list[Cell]]
    total: int
    page: int = 1
    pages: int = 1

    @property
    def first(self) -> int:
        """The number of the first row that is shown."""
        return (self.page - 1) * MOST_ROWS + 1

    @property
    def last(self) -> int:
        """The number of the last row that is shown."""
        return self.first + len(self.rows) - 1


def shown(
    table: Table[Any],
    answer: Any,
    values: OptionValues,
    page: int = 1,
    *,
    every_column: bool = False,
    most: int = MOST_ROWS,
) -> Shown:
    """A page of the rows of an answer, with the columns for a screen or with all."""
    rows = tuple(table.rows(answer))
    pages = max(1, -(-len(rows) // most))
    page = min(page, pages)
    names = tuple(table.columns) if every_column else table.columns_shown(values, rows)
    columns = tuple(column_of(name, table.kinds.get(name, "text")) for name in names)
    part = rows[(page - 1) * most : page * most]
    cells = [
        [cell(column.kind, table.columns[column.name](row)) for column in columns] for row in part
    ]
    return Shown(columns, cells, len(rows), page, pages)


def column_of(name: str, kind: ColumnKind) -> Column:
    """A column as a page calls it."""
    return Column(name, section("columns").get(name) or name.replace("_", " "), kind)


def cell(kind: ColumnKind, value: Any) -> Cell:
    """A value of a column."""
    if value is None or value == "":
        return Cell(kind, "")
    if kind == "parties":
        return Cell(kind, "", tuple(cast("Sequence[str]", value)))
    if kind == "texts":
        return Cell(kind, ", ".join(map(str, value)))
    if kind == "by key":
        return Cell(kind, ", ".join(f"{key}: {each}" for key, each in value.items()))
    if kind == "amounts":
        return Cell(kind, ", ".join(f"{_amount(n)} {unit}" for unit, n in value.items()))
    if isinstance(value, bool):
        return Cell(kind, words().common.yes if value else words().common.no)
    if kind == "integer":
        return Cell(kind, f"{value:,}")
    if kind == "number":
        return Cell(kind, f"{value:.2f}")
    return Cell(kind, str(value))


def _amount(amount: Decimal | None) -> str:
    return "?" if amount is None else f"{amount:,}"
