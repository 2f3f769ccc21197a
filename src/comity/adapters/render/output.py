"""What is written to stdout: lines, JSON, CSV, tables, headings and sections.

On a terminal rich draws tables and sections. Elsewhere they are plain text: one line for each row,
and nothing is cut. Every function here makes its text safe. No other module writes to stdout.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from comity.adapters.interchange.encode import as_json
from comity.adapters.interchange.safe_text import printable, spreadsheet_cell
from comity.adapters.render.section import Section


def on_terminal() -> bool:
    """Whether the output goes to a terminal, and not to a file or a program."""
    return sys.stdout.isatty()


def write_line(line: str = "") -> None:
    """Write one line of text to stdout."""
    sys.stdout.write(f"{printable(line)}\n")


def write_json(value: Any, *, indent: bool = False) -> None:
    """Write JSON to stdout: on one line, or indented on several."""
    sys.stdout.write(f"{as_json(value, indent=indent)}\n")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a heading and a record for each row. Every record is one line without a formula."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(map(spreadsheet_cell, columns))
    writer.writerows(map(spreadsheet_cell, row) for row in rows)


def write_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write columns, under a heading if there is one."""
    heading = [printable(name) for name in heading]
    safe = [[printable(cell) for cell in row] for row in rows]
    if on_terminal():
        from comity.adapters.render.terminal import draw_table

        draw_table(heading, safe)
        return
    for line in aligned([heading, *safe] if heading else safe):
        write_line(line)


def aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Each row as one line, its cells padded to the width of their columns."""
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


def write_heading(title: str, introduction: str = "") -> None:
    """Write a title, and below it a sentence on what follows."""
    if on_terminal():
        from comity.adapters.render.terminal import draw_heading

        draw_heading(printable(title), printable(introduction))
        return
    write_line(title)
    write_line("=" * len(printable(title)))
    if introduction:
        write_line(introduction)


def write_sections(sections: Iterable[Section]) -> None:
    """Write the sections one below the other, without the empty ones."""
    filled = [
        Section(
            printable(s.title),
            tuple((printable(label), printable(text)) for label, text in s.lines),
        )
        for s in sections
        if s.lines
    ]
    if on_terminal():
        from comity.adapters.render.terminal import draw_sections

        draw_sections(filled)
        return
    for title, lines in filled:
        write_line()
        write_line(title)
        for line in aligned(lines):
            write_line(f"  {line}")
