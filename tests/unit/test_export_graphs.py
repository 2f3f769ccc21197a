"""The exports of the network, read back by networkx."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any, get_args

import msgspec
import pytest

import comity
from comity import (
    InvalidValue,
    MissionOpened,
    Organisation,
    RelationsEstablished,
    RelationsSevered,
    TimelineEngine,
)
from comity.adapters.interchange.exporters.graphs import GraphForm, write_graph
from comity.domain.parties.organisations import forget_organisations
from tests.unit.given import PAIR, given

networkx: Any = import_module("networkx")

EVENTS = [
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    MissionOpened(sender="PAK", host="SUN", when="1949"),
    RelationsEstablished(parties=("CHN", "PAK"), when="1951-05-21"),
    RelationsSevered(parties=("CHN", "PAK"), when="2024-01-01"),
    RelationsEstablished(parties=("PAK", "imf"), when="1950-07-11"),
]


def node_link(engine: TimelineEngine, *parties: str, **options: Any) -> Any:
    file = io.BytesIO()
    written = write_graph(engine, parties, file, **options)
    graph = networkx.node_link_graph(msgspec.json.decode(file.getvalue()), edges="edges")
    assert graph.number_of_edges() == written
    return graph


def graphml(engine: TimelineEngine, *parties: str, **options: Any) -> Any:
    file = io.BytesIO()
    write_graph(engine, parties, file, form="graphml", **options)
    return networkx.read_graphml(io.BytesIO(file.getvalue()))


def test_both_forms_hold_the_whole_network() -> None:
    with given(*EVENTS) as engine:
        told = engine.network(on="2023-06-20").to_dict()
        graphs = [form(engine, on="2023-06-20") for form in (node_link, graphml)]
    for graph in graphs:
        assert set(graph.nodes) == {node["id"] for node in told["nodes"]} == {
            "CHN", "PAK", "RUS", "imf",
        }  # fmt: skip
        assert graph.number_of_edges() == len(told["edges"]) == 3
        for link in told["edges"]:
            held = graph.edges[link["source"], link["target"]]
            expected = {k: v for k, v in link.items() if k not in ("source", "target")}
            assert expected.items() <= held.items()
            assert (held["a"], held["b"]) == (link["source"], link["target"])
        for node in told["nodes"]:
            assert graph.nodes[node["id"]]["links"] == node["links"]
        assert graph.nodes["RUS"]["name"] == "Russia"
        assert graph.nodes["RUS"]["existed"].endswith("1991-12-26/..")
        assert graph.nodes["imf"] == {
            "name": "International Monetary Fund", "existed": "", "links": 1, "embassies": 0,
        }  # fmt: skip
        assert graph.edges["PAK", "RUS"]["target_name"] == "Russia"
        assert graph.graph["on"] == "2023-06-20"
        assert graph.graph["known_at"] == len(EVENTS)
        assert not graph.is_directed()


def test_the_day_and_the_moment_of_knowing_count() -> None:
    with given(*EVENTS) as engine:
        assert node_link(engine, on="2024-01-01").edges["CHN", "PAK"]["status"] == "severed"
        assert set(node_link(engine, known_at=2).nodes) == {"PAK", "RUS"}
        assert set(node_link(engine, "CHN").nodes) == {"CHN", "PAK"}
        assert graphml(engine, "CHN", known_at=2).number_of_nodes() == 0


def test_a_hostile_name_is_text_that_xml_can_hold() -> None:
    evil = "<&>\"'\x00\x1b]]>\u202e\ufffe\uffff&amp;"
    organisation = Organisation(code="club", name=evil)
    try:
        with comity.open(":memory:", parties=[organisation]) as engine:
            engine.append(RelationsEstablished(parties=("PAK", "club"), when="1990"))
            for form in (node_link, graphml):
                name = form(engine).nodes["club"]["name"]
                assert name.startswith("<&>\"'\\x00\\x1b]]>")
                assert name.endswith("&amp;")
    finally:
        forget_organisations()


def test_an_unknown_form_is_refused_and_the_same_question_gives_the_same_bytes() -> None:
    with given(*EVENTS) as engine:
        with pytest.raises(InvalidValue, match="node-link or graphml"):
            write_graph(engine, PAIR, io.BytesIO(), form="dot")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        for form in get_args(GraphForm):
            files = io.BytesIO(), io.BytesIO()
            for file in files:
                write_graph(engine, (), file, form=form)
            assert files[0].getvalue() == files[1].getvalue() != b""
