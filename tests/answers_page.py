"""Writes docs/reference/answers.md from the declarations: `python -m tests.pages`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_origin

import griffe

import comity
from comity.domain.events.base import literals
from tests.api import declared, fields, methods, prose
from tests.api_groups import ANSWERS, LISTS, names_of

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "answers.md"

HEAD = """# The answers

The answers of the engine are frozen structs. All of them can be imported from `comity`.
`msgspec.to_builtins` turns one into plain data, `msgspec.json.encode` into JSON. Dates are EDTF
text, as the events gave them, unless it says otherwise. Empty text and None mean that something is
not known.

This page has each type with its fields. It is written from their declarations by `python -m
tests.pages`; a test compares them.
"""
INTRODUCTIONS = {
    "The state of a relationship": "What [a state holds](engine.md#the-state), part by part.",
    "Timelines and evidence": "What a timeline, a comparison and an event's evidence are made of.",
    "Views": "The answers of [the views](engine.md#asking-across-relationships-on-a-day).",
    "Search": "What [a search](engine.md#searching) finds.",
    "Recording and the log": "What was recorded, imported, merged, redacted or verified.",
}


def entry(name: str) -> str:
    """A class under its name: what it is, its fields, its methods."""
    found = declared(name)
    assert isinstance(found, griffe.Class)
    parts = [
        f"### {name}\n",
        f"{prose(found)}\n",
        fields(found),
        *methods(found, f"{name}.", "####"),
    ]
    return "\n".join(part for part in parts if part)


def _values(name: str) -> str:
    told = getattr(comity, name)
    if name == "FindingKind":
        return "[the kinds of findings](findings.md)"
    if get_origin(told) is Literal:
        return ", ".join(f"`{value}`" for value in literals(told) if value)
    return " ".join(prose(declared(name)).split())


def render() -> str:
    """The page."""
    parts = [HEAD]
    for part in filter(names_of, ANSWERS):
        parts += [f"## {part}\n", f"{INTRODUCTIONS[part]}\n", *map(entry, names_of(part))]
    rows = "".join(f"| `{name}` | {_values(name)} |\n" for name in sorted(names_of(LISTS)))
    parts += [f"## {LISTS}\n", f"| name | values |\n|---|---|\n{rows}"]
    return "\n".join(parts)
