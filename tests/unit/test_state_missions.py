"""Missions and envoys in the state, in each direction."""

from __future__ import annotations

from comity import (
    CredentialsPresented,
    EnvoyAppointed,
    EnvoyDeparted,
    EnvoyExpelled,
    Event,
    MissionClosed,
    MissionLevelChanged,
    MissionOpened,
    Rank,
    RelationsSevered,
)
from comity.projections.sections.mission import Envoy, Mission
from tests.unit.given import PAIR, given

CHARGE: Rank = "chargé d'affaires"
OPENED = MissionOpened(sender="PAK", host="RUS", when="1949-12", city="Moscow")


def missions(*events: Event, on: str = "2023-06-20") -> list[Mission]:
    return list(given(*events).state(*PAIR, on=on).missions)


def mission(*events: Event, on: str = "2023-06-20") -> Mission:
    [only] = missions(*events, on=on)
    return only


def appointed(name: str, when: str, rank: Rank = "ambassador", ad_interim: bool = False) -> Event:
    return EnvoyAppointed(
        sender="PAK", host="RUS", name=name, when=when, rank=rank, ad_interim=ad_interim
    )


def presented(name: str, when: str) -> Event:
    return CredentialsPresented(sender="PAK", host="RUS", name=name, when=when)


def departed(name: str, when: str) -> Event:
    return EnvoyDeparted(sender="PAK", host="RUS", name=name, when=when)


def test_who_heads_a_mission_that_opened_is_not_known_until_somebody_is_recorded() -> None:
    assert mission(OPENED) == Mission("PAK", "RUS", "embassy", "Moscow", "", "1949-12", None, None)


def test_missions_are_directed() -> None:
    other_way = MissionOpened(sender="RUS", host="PAK", when="1950", level="legation")
    assert [(m.sender, m.host, m.level) for m in missions(OPENED, other_way)] == [
        ("PAK", "RUS", "embassy"),
        ("RUS", "PAK", "legation"),
    ]


def test_a_mission_is_raised_and_keeps_when_it_opened() -> None:
    legation = MissionOpened(
        sender="PAK", host="RUS", when="1949", level="legation", accredited_from="Tehran"
    )
    raised = MissionLevelChanged(
        sender="PAK", host="RUS", when="1955", level="embassy", city="Moscow"
    )
    answer = mission(legation, raised)
    assert (answer.level, answer.since, answer.city) == ("embassy", "1949", "Moscow")
    assert mission(legation, raised, on="1954-12-31").level == "legation"


def test_a_mission_of_which_only_a_change_is_known_is_open() -> None:
    answer = mission(MissionLevelChanged(sender="PAK", host="RUS", when="1955", level="legation"))
    assert (answer.level, answer.since) == ("legation", "")


def test_a_closed_mission_is_gone_with_its_envoy() -> None:
    closed = MissionClosed(sender="PAK", host="RUS", when="1960")
    history = (OPENED, appointed("Qureshi", "1949"), closed)
    assert missions(*history) == []
    reopened = mission(*history, MissionOpened(sender="PAK", host="RUS", when="1970"))
    assert (reopened.since, reopened.head, reopened.vacant) == ("1970", None, None)


def test_consulates_stand_beside_the_embassy_one_for_each_city() -> None:
    def consulate(city: str) -> Event:
        return MissionOpened(
            sender="PAK", host="RUS", when="1990", level="consulate-general", city=city
        )

    history = (OPENED, consulate("Kazan"), consulate("Saint Petersburg"))
    assert [m.city for m in missions(*history)] == ["Moscow", "Kazan", "Saint Petersburg"]
    closed = MissionClosed(
        sender="PAK", host="RUS", when="2021", level="consulate-general", city="Kazan"
    )
    assert [m.city for m in missions(*history, closed)] == ["Moscow", "Saint Petersburg"]


def test_a_consulate_in_an_unknown_city_does_not_take_the_embassys_place() -> None:
    consulate = MissionOpened(sender="PAK", host="RUS", when="1990", level="consulate-general")
    assert [m.level for m in missions(OPENED, consulate)] == ["embassy", "consulate-general"]


def test_the_ambassador_heads_no_consulate() -> None:
    consulate = MissionOpened(
        sender="PAK", host="RUS", when="1990", level="consulate-general", city="Kazan"
    )
    embassy, other = missions(OPENED, consulate, appointed("Qureshi", "1949"))
    assert (embassy.head is None, other.head is None) == (False, True)


