"""Writes the table of docs/how-to/read-an-archive.md from the code: `python -m tests.pages`."""

from __future__ import annotations

from pathlib import Path

from comity.adapters.archive.columns import COLUMNS

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "read-an-archive.md"
BEGIN, END = "<!-- the table of columns -->\n", "<!-- the end of the table -->\n"
TYPES = {
    "int64": "integer, 64 bits", "int32": "integer, 32 bits", "string": "text", "day": "date",
    "moment": "timestamp, microseconds, UTC", "strings": "list of texts",
    "numbers": "list of integers, 32 bits", "float64": "number, 64 bits", "bool": "boolean",
    "binary": "bytes",
}  # fmt: skip


def table() -> str:
    """A row for each column."""
    rows = [f"| `{c.name}` | {TYPES[c.type]} | {c.meaning} |" for c in COLUMNS]
    return "\n".join(["| column | type | what it says |", "|---|---|---|", *rows, ""])


def render() -> str:
    """The page with the table as it is now."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{head}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"
