"""Missions across relationships: who represents whom, at what rank, and which posts are vacant."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from comity import (
    AgreementAcceded,
    CredentialsPresented,
    EnvoyAppointed,
    EnvoyDeparted,
    Event,
    InvalidValue,
    MissionClosed,
    MissionOpened,
    RelationshipMission,
    TimelineEngine,
)
from comity.projections.sections.mission import Envoy
from comity.projections.views import missions as posts
from tests.unit.given import PAIR, given

CHARGE = "chargé d'affaires"
EMBASSY = MissionOpened(sender="PAK", host="RUS", when="1949-12", city="Moscow")
OTHER_WAY = MissionOpened(sender="RUS", host="PAK", when="1950", city="Karachi")
CONSULATE = MissionOpened(
    sender="PAK", host="RUS", when="1990", level="consulate-general", city="Kazan"
)


def appointed(
    name: str, when: str = "2020", sender: str = "PAK", host: str = "RUS", **fields: Any
) -> EnvoyAppointed:
    return EnvoyAppointed(sender=sender, host=host, name=name, when=when, **fields)


def described(engine: TimelineEngine, *parties: str, **options: Any) -> list[str]:
    """Each mission as `PAK-USA: PAK → USA embassy, head`."""
    options.setdefault("on", "2023-06-20")
    return [
        f"{m.relationship}: {m.sender} → {m.host} {m.level}, {m.head.name if m.head else 'nobody'}"
        for m in engine.missions(*parties, **options)
    ]


def test_nothing_recorded_is_nothing_answered() -> None:
    assert given().missions() == given().missions(*PAIR) == given().missions("PAK") == ()


def test_a_mission_is_that_of_the_state_with_its_relationship() -> None:
    engine = given(EMBASSY, CONSULATE, OTHER_WAY, appointed("Khan", "2020-03"))
    missions = engine.missions(on="2023-06-20")
    state = engine.state(*PAIR, on="2023-06-20")
    assert [msgspec.structs.asdict(mission) for mission in missions] == [
        {**msgspec.structs.asdict(mission), "relationship": "PAK-RUS"} for mission in state.missions
    ]
    assert missions[0] == RelationshipMission(
        "PAK", "RUS", "embassy", "Moscow", "", "1949-12", Envoy("Khan", "ambassador", "2020-03"),
        vacant=False, relationship="PAK-RUS",
    )  # fmt: skip


def test_every_pair_one_partys_pairs_or_one_relationship_is_answered_in_order() -> None:
    engine = given(
        appointed("A", sender="USA", host="PAK"),
        appointed("B", sender="PAK", host="CHN"),
        appointed("C", sender="CHN", host="USA"),
    )
    by_pair = [
        "CHN-PAK: PAK → CHN embassy, B",
        "CHN-USA: CHN → USA embassy, C",
        "PAK-USA: USA → PAK embassy, A",
    ]
    assert described(engine) == by_pair
    assert described(engine, "PAK") == [by_pair[0], by_pair[2]]
    assert described(engine, "USA", "PAK") == described(engine, "PAK-USA") == [by_pair[2]]


def test_a_mission_told_of_by_several_parties_is_its_sender_and_hosts_alone() -> None:
    engine = given(appointed("A", parties=("CHN", "PAK", "RUS")))
    assert described(engine) == ["PAK-RUS: PAK → RUS embassy, A"]
    assert described(engine, "CHN") == described(engine, "CHN", "PAK", "RUS") == []


def test_the_mission_of_a_continued_state_is_its_heirs() -> None:
    engine = given(
        MissionOpened(sender="PAK", host="SUN", when="1949-12"), appointed("Khan", "2020-03")
    )
    assert described(engine) == ["PAK-RUS: PAK → RUS embassy, Khan"]


# By rank


def test_by_rank_the_relationships_at_ambassador_level_on_a_day_are_told_with_who_it_was() -> None:
    """In 1951 an ambassador and an envoy; by 1961 an ambassador in place of the envoy."""
    engine = given(
        appointed("Qureshi", "1949"),
        appointed("Isphahani", "1948", host="USA", rank="envoy"),
        CredentialsPresented(sender="PAK", host="USA", name="Ahmed", when="1960"),
        EnvoyDeparted(sender="PAK", host="RUS", name="Qureshi", when="1952"),
    )
    assert described(engine, rank="ambassador", on="1951-06-01") == [
        "PAK-RUS: PAK → RUS embassy, Qureshi"
    ]
    assert described(engine, rank="envoy", on="1951-06-01") == [
        "PAK-USA: PAK → USA embassy, Isphahani"
    ]
    assert described(engine, rank="ambassador", on="1961-01-01") == [
        "PAK-USA: PAK → USA embassy, Ahmed"
    ]


def test_a_head_ad_interim_has_no_rank() -> None:
    interim = appointed("Stand-in", rank=CHARGE, ad_interim=True)
    assert described(given(EMBASSY, interim), rank=CHARGE) == []
    assert described(given(EMBASSY, appointed("Resident", rank=CHARGE)), rank=CHARGE) != []


def test_an_unknown_rank_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InvalidValue, match=r"ambassador, high commissioner, .*, chargé d'affaires"):
        given().missions(rank="Ambassador")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_the_ranks_are_those_that_an_envoy_can_have() -> None:
    assert posts.RANKS == (
        "ambassador", "high commissioner", "nuncio", "permanent representative", "envoy",
        "minister", "internuncio", "chargé d'affaires",
    )  # fmt: skip


# By post


def test_a_post_is_vacant_or_filled_and_a_consulate_neither() -> None:
    left = EnvoyDeparted(sender="RUS", host="PAK", name="Ganich", when="2022")
    named = appointed("Ganich", sender="RUS", host="PAK")
    engine = given(EMBASSY, OTHER_WAY, CONSULATE, appointed("Khan"), named, left)
    filled, vacant = "PAK-RUS: PAK → RUS embassy, Khan", "PAK-RUS: RUS → PAK embassy, nobody"
    assert described(engine, vacant=False) == [filled]
    assert described(engine, vacant=True) == [vacant]
    assert described(engine) == [filled, "PAK-RUS: PAK → RUS consulate-general, nobody", vacant]


def test_a_post_of_which_nobody_was_ever_recorded_is_neither_vacant_nor_filled() -> None:
    engine = given(EMBASSY)
    assert described(engine, vacant=False) == described(engine, vacant=True) == []
    assert described(engine) == ["PAK-RUS: PAK → RUS embassy, nobody"]


def test_a_post_held_ad_interim_is_vacant_and_tells_who_acts() -> None:
    engine = given(EMBASSY, appointed("Stand-in", rank=CHARGE, ad_interim=True))
    [mission] = engine.missions(vacant=True, on="2023-06-20")
    assert (mission.head, mission.acting and mission.acting.name) == (None, "Stand-in")


def test_what_is_neither_yes_nor_no_nor_either_is_refused() -> None:
    vacant: Any = "no"
    with pytest.raises(InvalidValue, match="vacant"):
        given().missions(vacant=vacant)


def test_by_city_those_in_it_are_told() -> None:
    engine = given(EMBASSY, OTHER_WAY, CONSULATE)
    assert described(engine, city="Kazan") == ["PAK-RUS: PAK → RUS consulate-general, nobody"]
    assert described(engine, city="Vienna") == []


# Time and knowledge


def test_an_imprecise_date_counts_when_it_is_certain_or_as_possible() -> None:
    engine = given(appointed("Khan", "2020-03"))
    assert described(engine, on="2020-03-30") == []
    assert described(engine, on="2020-03-31") == ["PAK-RUS: PAK → RUS embassy, Khan"]
    assert described(engine, on="2020-03-01", certainty="possible") == described(engine)
    assert described(given(appointed("Khan", "201X/2024-02-29")), on="2019-12-31") == described(
        engine
    )


def test_missions_stand_from_the_first_year_of_the_calendar_to_the_last() -> None:
    engine = given(appointed("First", "0001"), appointed("Last", "9999-12-31"))
    assert described(engine, on="0001-12-31") == ["PAK-RUS: PAK → RUS embassy, First"]
    assert described(engine, on="9999-12-31") == ["PAK-RUS: PAK → RUS embassy, Last"]


def test_a_closed_mission_is_told_only_for_days_before() -> None:
    engine = given(EMBASSY, MissionClosed(sender="PAK", host="RUS", when="1960-02-29"))
    assert len(described(engine, on="1960-02-28")) == 1
    assert described(engine, on="1960-02-29") == []


def test_what_was_retracted_corrected_or_not_yet_known_is_answered_as_it_was_known() -> None:
    engine = given(EMBASSY, appointed("Khan"))
    second = list(engine.events())[1].event
    engine.correct(second.id, appointed("Ali Khan"), "his name")
    embassy = "PAK-RUS: PAK → RUS embassy, "
    assert [described(engine, known_at=k) for k in (0, 1, 2)] == [
        [],
        [embassy + "nobody"],
        [embassy + "Khan"],
    ]
    assert described(engine) == [embassy + "Ali Khan"]


def test_of_rival_accounts_the_one_that_stands_is_told() -> None:
    def rival(name: str, confidence: float) -> Event:
        return appointed(name, happening="ambassador-2020", confidence=confidence)

    engine = given(rival("A", 0.5), rival("B", 0.9))
    assert described(engine) == ["PAK-RUS: PAK → RUS embassy, B"]


def test_an_act_in_a_relationship_without_missions_is_no_hindrance() -> None:
    """What one party did alone on an agreement can belong to all of its relationships."""
    engine = given(
        MissionOpened(sender="PAK", host="RUS", when="1990", level="embassy"),
        AgreementAcceded(agreement="a", parties=("CHN", "PAK"), by="PAK", when="1991"),
    )
    assert [mission.relationship for mission in engine.missions(on="2000-01-01")] == ["PAK-RUS"]
    assert [link.relationship for link in engine.network(on="2000-01-01").links] == ["PAK-RUS"]
