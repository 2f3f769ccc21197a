"""Listings: items that are written as a table, as CSV, as JSON or as JSON Lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import Any, Generic, TypeVar, cast

import msgspec

from comity.adapters.interchange.encode import as_json
from comity.adapters.render.names import WITH_NAMES, codes_in, legend
from comity.adapters.render.output import write_csv, write_json, write_table
from comity.domain.phrases import amount, totals
from comity.domain.values import Money, Quantity
from comity.projections.views.view import ColumnKind

T = TypeVar("T")

_TRIED = 500
"""Of how many rows it is tried whether names have room."""


class Format(StrEnum):
    """The formats of the output."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True)
class Look:
    """How a table looks: `wide` shows every column, `codes` shows parties by their codes alone."""

    wide: bool = False
    codes: bool = False


@dataclass(frozen=True)
class Listing(Generic[T]):
    """Items and how to write them: as `cells` under `columns`, or as `data`, plain values for JSON.

    CSV has all columns, and so has a wide table. A table has the columns `shown`; if `shown` is
    empty, it has all. Where there is no room for them, those of `least` are left out first. `named`
    are the cells with the names of parties beside their codes, and `parties` the codes in an item:
    a table has the names where there is room, or else a legend. `remarks` are told below a table.
    """

    items: Iterable[T]
    columns: tuple[str, ...]
    cells: Callable[[T], Sequence[str]]
    data: Callable[[T], Any]
    shown: tuple[str, ...] = ()
    headed: bool = True
    least: tuple[str, ...] = ()
    named: Callable[[T], Sequence[str]] | None = None
    parties: Callable[[T], Iterable[str]] | None = None
    remarks: Callable[[Sequence[T]], Iterable[str]] = lambda items: ()

    def write(self, form: Format, look: Look = Look()) -> None:
        """Write all items to stdout. JSON Lines and CSV are written item by item."""
        if form is Format.TABLE:
            self._write_table(look)
        elif form is Format.CSV:
            write_csv(self.columns, map(self.cells, self.items))
        elif form is Format.JSONL:
            for item in self.items:
                write_json(self.data(item))
        else:
            write_json([self.data(item) for item in self.items], indent=True)

    def _write_table(self, look: Look) -> None:
        items = list(self.items)
        columns = self.columns if look.wide else self.shown or self.columns
        rows, remarks = self._rows(items, columns, self.cells), list(self.remarks(items))
        if not look.codes:
            named = self._named_rows(items, columns, rows, is_wide=look.wide)
            if named is None and self.parties is not None:
                codes = (code for item in items for code in self.parties(item))
                remarks += legend(codes, rows)
            rows = named or rows
        write_table(
            columns, rows, self.least, wide=look.wide, headed=self.headed, remarks=remarks
        )  # fmt: skip

    def _named_rows(
        self,
        items: Sequence[T],
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        is_wide: bool,
    ) -> list[list[str]] | None:
        """The rows with the names of parties; None if there are none, or no room for them."""
        from comity.adapters.render.layout import has_room
        from comity.adapters.render.wrapping import output_width

        if self.named is None:
            return None
        tried = self._rows(items[:_TRIED], columns, self.named)
        if not is_wide and not has_room(columns, rows[:_TRIED], tried, output_width(), self.least):
            return None
        return self._rows(items, columns, self.named)

    def _rows(
        self, items: Iterable[T], columns: Sequence[str], read: Callable[[T], Sequence[str]]
    ) -> list[list[str]]:
        at = [self.columns.index(name) for name in columns]
        return [[cells[each] for each in at] for cells in map(read, items)]


def row_listing(
    items: Iterable[T],
    columns: Mapping[str, Callable[[T], object]],
    shown: Sequence[str] = (),
    data: Callable[[T], Any] = msgspec.to_builtins,
    *,
    kinds: Mapping[str, ColumnKind] | None = None,
    least: Sequence[str] = (),
) -> Listing[T]:
    """A listing of structs; each column has a function that reads its value from an item.

    `kinds` says which columns hold parties.
    """
    told = kinds or {}
    named = {name: write for name, kind in told.items() if (write := WITH_NAMES.get(kind))}
    return Listing(
        items,
        tuple(columns),
        cells=lambda item: [cell(read(item)) for read in columns.values()],
        data=data,
        shown=tuple(shown),
        least=tuple(least),
        named=None if not named else lambda item: [
            named.get(name, cell)(read(item)) for name, read in columns.items()
        ],
        parties=lambda item: chain.from_iterable(
            codes_in(columns[name](item)) for name in named
        ),
    )  # fmt: skip


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
