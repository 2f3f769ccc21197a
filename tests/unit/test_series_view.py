"""Series and contacts across relationships: the last meeting at a level or above, and days since.

Days were counted by hand from the calendar: 2023 and 2021 are common years, 2020 and 2024 leap.
"""

from __future__ import annotations

from typing import Any, Literal

import pytest

from comity import (
    Event,
    InvalidDate,
    InvalidValue,
    MeetingCancelled,
    MeetingHeld,
    MeetingLevel,
    MeetingScheduled,
    RelationshipSeries,
    StatementMade,
    UnknownParty,
)
from comity.domain.events.meetings import MEETING_LEVELS
from tests.unit.given import PAIR, given

FROM_THE_TOP = [
    "head-of-state", "head-of-government", "minister", "deputy-minister", "senior-official",
    "working",
]  # fmt: skip


def held(
    meeting: str, when: str, level: MeetingLevel | Literal[""] = "minister", **fields: Any
) -> MeetingHeld:
    fields.setdefault("parties", PAIR)
    return MeetingHeld(meeting=meeting, when=when, level=level, **fields)


def view(*events: Event, on: str = "2023-06-20", **options: Any) -> RelationshipSeries:
    [only] = given(*events).series(*PAIR, on=on, **options)
    return only


def contacts(
    *events: Event, level: str = "working", on: str = "2023-06-20", **options: Any
) -> dict[str, tuple[str, int]]:
    """The last meeting and the days since by direction, at one level or above."""
    answer = view(*events, level=level, on=on, **options).contacts
    assert {contact.level for contact in answer} <= {level}
    return {contact.direction: (contact.last.meeting, contact.days) for contact in answer}


# Whose


def test_nothing_recorded_is_nothing_answered() -> None:
    assert given().series() == given().series(*PAIR) == given().series("PAK") == ()


def test_a_relationship_that_never_met_is_left_out() -> None:
    engine = given(StatementMade(parties=PAIR, by="PAK", when="2020"))
    assert engine.series() == engine.series(*PAIR) == ()


def test_a_meeting_that_was_only_announced_is_a_series_or_nothing() -> None:
    planned: dict[str, Any] = {"parties": PAIR, "when": "2023-06-01", "planned_for": "2023-07"}
    alone = MeetingScheduled(meeting="m1", **planned)
    assert given(alone).series(on="2023-06-20") == ()
    answer = view(MeetingScheduled(meeting="m2", series="bpc", **planned))
    assert [(s.series, s.next and s.next.meeting) for s in answer.series] == [("bpc", "m2")]
    assert (answer.contacts, answer.held) == ((), 0)


def test_every_pair_one_partys_pairs_or_one_relationship_is_answered_in_order() -> None:
    engine = given(
        held("a", "2020", parties=("PAK", "USA")),
        held("b", "2020", parties=("CHN", "PAK")),
        held("c", "2020", parties=("CHN", "USA")),
    )

    def names(*parties: str) -> list[str]:
        return [series_item.relationship for series_item in engine.series(*parties)]

    assert names() == ["CHN-PAK", "CHN-USA", "PAK-USA"]
    assert names("PAK") == ["CHN-PAK", "PAK-USA"]
    assert names("USA", "CHN") == names("CHN-USA") == ["CHN-USA"]


def test_a_meeting_of_three_stands_under_each_of_their_pairs_and_under_all_three() -> None:
    engine = given(held("quartet", "2021-03-18", parties=("CHN", "PAK", "RUS"), host="RUS"))

    def directions(first: RelationshipSeries) -> tuple[str, list[str]]:
        return first.relationship, [c.direction for c in first.contacts if c.level == "minister"]

    assert [directions(series_item) for series_item in engine.series()] == [
        ("CHN-PAK", [""]),  # they met, and neither went to the other
        ("CHN-RUS", ["", "CHN → RUS"]),
        ("PAK-RUS", ["", "PAK → RUS"]),
    ]
    assert list(map(directions, engine.series("CHN", "PAK", "RUS"))) == [("CHN-PAK-RUS", [""])]


