"""The values of fields, made from the cells of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.tables.cells import Cell, CellFault, Row
from comity.adapters.interchange.importers.tables.fields import Path, Sort
from comity.adapters.interchange.importers.tables.specs import CellSpec
from comity.domain.errors import UnknownParty
from comity.domain.events import CATALOGUE
from comity.domain.events.base import choices
from comity.domain.time.dates import Bounds

_TRUTHS = {
    "1": True, "yes": True, "y": True, "true": True, "t": True, "x": True,
    "0": False, "no": False, "n": False, "false": False, "f": False,
}  # fmt: skip


def value_of(sort: Sort, spec: CellSpec, row: Row, names: Names, within: Bounds | None) -> Any:
    """The value of a field in a row; None if it has none. Raises `CellFault`."""
    told = spec.cells(row)
    if not told:
        return None
    if sort == "text":
        return _text(spec, told)
    if sort == "texts":
        return [item for _, cell in told for item in _items(spec, cell)]
    if sort == "parties":
        return [
            _party(spec, (column, item), row, names, within)
            for column, cell in told
            for item in _items(spec, cell)
        ]
    column, cell = told[0]
    text = cell if isinstance(cell, str) else "; ".join(cell)
    if sort == "party":
        return _party(spec, (column, text), row, names, within)
    if sort == "truth":
        if text.casefold() not in _TRUTHS:
            raise CellFault([column], row, "expected yes or no")
        return _TRUTHS[text.casefold()]
    try:
        return _NUMBERS[sort](spec.numbers.read(text))
    except ValueError as error:
        raise CellFault([column], row, str(error)) from None


def _text(spec: CellSpec, told: list[tuple[str, Cell]]) -> str:
    parts = [cell if isinstance(cell, str) else "; ".join(cell) for _, cell in told]
    return spec.prefix + spec.joined_by.join(map(str, parts))


def _items(spec: CellSpec, cell: Cell) -> list[str]:
    if isinstance(cell, tuple):
        return [*cell]
    parts = cell.split(spec.separator) if spec.separator else [cell]
    stripped = (part.strip() for part in parts)
    return [part for part in stripped if not spec.missing.says(part)]


def _party(
    spec: CellSpec, told: tuple[str, str], row: Row, names: Names, within: Bounds | None
) -> str:
    column, text = told
    try:
        return spec.parties.code(text, names, within)
    except UnknownParty as error:
        raise CellFault([column], row, str(error)) from None


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value() or abs(number) > 10**9:
        raise ValueError("expected a whole number")
    return int(number)


_NUMBERS: Mapping[Sort, Callable[[Decimal], Any]] = {
    "whole": _whole,
    "real": float,
    "amount": lambda number: f"{number:f}",
}


def choice(kind: str, path: Path, value: Any) -> Any:
    """The value as the closed list of its field writes it, where it differs in case or hyphens."""
    allowed = choices(CATALOGUE[kind]).get(path[0]) if len(path) == 1 else None
    if not allowed or not isinstance(value, str):
        return value
    return {_plain(item): item for item in allowed}.get(_plain(value), value)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())
