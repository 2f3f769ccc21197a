"""How answers are written: as a table, as JSON, as JSON Lines or as CSV.

On a terminal a table is drawn by rich; otherwise it is plain text, a line a row, nothing cut.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

import msgspec
import orjson

from comity.adapters.render.section import Section
from comity.adapters.render.text import printable, safe_json

T = TypeVar("T")


class Format(StrEnum):
    """The formats of the output."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True)
class Listing(Generic[T]):
    """Items and how to show them: `cells` in `columns`, or `data` as plain values for JSON.

    A table has only the columns `shown`, all by default.
    """

    items: Iterable[T]
    columns: tuple[str, ...]
    cells: Callable[[T], Sequence[str]]
    data: Callable[[T], Any]
    shown: tuple[str, ...] = ()
    headed: bool = True

    def write(self, form: Format) -> None:
        """Write all items to stdout; JSON Lines and CSV as they come."""
        if form is Format.TABLE:
            self._write_table()
        elif form is Format.CSV:
            write_csv(self.columns, map(self.cells, self.items))
        elif form is Format.JSONL:
            for item in self.items:
                write_line(as_json(self.data(item)))
        else:
            write_line(as_json([self.data(item) for item in self.items], indent=True))

    def _write_table(self) -> None:
        shown = [self.columns.index(name) for name in self.shown or self.columns]
        rows = [[self.cells(item)[at] for at in shown] for item in self.items]
        write_table([self.columns[at] for at in shown] if self.headed else [], rows)


def row_listing(
    items: Iterable[T], columns: Mapping[str, Callable[[T], object]], shown: Sequence[str] = ()
) -> Listing[T]:
    """A listing of structs: each column is read off one by its function, and JSON is all of it."""
    return Listing(
        items,
        tuple(columns),
        cells=lambda item: [cell(read(item)) for read in columns.values()],
        data=msgspec.to_builtins,
        shown=tuple(shown),
    )


def cell(value: object) -> str:
    """A value as text in a table: nothing for None, no and yes, several with commas between."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return "; ".join(f"{key}: {cell(item)}" for key, item in pairs)
    if isinstance(value, tuple | list):
        return ", ".join(cell(item) for item in cast("Sequence[object]", value))
    return "" if value is None else str(value)


def on_terminal() -> bool:
    """Whether somebody looks at the output, rather than a program."""
    return sys.stdout.isatty()


def write_line(line: str = "") -> None:
    """Write one line to stdout."""
    sys.stdout.write(f"{line}\n")


def as_json(value: Any, *, indent: bool = False) -> str:
    """JSON that is safe on a terminal."""
    options = orjson.OPT_INDENT_2 if indent else 0
    return safe_json(orjson.dumps(value, default=msgspec.to_builtins, option=options).decode())


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A heading and a record for each row, each of one line."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([printable(cell) for cell in row] for row in rows)


# Tables


def write_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns under a heading, if there is one."""
    safe = [[printable(cell) for cell in row] for row in rows]
    if on_terminal():
        from comity.adapters.render.terminal import draw_table

        draw_table(heading, safe)
        return
    for line in aligned([list(heading), *safe] if heading else safe):
        write_line(line)


def aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Each row as a line, its cells padded to the width of their columns."""
    from rich.cells import cell_len

    columns = max(map(len, rows), default=0)
    widths = [
        max((cell_len(row[at]) for row in rows if at < len(row)), default=0)
        for at in range(columns)
    ]
    for row in rows:
        padded = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=False)
        )
        yield "  ".join(padded).rstrip()


def write_heading(title: str, said: str = "") -> None:
    """A title, and a sentence on what follows."""
    if on_terminal():
        from comity.adapters.render.terminal import draw_heading

        draw_heading(printable(title), printable(said))
        return
    for line in (printable(title), "=" * len(title), *filter(None, [printable(said)])):
        write_line(line)


def write_sections(sections: Iterable[Section]) -> None:
    """One section under the other, those with nothing in them left out."""
    filled = [
        Section(s.title, tuple((printable(label), printable(text)) for label, text in s.lines))
        for s in sections
        if s.lines
    ]
    if on_terminal():
        from comity.adapters.render.terminal import draw_sections

        draw_sections(filled)
        return
    for title, lines in filled:
        write_line(f"\n{title}")
        for line in aligned(lines):
            write_line(f"  {line}")
