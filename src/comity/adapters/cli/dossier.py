"""The dossier of real facts that comes with comity, and what the demonstration asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

DAY, WEEK_BEFORE = "2023-06-20", "2023-06-13"
CARGO = "X36"
"""The arrival of a cargo, of which the sources give different amounts."""

_NAME = "pakistan_russia.jsonl"


def dossier() -> Iterator[str]:
    """The lines of the dossier."""
    text = (files("comity") / "dossiers" / _NAME).read_text("utf-8")
    return (line for line in text.splitlines() if line.strip())
