"""Draws on a terminal with rich. All text is passed as plain text and never read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from comity.adapters.render.section import Section

_SHORT = {"when", "kind", "position", "recorded", "version", "accounts", "sources"}
"""The columns whose cells are short enough never to be wrapped."""


def console() -> Console:
    """Standard output as a terminal; rich follows NO_COLOR and TERM."""
    return Console(markup=False, emoji=False, highlight=False)


def draw_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table as wide as the terminal. A cell that does not fit is wrapped, and nothing is cut."""
    terminal = console()
    table = Table(
        box=box.SIMPLE_HEAD, show_header=bool(heading), show_edge=False, padding=(0, 1, 0, 0)
    )
    fits = sum(len(name) + 2 for name in heading) <= terminal.width
    for name in heading:
        whole = len(name) if fits else None
        table.add_column(name, overflow="fold", no_wrap=name in _SHORT, min_width=whole)
    for row in rows:
        table.add_row(*map(Text, row))
    terminal.print(table)


def draw_heading(title: str, introduction: str) -> None:
    """A title in bold, and a sentence on what follows."""
    terminal = console()
    terminal.print(Text(title, style="bold cyan"))
    if introduction:
        terminal.print(Text(introduction, style="dim"))


def draw_sections(sections: Iterable[Section]) -> None:
    """Each title, and below it its lines with their labels."""
    terminal = console()
    for title, lines in sections:
        terminal.print(Text(f"\n{title}", style="bold"))
        grid = Table.grid(padding=(0, 2))
        grid.add_column(overflow="fold", style="cyan")
        grid.add_column(overflow="fold")
        for label, text in lines:
            grid.add_row(Text(f"  {label}"), Text(text))
        terminal.print(grid)
