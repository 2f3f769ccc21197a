"""Writes docs/reference/events.md from the catalogue: `python -m tests.pages`."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import typing
from pathlib import Path

import msgspec

from comity.domain.events import CATALOGUE, Event
from comity.domain.events.base import choices

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "events.md"
COMMON = [field.name for field in msgspec.structs.fields(Event)]

HEAD = """# The events

Every event has `parties`, `when` (EDTF), `sources`, `note`, `happening`, `confidence` (0 to 1, by
default 1) and `id` (derived from the content unless given), besides the fields of its kind below. A
field with a star must be given. Record keeping has recorded time only: no `when`, and its parties
are those of its target. Text that names something (persons, cities, titles, ids) is recorded in
Unicode's form NFC.

*Names parties*: the fields from which `parties` follows. *Once*: the subject for which it can come
true only once, whose id it takes as `happening`; a second telling is a rival account.

*About*: the subject whose life the event moves; some kinds have none. *Summary*: what a timeline
shows of the example in the kind's docstring.

This page is written from the catalogue by `python -m tests.pages`; a test compares them.
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
        closed = choices(kind).get(field.name)
        holds = " or ".join(sorted(closed - {""})) if closed else _type(hints[field.name])
        lines.append(f"- `{field.name}`{star}: {holds}")
    return lines


def _example(kind: type[Event]) -> Event:
    """The event that the kind's docstring constructs."""
    source = doctest.DocTestParser().get_examples(inspect.getdoc(kind) or "")[0].source
    expression = ast.parse(source.strip(), mode="eval").body
    while isinstance(expression, ast.Attribute):  # what the example shows of the event
        expression = expression.value
    event = eval(ast.unparse(expression), vars(importlib.import_module(kind.__module__)))
    assert isinstance(event, kind)
    return event


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
        notes = [f"About: {kind.subject}."] if kind.subject else []
        if kind.roles:
            notes.append("Names parties: " + ", ".join(f"`{role}`" for role in kind.roles) + ".")
        if kind.once:
            notes.append("Once: " + ", ".join(f"`{field}`" for field in kind.once) + ".")
        if notes:
            parts.append(" ".join(notes) + "\n")
        parts.append(f"Summary: {_example(kind).summary()}\n")
    return "\n".join(parts)
