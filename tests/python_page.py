"""Writes docs/reference/python.md from the docstrings: `python -m tests.pages`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import griffe

from tests.answers_page import entry
from tests.api import BESIDE, bases, call, declared, method, prose, public_names
from tests.api_groups import (
    ANSWERS,
    ERRORS,
    EVENTS,
    FUNCTIONS,
    HANDLES,
    LISTS,
    MODULES,
    PROJECTIONS,
    VALUES,
    names_of,
    part_of,
)

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "python.md"
WITHOUT_ENTRY = ("Event", "RecordKeeping")
"""What kinds of events share; the page of events describes only kinds."""

HEAD = """# Python, name by name

Every public name of `comity`, how it is called, and the errors that it raises. [The
engine](engine.md) says the same by what you want to know, with examples; [the events](events.md)
and [the answers](answers.md) have pages of their own.

This page is written from the docstrings by `python -m tests.pages`; a test compares them.
"""


def _functions() -> Iterator[str]:
    yield f"## {FUNCTIONS}\n"
    for name in sorted(names_of(FUNCTIONS), key=lambda name: name != "open"):
        function = declared(name)
        assert isinstance(function, griffe.Function)
        yield f"### comity.{name}\n"
        yield call(function, f"comity.{name}")
        yield f"{prose(function)}\n"


def _modules() -> Iterator[str]:
    """The functions of each public module."""
    for name in names_of(MODULES):
        module = declared(name)
        yield f"## comity.{name}\n\n{prose(module)}\n"
        for function in module.members.values():
            if isinstance(function, griffe.Function) and not function.name.startswith("_"):
                yield method(function, f"comity.{name}.", "###")


def _engine() -> Iterator[str]:
    """The methods of the engine, in the parts from which it is made."""
    engine = declared("TimelineEngine")
    assert isinstance(engine, griffe.Class)
    yield f"## TimelineEngine\n\n{prose(engine)}\n"
    for part in (engine, *engine.mro()):
        title, _, more = prose(part).partition("\n")
        if part is not engine:
            yield f"## {title.rstrip('.')}\n"
            yield f"{more.strip()}\n"
        for member in part.members.values():
            if member.name.startswith("_") or not prose(member):
                continue
            if isinstance(member, griffe.Function):
                yield method(member, "engine.", "###")
            elif isinstance(member, griffe.Attribute):
                kind = f"```text\nengine.{member.name}: {member.annotation}\n```\n"
                yield f"### engine.{member.name}\n\n{kind}\n{prose(member)}\n"


def _constructed(name: str) -> Iterator[str]:
    """A projection: how it is made, and what it answers."""
    found = declared(name)
    assert isinstance(found, griffe.Class)
    yield f"### {name}\n"
    made = found.all_members.get("__init__")
    target = made.final_target if isinstance(made, griffe.Alias) else made
    if isinstance(target, griffe.Function):
        yield call(target, name)
    yield f"{prose(found)}\n"


def _error(name: str) -> str:
    above = bases(name)
    kind = f"A kind of [{above[0]}](#{above[0].lower()}). " if above else ""
    return f"### {name}\n\n{kind}{prose(declared(name))}\n"


def _place(name: str) -> str:
    """Where a name is described."""
    part = part_of(name)
    if part in ANSWERS:
        return f"answers.md#{name.lower()}"
    if part == LISTS:
        return "answers.md#closed-lists-and-parameters"
    if part == EVENTS and name not in WITHOUT_ENTRY:
        return f"events.md#{name.lower()}"
    return f"#comity{name}" if part in {FUNCTIONS, MODULES} else f"#{name.lower()}"


def render() -> str:
    """The page."""
    parts = [HEAD, *_functions(), *_engine(), *_modules(), f"## {HANDLES}\n"]
    parts += [entry(name) for name in names_of(HANDLES) if name != "TimelineEngine"]
    parts += [f"## {PROJECTIONS}\n", "[Projections](projections.md) says how to write your own.\n"]
    parts.append(entry("Projection"))
    for name in names_of(PROJECTIONS):
        if name != "Projection":
            parts += _constructed(name)
    parts += [f"## {VALUES}\n", *map(entry, names_of(VALUES))]
    parts += [f"## {ERRORS}\n", "[The tree](engine.md#errors) has the values of each.\n"]
    parts += [_error(name) for name in names_of(ERRORS)]
    parts += [f"## {EVENTS}\n", *map(entry, WITHOUT_ENTRY)]
    index = ", ".join(
        f"[`{'comity.' if name in BESIDE else ''}{name}`]({_place(name)})"
        for name in public_names()
    )
    parts += ["## Every name\n", f"{index}\n"]
    return "\n".join(part for part in parts if part.strip())