def test_a_continued_state_is_called_by_its_newest_name() -> None:
    engine = given(
        held("bhutto", "1960-12", parties=("PAK", "SUN"), visitor="PAK", host="SUN"),
        held("again", "1989", parties=("PAK", "SUN"), visitor="SUN", host="PAK"),
    )
    [series_item] = engine.series(level="minister", on="1992-01-01")
    assert series_item.relationship == "PAK-RUS"
    assert [c.direction for c in series_item.contacts] == ["", "PAK → RUS", "RUS → PAK"]


# Levels


def test_a_meeting_counts_for_its_own_level_and_for_those_below() -> None:
    answer = view(held("m", "2023-06-10", level="deputy-minister"))
    assert [contact.level for contact in answer.contacts] == FROM_THE_TOP[3:]


def test_at_a_level_the_last_meeting_held_at_it_or_above_counts() -> None:
    """From 24 January to 20 June 2023: 7 + 28 + 31 + 30 + 31 + 20 = 147 days."""
    history = (
        held("summit", "2022-02-24", level="head-of-government"),
        held("ministers", "2023-01-24"),
        held("officials", "2023-06-19", level="working"),
    )
    at = {level: contacts(*history, level=level).get("") for level in FROM_THE_TOP}
    assert at == {
        "head-of-state": None,
        "head-of-government": ("summit", 481),
        "minister": ("ministers", 147),
        "deputy-minister": ("ministers", 147),
        "senior-official": ("ministers", 147),
        "working": ("officials", 1),
    }


def test_a_higher_meeting_after_a_lower_one_takes_its_place_below() -> None:
    history = (held("ministers", "2023-01-24"), held("summit", "2023-02-01", level="head-of-state"))
    assert contacts(*history, level="minister") == {"": ("summit", 139)}


def test_contacts_stand_from_the_highest_level_down() -> None:
    answer = view(held("a", "2020", level="working"), held("b", "2019", level="head-of-state"))
    assert [contact.level for contact in answer.contacts] == FROM_THE_TOP == list(MEETING_LEVELS)


def test_a_meeting_without_a_level_counts_for_none_and_is_held_all_the_same() -> None:
    answer = view(held("m", "2023-06-10", level=""))
    assert (answer.series, answer.contacts, answer.held) == ((), (), 1)


def test_the_level_that_only_the_announcement_told_counts() -> None:
    announced = MeetingScheduled(
        meeting="m", parties=PAIR, when="2023-05-01", level="minister", host="RUS"
    )
    answer = contacts(announced, held("m", "2023-06-10", level=""), level="minister")
    assert answer == {"": ("m", 10), "PAK → RUS": ("m", 10)}


def test_one_level_leaves_the_series_as_they_are() -> None:
    history = (held("m", "2023-06-10", level="working", series="bpc", round=1),)
    [series] = view(*history, level="head-of-state").series
    assert view(*history).series == (series,)
    assert view(*history, level="head-of-state").contacts == ()


def test_an_unknown_level_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InvalidValue, match="head-of-state, head-of-government, minister"):
        given().series(level="ministerial")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


# Directions


def test_a_visit_counts_from_the_visitor_to_the_host_and_either_way() -> None:
    there = held("there", "2023-01-30", visitor="PAK", host="RUS")
    back = held("back", "2021-04-06", visitor="RUS", host="PAK")
    assert contacts(there, back, on="2023-01-31") == {
        "": ("there", 1),
        "PAK → RUS": ("there", 1),
        "RUS → PAK": ("back", 665),
    }


def test_in_a_pair_the_guest_of_a_host_is_the_other() -> None:
    answer = contacts(held("igc-8", "2023-06-18", host="PAK"))
    assert answer == {"": ("igc-8", 2), "RUS → PAK": ("igc-8", 2)}


def test_a_meeting_without_a_host_is_in_no_direction() -> None:
    assert list(contacts(held("call", "2023-06-18"))) == [""]
    assert list(contacts(held("visit", "2023-06-18", visitor="PAK"))) == [""]


def test_a_visit_to_or_from_somebody_else_is_in_no_direction_of_the_pair() -> None:
    three = ("CHN", "PAK", "RUS")
    for visitor, host in (("CHN", "RUS"), ("PAK", "CHN")):
        visit = held("m", "2023-06-18", parties=three, visitor=visitor, host=host)
        assert list(contacts(visit)) == [""]


def test_nobody_visits_the_state_that_goes_on_as_itself() -> None:
    handover = held("m", "1991-12-20", parties=("PAK", "RUS", "SUN"), visitor="SUN", host="RUS")
    assert list(contacts(handover, on="1991-12-25")) == [""]


