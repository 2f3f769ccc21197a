"""A desk officer's note: what stands between two parties on a day, and what is in doubt.

Run it as `python examples/desk_note.py`, or with a store, two parties and a day of your own:
`python examples/desk_note.py relations.db PAK RUS 2023-06-20`.
"""

from __future__ import annotations

import sys
from importlib.resources import files

import comity


def note(engine: comity.TimelineEngine, one: str, other: str, day: str) -> str:
    """The note, a line for each thing worth knowing."""
    state = engine.state(one, other, on=day)
    lines = [f"{state.relationship} on {day}: relations {state.relations.status}"]
    lines += [f"today: {m.kind or 'meeting'} at {m.venue}" for m in state.meetings.in_progress]
    for deal in state.deals:
        for unit, amount in deal.remaining.items():
            lines.append(f"{deal.commodity}: {deal.delivered.get(unit, 0)} {unit} delivered, "
                         f"{amount} to come")  # fmt: skip
    lines += [f"coming: {a.years} years of {a.of} on {a.falls}" for a in state.next_anniversaries]
    lines.append(f"in doubt: {len(state.findings)} findings, {len(state.undetermined)} undated")
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Print the note on a store of one's own, or on the dossier that comes with comity."""
    if arguments:
        store, one, other, day = arguments
        with comity.open(store) as engine:
            print(note(engine, one, other, day))
        return
    dossier = (files("comity") / "dossiers" / "pakistan_russia.jsonl").read_text("utf-8")
    with comity.open(":memory:") as engine:
        engine.extend(dossier.splitlines())
        print(note(engine, "PAK", "RUS", "2023-06-20"))


if __name__ == "__main__":
    main(sys.argv[1:])
