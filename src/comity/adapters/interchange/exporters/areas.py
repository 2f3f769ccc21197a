"""The areas of the catalogue, by the modules in which the kinds of events are declared."""

from __future__ import annotations

from comity.domain.events import Event

AREAS = {
    "relations": "Relations", "missions": "Missions", "meetings": "Meetings",
    "anniversaries": "Anniversaries", "agreements": "Agreements", "trade": "Trade deals",
    "measures": "Measures", "statements": "Statements, votes, aid and alignment",
    "interactions": "Coded interactions",
}  # fmt: skip
"""The names of the areas, in the order in which they are shown."""


def area_of(event: Event) -> str:
    """The name of the area that the kind of an event belongs to."""
    return AREAS[type(event).__module__.rpartition(".")[2]]