# Dates


def test_a_meeting_on_the_day_was_none_ago() -> None:
    assert contacts(held("m", "2023-06-20")) == {"": ("m", 0)}


def test_days_run_from_the_latest_day_on_which_it_can_have_happened() -> None:
    """A month may have been its last day; a visit of several days happens when it begins."""
    assert contacts(held("m", "2023-05")) == {"": ("m", 20)}
    assert contacts(held("m", "2022")) == {"": ("m", 171)}
    assert contacts(held("m", "201X"), on="2020-01-02") == {"": ("m", 2)}
    assert contacts(held("m", "2023-06-15/2023-06-18")) == {"": ("m", 5)}


def test_a_29_february_is_counted_like_any_day() -> None:
    assert contacts(held("m", "2020-02-29"), on="2021-02-28") == {"": ("m", 365)}
    assert contacts(held("m", "2020-02-29"), on="2024-02-29") == {"": ("m", 1461)}


def test_the_first_and_the_last_year_of_the_calendar_are_days_like_others() -> None:
    assert contacts(held("m", "0001-01-01"), on="9999-12-31") == {"": ("m", 3652058)}


def test_what_may_have_happened_counts_only_as_possible_and_never_ahead_of_the_day() -> None:
    history = (held("sure", "2023-06-10"), held("unsure", "2023-06"))
    assert contacts(*history) == {"": ("sure", 10)}
    # By its earliest day, 1 June, the unsure one comes before.
    assert contacts(*history, certainty="possible") == {"": ("sure", 10)}
    assert contacts(held("unsure", "2023-06"), certainty="possible") == {"": ("unsure", 0)}


def test_the_past_knows_nothing_of_what_came_later() -> None:
    history = (held("a", "2019-01-01"), held("b", "2023-01-01"))
    assert contacts(*history, on="2020-01-01") == {"": ("a", 365)}
    assert given(*history).series(on="2018-12-31") == ()


# What is known


def test_of_rival_accounts_the_one_that_stands_is_counted() -> None:
    history = (held("m", "2023-06-01", confidence=0.5), held("m", "2023-06-11"))
    assert contacts(*history) == {"": ("m", 9)}
    assert view(*history).held == 1


def test_what_was_retracted_was_not_held_and_as_known_before_it_was() -> None:
    engine = given(held("a", "2023-06-10"), held("b", "2023-06-15"))
    [_, second] = engine.events()
    engine.retract(second.event.id, "it was put off")
    engine.correct(next(engine.events()).event.id, held("a", "2023-06-12"), "a slip")

    def last(**options: Any) -> tuple[str, int]:
        [series_item] = engine.series(level="minister", on="2023-06-20", **options)
        [contact] = series_item.contacts
        return contact.last.meeting, contact.days

    assert (last(known_at=1), last(known_at=2)) == (("a", 10), ("b", 5))
    assert (last(known_at=3), last()) == (("a", 10), ("a", 8))
    assert engine.series(known_at=0) == ()


def test_a_cancelled_meeting_is_no_contact() -> None:
    planned = MeetingScheduled(meeting="m", parties=PAIR, when="2023-05-01", level="minister")
    called_off = MeetingCancelled(meeting="m", parties=PAIR, when="2023-06-01")
    assert given(planned, called_off).series(on="2023-06-20") == ()


def test_series_are_those_of_the_state() -> None:
    history = [
        held(f"bpc-{n}", when, series="bpc", round=n, host=host)
        for n, (when, host) in enumerate([("2019-06-20", "PAK"), ("2021-06-20", "RUS")], 1)
    ]
    answer = view(*history)
    assert {s.series: s for s in answer.series} == given(*history).state(
        *PAIR, on="2023-06-20"
    ).series
    [series] = answer.series
    assert (series.next_round, series.next_host, series.usual_interval) == (3, "PAK", 731)
    assert (series.due, series.overdue) == ("2023-06-21", False)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"on": "2023"}, InvalidDate),
        ({"certainty": "sure"}, InvalidValue),
        ({"known_at": 99}, InvalidValue),
    ],
)
def test_an_impossible_question_is_refused(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        given().series(**options)


def test_an_unknown_party_is_refused() -> None:
    with pytest.raises(UnknownParty):
        given().series("PAC")
