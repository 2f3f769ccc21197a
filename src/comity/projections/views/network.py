"""The network of relations: who has relations with whom, and at what level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from operator import itemgetter
from typing import Any, Literal, TypeVar, get_args

import msgspec
from msgspec import Struct

from comity.domain.events import MissionLevel, Rank
from comity.projections.presenting import Tabular
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.missions import MISSIONS
from comity.projections.sections.relations import RELATIONS, RelationsStatus
from comity.projections.sections.section import WorkingState
from comity.projections.views.missions import RANKS, between, rank_of
from comity.projections.views.view import Table, View

N = TypeVar("N", bound=str)

LEVELS: tuple[MissionLevel, ...] = get_args(MissionLevel)
"""The levels of missions, from the highest down."""


class Link(Struct, frozen=True):
    """The link between `a` and `b`: the `status` of their relations, and `since` when it holds.

    `level` is the highest level of their missions in either direction; `rank` is the highest rank
    of their heads, ad interim excluded. Both are empty if none is known. `events` is the number of
    events about their relations, recognition, missions and envoys.
    """

    relationship: str
    a: str
    b: str
    status: RelationsStatus = "unknown"
    since: str = ""
    level: MissionLevel | Literal[""] = ""
    rank: Rank | Literal[""] = ""
    events: int = 0


class Node(Struct, frozen=True):
    """A party: with how many parties it has relations, and with how many at embassy level."""

    party: str
    links: int = 0
    embassies: int = 0


class Network(Struct, Tabular, frozen=True):
    """The links between pairs, and the parties at their ends as nodes."""

    links: tuple[Link, ...] = ()
    nodes: tuple[Node, ...] = ()

    def _kind(self) -> str:
        return "network"

    def to_dict(self) -> dict[str, Any]:
        """The network as node-link data: `nodes` with `id`, `edges` with `source` and `target`."""
        links: list[dict[str, Any]] = msgspec.to_builtins(self.links)
        nodes: list[dict[str, Any]] = msgspec.to_builtins(self.nodes)
        return {
            "directed": False,
            "multigraph": False,
            "nodes": [{"id": node.pop("party"), **node} for node in nodes],
            "edges": [{"source": link.pop("a"), "target": link.pop("b"), **link} for link in links],
        }


class NetworkProjection(SectionsProjection[Link | None]):
    """The link of a pair; None if no event was folded or there are more than two parties."""

    name = "network"
    version = 4
    sections = (RELATIONS, MISSIONS)

    def finish(self, state: WorkingState, on: date) -> Link | None:
        """The link on the day `on`."""
        if len(state.parties) != 2 or not state.events:
            return None
        relations, missions = RELATIONS.answer(state, on), between(state, on)
        return Link(
            state.relationship,
            *state.parties,
            relations.status,
            relations.since,
            _highest(LEVELS, {mission.level for mission in missions}),
            _highest(RANKS, {rank_of(mission) for mission in missions}),
            state.events,
        )


def _highest(order: Iterable[N], known: Collection[str]) -> N | Literal[""]:
    return next((name for name in order if name in known), "")


def network(links: Iterable[Link | None]) -> Network:
    """The network of these links."""
    known = tuple(link for link in links if link is not None)
    related, embassies = Counter[str](), Counter[str]()
    for link in known:
        has_relations = link.status == "established"
        for code in (link.a, link.b):
            related[code] += has_relations
            embassies[code] += has_relations and link.level == "embassy"
    nodes = (Node(code, related[code], embassies[code]) for code in sorted(related))
    return Network(known, tuple(nodes))


# The view

_EDGES = ("source", "target", "relationship", "status", "since", "level", "rank", "events")
_NODES = ("id", "links", "embassies")

VIEW = View(
    name="network",
    projection=NetworkProjection,
    help="""Who has relations with whom, and at what level.

    As CSV the lists of edges and nodes that graph tools read, such as NetworkX and Gephi.
    """,
    table=Table[dict[str, Any]](
        {name: itemgetter(name) for name in _EDGES},
        shown=_EDGES[2:],
        rows=lambda network: network.to_dict()["edges"],
        kinds={
            "source": "party", "target": "party", "relationship": "relationship", "since": "date",
            "events": "integer",
        },
    ),
    others={
        "nodes": Table[dict[str, Any]](
            {name: itemgetter(name) for name in _NODES},
            rows=lambda network: network.to_dict()["nodes"],
            kinds={"id": "party", "links": "integer", "embassies": "integer"},
            help="The parties, and with how many each has relations.",
        )
    },
)  # fmt: skip
