"""Meetings in the state: held, planned, going on; and their series: whose turn, what is late."""

from __future__ import annotations

from typing import Any

import pytest

from comity import Event, MeetingCancelled, MeetingHeld, MeetingRescheduled, MeetingScheduled
from comity.projections.sections.meetings import Meeting, Meetings
from comity.projections.sections.series import Series
from comity.projections.state import RelationshipState
from tests.unit.given import PAIR, given


def state(*events: Event, on: str = "2023-06-20") -> RelationshipState:
    return given(*events).state(*PAIR, on=on)


def meetings(*events: Event, on: str = "2023-06-20") -> Meetings:
    return state(*events, on=on).meetings


def held(meeting: str, when: str, **fields: Any) -> MeetingHeld:
    return MeetingHeld(meeting=meeting, parties=PAIR, when=when, **fields)


def scheduled(meeting: str, when: str, planned_for: str = "", **fields: Any) -> MeetingScheduled:
    return MeetingScheduled(
        meeting=meeting, parties=PAIR, when=when, planned_for=planned_for, **fields
    )


def rescheduled(meeting: str, when: str, planned_for: str = "", **fields: Any) -> Event:
    return MeetingRescheduled(
        meeting=meeting, parties=PAIR, when=when, planned_for=planned_for, **fields
    )


def cancelled(meeting: str, when: str) -> MeetingCancelled:
    return MeetingCancelled(meeting=meeting, parties=PAIR, when=when)


def awaited(expected: Meetings) -> list[tuple[str, str]]:
    return [(m.meeting, m.when) for m in expected.scheduled]


# Held and planned


def test_the_last_meeting_is_given_for_each_level() -> None:
    answer = meetings(
        held("a", "2015", level="minister"),
        held("b", "2021-04-06", level="minister", venue="Islamabad"),
        held("c", "2019-06-13", level="head-of-government"),
        held("d", "2020"),
    )
    assert {level: m.meeting for level, m in answer.last.items()} == {
        "minister": "b",
        "head-of-government": "c",
        "unspecified": "d",
    }
    assert answer.last["minister"].venue == "Islamabad"


def test_a_meeting_is_planned_from_its_announcement_until_it_is_held() -> None:
    plan = scheduled("bpc-5", "2023-06-18", "2023-06-20", level="deputy-minister")
    history = (plan, held("bpc-5", "2023-06-20", level="deputy-minister"))
    assert meetings(*history, on="2023-06-17") == Meetings()
    before = meetings(*history, on="2023-06-18")
    assert before.next["deputy-minister"].when == "2023-06-20"
    after = meetings(*history, on="2023-06-20")
    assert (after.next, after.scheduled) == ({}, ())
    assert after.last["deputy-minister"].meeting == "bpc-5"


def test_details_of_the_announcement_remain_when_the_meeting_is_held() -> None:
    plan = scheduled("m", "2023-06-18", "2023-06-20", level="minister", venue="Islamabad", round=5)
    [last] = meetings(plan, held("m", "2023-06-20", venue="Karachi")).last.values()
    assert (last.level, last.venue, last.round, last.when) == (
        "minister",
        "Karachi",
        5,
        "2023-06-20",
    )


def test_the_next_meeting_is_the_one_planned_first_and_not_the_one_announced_first() -> None:
    answer = meetings(
        scheduled("later", "2023-01-01", "2023-12-01"),
        scheduled("sooner", "2023-02-01", "2023-07-01"),
        scheduled("whenever", "2022-01-01"),
    )
    assert answer.next["unspecified"].meeting == "sooner"
    assert [name for name, _ in awaited(answer)] == ["sooner", "later", "whenever"]


def test_a_plan_whose_day_passed_is_awaited_and_yet_is_not_the_next() -> None:
    plan = scheduled("m", "2023-01-01", "2023-06-19")
    assert meetings(plan, on="2023-06-19").next["unspecified"].meeting == "m"
    passed = meetings(plan, on="2023-06-20")
    assert (passed.next, awaited(passed)) == ({}, [("m", "2023-06-19")])


def test_a_meeting_planned_for_a_month_is_to_come_until_the_month_is_over() -> None:
    plan = scheduled("m", "2023-01-01", "2023-06")
    assert "unspecified" in meetings(plan, on="2023-06-30").next
    assert meetings(plan, on="2023-07-01").next == {}


def test_a_cancelled_meeting_is_not_awaited() -> None:
    history = (scheduled("m", "2022-01-01", "2022-07-01"), cancelled("m", "2022-06-10"))
    assert awaited(meetings(*history, on="2022-06-09")) == [("m", "2022-07-01")]
    assert awaited(meetings(*history, on="2022-06-10")) == []


