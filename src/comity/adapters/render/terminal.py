"""Drawing on a terminal, by rich; everything is handed over as text and never read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.adapters.render.section import Section

_SHORT = {"when", "kind", "position", "version", "accounts", "sources"}
"""The columns whose cells are short enough never to be wrapped."""


def console() -> Console:
    """Standard output as a terminal; rich minds NO_COLOR and TERM."""
    return Console(markup=False, emoji=False, highlight=False)


def draw_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table as wide as the terminal; what does not fit is wrapped, and nothing is cut."""
    table = Table(box=box.SIMPLE_HEAD, show_header=bool(heading), pad_edge=False)
    for name in heading:
        table.add_column(name, overflow="fold", no_wrap=name in _SHORT)
    for row in rows:
        table.add_row(*map(Text, row))
    console().print(table)


def draw_heading(title: str, said: str) -> None:
    """A title that stands out, and what it is about."""
    shown = console()
    shown.print(Text(title, style="bold cyan"))
    if said:
        shown.print(Text(said, style="dim"))


def draw_sections(sections: Iterable[Section]) -> None:
    """Titles, and below each its lines with their labels."""
    shown = console()
    for title, lines in sections:
        shown.print(Text(f"\n{title}", style="bold"))
        grid = Table.grid(padding=(0, 2))
        grid.add_column(overflow="fold", style="cyan")
        grid.add_column(overflow="fold")
        for label, text in lines:
            grid.add_row(Text(f"  {label}"), Text(text))
        shown.print(grid)