def test_an_envoy_without_a_known_mission_implies_an_embassy() -> None:
    answer = mission(appointed("Qureshi", "1949"))
    assert (answer.level, answer.since, answer.vacant) == ("embassy", "", False)


def test_the_newest_appointed_heads_the_mission() -> None:
    answer = mission(OPENED, appointed("First", "1949"), appointed("Second", "1952-03-01"))
    assert answer.head == Envoy("Second", "ambassador", "1952-03-01")


def test_credentials_settle_who_heads_the_mission() -> None:
    """The first comes back from leave and presents; the second had only been named."""
    history = (OPENED, appointed("First", "1949"), appointed("Second", "1950"))
    answer = mission(*history, presented("First", "1951-01-01"))
    assert answer.head == Envoy("First", "ambassador", "1949", "1951-01-01")
    after = mission(*history, presented("First", "1951-01-01"), departed("First", "1953"))
    assert after.head is None


def test_an_envoy_of_whom_only_the_credentials_are_known_is_in_post_since_then() -> None:
    answer = mission(presented("Qureshi", "1949-12-31"))
    assert answer.head == Envoy("Qureshi", "ambassador", "1949-12-31", "1949-12-31")


def test_credentials_of_an_imprecise_date_count_when_they_surely_were_presented() -> None:
    history = (OPENED, appointed("Qureshi", "1949-11-01"), presented("Qureshi", "1949-12"))
    before, after = mission(*history, on="1949-12-31"), mission(*history, on="1950-01-01")
    assert before.head == after.head == Envoy("Qureshi", "ambassador", "1949-11-01", "1949-12")
    state = given(*history).state(*PAIR, on="1949-12-30")
    assert [e.type for e in state.undetermined] == ["mission-opened", "credentials-presented"]
    [implied] = state.missions
    assert implied.head == Envoy("Qureshi", "ambassador", "1949-11-01")


def test_a_charge_ad_interim_leaves_the_post_vacant() -> None:
    answer = mission(OPENED, appointed("Stand-in", "1949", CHARGE, ad_interim=True))
    assert (answer.head, answer.vacant) == (None, True)
    assert answer.acting == Envoy("Stand-in", CHARGE, "1949", "", ad_interim=True)


def test_a_charge_of_that_rank_fills_the_post() -> None:
    answer = mission(OPENED, appointed("Resident", "1949", CHARGE))
    assert not answer.vacant


def test_a_charge_ad_interim_does_not_displace_the_ambassador() -> None:
    history = (OPENED, appointed("Qureshi", "1949"), appointed("X", "1950", CHARGE, True))
    answer = mission(*history)
    assert (answer.head and answer.head.name, answer.vacant) == ("Qureshi", False)
    after = mission(*history, departed("Qureshi", "1951"))
    assert (after.head, after.acting and after.acting.name, after.vacant) == (None, "X", True)


def test_an_envoy_who_departs_or_is_expelled_leaves_a_vacancy() -> None:
    expelled = EnvoyExpelled(sender="PAK", host="RUS", name="Qureshi", when="1952-02-01")
    history = (OPENED, appointed("Qureshi", "1949"))
    for end in (expelled, departed("Qureshi", "1952-02-01")):
        assert not mission(*history, end, on="1952-01-31").vacant
        assert mission(*history, end, on="1952-02-01").vacant


def test_the_departure_of_another_changes_nothing() -> None:
    answer = mission(OPENED, appointed("Qureshi", "1949"), departed("Somebody", "1950"))
    assert answer.head is not None


def test_the_embassy_of_a_continued_state_is_its_heirs() -> None:
    soviet = MissionOpened(sender="SUN", host="PAK", when="1950", city="Karachi")
    envoy = EnvoyAppointed(sender="RUS", host="PAK", name="Danila Ganich", when="2019")
    answer = mission(soviet, envoy)
    assert (answer.sender, answer.host, answer.since) == ("RUS", "PAK", "1950")
    assert answer.head == Envoy("Danila Ganich", "ambassador", "2019")


def test_severing_relations_closes_no_mission_of_itself() -> None:
    """Whether it closed is another event; that it did not is a finding."""
    assert missions(OPENED, RelationsSevered(parties=PAIR, when="1970")) == [mission(OPENED)]
