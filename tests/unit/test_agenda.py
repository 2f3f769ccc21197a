"""The agenda: what is to come in a period, what is overdue, and what is on neither."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

import comity
from comity import (
    AgendaItem,
    AgendaProjection,
    AgreementDenounced,
    AgreementInForce,
    AgreementSigned,
    AgreementTerminated,
    DealAnnounced,
    DealEnded,
    Event,
    InvalidDate,
    MeetingCancelled,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
    Quantity,
    RelationsEstablished,
    RelationsSevered,
    ShipmentDelivered,
    ShipmentScheduled,
)
from comity.domain.time.dates import Bounds
from comity.projections.sections.section import WorkingState
from comity.projections.state_codec import StateCodec
from tests.unit.given import PAIR, Clock, given


def scheduled(meeting: str, when: str, planned_for: str, **fields: Any) -> Event:
    return MeetingScheduled(
        meeting=meeting, parties=PAIR, when=when, planned_for=planned_for, **fields
    )


def held(meeting: str, when: str, **fields: Any) -> Event:
    return MeetingHeld(meeting=meeting, parties=PAIR, when=when, **fields)


def shipment(name: str, when: str, planned_for: str, **fields: Any) -> Event:
    return ShipmentScheduled(
        deal="urals", shipment=name, buyer="PAK", seller="RUS", when=when,
        planned_for=planned_for, **fields,
    )  # fmt: skip


def arrived(name: str, when: str) -> Event:
    return ShipmentDelivered(deal="urals", shipment=name, buyer="PAK", seller="RUS", when=when)


def agenda(*events: Event, since: str = "2023-06-01", **options: Any) -> tuple[AgendaItem, ...]:
    return given(*events).agenda(*PAIR, since=since, **options)


def whats(*events: Event, since: str = "2023-06-01", **options: Any) -> list[tuple[str, bool]]:
    return [(item.what, item.overdue) for item in agenda(*events, since=since, **options)]


# Each kind


def test_a_meeting_is_on_it_with_all_that_its_announcement_told() -> None:
    fields = {"series": "bpc", "round": 5, "venue": "Islamabad", "level": "deputy-minister"}
    plan = scheduled("bpc-5", "2023-05-18", "2023-06-20", kind="consultation", **fields)
    assert agenda(plan) == (
        AgendaItem(
            "2023-06-20",
            "meeting",
            "PAK-RUS",
            "bpc-5",
            "consultation, round 5 of bpc, deputy-minister, Islamabad",
        ),
    )


def test_a_meeting_is_on_it_until_it_is_held_or_cancelled_and_where_it_was_moved_to() -> None:
    plan = scheduled("m", "2023-01-01", "2023-06-20")
    moved = MeetingRescheduled(meeting="m", parties=PAIR, when="2023-02", planned_for="2023-07")
    cancelled = MeetingCancelled(meeting="m", parties=PAIR, when="2023-03")
    assert [item.when for item in agenda(plan, moved)] == ["2023-07"]
    assert agenda(plan, cancelled) == ()
    assert agenda(plan, held("m", "2023-06-20"), since="2023-06-20") == ()
    assert whats(plan, held("m", "2023-06-20"), since="2023-06-19") == [("m", False)]


def test_a_shipment_is_on_it_until_it_arrives_with_its_load_and_port() -> None:
    oil = DealAnnounced(
        deal="urals", buyer="PAK", seller="RUS", when="2023-04", commodity="crude oil"
    )
    first = shipment(
        "cargo-1", "2023-05-30", "2023-06", quantity=Quantity(Decimal(45000), "TNE"), port="Karachi"
    )
    other = shipment("cargo-2", "2023-05-30", "2023-06-20")
    assert agenda(oil, first, other, arrived("cargo-2", "2023-06-19")) == (
        AgendaItem(
            "2023-06", "shipment", "PAK-RUS", "urals/cargo-1", "45,000 TNE crude oil, Karachi"
        ),
        AgendaItem("2023-06-20", "shipment", "PAK-RUS", "urals/cargo-2", "crude oil"),
    )
    options: dict[str, Any] = {"since": "2023-06-20", "until": "2023-06-30"}
    assert whats(oil, first, other, arrived("cargo-2", "2023-06-19"), **options) == [
        ("urals/cargo-1", False)
    ]


def test_what_was_to_be_shipped_under_a_deal_that_ended_is_off_it() -> None:
    ended = DealEnded(deal="urals", buyer="PAK", seller="RUS", when="2023-05-31")
    assert agenda(shipment("c", "2023-05-01", "2023-06-20"), ended) == ()


def test_a_term_that_runs_out_and_a_notice_that_takes_effect_are_on_it() -> None:
    treaty = AgreementInForce(
        agreement="inf", parties=PAIR, when="1988-06-01", title="INF", expires="2023-08-01"
    )
    notice = AgreementDenounced(
        agreement="inf", parties=PAIR, by="RUS", when="2023-02-02", effective="2023-07"
    )
    assert agenda(treaty, notice) == (
        AgendaItem("2023-07", "notice", "PAK-RUS", "inf", "given by RUS, INF"),
        AgendaItem("2023-08-01", "expiry", "PAK-RUS", "inf", "INF"),
    )
    options: dict[str, Any] = {"since": "2023-07-31", "until": "2024"}
    assert agenda(treaty, notice, **options) == ()  # by then the notice has surely run
    assert whats(treaty, **options) == [("inf", False)]
    ended = AgreementTerminated(agreement="inf", parties=PAIR, when="2023-05")
    assert agenda(treaty, notice, ended) == ()
    resumed = AgreementInForce(
        agreement="inf", parties=PAIR, when="2023-03", happening="the notice was taken back"
    )
    assert [item.kind for item in agenda(treaty, notice, resumed)] == ["expiry"]


def test_a_notice_of_unknown_effect_is_left_out() -> None:
    notice = AgreementDenounced(agreement="inf", parties=PAIR, by="RUS", when="2023-02-02")
    assert agenda(notice) == ()


def test_a_notice_takes_effect_at_the_start_of_its_interval() -> None:
    in_force = AgreementInForce(agreement="inf", parties=PAIR, when="1988-06-01")
    notice = AgreementDenounced(
        agreement="inf", parties=PAIR, by="RUS", when="2023-02-02",
        effective="2023-06-10/2023-12-31",
    )  # fmt: skip
    assert whats(in_force, notice, since="2023-06-10", on="2023-06-01") == [("inf", False)]
    assert whats(in_force, notice, since="2023-06-11", on="2023-06-01") == []


def test_anniversaries_are_on_it_while_what_they_are_of_lasts() -> None:
    founded = RelationsEstablished(parties=("PAK", "SUN"), when="1948-07-01")
    gas = AgreementSigned(agreement="gas", parties=PAIR, when="2015-08-01", expires="2023-07-31")
    assert agenda(founded, gas) == (
        AgendaItem("2023-07-01", "anniversary", "PAK-RUS", "relations",
                   "75 years, founded 1948-07-01"),
        AgendaItem("2023-07-31", "expiry", "PAK-RUS", "gas"),
    )  # fmt: skip
    severed = RelationsSevered(parties=PAIR, when="2023-06-01")
    assert whats(founded, severed) == []


def test_that_a_party_will_be_no_more_is_known_on_any_day_and_its_heir_goes_on() -> None:
    engine = given(
        RelationsEstablished(parties=PAIR, when="1990-10-02"),
        RelationsEstablished(parties=("PAK", "SUN"), when="1990-10-02", note="one"),
    )
    options: dict[str, Any] = {"since": "1990-10-02", "until": "1993-06-28"}
    years = ["1991-10-02", "1992-10-02"]
    assert [item.when for item in engine.agenda("PAK", "SUN", **options)] == years[:1]
    assert [item.when for item in engine.agenda(*PAIR, **options)] == years


ROUNDS = (
    held("bpc-1", "2021-06-20", series="bpc", round=1, host="PAK"),
    held("bpc-2", "2022-06-20", series="bpc", round=2, host="RUS"),  # 365 days
)


def test_a_round_that_is_due_by_the_usual_interval_is_on_it() -> None:
    said = "round 3, PAK to host, usually every 365 days"
    due = AgendaItem("2023-06-20", "round", "PAK-RUS", "bpc", said)
    assert agenda(*ROUNDS) == (due,)
    assert agenda(*ROUNDS, since="2023-06-20") == (due,)
    assert whats(*ROUNDS, since="2023-06-21") == [("bpc", True)]
    assert whats(*ROUNDS, since="2022-07-01") == []


@pytest.mark.parametrize("planned_for", ["2023-06-19", "2023-09-01", "2025", ""])
def test_a_round_that_was_announced_is_no_longer_due_but_planned(planned_for: str) -> None:
    plan = scheduled("bpc-3", "2023-05-01", planned_for, series="bpc", round=3)
    answer = agenda(*ROUNDS, plan, since="2023-06-20", until="2025")
    assert [item.when for item in answer] == ([planned_for] if planned_for else [])


def test_a_series_of_one_round_is_never_due() -> None:
    assert agenda(ROUNDS[0], until="9999") == ()


# When


@pytest.mark.parametrize(
    ("planned_for", "expected"),
    [
        ("2023-05-31", [("m", True)]),
        ("2023-06-01", [("m", False)]),
        ("2023-06-30", [("m", False)]),
        ("2023-07-01", []),
        ("2023-05", [("m", True)]),
        ("2023-06", [("m", False)]),
        ("2023", [("m", False)]),
        ("2022", [("m", True)]),
        ("202X", [("m", False)]),
        ("2024", []),
        ("2023-05-20/2023-06-01", [("m", False)]),  # it would still go on
        ("2023-05-20/2023-05-31", [("m", True)]),
        ("[2023-05-20..]", [("m", False)]),
        ("../2023-05-31", [("m", True)]),
        ("", []),
    ],
)
def test_what_can_come_in_the_period_is_on_it_and_what_should_have_come_before_is_overdue(
    planned_for: str, expected: list[tuple[str, bool]]
) -> None:
    assert whats(scheduled("m", "2020", planned_for), until="2023-06-30") == expected


def test_it_is_as_known_on_the_first_day_of_the_period_unless_another_day_is_given() -> None:
    plan, other = (
        scheduled("m", "2023-05-01", "2023-07-01"),
        scheduled("n", "2023-06-02", "2023-07"),
    )
    done = held("m", "2023-06-20")
    period: dict[str, Any] = {"since": "2023-06", "until": "2023-12"}
    assert whats(plan, other, done, **period) == [("m", False)]
    assert whats(plan, other, done, **period, on="2023-06-19") == [("m", False), ("n", False)]
    assert whats(plan, other, done, **period, on="2023-06-20") == [("n", False)]
    assert whats(plan, other, done, **period, on="2023-04-30") == []


def test_overdue_is_what_should_have_come_by_the_day_on_which_things_stood_so() -> None:
    plan = scheduled("m", "2023-01-01", "2023-03-01")
    assert whats(plan, since="2023-02", until="2023-12", on="2023-03-01") == [("m", False)]
    assert whats(plan, since="2023-02", until="2023-12", on="2023-03-02") == [("m", True)]
    # on the 1st of February it was simply to come, before the period that is asked about
    assert whats(plan, since="2023-06", until="2023-12", on="2023-02-01") == []
    # and after this one, however late it is by now
    assert whats(plan, since="2023-01", until="2023-02", on="2023-06-01") == []


def test_a_meeting_that_may_have_been_held_by_then_is_still_awaited() -> None:
    plan = scheduled("m", "2023-01-01", "2023-06-10")
    assert whats(plan, held("m", "2023-06"), since="2023-06-20") == [("m", True)]
    assert whats(plan, held("m", "2023-06"), since="2023-06-30") == []


def test_by_default_it_is_that_of_the_ninety_days_from_today() -> None:
    """30 August is the ninetieth day after 1 June, the day of the clock."""
    days = ("2024-05-31", "2024-06-01", "2024-08-30", "2024-08-31")
    engine = given(*(scheduled(day, "2024-01-01", day) for day in days))
    answer = [(item.what, item.overdue) for item in engine.agenda(*PAIR)]
    assert answer == [("2024-05-31", True), ("2024-06-01", False), ("2024-08-30", False)]
    assert engine.agenda(*PAIR) == engine.agenda(
        *PAIR, since="2024-06-01", until="2024-08-30", on="2024-06-01"
    )


def test_with_only_a_day_it_begins_on_that_day() -> None:
    engine = given(scheduled("m", "2022-01-01", "2022-03-01"))
    [item] = engine.agenda(*PAIR, on="2022-02-01")
    assert (item.what, item.overdue) == ("m", False)


def test_at_the_end_of_the_calendar_it_runs_to_its_last_day() -> None:
    with comity.open(":memory:", clock=Clock(datetime(9999, 11, 1, tzinfo=UTC))) as engine:
        engine.append(scheduled("m", "9999-01-01", "9999-12-31"))
        assert [item.what for item in engine.agenda(*PAIR)] == ["m"]


def test_in_the_first_year_of_the_calendar_nothing_is_before_it() -> None:
    assert whats(scheduled("m", "0001-01-01", "0001-01-01"), since="0001-01-01") == [("m", False)]


@pytest.mark.parametrize(
    "options",
    [
        {"since": "2023-06", "until": "2023-05"},
        {"since": "2023-13"},
        {"on": "2023"},
        {"since": "2023", "on": "2023-02-30"},
    ],
)
def test_impossible_days_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidDate):
        given().agenda(*PAIR, **options)


# In order, as known, and of whom


def test_it_is_in_the_order_of_days() -> None:
    answer = agenda(
        scheduled("c", "2023-01-01", "2023-06-20"),
        scheduled("b", "2023-01-01", "2023-06-20"),
        scheduled("a", "2023-01-01", "2023-07-01"),
        scheduled("d", "2023-01-01", "2023-06"),
        shipment("s", "2023-01-01", "2023-06-20"),
        scheduled("e", "2023-01-01", "2022"),
    )
    assert [item.what for item in answer] == ["e", "d", "b", "c", "urals/s", "a"]


def test_as_known_before_it_was_corrected_it_is_as_it_was() -> None:
    plan = scheduled("m", "2023-05-01", "2023-06-20")
    engine = given(plan)
    engine.correct(plan.id, scheduled("m", "2023-05-01", "2023-06-21"), "a slip")
    options: dict[str, Any] = {"since": "2023-06-01"}
    assert [item.when for item in engine.agenda(*PAIR, **options)] == ["2023-06-21"]
    assert [item.when for item in engine.agenda(*PAIR, **options, known_at=1)] == ["2023-06-20"]
    assert engine.agenda(*PAIR, **options, known_at=0) == ()


def test_of_rival_announcements_the_one_that_stands_counts() -> None:
    surely = scheduled("m", "2023-05-01", "2023-06-20", happening="h")
    hardly = scheduled("m", "2023-05-01", "2023-06-21", happening="h", confidence=0.5)
    assert [item.when for item in agenda(surely, hardly)] == ["2023-06-20"]


def test_a_meeting_of_three_is_on_the_agenda_of_each_pair_and_of_the_three() -> None:
    three = MeetingScheduled(
        meeting="t", parties=("CHN", "PAK", "SUN"), when="1990-01-01", planned_for="1990-03"
    )
    engine = given(three)
    options: dict[str, Any] = {"since": "1990-02"}
    pairs = ["CHN-PAK", "CHN-RUS", "PAK-RUS"]
    assert [item.relationship for item in engine.agenda(**options)] == pairs
    assert [item.relationship for item in engine.agenda("PAK", **options)] == [pairs[0], pairs[2]]
    assert [item.relationship for item in engine.agenda("RUS", "PAK", "CHN", **options)] == [
        "CHN-PAK-RUS"
    ]


def test_where_nothing_is_recorded_nothing_is_to_come() -> None:
    assert given().agenda() == ()
    assert given().agenda(*PAIR) == ()


# The projection


def test_the_projection_answers_for_its_period() -> None:
    plan = scheduled("m", "2023-05-01", "2023-06-20")
    june = Bounds(date(2023, 6, 1), date(2023, 6, 30))
    july = Bounds(date(2023, 7, 1), date(2023, 7, 31))
    for period, overdue in ((june, False), (july, True)):
        answers = given(plan).replay(AgendaProjection(period), on="2023-07-01")["PAK-RUS"]
        assert [item.overdue for item in answers] == [True]
        answers = given(plan).replay(AgendaProjection(period), on="2023-06-01")["PAK-RUS"]
        assert [item.what for item in answers] == ([] if overdue else ["m"])


def test_its_state_can_be_stored() -> None:
    projection = AgendaProjection().for_key(PAIR)
    state: WorkingState = projection.initial()
    for event in (*ROUNDS, scheduled("m", "2023-05-01", "2023-06"), shipment("s", "2023", "2023")):
        state = projection.evolve(state, event)
    codec = StateCodec(projection)
    read = codec.decode(codec.encode(state))
    assert codec.encode(read) == codec.encode(state)
    june = date(2023, 6, 1)
    assert projection.finish(read, june) == projection.finish(state, june)
    assert len(projection.finish(read, june)) == 3
