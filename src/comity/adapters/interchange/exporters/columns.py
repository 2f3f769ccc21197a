"""Columns of exported tables: a name, a type and what it means, for every format of table.

Types are those of the Table Schema of Frictionless Data (https://specs.frictionlessdata.io), and
`list`, several texts in one cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from comity.adapters.interchange.safe_text import printable

ColumnType = Literal["string", "integer", "number", "boolean", "date", "datetime", "list"]
Cell = str | int | float | bool | date | datetime | Sequence[str] | None
Row = Sequence[Cell]

SEPARATOR = "; "
"""Stands between the texts of a list in a format without lists."""

_NAME = re.compile("[a-z][a-z0-9_]*")
_RESERVED = frozenset(
    {"break", "else", "for", "function", "if", "in", "next", "repeat", "while"}  # of R
    | {"byte", "double", "float", "int", "long", "using", "with"}  # of Stata
)


@dataclass(frozen=True)
class Column:
    """A column: its name, which R and Stata accept as it is; its type; its label and meaning.

    `label` has at most 80 characters, as Stata allows. `choices` are the values of a closed list.
    `required` says that no cell is missing. `stock` says that it is of one day.
    """

    name: str
    type: ColumnType = "string"
    label: str = ""
    meaning: str = ""
    choices: tuple[str, ...] = field(default=())
    required: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name in _RESERVED or len(self.name) > 32:
            raise ValueError(f"{self.name!r} cannot be the name of a column in R and Stata")
        if len(self.label) > 80:
            raise ValueError(f"the label of {self.name!r} has more than 80 characters")


def syntactic(name: str) -> str:
    """The name of a column as R and Stata accept it: `next` is `next_`, for R reserves that."""
    return f"{name}_" if name in _RESERVED else name


def joined_cell(values: Iterable[str]) -> str:
    """A list as one text that is split at the separator into just as many; `; ` in one is `, `."""
    return SEPARATOR.join(printable(value).replace(SEPARATOR, ", ") for value in values)


def as_text(cell: Cell) -> str:
    """A cell as text: dates in ISO 8601, a boolean as `true` or `false`, a missing one empty."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, int | float):
        return str(cell)
    return joined_cell(cell)


def schema_of(columns: Iterable[Column], key: Sequence[str] = ()) -> Mapping[str, object]:
    """The Table Schema of a table that is written as CSV."""
    fields: list[dict[str, object]] = []
    for column in columns:
        own: dict[str, object] = {
            "name": column.name,
            "type": "string" if column.type == "list" else column.type,
        }
        own |= {"title": column.label} if column.label else {}
        own |= {"description": column.meaning} if column.meaning else {}
        constraints: dict[str, object] = {"required": True} if column.required else {}
        constraints |= {"enum": list(column.choices)} if column.choices else {}
        own |= {"constraints": constraints} if constraints else {}
        fields.append(own)
    schema: dict[str, object] = {"fields": fields, "missingValues": [""]}
    return schema | ({"primaryKey": list(key)} if key else {})
