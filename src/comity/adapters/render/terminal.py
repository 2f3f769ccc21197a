"""Styles on a terminal, by rich. All text is passed as plain text and never read as markup."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text


def print_styled(*pieces: tuple[str, str]) -> None:
    """Write a line of pieces, each with its style; rich follows NO_COLOR and TERM."""
    Console(markup=False, emoji=False, highlight=False).print(
        Text.assemble(*pieces), soft_wrap=True
    )