def test_a_meeting_announced_at_no_precise_date_is_not_revived_by_it_after_it_was_cancelled() -> (
    None
):
    """It was announced some time in 2022, and so before it was called off."""
    history = (scheduled("m", "2022", "2022-09"), cancelled("m", "2022-06-10"))
    assert awaited(meetings(*history, on="2023-01-01")) == []


def test_a_meeting_announced_again_after_its_cancellation_is_planned_again() -> None:
    second = scheduled("m", "2022-08-01", "2022-12-01", happening="the second announcement")
    history = (scheduled("m", "2022-01-01", "2022-07-01"), cancelled("m", "2022-06-10"), second)
    assert awaited(meetings(*history, on="2022-08-01")) == [("m", "2022-12-01")]


def test_a_meeting_rescheduled_after_it_was_cancelled_stands_again() -> None:
    history = (
        scheduled("m", "2022-01-01", "2022-07-01"),
        cancelled("m", "2022-06-10"),
        rescheduled("m", "2022-08-01", "2022-12-01"),
    )
    assert awaited(meetings(*history, on="2022-08-01")) == [("m", "2022-12-01")]


def test_rescheduling_changes_the_given_details_and_leaves_the_rest() -> None:
    plan = scheduled("m", "2022-01-01", "2022-07-01", venue="Moscow", level="minister")
    [item] = meetings(plan, rescheduled("m", "2022-06-01", "2022-09", venue="Kazan")).scheduled
    assert item == Meeting("m", "2022-09", level="minister", venue="Kazan")


def test_a_second_announcement_that_tells_less_takes_nothing_back() -> None:
    plan = scheduled("m", "2022-01-01", "2022-07-01", level="minister")
    second = scheduled("m", "2022-02-01", venue="Kazan", happening="the second announcement")
    [item] = meetings(plan, second).scheduled
    assert item == Meeting("m", "2022-07-01", level="minister", venue="Kazan")


def test_a_meeting_put_off_without_a_new_date_has_none() -> None:
    plan = scheduled("m", "2022-01-01", "2022-07-01")
    assert awaited(meetings(plan, rescheduled("m", "2022-06-01"))) == [("m", "")]


def test_a_plan_of_which_only_the_rescheduling_is_known_is_awaited() -> None:
    assert awaited(meetings(rescheduled("m", "2022-06-01", "2024"))) == [("m", "2024")]


def test_announcing_or_moving_what_was_held_changes_nothing() -> None:
    done = held("m", "2022-06-05")
    assert awaited(meetings(done, scheduled("m", "2022", "2022-06-05"))) == []
    assert awaited(meetings(done, rescheduled("m", "2022", "2022-06-05"))) == []


# Going on


@pytest.mark.parametrize(
    ("when", "on", "goes_on"),
    [
        ("2023-06-20/2023-06-21", "2023-06-19", False),
        ("2023-06-20/2023-06-21", "2023-06-20", True),
        ("2023-06-20/2023-06-21", "2023-06-21", True),
        ("2023-06-20/2023-06-21", "2023-06-22", False),
        ("2023-06-20", "2023-06-20", True),
        ("2023-06-20", "2023-06-21", False),
        ("2023-06-20/..", "2030-01-01", True),
        # a month is no duration: on which day it was is unknown
        ("2023-06", "2023-06-30", False),
        ("2023-06/2023-07", "2023-06-30", False),
    ],
)
def test_a_meeting_goes_on_through_its_interval(when: str, on: str, goes_on: bool) -> None:
    in_progress = meetings(held("m", when), on=on).in_progress
    assert [m.meeting for m in in_progress] == (["m"] if goes_on else [])


def test_a_later_meeting_does_not_end_one_that_goes_on() -> None:
    answer = meetings(held("talks", "2023-06-01/2023-06-30"), held("call", "2023-06-20"))
    assert [m.meeting for m in answer.in_progress] == ["talks", "call"]


# Series


def round_held(number: int | None, when: str, host: str = "") -> MeetingHeld:
    return held(f"bpc-{number or when}", when, series="bpc", round=number, host=host)


def series(*events: Event, on: str = "2023-06-20") -> Series:
    return state(*events, on=on).series["bpc"]


ROUNDS = (
    round_held(1, "2019-01-01", "PAK"),
    round_held(2, "2020-01-01", "RUS"),  # 365 days
    round_held(3, "2021-01-01", "PAK"),  # 366
    round_held(4, "2022-01-11", "RUS"),  # 375
)


