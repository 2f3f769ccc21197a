"""The network of relations on a day, as node-link JSON and as GraphML, for NetworkX and Gephi."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from comity.adapters.interchange.encode import as_json
from comity.adapters.interchange.exporters.sentences import name_of
from comity.adapters.interchange.optional import loaded
from comity.adapters.interchange.safe_text import printable
from comity.domain.errors import InvalidValue
from comity.domain.parties.directory import find_parties
from comity.engine.engine import asked

if TYPE_CHECKING:
    from comity.domain.scope import Certainty
    from comity.engine import TimelineEngine
    from comity.query import Day, KnownAt

GraphForm = Literal["node-link", "graphml"]
"""How a graph is written."""


def write_graph(
    engine: TimelineEngine,
    parties: tuple[str, ...],
    file: BinaryIO,
    *,
    form: GraphForm = "node-link",
    on: Day = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
) -> int:
    """Write the network, and return how many links it has.

    The question is that of `TimelineEngine.network`. Each node has its party's name and when it
    existed; each link has both codes and both names. `networkx.node_link_graph(data,
    edges="edges")` reads the JSON, `networkx.read_graphml` the other form. Raises `InvalidInput`
    errors, and `NotInstalled` for GraphML without networkx.
    """
    question = asked(engine, parties, on, known_at)
    data = _graph(engine, parties, question.day, question.position, certainty)
    if form == "graphml":
        file.write(_graphml(data))
    elif form == "node-link":
        file.write(as_json(data, indent=True).encode() + b"\n")
    else:
        raise InvalidValue("form", form, "node-link or graphml")
    return len(data["edges"])


def _graph(
    engine: TimelineEngine,
    parties: tuple[str, ...],
    on: Day,
    position: int,
    certainty: Certainty,
) -> dict[str, Any]:
    """The network as node-link data, with names beside codes."""
    network = engine.network(*parties, on=on, known_at=position, certainty=certainty).to_dict()
    about = {"on": str(on), "known_at": position, "certainty": certainty}
    links: list[dict[str, Any]] = network["edges"]
    nodes: list[dict[str, Any]] = network["nodes"]
    return {
        "directed": False,
        "multigraph": False,
        "graph": about,
        "nodes": [_node(node) for node in nodes],
        "edges": [_link(link) for link in links],
    }


def _node(node: dict[str, Any]) -> dict[str, Any]:
    """A node with its party's name and existence: EDTF, several periods with a space between."""
    code = str(node["id"])
    known = {info.code: info for info in find_parties(code)}.get(code)
    existed = " ".join(known.existed) if known else ""
    return {"id": code, "name": _name(code), "existed": existed, **node}


def _link(link: dict[str, Any]) -> dict[str, Any]:
    source, target = str(link["source"]), str(link["target"])
    names = {"source_name": _name(source), "target_name": _name(target)}
    # An undirected graph need not keep which end is which, so each link says it.
    return {"source": source, "target": target, "a": source, "b": target, **names, **link}


def _name(code: str) -> str:
    """A name that XML can hold: without controls, and without the two characters that it bans."""
    return printable(name_of(code)).replace("\ufffe", r"\ufffe").replace("\uffff", r"\uffff")


def _graphml(data: dict[str, Any]) -> bytes:
    networkx = loaded("networkx", "GraphML", "graph")
    graph: Any = networkx.Graph(**data["graph"])
    for node in data["nodes"]:
        graph.add_node(node["id"], **{k: v for k, v in node.items() if k != "id"})
    for link in data["edges"]:
        ends = ("source", "target")
        graph.add_edge(
            link["source"], link["target"], **{k: v for k, v in link.items() if k not in ends}
        )
    written = io.BytesIO()
    # The writer that needs no lxml: its output is the same whether lxml is installed or not.
    networkx.write_graphml_xml(graph, written)
    return written.getvalue() + b"\n"
