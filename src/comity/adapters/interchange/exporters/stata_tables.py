"""Tables as Stata's .dta, by pyreadstat: labelled variables, and days as Stata's dates.

The table is held in memory, as Stata holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from comity.adapters.interchange.exporters.columns import Column, Row, as_text
from comity.adapters.interchange.optional import loaded
from comity.adapters.interchange.safe_text import printable

_WHAT = "a file of Stata"
_LONGEST = 2_045
"""The bytes of a string variable; what is longer is cut, at the end of a character."""

_LARGEST = 2_147_483_620
"""The largest number of Stata's `long`, the smallest whole type that pyreadstat writes."""


def write_stata(file: BinaryIO, columns: Sequence[Column], rows: Iterable[Row], label: str) -> int:
    """Write the rows, and return how many there are. Missing numbers are `.`, missing text empty.

    `label` is that of the data, at most 80 characters. Raises `NotInstalled`.
    """
    pandas, pyreadstat = loaded("pandas", _WHAT), loaded("pyreadstat", _WHAT)
    table: list[Row] = list(rows)
    values: dict[str, Any] = {
        column.name: _series(pandas, column, [row[at] for row in table])
        for at, column in enumerate(columns)
    }
    frame = pandas.DataFrame(values, columns=[column.name for column in columns])
    labels = {column.name: column.label or column.name for column in columns}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.dta"
        pyreadstat.write_dta(frame, path, file_label=label, column_labels=labels)
        with path.open("rb") as written:
            copyfileobj(written, file)
    return len(table)


def _series(pandas: Any, column: Column, cells: list[Any]) -> Any:
    if column.type in ("integer", "boolean"):
        whole: list[Any] = [None if cell is None else int(cell) for cell in cells]
        is_long = all(cell is None or abs(cell) <= _LARGEST for cell in whole)
        return pandas.Series(whole, dtype="Int32" if is_long else "float64")
    if column.type == "number":
        return pandas.Series(cells, dtype="float64")
    if column.type == "date":
        return pandas.Series(cells, dtype="object")
    return pandas.Series([_cut(printable(as_text(cell))) for cell in cells], dtype="object")


def _cut(text: str) -> str:
    data = text.encode("utf-8", "backslashreplace")
    return data[:_LONGEST].decode("utf-8", "ignore")
