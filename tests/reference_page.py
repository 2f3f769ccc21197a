"""Writes docs/reference/events.md from the catalogue: `python -m tests.reference_page`."""

from __future__ import annotations

import inspect
import typing
from pathlib import Path

import msgspec

from comity.domain.events import CATALOGUE, Event, RecordKeeping

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "events.md"
COMMON = [field.name for field in msgspec.structs.fields(Event)]

HEAD = """# The events

Every event has `parties`, `when` (EDTF), `sources`, `note`, `happening`, `confidence` (0 to 1, by
default 1) and `id` (derived from the content unless given), besides the fields of its kind below. A
field with a star must be given. Record keeping has recorded time only: no `when`, and its parties
are those of its target.

*Names parties*: the fields from which `parties` follows. *Once*: the subject for which it can come
true only once, whose id it takes as `happening`; a second telling is a rival account.

This page is written from the catalogue by `python -m tests.reference_page`; a test compares them.
"""


def _type(hint: object) -> str:
    text = inspect.formatannotation(hint) if isinstance(hint, type) else str(hint)
    for prefix in ("comity.domain.values.", "decimal.", "typing."):
        text = text.replace(prefix, "")
    return text.replace(" | ", " or ")


def _row(kind: type[Event]) -> list[str]:
    hints = typing.get_type_hints(kind)
    lines: list[str] = []
    for field in msgspec.structs.fields(kind):
        if field.name in COMMON:
            continue
        star = "*" if field.required or field.name in kind.needs else ""
        lines.append(f"- `{field.name}`{star}: {_type(hints[field.name])}")
    return lines


def render() -> str:
    """The page."""
    parts = [HEAD]
    area = ""
    for tag, kind in CATALOGUE.items():
        module = kind.__module__.rpartition(".")[2]
        if module != area:
            area = module
            parts.append(f"## {area.capitalize()}\n")
        doc = inspect.getdoc(kind) or ""
        parts.append(f"### {kind.__name__}\n\n`{tag}`. {doc.partition('>>>')[0].strip()}\n")
        if rows := _row(kind):
            parts.append("\n".join(rows) + "\n")
        notes: list[str] = []
        if kind.roles:
            notes.append("Names parties: " + ", ".join(f"`{role}`" for role in kind.roles) + ".")
        if kind.once:
            notes.append("Once: " + ", ".join(f"`{field}`" for field in kind.once) + ".")
        if notes and not issubclass(kind, RecordKeeping):
            parts.append(" ".join(notes) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
