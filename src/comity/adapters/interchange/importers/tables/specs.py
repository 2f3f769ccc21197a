"""How a column becomes the value of a field: what a mapping says of it, read from TOML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.tables.cells import (
    USUAL,
    Cell,
    CellFault,
    Missing,
    Row,
    fault_in,
)
from comity.adapters.interchange.importers.tables.fields import Sort
from comity.adapters.interchange.importers.tables.schemes import SCHEMES, Scheme, code_of
from comity.adapters.interchange.importers.tables.sections import MappingFault, Section, table
from comity.domain.errors import ComityError
from comity.domain.parties import party
from comity.domain.time.dates import Bounds

CELL_KEYS = ("column", "columns", "values", "missing", "not_missing", "default")
KEYS: Mapping[Sort, tuple[str, ...]] = {
    "text": (*CELL_KEYS, "prefix", "joined_by"),
    "texts": (*CELL_KEYS, "separator"),
    "party": (*CELL_KEYS, "scheme", "names"),
    "parties": (*CELL_KEYS, "scheme", "names", "separator"),
    "whole": (*CELL_KEYS, "thousands"),
    "real": (*CELL_KEYS, "decimal", "thousands"),
    "amount": (*CELL_KEYS, "decimal", "thousands", "times"),
    "truth": CELL_KEYS,
}
"""The keys of a field's own table, by its sort; dates have others."""


@dataclass(frozen=True)
class Parties:
    """How the parties of a table are named: in a scheme, and by a table of names of its own."""

    scheme: Scheme = "name"
    own: Mapping[str, str] = field(default_factory=dict[str, str])

    def code(self, text: str, names: Names, within: Bounds | None) -> str:
        """The code of a party; raises `UnknownParty`."""
        own = self.own.get(text.casefold())
        return own if own is not None else code_of(self.scheme, text, names, within)

    def with_told(self, section: Section) -> Parties:
        """As here, where the section does not say otherwise."""
        scheme = section.text("scheme", self.scheme, among=SCHEMES)
        return Parties(scheme, {**self.own, **own_names(section, "names")})


def own_names(section: Section, key: str) -> dict[str, str]:
    """A mapping's own table of names and codes, by case-folded name."""
    told = section.cells(key)
    for name, code in told.items():
        try:
            party(str(code))
        except ComityError as error:
            raise MappingFault(f"{section.path(key)}.{name}", str(error)) from None
    return {name: str(code) for name, code in told.items()}


@dataclass(frozen=True)
class Numbers:
    """How numbers are written, and by what they are multiplied."""

    decimal: str = "."
    thousands: str = ""
    times: Decimal = Decimal(1)

    def read(self, text: str) -> Decimal:
        """The exact number; raises ValueError with the reason."""
        digits = text.replace(self.thousands, "") if self.thousands else text
        digits = digits.replace(self.decimal, ".") if self.decimal != "." else digits
        try:
            number = Decimal(digits)
        except InvalidOperation:
            raise ValueError("expected a number" + _number_hint(text)) from None
        if not number.is_finite():
            raise ValueError("expected a number")
        return number * self.times if self.times != 1 else number


def _number_hint(text: str) -> str:
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        return '; for its commas say thousands = ","'
    if re.fullmatch(r"\d{1,3}(\.\d{3})*,\d+", text):
        return '; for its comma say decimal = "," (and thousands = ".")'
    return ""


@dataclass(frozen=True)
class CellSpec:
    """The columns of a field, and what their cells mean."""

    columns: tuple[str, ...]
    values: Mapping[str, Cell] = field(default_factory=dict[str, Cell])
    missing: Missing = USUAL
    default: Cell | None = None
    prefix: str = ""
    joined_by: str = " "
    separator: str = ""
    parties: Parties = field(default_factory=Parties)
    numbers: Numbers = field(default_factory=Numbers)

    def cells(self, row: Row) -> list[tuple[str, Cell]]:
        """The columns that have a value in the row, with what it means; raises `CellFault`."""
        told: list[tuple[str, Cell]] = []
        for column in self.columns:
            cell = row.cells.get(column, "")
            if reason := fault_in(cell):
                raise CellFault([column], row, reason)
            meaning = cell
            if self.values and isinstance(cell, str):
                meaning = self.values.get(cell.casefold(), cell)
            if not self.missing.says(cell) and meaning:
                told.append((column, meaning))
        if not told and self.default is not None:
            return [(self.columns[0], self.default)]
        return told


def cell_spec(key: str, told: Any, sort: Sort, missing: Missing, parties: Parties) -> CellSpec:
    """What a mapping says of a field: a column, a list of columns, or a table of its own."""
    if isinstance(told, str | list):
        told = table(told, "column" if isinstance(told, str) else "columns")
    section = Section(key, told, KEYS[sort])
    values = section.cells("values")
    named = parties.with_told(section) if sort in ("party", "parties") else parties
    own = [*named.own] if sort in ("party", "parties") else []
    default = section.texts("default")
    return CellSpec(
        columns_of(section),
        values,
        missing_words(section, missing, [*values, *own]),
        _default(sort, default),
        prefix=section.text("prefix"),
        joined_by=section.text("joined_by", " "),
        separator=section.text("separator"),
        parties=named,
        numbers=_numbers(section),
    )


def _default(sort: Sort, told: tuple[str, ...]) -> Cell | None:
    if not told:
        return None
    return told if sort in ("texts", "parties") else told[0]


def columns_of(section: Section) -> tuple[str, ...]:
    """The columns that a section names, at least one."""
    columns = section.texts("columns") or section.texts("column")
    if not columns or ("column" in section and "columns" in section):
        raise MappingFault(section.name, "expected a column, or columns")
    return tuple(" ".join(column.split()) for column in columns)


def missing_words(section: Section, missing: Missing, values: Iterable[str] = ()) -> Missing:
    """What counts as missing there; what has a meaning as a value does not."""
    words = section.texts("missing")
    return missing.but(words, {*section.texts("not_missing"), *values} - set(words))


def _numbers(section: Section) -> Numbers:
    times = section.get("times")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int | float)):
        raise MappingFault(section.path("times"), f"expected a number, not {times!r}")
    return Numbers(
        section.text("decimal", ".", among=(".", ",")),
        section.text("thousands", among=(",", ".", " ", "'", "\u00a0", "\u202f", "’")),
        Decimal(1) if times is None else Decimal(str(times)),
    )
