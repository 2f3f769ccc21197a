"""The codebook of a panel: what its rows and columns mean, for readers, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from comity.adapters.interchange.exporters.columns import Column
from comity.adapters.interchange.exporters.datapackage import LICENCE
from comity.adapters.interchange.exporters.panel import Panel
from comity.adapters.interchange.exporters.panel_columns import key_of, panel_columns
from comity.adapters.interchange.safe_text import printable

_MOST_SOURCES = 100
_LONGEST = 200
_MARKUP = re.compile(r"[\\`*_\[\]|~]")
_NOTES = """\
- A row is there for each period in which both states were members of the system of states on at
  least one day: of that of the Correlates of War (State System Membership List, version 2016) or of
  that of Gleditsch and Ward (Independent States, with microstates). `days` counts these days.
- `ccode` and `gwcode` are there where the state was a member of that very system in the period; of
  two numbers in one period the later one. What was a member when the list was last edited still is.
- A dyad of which something is recorded has a row also for a period without such a day, if both
  existed by comity's table of parties (`comity parties`): where a recorded event falls into the
  period, or something stands on its last day. `days` counts the days on which both existed, and a
  state that was no member has no number. So has every state and territory that never was one.
- A state and what it continues are one: RUS is the Soviet Union before 26 December 1991. The
  Socialist Federal Republic of Yugoslavia is YUG up to 26 April 1992; what followed it is SRB. So
  in 1992 both have the Correlates of War number 345: `iso3c` is the key, not the numbers.
- Flows count what lies in the whole period. An event whose date lies in more than one period, or
  is unknown, counts in none of them.
- Stocks are as things stood at the end of the day `stock_date`, which is the last day of the
  period unless one of the two states was no longer a member then. Only what certainly had happened
  counts.
- Zero means that nothing is recorded, not that there was nothing. `relations` are `unknown` there.
- Coded and recorded events are never added up: what happened once can be in both.
- A missing value is an empty cell in CSV, null in Parquet, `.` or an empty text in Stata.
- Alliances are agreements in force whose kind, told when they were signed, is that of an alliance:
  defence pact, neutrality pact, non-aggression pact, entente, alliance.
"""


def codebook(panel: Panel, file: str, rows: int, sources: Sequence[tuple[str, int]]) -> str:
    """The codebook of a panel that was written to a file of this name."""
    columns = panel_columns(panel.by, directed=panel.directed)
    parts = [
        f"# Codebook of {_plain(file)}\n",
        f"{summary_of(panel, rows)}\n",
        "## Columns\n",
        f"The key is {', '.join(f'`{name}`' for name in key_of(panel.by))}.\n",
        "\n".join(_table(columns)) + "\n",
        "## Notes\n",
        _NOTES,
        "## Sources\n",
        "\n".join(_sources(sources)) + "\n",
        LICENCE,
    ]
    return "\n".join(parts) + "\n"


def title_of(panel: Panel) -> str:
    """What a panel is, in a few words."""
    days = f", {panel.first} to {panel.last}" if panel.first else ""
    return f"{'Directed dyads' if panel.directed else 'Dyads'} by {panel.by}{days}"


def summary_of(panel: Panel, rows: int) -> str:
    """What a panel holds, in a few sentences."""
    kind = "directed dyad" if panel.directed else "dyad"
    whose = "of the system of states" if panel.all_dyads else "of which something is recorded"
    among = f" Parties: {', '.join(panel.parties)}." if panel.parties else ""
    days = f", from {panel.first} to {panel.last}" if panel.first else ""
    left = f" {panel.left_out:,} events are in no {panel.by} by their dates."
    return (
        f"{rows:,} rows, one for each {kind} and {panel.by}{days}. The dyads are those "
        f"{whose}.{among} Made by comity from the log as known at position "
        f"{panel.position:,}.{left if panel.left_out else ''}"
    )


def _table(columns: Sequence[Column]) -> Iterator[str]:
    yield "| column | type | label | meaning |"
    yield "|---|---|---|---|"
    for column in columns:
        values = f" One of {', '.join(column.choices)}." if column.choices else ""
        yield f"| `{column.name}` | {column.type} | {column.label} | {column.meaning}{values} |"


def _sources(sources: Sequence[tuple[str, int]]) -> Iterator[str]:
    if not sources:
        yield "The events name no sources."
    for publisher, count in sources[:_MOST_SOURCES]:
        yield f"- {_plain(publisher)}: {count:,} {'event' if count == 1 else 'events'}"
    if len(sources) > _MOST_SOURCES:
        yield f"- and {len(sources) - _MOST_SOURCES:,} more publishers"


def _plain(text: str) -> str:
    """Text that Markdown and HTML show as it is, on one line; what is long is cut."""
    safe = printable(text)
    short = safe if len(safe) <= _LONGEST else f"{safe[: _LONGEST - 1]}…"
    return _MARKUP.sub(r"\\\g<0>", escape(short, quote=False))
