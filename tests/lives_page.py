"""Writes the tables of docs/reference/lives.md from the code: `python -m tests.pages`."""

from __future__ import annotations

from pathlib import Path

from comity.domain.events import CATALOGUE
from comity.domain.lives.table import BEFORE, LIVES, NONE, ROWS, SAME, Life, Row

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "lives.md"
BEGIN, END = "<!-- the table of lives -->\n", "<!-- the end of the table -->\n"
_WORDS = {SAME: "the same", BEFORE: "what was before"}


def _cells(row: Row, life: Life, *, is_first: bool) -> tuple[str, ...]:
    """The cells of a row; where a kind leads from none without being coherent, said once."""
    states = ", ".join(row.states.split())
    is_coherent = NONE in life.moves[row.kind]
    at_none = "" if is_coherent or not is_first else life.from_none.get(row.kind, NONE)
    phase = CATALOGUE[row.kind].phase.name.lower()
    after = _WORDS.get(row.end, row.end)
    return f"`{row.kind}`", phase, states, _WORDS.get(row.to, row.to), at_none, after


def table() -> str:
    """The tables of all subjects, with their headings."""
    parts: list[str] = []
    for subject, rows in ROWS.items():
        parts += [
            f"### {subject.capitalize()}\n",
            "| kind | phase | from | to | from none | after its interval |",
            "|---|---|---|---|---|---|",
        ]
        kinds = [row.kind for row in rows]
        for at, row in enumerate(rows):
            cells = _cells(row, LIVES[subject], is_first=row.kind not in kinds[:at])
            parts.append(f"| {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts)


def render(page: str) -> str:
    """The page with the tables as they are now."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"
