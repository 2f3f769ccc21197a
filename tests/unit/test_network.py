"""The network of relations: links between pairs, the parties at their ends, and graph data."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, Literal

import pytest

from comity import (
    EnvoyAppointed,
    Event,
    InvalidDate,
    Link,
    MissionLevel,
    MissionOpened,
    Network,
    NetworkProjection,
    Node,
    Rank,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
    StatementMade,
)
from comity.projections.views import network
from tests.unit.given import PAIR, given

ON = "2023-06-20"


def established(*parties: str, when: str = "1950") -> RelationsEstablished:
    return RelationsEstablished(parties=parties, when=when)


def opened(
    sender: str, host: str, level: MissionLevel | Literal[""] = "embassy", **fields: Any
) -> MissionOpened:
    return MissionOpened(sender=sender, host=host, when="1960", level=level, **fields)


def appointed(rank: Rank, sender: str = "PAK", host: str = "RUS", **fields: Any) -> EnvoyAppointed:
    return EnvoyAppointed(
        sender=sender, host=host, name=f"The {rank}", rank=rank, when="1970", **fields
    )


def link(*events: Event, on: str = ON, **options: Any) -> Link:
    [only] = given(*events).network(*PAIR, on=on, **options).links
    return only


WORLD: tuple[Event, ...] = (
    established("PAK", "SUN", when="1948-05-01"),
    opened("PAK", "SUN"),
    established("CHN", "PAK", when="1951-05-21"),
    opened("CHN", "PAK", level="legation"),
    established("IND", "PAK"),
    opened("IND", "PAK"),
    RelationsSevered(parties=("IND", "PAK"), when="1971-12-03"),
    StatementMade(parties=("PAK", "USA"), by="USA", when="2001"),
)


def test_nothing_recorded_is_no_network() -> None:
    assert given().network() == given().network(*PAIR) == given().network("PAK") == Network()


def test_a_link_tells_relations_level_rank_and_how_much_is_known() -> None:
    answer = link(established(*PAIR, when="1948-05-01"), opened(*PAIR), appointed("ambassador"))
    assert answer == Link(
        "PAK-RUS", "PAK", "RUS", "established", "1948-05-01", "embassy", "ambassador", 3
    )


def test_every_pair_of_whose_relations_something_is_known_is_linked() -> None:
    """Relations with three, severed with one of them; of the fourth only a statement is known."""
    answer = given(*WORLD).network(on=ON)
    assert answer.links == (
        Link("CHN-PAK", "CHN", "PAK", "established", "1951-05-21", "legation", "", 2),
        Link("IND-PAK", "IND", "PAK", "severed", "1971-12-03", "embassy", "", 3),
        Link("PAK-RUS", "PAK", "RUS", "established", "1948-05-01", "embassy", "", 2),
    )
    assert answer.nodes == (
        Node("CHN", 1, 0), Node("IND", 0, 0), Node("PAK", 2, 1), Node("RUS", 1, 1),
    )  # fmt: skip


def test_a_day_in_the_past_has_the_network_of_that_day() -> None:
    engine = given(*WORLD)
    assert [link.relationship for link in engine.network(on="1949-01-01").links] == ["PAK-RUS"]
    assert engine.network(on="1971-12-02").nodes == (
        Node("CHN", 1, 0), Node("IND", 1, 1), Node("PAK", 3, 2), Node("RUS", 1, 1),
    )  # fmt: skip
    assert engine.network(on="1948-04-30") == engine.network(known_at=0) == Network()


def test_one_party_has_its_own_links_and_several_those_among_them() -> None:
    engine = given(*WORLD, established("CHN", "USA"), established("CHN", "RUS"))

    def links(*parties: str) -> list[str]:
        return [link.relationship for link in engine.network(*parties).links]

    assert links("PAK") == ["CHN-PAK", "IND-PAK", "PAK-RUS"]
    assert links("PAK", "CHN", "USA") == ["CHN-PAK", "CHN-USA"]
    assert links("CHN-PAK-USA") == ["CHN-PAK", "CHN-USA"]
    assert links("RUS", "PAK") == links("PAK-RUS") == ["PAK-RUS"]
    assert links("IND", "USA") == []


def test_an_event_of_three_links_each_of_their_pairs() -> None:
    answer = given(established("CHN", "PAK", "RUS")).network()
    assert [(link.relationship, link.status, link.events) for link in answer.links] == [
        ("CHN-PAK", "established", 1),
        ("CHN-RUS", "established", 1),
        ("PAK-RUS", "established", 1),
    ]
    assert answer.nodes == (Node("CHN", 2), Node("PAK", 2), Node("RUS", 2))


def test_a_mission_told_of_by_three_links_its_sender_and_host_alone() -> None:
    engine = given(
        opened("PAK", "RUS", parties=("CHN", "PAK", "RUS")),
        appointed("envoy", parties=("CHN", "PAK", "RUS")),
    )
    assert {link.relationship: (link.level, link.rank) for link in engine.network().links} == {
        "CHN-PAK": ("", ""),
        "CHN-RUS": ("", ""),
        "PAK-RUS": ("embassy", "envoy"),
    }


# Status, level and rank


@pytest.mark.parametrize(
    ("event", "status"),
    [(RelationsSuspended, "suspended"), (RelationsSevered, "severed")],
)
def test_what_is_suspended_or_severed_is_linked_and_counts_for_no_relations(
    event: type[Event], status: str
) -> None:
    history = (established(*PAIR), opened(*PAIR), event(parties=PAIR, when="1980"))
    answer = given(*history).network(on=ON)
    assert [(link.status, link.since, link.level) for link in answer.links] == [
        (status, "1980", "embassy")
    ]
    assert answer.nodes == (Node("PAK"), Node("RUS"))
    restored = RelationsRestored(parties=PAIR, when="1990")
    assert given(*history, restored).network(on=ON).nodes == (Node("PAK", 1, 1), Node("RUS", 1, 1))


def test_the_level_is_the_highest_in_either_direction() -> None:
    lower = [opened("PAK", "RUS", level="consulate-general", city="Kazan")]
    assert link(*lower).level == "consulate-general"
    for level in ("interests-section", "liaison-office", "legation", "embassy"):
        lower.append(opened("RUS", "PAK", level=level))
        assert link(lower[0], lower[-1]).level == level
        assert link(opened("PAK", "RUS", level=level), opened("RUS", "PAK", level=level)) == Link(
            "PAK-RUS", "PAK", "RUS", level=level, events=2
        )
    for below, above in pairwise(lower[1:]):
        other_way = opened("PAK", "RUS", level=below.level)
        assert link(other_way, above).level == above.level


def test_the_levels_are_those_that_a_mission_can_have() -> None:
    levels = (
        "embassy high-commission apostolic-nunciature permanent-mission legation delegation "
        "liaison-office representative-office interests-section consulate-general consulate "
        "honorary-consulate"
    )
    assert " ".join(network.LEVELS) == levels
    for level in network.LEVELS:
        assert opened("PAK", "RUS", level=level).level == level


def test_the_rank_is_the_highest_of_those_who_do_not_merely_stand_in() -> None:
    charge = appointed("chargé d'affaires")
    assert link(charge).rank == "chargé d'affaires"
    assert link(charge, appointed("envoy", "RUS", "PAK")).rank == "envoy"
    assert link(appointed("envoy"), appointed("ambassador", "RUS", "PAK")).rank == "ambassador"
    assert link(appointed("ambassador", ad_interim=True)).rank == ""


# Time and knowledge


def test_what_may_have_happened_counts_only_as_possible() -> None:
    unsure = established(*PAIR, when="2023")
    assert given(unsure).network(on=ON) == Network()
    assert link(unsure, certainty="possible").status == "established"
    decade = established(*PAIR, when="194X/1952-02-29")
    assert link(decade, on="1949-12-31").since == "194X/1952-02-29"


def test_the_first_and_the_last_year_of_the_calendar_are_days_like_others() -> None:
    history = (established(*PAIR, when="0001"), RelationsSevered(parties=PAIR, when="9999-12-31"))
    assert link(*history, on="0001-12-31").status == "established"
    assert link(*history, on="9999-12-31").status == "severed"


def test_retracted_events_and_losing_accounts_count_for_nothing() -> None:
    engine = given(
        established(*PAIR, when="1948"),
        RelationsSevered(parties=PAIR, when="1950", happening="break", confidence=0.5),
        RelationsSevered(parties=PAIR, when="1960", happening="break"),
    )
    [severed] = engine.network().links
    assert (severed.status, severed.since, severed.events) == ("severed", "1960", 2)
    engine.retract(list(engine.events())[2].event.id, "never happened")
    engine.retract(list(engine.events())[1].event.id, "never happened")
    [now], [then] = engine.network().links, engine.network(known_at=3).links
    assert (now.status, now.events) == ("established", 1)
    assert then == severed


def test_an_impossible_question_is_refused() -> None:
    with pytest.raises(InvalidDate):
        given().network(on="2023-13")


# Plain data


def test_as_plain_data_it_is_nodes_with_ids_and_edges_between_them() -> None:
    data = given(established(*PAIR, when="1948-05-01"), opened(*PAIR)).network(on=ON).to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data == {
        "directed": False,
        "multigraph": False,
        "nodes": [
            {"id": "PAK", "links": 1, "embassies": 1},
            {"id": "RUS", "links": 1, "embassies": 1},
        ],
        "edges": [
            {
                "source": "PAK", "target": "RUS", "relationship": "PAK-RUS",
                "status": "established", "since": "1948-05-01", "level": "embassy", "rank": "",
                "events": 2,
            }
        ],
    }  # fmt: skip


def test_every_edge_ends_in_nodes() -> None:
    data = given(*WORLD).network().to_dict()
    ids = {node["id"] for node in data["nodes"]}
    assert {edge[end] for edge in data["edges"] for end in ("source", "target")} == ids


# As a projection


def test_replayed_a_larger_relationship_has_no_link() -> None:
    engine = given(established("CHN", "PAK", "RUS"))
    answers = engine.replay(NetworkProjection())
    assert answers.pop("CHN-PAK-RUS") is None
    assert [item and item.relationship for item in answers.values()] == list(answers)
