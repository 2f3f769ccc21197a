"""The world on a day: the state of every pair of parties."""

from __future__ import annotations

from comity.projections.presenting import Tabular
from comity.projections.sections.meetings import planned_day
from comity.projections.state import RelationshipState, StateProjection
from comity.projections.views.view import Table, View


class World(dict[str, RelationshipState], Tabular):
    """The states of pairs by relationship; a table of them has the columns of the view."""

    def _kind(self) -> str:
        return "world"


# The view


def _last_meeting(state: RelationshipState) -> str:
    return max(state.meetings.last.values(), key=planned_day).when if state.meetings.last else ""


def _next_meeting(state: RelationshipState) -> str:
    return min(state.meetings.next.values(), key=planned_day).when if state.meetings.next else ""


_STATES: Table[RelationshipState] = Table(
    rows=lambda world: world.values(),
    columns={
        "relationship": lambda s: s.relationship,
        "events": lambda s: s.events,
        "status": lambda s: s.relations.status,
        "since": lambda s: s.relations.since,
        "missions": lambda s: len(s.missions),
        "agreements": lambda s: sum(map(len, s.agreements.values())),
        "deals": lambda s: len(s.deals),
        "measures": lambda s: len(s.measures),
        "last_meeting": _last_meeting,
        "next_meeting": _next_meeting,
        "findings": lambda s: len(s.findings),
        "undetermined": lambda s: len(s.undetermined),
    },
    shown=(
        "relationship", "events", "status", "since", "missions", "deals", "measures",
        "next_meeting", "findings",
    ),
    kinds={
        "relationship": "relationship", "since": "date", "last_meeting": "date",
        "next_meeting": "date",
        **dict.fromkeys(
            ("events", "missions", "agreements", "deals", "measures", "findings", "undetermined"),
            "integer",
        ),
    },
)  # fmt: skip

VIEW = View(
    name="world",
    projection=StateProjection,
    help="""How every pair stood on a day, one row for each.

    Missions, agreements and deals are the number of open ones, measures the number in force. As
    JSON the whole of each state.
    """,
    table=_STATES,
)
