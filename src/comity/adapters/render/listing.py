"""Listings: items that are written as a table, as CSV, as JSON or as JSON Lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

import msgspec

from comity.adapters.interchange.encode import as_json
from comity.adapters.render.output import write_csv, write_json, write_table
from comity.domain.phrases import amount, totals
from comity.domain.values import Money, Quantity

T = TypeVar("T")


class Format(StrEnum):
    """The formats of the output."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True)
class Listing(Generic[T]):
    """Items and how to write them: as `cells` under `columns`, or as `data`, plain values for JSON.

    CSV has all columns. A table has the columns `shown`; if `shown` is empty, it has all.
    """

    items: Iterable[T]
    columns: tuple[str, ...]
    cells: Callable[[T], Sequence[str]]
    data: Callable[[T], Any]
    shown: tuple[str, ...] = ()
    headed: bool = True

    def write(self, form: Format) -> None:
        """Write all items to stdout. JSON Lines and CSV are written item by item."""
        if form is Format.TABLE:
            self._write_table()
        elif form is Format.CSV:
            write_csv(self.columns, map(self.cells, self.items))
        elif form is Format.JSONL:
            for item in self.items:
                write_json(self.data(item))
        else:
            write_json([self.data(item) for item in self.items], indent=True)

    def _write_table(self) -> None:
        shown = [self.columns.index(name) for name in self.shown or self.columns]
        rows = [[self.cells(item)[at] for at in shown] for item in self.items]
        write_table([self.columns[at] for at in shown] if self.headed else [], rows)


def row_listing(
    items: Iterable[T],
    columns: Mapping[str, Callable[[T], object]],
    shown: Sequence[str] = (),
    data: Callable[[T], Any] = msgspec.to_builtins,
) -> Listing[T]:
    """A listing of structs; each column has a function that reads its value from an item."""
    return Listing(
        items,
        tuple(columns),
        cells=lambda item: [cell(read(item)) for read in columns.values()],
        data=data,
        shown=tuple(shown),
    )


def cell(value: object) -> str:
    """A value as the text of a cell.

    None is empty, a bool is `yes` or `no`, an amount has its unit, and several values have commas
    between them. A mapping from units to amounts is a list of amounts, with `?` for an unknown
    amount. Any other mapping is `key: value; …`.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Quantity | Money):
        return amount(value)
    if isinstance(value, Mapping):
        return _mapping(cast("Mapping[str, object]", value))
    if isinstance(value, tuple | list):
        return ", ".join(cell(item) for item in cast("Sequence[object]", value))
    return str(value)


def json_cell(value: object) -> str:
    """A plain value as the text of a cell: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else as_json(value)


def _mapping(values: Mapping[str, object]) -> str:
    if all(value is None or isinstance(value, Decimal) for value in values.values()):
        known = {unit: value for unit, value in values.items() if isinstance(value, Decimal)}
        return ", ".join([*totals(known), *(f"? {unit}" for unit in values if unit not in known)])
    return "; ".join(f"{key}: {cell(value)}" for key, value in values.items())
