"""On which page, and in which part of it, each public name is described."""

from __future__ import annotations

import griffe

from tests.api import bases, declared, public_names

ANSWERS = {
    "The state of a relationship": (
        "projections.state", "projections.sections", "projections.findings",
    ),
    "Timelines and evidence": (
        "domain.selection", "domain.recorded", "domain.accounts", "projections.evidence",
        "projections.diff", "projections.learned",
    ),
    "Views": ("projections.views",),
    "Search": ("domain.search",),
    "Recording and the log": ("engine", "materialized.manager"),
}  # fmt: skip
"""The parts of the page of answers, with the modules whose structs are described there."""

FUNCTIONS, MODULES, HANDLES, PROJECTIONS = "Functions", "Modules", "Handles", "Projections"
VALUES, LISTS, ERRORS, EVENTS = (
    "Values and settings",
    "Closed lists and parameters",
    "Errors",
    "Events",
)


def part_of(name: str) -> str:
    """The part in which a name is described."""
    found = declared(name)
    if isinstance(found, griffe.Function):
        return FUNCTIONS
    if isinstance(found, griffe.Module):
        return MODULES
    if isinstance(found, griffe.Attribute):
        return LISTS
    assert isinstance(found, griffe.Class)
    above = {name, *bases(name)}
    for root, part in (("ComityError", ERRORS), ("Event", EVENTS), ("Projection", PROJECTIONS)):
        if root in above:
            return part
    is_data = any(str(base).endswith(("Struct", "NamedTuple")) for base in found.bases)
    if not is_data and not above & set(public_names()) - {name}:
        return HANDLES
    module = found.module.path.removeprefix("comity.")
    for part, modules in ANSWERS.items():
        if module.startswith(modules):
            return part
    return VALUES


def names_of(part: str) -> list[str]:
    """The names that a part describes, in the order of their modules and of their declaration."""
    chosen = [name for name in public_names() if part_of(name) == part]
    return sorted(chosen, key=lambda name: (declared(name).module.path, declared(name).lineno or 0))
