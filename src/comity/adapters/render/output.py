"""What is written to stdout: lines, JSON, CSV, tables, headings and sections.

Everything follows the width of the output, on a terminal and piped; a terminal gets styles too.
Every function here makes its text safe. No other module writes to stdout.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from comity.adapters.interchange.encode import as_json
from comity.adapters.interchange.safe_text import printable, spreadsheet_cell
from comity.adapters.render.section import Section

_TITLE, _HEADING, _LABEL, _REMARK = "bold cyan", "bold", "cyan", "dim"
"""The styles on a terminal."""


def on_terminal() -> bool:
    """Whether the output goes to a terminal, and not to a file or a program."""
    return sys.stdout.isatty()


def write_line(line: str = "", style: str = "") -> None:
    """Write one line of text to stdout, on a terminal in a style of rich."""
    line = printable(line)
    if style and line and on_terminal():
        from comity.adapters.render.terminal import print_styled

        print_styled((line, style))
    else:
        sys.stdout.write(f"{line}\n")


def write_json(value: Any, *, indent: bool = False) -> None:
    """Write JSON to stdout: on one line, or indented on several."""
    sys.stdout.write(f"{as_json(value, indent=indent)}\n")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a heading and a record for each row. Every record is one line without a formula."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(map(spreadsheet_cell, columns))
    writer.writerows(map(spreadsheet_cell, row) for row in rows)


def write_text(text: str, style: str = "") -> None:
    """Write a sentence or more, broken into lines between words."""
    from comity.adapters.render.wrapping import output_width, wrapped

    for line in wrapped(printable(text), output_width()):
        write_line(line, style)


def write_table(
    heading: Sequence[str],
    rows: Sequence[Sequence[str]],
    least: Sequence[str] = (),
    *,
    wide: bool = False,
    headed: bool = True,
    remarks: Sequence[str] = (),
) -> None:
    """Write a table under its heading, and remarks below it.

    Columns without room are left out, first the `least`; a remark says so. With `wide` all are
    there, and every row is one line.
    """
    from comity.adapters.render.layout import drawn, fitted, on_one_line, whole
    from comity.adapters.render.wrapping import output_width

    heading = [printable(name) for name in heading]
    safe = [[printable(cell) for cell in row] for row in rows]
    layout = whole(heading, safe) if wide else fitted(heading, safe, output_width(), least)
    if headed:
        write_line(on_one_line(layout, heading), _HEADING)
    cut = 0
    for row in safe:
        lines, is_cut = ([on_one_line(layout, row)], False) if wide else drawn(layout, row)
        cut += is_cut
        sys.stdout.writelines(f"{line}\n" for line in lines)
    left_out = [_left_out(heading[at], {row[at] for row in safe}) for at in layout.left_out if safe]
    told = [f"Left out for want of room: {'; '.join(left_out)}. Use --wide."] if left_out else []
    if cut:
        told.append(f"Too long, so cut: {cut} of the rows. Use --wide.")
    write_remarks((*told, *remarks))


def _left_out(name: str, cells: set[str]) -> str:
    """The name of a column that is left out, with the one value that it has in all rows."""
    [*values] = cells
    return f"{name}: {values[0] or 'empty'}" if len(values) == 1 else name


def write_remarks(remarks: Iterable[str]) -> None:
    """Write what must be said of a table, below it."""
    for number, remark in enumerate(remarks):
        if not number:
            write_line()
        write_text(remark, _REMARK)


def write_heading(title: str, introduction: str = "") -> None:
    """Write a title, and below it a sentence or more on what follows."""
    from comity.adapters.render.wrapping import output_width, width_of, wrapped

    lines = list(wrapped(printable(title), output_width()))
    for line in lines:
        write_line(line, _TITLE)
    if not on_terminal():
        write_line("=" * max(map(width_of, lines)))
    if introduction:
        write_text(introduction)


def write_sections(sections: Iterable[Section]) -> None:
    """Write the sections one below the other, without the empty ones."""
    from comity.adapters.render.layout import labelled
    from comity.adapters.render.wrapping import output_width

    width = output_width()
    for title, lines in sections:
        if not lines:
            continue
        if title:
            write_line()
            write_line(title, _HEADING)
        safe = [(printable(label), printable(text)) for label, text in lines]
        for label, text in labelled(safe, width):
            _write_labelled(label, text)


def _write_labelled(label: str, text: str) -> None:
    """Write a line of a section."""
    if on_terminal():
        from comity.adapters.render.terminal import print_styled

        print_styled((label, _LABEL), (text, ""))
    else:
        sys.stdout.write(f"{label}{text}".rstrip() + "\n")
