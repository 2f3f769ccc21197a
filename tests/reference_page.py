"""Writes docs/reference/events.md from the catalogue: `python -m tests.pages`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comity.adapters.catalogue.kinds import KindInfo, kind_info
from comity.adapters.catalogue.notes import described, example
from comity.adapters.catalogue.value_lists import value_lists
from comity.domain.events import CATALOGUE

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "events.md"
MOST_VALUES = 60

HEAD = """# The events

Every event has `parties`, `when` (EDTF), `sources`, `note`, `happening`, `confidence` (0 to 1, by
default 1) and `id` (derived from the content unless given), besides the fields of its kind below. A
field with a star must be given. Record keeping has recorded time only: no `when`, and its parties
are those of its target. Text that names something (persons, cities, titles, ids) is recorded in
Unicode's form NFC.

*Names parties*: the fields from which `parties` follows. *Once*: the subject for which it can come
true only once, whose id it takes as `happening`; a second telling is a rival account.

*About*: the subject whose life the event moves, and from which states it leads to which; some kinds
have none. [Lives](lives.md) has the whole table. *Summary*: what a timeline shows of the example.
Below it is the example itself, as a line that `comity append` takes.

On the command line, `comity kinds meeting-held` shows the same, and `comity kinds rank` what it
lists; `comity kinds WORD` looks any word up.

This page is written from the catalogue by `python -m tests.pages`; a test compares them.
"""


def _rows(info: KindInfo) -> list[str]:
    """A line for each field of its own."""
    lines: list[str] = []
    for field in info.fields:
        if field.common:
            continue
        holds = field.shape
        if field.list:
            link = f"[{field.list}](#{field.list})"
            holds = f"one of {link}" if field.closed else f"{holds}, usually of {link}"
        star = "*" if field.required else ""
        lines.append(
            f"- `{field.name}`{star}: {holds}{'. ' + field.meaning if field.meaning else ''}"
        )
    return lines


def _notes(info: KindInfo) -> list[str]:
    notes: list[str] = []
    if info.about:
        moves = "; ".join(f"{', '.join(move.states)} → {move.to}" for move in info.moves)
        notes.append(f"About: {info.about} ({moves}).")
    if info.names_parties:
        notes.append("Names parties: " + ", ".join(f"`{r}`" for r in info.names_parties) + ".")
    if info.once:
        notes.append("Once: " + ", ".join(f"`{field}`" for field in info.once) + ".")
    return notes


def _values() -> Iterator[str]:
    """The lists of values with their meanings; long ones only by their size."""
    yield "## Values\n"
    for values in value_lists().values():
        other = "" if values.closed else " Any other text is taken too."
        yield f"### {values.name}\n\n{values.what[0].upper()}{values.what[1:]}.{other}\n"
        if len(values.values) > MOST_VALUES:
            yield f"{len(values.values)} values: `comity kinds {values.name}` lists them.\n"
        else:
            told = ((v, f": {meaning}" if meaning else "") for v, meaning in values.values.items())
            yield "\n".join(f"- `{value}`{meaning}" for value, meaning in told) + "\n"


def render() -> str:
    """The page."""
    parts = [HEAD]
    area = ""
    for tag, kind in CATALOGUE.items():
        info = kind_info(tag)
        if info.area != area:
            area = info.area
            parts.append(f"## {area.capitalize()}\n")
        parts.append(f"### {info.name}\n\n`{tag}`. {described(kind)}\n")
        if rows := _rows(info):
            parts.append("\n".join(rows) + "\n")
        if notes := _notes(info):
            parts.append(" ".join(notes) + "\n")
        event = example(kind)
        assert event is not None
        parts.append(f"Summary: {event.summary()}\n")
        if info.examples:
            parts.append(f"```json\n{info.examples[-1]}\n```\n")
    parts += _values()
    return "\n".join(parts)