def test_a_series_tells_its_last_round_and_counts_to_the_next() -> None:
    answer = series(*ROUNDS)
    assert answer.last is not None
    assert (answer.last.meeting, answer.last.round) == ("bpc-4", 4)
    assert (answer.next, answer.next_round) == (None, 5)


def test_the_parties_take_turns_to_host() -> None:
    assert series(*ROUNDS).next_host == "PAK"
    assert series(*ROUNDS[:3]).next_host == "RUS"


def test_whose_turn_it_is_is_unknown_where_the_last_host_is() -> None:
    assert series(round_held(1, "2019", "")).next_host == ""


def test_a_continued_state_that_hosted_last_has_had_its_turn() -> None:
    soviet = MeetingHeld(meeting="m", parties=("PAK", "SUN"), when="1990", series="bpc", host="SUN")
    assert series(soviet).next_host == "PAK"


def test_in_a_meeting_of_three_nobody_can_say_whose_turn_it_is() -> None:
    three = ("CHN", "PAK", "RUS")
    event = MeetingHeld(meeting="m", parties=three, when="2020", series="tri", host="CHN", round=1)
    assert given(event).state(*three, on="2023-01-01").series["tri"].next_host == ""


def test_the_usual_interval_is_the_median() -> None:
    answer = series(*ROUNDS)
    assert (answer.usual_interval, answer.due) == (366, "2023-01-12")


@pytest.mark.parametrize(("on", "overdue"), [("2023-01-12", False), ("2023-01-13", True)])
def test_a_series_is_overdue_from_the_day_after_it_is_due(on: str, overdue: bool) -> None:
    assert series(*ROUNDS, on=on).overdue is overdue


def test_a_missing_round_shares_its_gap() -> None:
    """From round 1 to round 4 are 1,095 days, so 365 for each."""
    answer = series(round_held(1, "2019-01-01"), round_held(4, "2021-12-31"))
    assert (answer.usual_interval, answer.due) == (365, "2022-12-31")


def test_one_round_makes_no_interval() -> None:
    answer = series(round_held(1, "2000-01-01"))
    assert (answer.usual_interval, answer.due, answer.overdue) == (None, "", False)


def test_the_next_round_is_the_one_planned_first() -> None:
    answer = series(
        *ROUNDS,
        scheduled("bpc-6", "2022-02-01", "2025", series="bpc", round=6, host="RUS"),
        scheduled("bpc-5", "2023-06-01", "2023-07-01", series="bpc", round=5, host="PAK"),
    )
    assert answer.next is not None
    assert (answer.next.meeting, answer.next_round, answer.next_host) == ("bpc-5", 5, "PAK")


def test_the_plan_tells_the_host_even_out_of_turn() -> None:
    plan = scheduled("bpc-5", "2023-06-01", "2023-07-01", series="bpc", host="RUS")
    answer = series(*ROUNDS, plan)
    assert (answer.next_host, answer.next_round) == ("RUS", 5)


def test_a_plan_whose_day_passed_is_not_the_next_round() -> None:
    plan = scheduled("bpc-5", "2022-06-01", "2022-07-01", series="bpc", round=5)
    answer = series(*ROUNDS, plan)
    assert (answer.next, answer.next_round) == (None, 5)


def test_a_series_that_is_only_announced_is_listed() -> None:
    plan = scheduled("bpc-1", "2023-06-01", "2023-07-01", series="bpc", round=1, host="PAK")
    answer = series(plan)
    assert (answer.last, answer.next_round, answer.next_host) == (None, 1, "PAK")


def test_a_series_without_numbers_has_an_interval_and_a_host_and_no_next_round() -> None:
    """365 and 366 days; the median lies between, and .5 goes to the even number."""
    answer = series(
        round_held(None, "2019-01-01", "PAK"),
        round_held(None, "2020-01-01", "RUS"),
        round_held(None, "2021-01-01", "PAK"),
    )
    assert (answer.usual_interval, answer.next_round, answer.next_host) == (366, None, "RUS")


def test_a_series_at_the_end_of_the_calendar_is_due_on_no_day_of_it() -> None:
    answer = series(round_held(1, "9998-01-01"), round_held(2, "9999-06-01"), on="9999-12-31")
    assert (answer.usual_interval, answer.due, answer.overdue) == (516, "", False)


def test_rounds_on_one_day_make_no_interval() -> None:
    answer = series(round_held(1, "2019-01-01"), round_held(2, "2019-01-01"))
    assert answer.usual_interval is None
