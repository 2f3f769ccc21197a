"""A desk officer's note: how two parties stand on a day, and what is in doubt.

Run it as `python examples/desk_note.py`, or with a store, two parties and a day of your own:
`python examples/desk_note.py relations.db PAK RUS 2023-06-20`.
"""

from __future__ import annotations

import sys
from importlib.resources import files

import comity


def note(engine: comity.TimelineEngine, relationship: str, day: str) -> str:
    """The note, a line for each thing worth knowing."""
    state = engine.state(relationship, on=day)
    lines = [f"{state.relationship} on {day}: relations {state.relations.status}"]
    for meeting in state.meetings.in_progress:
        lines += [f"today: {meeting.kind or 'meeting'} at {meeting.venue}"]
    for deal in state.deals:
        for unit, amount in deal.remaining.items():
            delivered = deal.delivered.get(unit, 0)
            to_come = "what is to come is not known" if amount is None else f"{amount} to come"
            lines += [f"{deal.commodity}: {delivered} {unit} delivered, {to_come}"]
    for coming in state.next_anniversaries:
        lines += [f"coming: {coming.years} years of {coming.of} on {coming.falls}"]
    lines += [f"in doubt: {len(state.findings)} findings, {len(state.undetermined)} undated"]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Print the note on a store of one's own, or on the dossier that comes with comity."""
    if arguments:
        store, *parties, day = arguments
        with comity.open(store) as engine:
            print(note(engine, "-".join(sorted(parties)), day))
        return
    dossier = (files("comity") / "dossiers" / "pakistan_russia.jsonl").read_text("utf-8")
    with comity.open(":memory:") as engine:
        engine.extend(dossier.splitlines())
        print(note(engine, "PAK-RUS", "2023-06-20"))


if __name__ == "__main__":
    main(sys.argv[1:])
