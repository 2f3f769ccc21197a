"""Which rows a mapping reads: conditions on the cells of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from comity.adapters.interchange.importers.tables.cells import USUAL, Cell, Missing, Row, cell_of
from comity.adapters.interchange.importers.tables.sections import MappingFault, Section, table

KEYS = ("is", "not", "at_least", "at_most", "given")


@dataclass(frozen=True)
class Condition:
    """What a cell of a column must be for its row to be read."""

    column: str
    among: frozenset[str] | None = None
    not_among: frozenset[str] = frozenset()
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    given: bool | None = None
    missing: Missing = USUAL

    def holds(self, row: Row) -> bool:
        """Whether the row is read. What is no number is neither more nor less than one."""
        cell = row.cells.get(self.column, "")
        words = {item.casefold() for item in ((cell,) if isinstance(cell, str) else cell)}
        if self.given is not None and self.missing.says(cell) is self.given:
            return False
        if (self.among is not None and not words & self.among) or words & self.not_among:
            return False
        return self._in_range(cell)

    def _in_range(self, cell: Cell) -> bool:
        if self.at_least is None and self.at_most is None:
            return True
        try:
            number = Decimal(str(cell))
        except InvalidOperation:
            return False
        above = self.at_least is None or number >= self.at_least
        return number.is_finite() and above and (self.at_most is None or number <= self.at_most)


def conditions(name: str, told: object, missing: Missing) -> Iterator[Condition]:
    """The conditions of a section `where`: a value, several values, or a table for each column."""
    if told is None:
        return
    if not isinstance(told, Mapping):
        raise MappingFault(name, f"expected a table of columns, not {told!r}")
    columns: Mapping[str, Any] = told  # pyright: ignore[reportUnknownVariableType]  # names are text
    for column, value in columns.items():
        section = Section(f"{name}.{column}", table(value, "is"), KEYS)
        yield Condition(
            column,
            _words(section, "is") if "is" in section else None,
            _words(section, "not"),
            _limit(section, "at_least"),
            _limit(section, "at_most"),
            section.truth("given", default=True) if "given" in section else None,
            missing,
        )


def _words(section: Section, key: str) -> frozenset[str]:
    return frozenset(text.casefold() for text in section.texts(key))


def _limit(section: Section, key: str) -> Decimal | None:
    value = section.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MappingFault(section.path(key), f"expected a number, not {value!r}")
    return Decimal(str(cell_of(value)))
