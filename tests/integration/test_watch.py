"""What a watch tells, and when: news of the log, and conditions that come true as days pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import (
    AgreementDenounced,
    AgreementInForce,
    AgreementSigned,
    DealEnded,
    DealSigned,
    EnvoyArrived,
    EnvoyDeparted,
    Event,
    InvalidValue,
    MeasureExtended,
    MeasureImposed,
    MeetingHeld,
    MissionClosed,
    MissionOpened,
)
from comity.adapters.watch.state_file import StateFile
from comity.domain.errors import StoreBusy, StoreError
from tests.unit.given import PAIR
from tests.watching import Watching

Watch = Callable[..., Watching]
OPENED = MissionOpened(sender="PAK", host="RUS", level="embassy", city="Moscow", when="1950")


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    made = list[Watching]()

    def make(*watches: dict[str, Any], day: str = "2024-06-01") -> Watching:
        made.append(Watching(tmp_path / "watch.state", *watches, day=day))
        return made[-1]

    yield make
    for each in made:
        each.close()


def arrived(name: str, when: str) -> Event:
    return EnvoyArrived(sender="PAK", host="RUS", name=name, rank="ambassador", when=when)


def departed(name: str, when: str) -> Event:
    return EnvoyDeparted(sender="PAK", host="RUS", name=name, when=when)


def measure(expires: str, when: str = "2024-01-01", name: str = "ban") -> Event:
    return MeasureImposed(measure=name, by="RUS", on="PAK", when=when, expires=expires)


def held(round: int, when: str) -> Event:
    return MeetingHeld(meeting=f"igc-{round}", series="igc", round=round, parties=PAIR, when=when)


# Events


def test_a_new_event_of_a_relationship_is_told_once(watch: Watch) -> None:
    watching = watch({"tell": "event", "relationship": "PAK-RUS"})
    watching.engine.append(held(1, "2020-01-01"))
    watching.begin()
    assert watching.told() == []
    other = MeetingHeld(meeting="x", parties=("CHN", "IND"), when="2024-01-01")
    larger = MeetingHeld(meeting="y", parties=("CHN", "PAK", "RUS"), when="2024-01-01")
    former = MeetingHeld(meeting="z", parties=("PAK", "SUN"), when="1970-01-01")
    too_late = MeetingHeld(meeting="w", parties=("PAK", "SUN"), when="2000-01-01")
    alerts = watching.told(other, larger, former, too_late)
    assert [alert.about["meeting"] for alert in alerts] == ["y", "z"]
    assert {alert.type for alert in alerts} == {"event.recorded"}
    assert watching.told() == watching.begin().told() == []


def test_an_alert_about_an_event_names_the_parties_once(watch: Watch) -> None:
    watching = watch({"tell": "event", "relationship": "PAK-RUS"}).begin()
    meeting = MeetingHeld(meeting="m1", parties=PAIR, when="2024-01-01")
    larger = MeetingHeld(meeting="y", parties=("CHN", "PAK", "RUS"), when="2024-01-01")
    said = [alert.says for alert in watching.told(meeting, larger, OPENED)]
    assert said[0].startswith("Pakistan and Russia: Meeting (m1) held")
    assert said[1].startswith("China, Pakistan and Russia: Meeting (y) held")
    assert said[2].count("Pakistan") == said[2].count("Russia") == 1


def test_events_can_be_chosen_by_party_and_kind(watch: Watch) -> None:
    watching = watch(
        {"tell": "event", "party": "RUS", "name": "party"},
        {"tell": "event", "kind": "mission-opened", "name": "kind"},
    ).begin()
    alerts = watching.told(held(1, "2024-01-01"), OPENED)
    assert [(alert.watch, alert.about["type"]) for alert in alerts] == [
        ("party", "meeting-held"), ("party", "mission-opened"), ("kind", "mission-opened"),
    ]  # fmt: skip


def test_an_act_on_an_agreement_of_the_relationship_is_told_whomever_it_was_told_of(
    watch: Watch,
) -> None:
    watching = watch({"tell": "event", "relationship": "PAK-RUS"}).begin()
    several = ("CHN", "PAK", "RUS")
    watching.told(AgreementInForce(agreement="pact", parties=several, when="2020"))
    act = AgreementDenounced(agreement="pact", parties=("CHN", "RUS"), by="RUS", when="2024-01-01")
    other = act.replace(id="", agreement="another")
    assert [alert.about["agreement"] for alert in watching.told(act, other)] == ["pact"]
    watching.engine.retract(act.id, "a forgery")
    assert [alert.type for alert in watching.told()] == ["event.retracted"]


def test_what_becomes_of_an_event_is_told(watch: Watch) -> None:
    watching = watch({"tell": "event", "relationship": "PAK-RUS", "kind": ["meeting-held"]}).begin()
    watching.told(held(1, "2024-01-01"), OPENED)
    [recorded] = [r for r in watching.engine.events() if r.event.type == "meeting-held"]
    watching.engine.retract(recorded.event.id, "a forgery")
    watching.engine.retract(OPENED.id, "of a kind that is not watched")
    [retracted] = watching.told()
    assert retracted.type == "event.retracted"
    assert retracted.says.startswith("Retracted: Pakistan and Russia: ")
    assert "a forgery" in retracted.says
    watching.engine.reinstate(recorded.event.id, "no forgery")
    [reinstated] = watching.told()
    assert reinstated.type == "event.reinstated"
    watching.engine.correct(recorded.event.id, held(1, "2024-01-02"), "the protocol is dated")
    assert [alert.type for alert in watching.told()] == ["event.recorded", "event.retracted"] or [
        "event.retracted", "event.recorded",
    ]  # fmt: skip


def test_a_retraction_of_what_was_never_told_is_told_too(watch: Watch) -> None:
    watching = watch({"tell": "event"})
    watching.engine.append(OPENED)
    watching.begin()
    watching.engine.retract(OPENED.id, "a forgery")
    assert [alert.type for alert in watching.told()] == ["event.retracted"]


def test_a_watch_can_begin_in_the_past(watch: Watch) -> None:
    watching = watch({"tell": "event"}, {"tell": "vacancy"})
    watching.engine.append(held(1, "2020-01-01"), OPENED, arrived("A", "2021"))
    watching.engine.append(departed("A", "2023"))
    watching.begin(after=2)
    assert [alert.type for alert in watching.told()] == [
        "event.recorded", "event.recorded", "post.vacant",
    ]  # fmt: skip


# What stands


def test_a_vacancy_is_told_when_it_comes_and_again_when_it_comes_again(watch: Watch) -> None:
    watching = watch({"tell": "vacancy", "party": "PAK"}).begin()
    assert watching.told(OPENED, arrived("A", "2020")) == []
    [first] = watching.told(departed("A", "2024-05-01"))
    assert first.says.startswith("The post of head of the embassy of Pakistan in Russia (Moscow)")
    assert watching.told(held(1, "2024-05-01")) == []
    assert watching.told(day="2024-07-01") == []
    assert watching.told(arrived("B", "2024-06-15")) == []
    [second] = watching.told(departed("B", "2024-06-20"))
    assert second.id != first.id


def test_a_vacancy_of_the_future_is_told_on_its_day(watch: Watch) -> None:
    watching = watch({"tell": "vacancy"}).begin()
    assert watching.told(OPENED, arrived("A", "2020"), departed("A", "2024-06-10")) == []
    assert watching.told(day="2024-06-09") == []
    [alert] = watching.told(day="2024-06-12")
    assert alert.day == "2024-06-10"


def test_an_end_is_told_when_it_comes_near_without_a_new_event(watch: Watch) -> None:
    watching = watch({"tell": "expiry", "days": 10}).begin()
    assert watching.told(measure("2024-07-01")) == []
    assert watching.told(day="2024-06-20") == []
    [alert] = watching.told(day="2024-06-21")
    assert alert.about == {"sort": "measure", "name": "ban RUS", "ends": "2024-07-01"}
    assert watching.told(day="2024-06-22") == watching.told(day="2024-07-20") == []


def test_an_end_that_came_while_nobody_watched_is_told(watch: Watch) -> None:
    watching = watch({"tell": "expiry", "days": 3}).begin()
    watching.told(measure("2024-07-01"))
    [alert] = watching.begin().told(day="2024-08-01")
    assert alert.day == "2024-06-28"


def test_a_prolonged_measure_ends_anew(watch: Watch) -> None:
    watching = watch({"tell": "expiry", "days": 10}).begin()
    assert len(watching.told(measure("2024-06-05"))) == 1
    prolonged = MeasureExtended(
        measure="ban", by="RUS", on="PAK", when="2024-06-01", expires="2024-09-01"
    )
    assert watching.told(prolonged) == []
    assert [alert.day for alert in watching.told(day="2024-09-30")] == ["2024-08-22"]


@pytest.mark.parametrize(
    ("events", "ends"),
    [
        ([AgreementInForce(agreement="p", parties=PAIR, when="2020", expires="2024-06-20")],
         "2024-06-20"),
        ([AgreementInForce(agreement="p", parties=PAIR, when="2020-01-01/2024-06-20")],
         "2024-06-21"),
        ([AgreementSigned(agreement="p", parties=PAIR, when="2020"),
          AgreementInForce(agreement="p", parties=PAIR, when="2021"),
          AgreementDenounced(agreement="p", parties=PAIR, by="RUS", when="2024-05-01",
                             effective="2024-06-15")],
         "2024-06-15"),
        ([DealSigned(deal="p", buyer="PAK", seller="RUS", when="2020"),
          DealEnded(deal="p", buyer="PAK", seller="RUS", when="2024-06-18")],
         "2024-06-18"),
        ([measure("2024-06")], "2024-06"),
    ],
)  # fmt: skip
def test_whatever_is_known_to_end_is_told(watch: Watch, events: list[Event], ends: str) -> None:
    watching = watch({"tell": "expiry", "days": 30}).begin()
    [alert] = watching.told(*events)
    assert alert.about["ends"] == ends


@pytest.mark.parametrize(
    "event",
    [
        AgreementInForce(agreement="p", parties=PAIR, when="2020", expires="2024-06-20",
                         renews="P5Y"),
        AgreementInForce(agreement="p", parties=PAIR, when="2020", expires="2024-08-20"),
        AgreementInForce(agreement="p", parties=PAIR, when="2020"),
        measure("2024-05-20"),
    ],
)  # fmt: skip
def test_what_goes_on_or_is_over_is_not_told(watch: Watch, event: Event) -> None:
    watching = watch({"tell": "expiry", "days": 30}).begin()
    assert watching.told(event) == []


def test_what_several_relationships_share_is_told_once(watch: Watch) -> None:
    watching = watch({"tell": "expiry", "days": 30, "party": "PAK"}).begin()
    pact = AgreementInForce(
        agreement="pact", parties=("CHN", "IND", "PAK", "RUS"), when="2020", expires="2024-06-20"
    )
    [alert] = watching.told(pact)
    assert alert.relationships == ("CHN-PAK", "IND-PAK", "PAK-RUS")


def test_a_round_is_told_when_it_is_overdue(watch: Watch) -> None:
    watching = watch({"tell": "overdue", "relationship": "PAK-RUS"}).begin()
    assert watching.told(held(1, "2022-06-10"), held(2, "2023-06-10")) == []
    [alert] = watching.told(day="2024-07-20")
    assert (alert.type, alert.about["next_round"]) == ("round.overdue", 3)
    assert watching.told(held(3, "2024-07-19")) == []


def test_a_finding_is_told_of_the_kinds_that_are_asked_for(watch: Watch) -> None:
    watching = watch(
        {"tell": "finding"}, {"tell": "finding", "kind": "begun-twice", "name": "other"}
    ).begin()
    closed = MissionClosed(sender="PAK", host="RUS", level="embassy", city="Moscow", when="2000")
    again = closed.replace(id="", when="2001")
    alerts = watching.told(OPENED, closed, again)
    assert [(alert.watch, alert.about["kind"]) for alert in alerts] == [("finding", "ends-nothing")]


def test_what_stands_at_the_beginning_is_not_told(watch: Watch) -> None:
    watching = watch({"tell": "vacancy"}, {"tell": "expiry"})
    watching.engine.append(OPENED, arrived("A", "2020"), departed("A", "2023"))
    watching.engine.append(measure("2024-06-20"))
    assert watching.begin().told(day="2024-06-02") == []


def test_a_watch_that_is_new_or_says_something_else_tells_only_what_is_new(watch: Watch) -> None:
    watching = watch({"tell": "event"}).begin()
    watching.told(OPENED, arrived("A", "2020"), departed("A", "2023"), measure("2024-06-20"))
    watching.tables = [{"tell": "vacancy"}, {"tell": "expiry", "days": 5, "name": "ends"}]
    assert watching.begin().told(held(1, "2024-01-01")) == []
    watching.tables = [{"tell": "vacancy"}, {"tell": "expiry", "days": 25, "name": "ends"}]
    assert watching.begin().told(held(2, "2024-01-02")) == []
    assert watching.told(day="2024-06-18") == []


# The state


def test_two_watches_do_not_share_a_state(watch: Watch) -> None:
    watching = watch({"tell": "event"}).begin()
    with pytest.raises(StoreBusy, match="another"):
        StateFile(watching.path)
    assert watching.told(OPENED) != []


def test_the_state_of_another_log_is_refused(watch: Watch, tmp_path: Path) -> None:
    watching = watch({"tell": "event"}).begin()
    watching.told(OPENED, held(1, "2024-01-01"))
    watching.state.close()
    other = Watching(tmp_path / "watch.state", {"tell": "event"})
    with pytest.raises(InvalidValue, match="another log"):
        other.begin()
    other.engine.append(held(1, "2020-01-01"), held(2, "2020-02-01"), held(3, "2020-03-01"))
    with pytest.raises(InvalidValue, match="of this log"):
        other.begin()
    other.close()


@pytest.mark.parametrize("content", [b"no database, and long enough to be told from one " * 20])
def test_what_is_no_state_is_refused_and_left(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "watch.state"
    path.write_bytes(content)
    with pytest.raises(StoreError):
        StateFile(path)
    assert path.read_bytes() == content
    store = tmp_path / "store.db"
    comity.open(str(store)).close()
    with pytest.raises((InvalidValue, StoreError)):
        StateFile(store)


def test_a_new_delivery_begins_with_what_comes(watch: Watch) -> None:
    watching = watch({"tell": "event"}).begin()
    watching.told(OPENED)
    watching.state.begin_deliveries(["test", "other"])
    assert watching.state.count_waiting("other", ()) == 0
    watching.told(held(1, "2024-01-01"))
    assert watching.state.count_waiting("other", ()) == 1
    assert watching.state.count_waiting("other", ["nobody's"]) == 0


def test_few_delivered_alerts_are_kept(watch: Watch) -> None:
    watching = watch({"tell": "event"}).begin()
    for first in range(1, 3_001, 1_000):
        watching.told(*(held(first + number, "2024-01-01") for number in range(1_000)))
    assert len(watching.state.newest((), 10_000)) == 1_000
