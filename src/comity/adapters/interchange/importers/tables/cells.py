"""The cells of a table as text, whatever kind of file it is, and what is wrong with one."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple, cast

from comity.adapters.interchange.importers.names import MISSING
from comity.adapters.interchange.intake_models import shortened

Cell = str | tuple[str, ...]
"""The text of a cell, without blanks around it; several texts where the file has lists."""

UNCALCULATED = "#formula"
"""What stands in a cell for a formula of which the file does not hold the value."""
_ERRORS = frozenset({"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_NO_VALUE = frozenset({"#n/a"})
_SHOWN = 60
_EXACT_WHOLE = 1e15


class Dated(str):
    """A date that the file itself tells as a date, in EDTF."""

    __slots__ = ()


class Row(NamedTuple):
    """A row: its line in the file, or its number in the spreadsheet, and its cells by column."""

    line: int
    cells: Mapping[str, Cell]


class CellFault(Exception):
    """What is wrong with the cells of some columns in a row."""

    def __init__(self, columns: Sequence[str], row: Row, reason: str) -> None:
        super().__init__(f"{place(columns, row)}: {reason}")


class Missing(NamedTuple):
    """The words that say that a cell has no value, case-folded; an empty cell has none anyway."""

    words: frozenset[str] = MISSING | _NO_VALUE

    def says(self, cell: Cell) -> bool:
        """Whether the cell has no value."""
        if isinstance(cell, tuple):
            return not cell
        return not cell or cell.casefold() in self.words

    def but(self, more: Iterable[str] = (), less: Iterable[str] = ()) -> Missing:
        """These words with more, and without those that are values after all."""
        values = {word.casefold() for word in less}
        return Missing((self.words | {word.casefold() for word in more}) - values)


USUAL = Missing()


def place(columns: Sequence[str], row: Row) -> str:
    """The columns with what stands in them: column 'Date' ('31.02.2020')."""
    told = [f"{column!r} ({shown(row.cells.get(column, ''))})" for column in columns]
    return ("column " if len(told) == 1 else "columns ") + ", ".join(told)


def shown(cell: Cell) -> str:
    """What stands in a cell, for a message; not too much of it."""
    if not cell:
        return "empty"
    text = cell if isinstance(cell, str) else "; ".join(cell)
    return shortened(repr(str(text)), _SHOWN)


def cell_of(value: object) -> Cell:
    """The text of a value that a file or a mapping holds. A whole number has no decimal point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value if isinstance(value, Dated) else value.strip()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return _moment(value)
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape").strip()
    if isinstance(value, Mapping):
        return json.dumps(value, default=str, ensure_ascii=False)
    if isinstance(value, Collection):
        items = (cell_of(item) for item in cast("Collection[object]", value))
        return tuple(item if isinstance(item, str) else "; ".join(item) for item in items if item)
    return str(value)


def _moment(value: date | time) -> str:
    if not isinstance(value, datetime):
        return Dated(value.isoformat()) if isinstance(value, date) else value.isoformat()
    if value.tzinfo is None and value.time() == time.min:
        return Dated(value.date().isoformat())
    text = value.replace(microsecond=0).isoformat()
    return Dated(text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text)


def _number(value: float | Decimal) -> str:
    if value != value:  # noqa: PLR0124 - not a number, of either type
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() else str(value)
    whole = abs(value) < _EXACT_WHOLE and value == int(value)
    return str(int(value)) if whole else repr(float(value))


def column_name(text: Cell, number: int) -> str:
    """The name of a column from its head: on one line, and `#3` for the third if it has none."""
    name = text if isinstance(text, str) else " ".join(text)
    return re.sub(r"\s+", " ", name).strip() or f"#{number}"


def column_names(header: Iterable[Cell]) -> list[str]:
    """The names of the columns; the second of one name is `Name (2)`."""
    names: list[str] = []
    for number, text in enumerate(header, 1):
        name, copy = column_name(text, number), 1
        while name in names:
            copy += 1
            name = f"{column_name(text, number)} ({copy})"
        names.append(name)
    return names


def fault_in(cell: Cell) -> str:
    """Why a cell cannot be read, if its file is to blame; empty if it can."""
    if byte := not_text(cell):
        return f"byte {byte} is not text in this encoding; name the right --encoding"
    if cell == UNCALCULATED:
        return "its value was never calculated; save the file with a spreadsheet program"
    return "an error of the spreadsheet" if cell in _ERRORS else ""


def not_text(cell: Cell) -> str:
    """The first byte of a cell that is not text in the encoding of its file; empty if all is."""
    texts = (cell,) if isinstance(cell, str) else cell
    odd = (letter for text in texts if not text.isascii() for letter in text)
    byte = next((ord(letter) & 0xFF for letter in odd if "\ud800" <= letter <= "\udfff"), None)
    return "" if byte is None else f"0x{byte:02x}"
