"""Anniversaries in a period: each is judged by the events up to its own day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import comity
from comity import (
    AgreementAmended,
    AgreementDenounced,
    AgreementInForce,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    AnniversaryMarked,
    DealAnnounced,
    DealEnded,
    Event,
    InvalidDate,
    MeetingHeld,
    RelationsEstablished,
    RelationshipAnniversary,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
    Source,
)
from comity.projections.sections.section import WorkingState
from comity.projections.state_codec import StateCodec
from comity.projections.views.anniversaries import AnniversariesProjection
from tests.unit.given import PAIR, Clock, given


def founded(when: str, parties: tuple[str, ...] = PAIR, **fields: Any) -> Event:
    return RelationsEstablished(parties=parties, when=when, **fields)


def severed(when: str) -> Event:
    return RelationsSevered(parties=PAIR, when=when)


def restored(when: str) -> Event:
    return RelationsRestored(parties=PAIR, when=when)


def signed(when: str, name: str = "gas", **fields: Any) -> Event:
    return AgreementSigned(agreement=name, parties=PAIR, when=when, **fields)


def marked(years: int, when: str, of: str = "relations", **fields: Any) -> Event:
    return AnniversaryMarked(parties=PAIR, when=when, years=years, of=of, **fields)


def falling(*events: Event, since: str, until: str, **options: Any) -> list[tuple[str, int, str]]:
    anniversaries = given(*events).anniversaries(*PAIR, since=since, until=until, **options)
    return [(anniversary.of, anniversary.years, anniversary.falls) for anniversary in anniversaries]


def years(*events: Event, since: str, until: str) -> list[int]:
    return [number for _, number, _ in falling(*events, since=since, until=until)]


# What an anniversary tells


def test_russia_counts_from_the_soviet_unions_first_of_may_1948() -> None:
    founding = founded("1948-05-01", ("PAK", "SUN"))
    celebrated = marked(75, "2023-05-01", how="exchange of letters")
    anniversaries = given(founding, celebrated).anniversaries(
        "PAK", "RUS", since="2023", until="2023"
    )
    assert anniversaries == (
        RelationshipAnniversary(
            "PAK-RUS",
            "relations",
            "1948-05-01",
            founding.id,
            75,
            "2023-05-01",
            round=True,
            marked="2023-05-01",
            how="exchange of letters",
        ),
    )


def test_a_marking_belongs_to_its_own_years_of_its_own_thing() -> None:
    history = (
        founded("1948-05-01"), signed("1948-05-02"),
        marked(74, "2023-05-01"), marked(75, "2023-05-02", of="gas"),
    )  # fmt: skip
    anniversaries = given(*history).anniversaries(*PAIR, since="2022-05", until="2023-05")
    assert [
        (anniversary.of, anniversary.years, anniversary.marked) for anniversary in anniversaries
    ] == [
        ("relations", 74, "2023-05-01"),
        ("gas", 74, ""),
        ("relations", 75, ""),
        ("gas", 75, "2023-05-02"),
    ]


def test_what_was_marked_only_after_the_period_is_not_marked_by_its_end() -> None:
    history = (founded("1948-05-01"), marked(75, "2023-06-20"))
    late, early = (
        given(*history).anniversaries(*PAIR, since="2023-05", until=until)[0].marked
        for until in ("2023-06-20", "2023-06-19")
    )
    assert (late, early) == ("2023-06-20", "")


def test_round_are_5_10_25_and_every_multiple_of_25() -> None:
    engine = given(founded("1900-07-01"))
    options: dict[str, Any] = {"since": "1901", "until": "2005"}
    anniversaries = engine.anniversaries(*PAIR, **options)
    assert len(anniversaries) == 105
    assert [anniversary.years for anniversary in anniversaries if anniversary.round] == [
        5,
        10,
        25,
        50,
        75,
        100,
    ]
    assert engine.anniversaries(*PAIR, **options, round_only=True) == tuple(
        anniversary for anniversary in anniversaries if anniversary.round
    )


# The period


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2023-05-01", "2023-05-01", [75]),
        ("2023-05-02", "2024-04-30", []),
        ("2023-05-02", "2024-05-01", [76]),
        ("2023", "2024", [75, 76]),
        ("2023-05", "2023-05", [75]),
        ("1940", "1949-05-01", [1]),  # never in the year of founding
        ("../1950", "1950", [1, 2]),
    ],
)
def test_both_ends_of_the_period_belong_to_it(since: str, until: str, expected: list[int]) -> None:
    assert years(founded("1948-05-01"), since=since, until=until) == expected


@pytest.mark.parametrize(
    ("founding", "since", "until", "expected"),
    [
        ("1948-05", "2023-05-31", "2023-06-30", ["2023-05"]),
        ("1948-05", "2023-06-01", "2024-05-01", ["2024-05"]),
        ("1948", "2023-12-31", "2024-01-01", ["2023", "2024"]),
        ("1948-21", "2023-01-01", "2023-01-01", ["2023"]),  # of a season only the year is sure
        ("1948-05-01/1948-05-03", "2023", "2023", ["2023-05-01"]),
        ("1948-02-29", "2023", "2024", ["2023-02-28", "2024-02-29"]),
        ("1896-02-29", "1900-02", "1900-02", ["1900-02-28"]),
        ("0001-05-01", "9999", "9999", ["9999-05-01"]),
        ("0001", "0002", "0003-01-01", ["0002", "0003"]),
        ("9999", "9999", "9999", []),
        ("194X", "1940", "2023", []),
        ("1948/1949", "2023", "2023", ["2023"]),  # they began in 1948
        ("[1948-12-31,1949-01-01]", "1940", "2023", []),
        ("../1948", "1940", "2023", []),
    ],
)
def test_an_anniversary_is_as_precise_as_its_founding_and_counts_if_it_can_fall_inside(
    founding: str, since: str, until: str, expected: list[str]
) -> None:
    answer = falling(founded(founding), since=since, until=until)
    assert [day for _, _, day in answer] == expected


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (datetime(2024, 6, 1, tzinfo=UTC), "2024-06-01", "2025-06-01"),
        (datetime(2024, 2, 29, tzinfo=UTC), "2024-02-29", "2025-02-28"),
        (datetime(9999, 6, 1, tzinfo=UTC), "9999-06-01", None),
    ],
)
def test_by_default_it_is_the_year_that_begins_today(
    today: datetime, first: str, last: str | None
) -> None:
    with comity.open(":memory:", clock=Clock(today)) as engine:
        for month in range(1, 13):
            for day in range(1, 29):
                engine.append(signed(f"1948-{month:02}-{day:02}", f"a{month}-{day}"))
        engine.append(signed("1948-02-29", "leap"))
        anniversaries = [anniversary.falls for anniversary in engine.anniversaries(*PAIR)]
        assert anniversaries == [
            anniversary.falls
            for anniversary in engine.anniversaries(*PAIR, since=first, until=last)
        ]
        until = last or "9999-12-31"
        assert anniversaries == sorted(anniversaries)
        assert anniversaries[0] == first
        assert anniversaries[-1] == (last or "9999-12-28")
        assert all(first <= day <= until for day in anniversaries)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidDate, match="ends before it starts"):
        given().anniversaries(*PAIR, since="2023-02", until="2023-01")
    with pytest.raises(InvalidDate, match="ends before it starts"):
        given().anniversaries(*PAIR, until="2023")  # it is June 2024


# Relations


def test_an_anniversary_within_a_break_is_left_out_whatever_came_later() -> None:
    history = (founded("1948-05-01"), severed("1972-03-01"), restored("1973-12-01"))
    assert years(*history, since="1971", until="1975") == [23, 26, 27]
    assert years(*history, severed("1974-12-01"), since="1971", until="1975") == [23, 26]
    assert years(*history, since="1973-05-01", until="1973-05-01") == []


def test_on_the_day_of_the_break_relations_are_over_and_on_that_of_the_restoring_they_are_on() -> (
    None
):
    history = (founded("1948-05-01"), severed("1972-05-01"), restored("1974-05-01"))
    assert years(*history, since="1971", until="1975") == [23, 26, 27]


def test_a_break_of_unknown_day_is_sure_only_at_its_end() -> None:
    history = (founded("1948-05-01"), severed("1972"), restored("1974"))
    assert years(*history, since="1971", until="1975") == [23, 24, 27]


def test_an_anniversary_of_a_month_is_left_out_only_if_all_of_the_month_lies_in_the_break() -> None:
    def years_after_a_break(since: str, until: str) -> list[int]:
        history = (founded("1948-05"), severed(since), restored(until))
        return years(*history, since="1972", until="1972")

    assert years_after_a_break("1972-05-02", "1972-05-30") == [24]
    assert years_after_a_break("1972-05-01", "1972-05-31") == [24]
    assert years_after_a_break("1972-05-01", "1972-06-01") == []
    assert years_after_a_break("1972-05-02", "1973") == [24]


def test_what_falls_in_the_break_cannot_be_saved_by_a_period_that_is_shorter_than_the_month() -> (
    None
):
    history = (founded("1948-05"), severed("1972-05-10"))
    assert years(*history, since="1972-05-10", until="1972-05-31") == []
    assert years(*history, since="1972-05-09", until="1972-05-31") == [24]


def test_suspended_relations_last() -> None:
    suspended = RelationsSuspended(parties=PAIR, when="1971")
    assert years(founded("1948-05-01"), suspended, since="1972", until="1973") == [24, 25]


def test_relations_that_were_founded_again_count_from_then_on() -> None:
    again = founded("1976-02-01")
    history = (founded("1948-05-01"), severed("1972-01-01"), again)
    assert falling(*history, since="1971", until="1977") == [
        ("relations", 23, "1971-05-01"),
        ("relations", 1, "1977-02-01"),
    ]


def test_relations_that_were_restored_count_from_their_founding() -> None:
    history = (founded("1948-05-01"), severed("1972-01-01"), restored("1976-02-01"))
    assert falling(*history, since="1972", until="1976") == [("relations", 28, "1976-05-01")]


def test_relations_of_unknown_beginning_have_none() -> None:
    assert years(severed("1972"), restored("1976"), since="1970", until="1980") == []


# Agreements


def test_an_agreement_is_remembered_from_its_signing_on_in_force_or_not() -> None:
    in_force = AgreementInForce(agreement="gas", parties=PAIR, when="2018-01-01")
    suspended = AgreementSuspended(agreement="gas", parties=PAIR, when="2019-01-01")
    history = (signed("2015-10-16"), in_force, suspended)
    assert years(*history, since="2015", until="2020") == [1, 2, 3, 4, 5]
    assert years(in_force, since="2015", until="2025") == []  # when was it signed?


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (AgreementTerminated(agreement="gas", parties=PAIR, when="2018-10-16"), [1, 2]),
        (AgreementTerminated(agreement="gas", parties=PAIR, when="2018-10-17"), [1, 2, 3]),
        (AgreementTerminated(agreement="gas", parties=PAIR, when="2018"), [1, 2, 3]),
        (
            AgreementAmended(agreement="gas", parties=PAIR, when="2016", expires="2018-10-15"),
            [1, 2],
        ),
        (
            AgreementAmended(agreement="gas", parties=PAIR, when="2016", expires="2018-10-16"),
            [1, 2, 3],
        ),
        (AgreementAmended(agreement="gas", parties=PAIR, when="2016", expires="2018"), [1, 2, 3]),
        (
            AgreementDenounced(
                agreement="gas", parties=PAIR, by="RUS", when="2017-01-01", effective="2018-10-16"
            ),
            [1, 2],
        ),
        (
            AgreementDenounced(agreement="gas", parties=PAIR, by="RUS", when="2017-01-01"),
            [1],  # without a day it takes effect on its own
        ),
        # told only later, so that until then it stood
        (
            AgreementAmended(
                agreement="gas", parties=PAIR, when="2018-12-01", expires="2017-01-01"
            ),
            [1, 2, 3],
        ),
        (
            AgreementAmended(agreement="gas", parties=PAIR, when="2016", expires="9999-12-31"),
            [1, 2, 3, 4, 5],
        ),
    ],
)
def test_an_agreement_is_remembered_until_it_ends(end: Event, expected: list[int]) -> None:
    assert years(signed("2015-10-16"), end, since="2015", until="2020") == expected


def test_an_agreement_that_had_run_out_and_was_prolonged_was_not_remembered_in_between() -> None:
    prolonged = AgreementAmended(agreement="gas", parties=PAIR, when="2018-12-01", expires="2020")
    history = (signed("2015-10-16", expires="2017-01-01"), prolonged)
    assert years(*history, since="2015", until="2025") == [1, 4, 5]


def test_an_agreement_that_is_in_force_again_counts_from_its_signing_and_not_in_between() -> None:
    """It is signed once: a second signing is out of place and founds nothing."""
    ended = AgreementTerminated(agreement="gas", parties=PAIR, when="2017-01-01")
    again = AgreementInForce(agreement="gas", parties=PAIR, when="2018-03-01")
    history = (signed("2015-10-16"), ended)
    assert years(*history, again, since="2015", until="2019") == [1, 3, 4]
    second = signed("2018-03-01", happening="a second signing")
    assert years(*history, second, since="2015", until="2019") == [1]


def test_an_agreement_that_ended_is_not_remembered_even_if_it_was_celebrated() -> None:
    ended = AgreementTerminated(agreement="gas", parties=PAIR, when="2018-01-01")
    feast = marked(5, "2020-10-16", of="gas")
    assert years(signed("2015-10-16"), ended, feast, since="2015", until="2021") == [1, 2]


def test_an_agreement_named_relations_is_another_thing() -> None:
    history = (founded("1948-05-01"), signed("2015-10-16", "relations"), severed("2016"))
    assert years(*history, since="2016", until="2017") == [68, 1, 2]


# What else was founded


def test_a_meeting_or_a_deal_is_remembered_if_it_was_ever_celebrated() -> None:
    history = (
        MeetingHeld(meeting="tashkent", parties=PAIR, when="1966-01-10"),
        DealAnnounced(deal="mill", buyer="PAK", seller="RUS", when="1971-02"),
        DealEnded(deal="mill", buyer="PAK", seller="RUS", when="1985"),
    )
    assert falling(*history, since="2016", until="2016") == []
    feasts = (marked(50, "2016-01-10", of="tashkent"), marked(40, "2011-02", of="mill"))
    assert falling(*history, *feasts, since="2016", until="2016") == [
        ("tashkent", 50, "2016-01-10"),
        ("mill", 45, "2016-02"),
    ]


def test_what_was_celebrated_with_a_party_that_is_no_more_is_remembered_by_its_heir_alone() -> None:
    soviet = ("PAK", "SUN")
    engine = given(
        MeetingHeld(meeting="tashkent", parties=soviet, when="1966-01-10"),
        AnniversaryMarked(parties=soviet, when="1991-01-10", years=25, of="tashkent"),
    )
    period: dict[str, Any] = {"since": "1991", "until": "1992"}
    assert [each.years for each in engine.anniversaries(*soviet, **period)] == [25]
    assert [each.years for each in engine.anniversaries(*PAIR, **period)] == [25, 26]
    agenda = engine.agenda(*soviet, **period, on="1991-12-25")
    assert [item.when for item in agenda] == ["1991-01-10"]


def test_nothing_is_remembered_of_what_was_celebrated_and_is_not_known_to_have_been_founded() -> (
    None
):
    assert falling(marked(50, "2016", of="tashkent"), since="2016", until="2016") == []


# What is known, and of whom


def test_as_known_before_a_correction_the_older_founding_counts() -> None:
    wrong = founded("1948-04-01")
    engine = given(wrong)
    engine.correct(wrong.id, founded("1948-05-01"), "the exchange of notes was in May")
    options: dict[str, Any] = {"since": "2023", "until": "2023"}
    [before] = engine.anniversaries(*PAIR, **options, known_at=1)
    [now] = engine.anniversaries(*PAIR, **options)
    assert (before.falls, now.falls) == ("2023-04-01", "2023-05-01")
    engine.retract(now.event, "they were never founded")
    assert engine.anniversaries(*PAIR, **options) == ()
    assert engine.anniversaries(*PAIR, **options, known_at=0) == ()


def test_of_rival_accounts_of_the_founding_the_one_that_stands_counts() -> None:
    dawn = founded("1948-05-01", happening="f", sources=(Source("Dawn"),))
    tass = founded("1948-05-02", happening="f", confidence=0.5, sources=(Source("TASS"),))
    engine = given(dawn, tass)
    options: dict[str, Any] = {"since": "2023", "until": "2023"}
    assert [anniversary.event for anniversary in engine.anniversaries(*PAIR, **options)] == [
        dawn.id
    ]
    engine.prefer(tass.id, "the notes themselves")
    assert [anniversary.event for anniversary in engine.anniversaries(*PAIR, **options)] == [
        tass.id
    ]


def test_an_agreement_of_three_is_remembered_by_each_pair() -> None:
    three = AgreementSigned(agreement="t", parties=("IND", "PAK", "SUN"), when="1966-01-10")
    engine = given(three, founded("1948-05-01"))
    everywhere = engine.anniversaries(since="2016-01", until="2016-05")
    assert [(anniversary.relationship, anniversary.of) for anniversary in everywhere] == [
        ("IND-PAK", "t"),
        ("IND-RUS", "t"),
        ("PAK-RUS", "t"),
        ("PAK-RUS", "relations"),
    ]
    assert [
        anniversary.relationship
        for anniversary in engine.anniversaries("IND", since="2016", until="2016")
    ] == [
        "IND-PAK",
        "IND-RUS",
    ]
    whole = engine.anniversaries("PAK", "IND", "RUS", since="2016", until="2016")
    assert [anniversary.relationship for anniversary in whole] == ["IND-PAK-RUS"]


def test_relations_are_no_meeting_of_that_name() -> None:
    history = (
        MeetingHeld(meeting="relations", parties=PAIR, when="1966-01-10"),
        marked(50, "2016-01-10"),
    )
    assert falling(*history, since="2016", until="2016") == []


def test_progress_is_heard_up_to_the_last_position() -> None:
    engine = given(founded("1948-05-01"), founded("1950", ("CHN", "PAK")))
    for ask in (engine.anniversaries, engine.agenda, engine.tone):
        positions: list[int] = []
        ask(progress=positions.append)
        assert positions == sorted(positions)
        assert positions[-1] == 2


def test_where_nothing_is_recorded_there_is_nothing() -> None:
    assert given().anniversaries() == ()
    assert given().anniversaries("PAK", "RUS") == ()


# The projection


def test_the_projection_counts_up_to_the_day_of_the_question() -> None:
    engine = given(founded("1948-05-01"))
    answers = engine.replay(AnniversariesProjection(date(2022, 5, 1)), on="2024-04-30")["PAK-RUS"]
    assert [anniversary.years for anniversary in answers] == [74, 75]


def test_its_state_can_be_stored() -> None:
    projection = AnniversariesProjection().for_key(PAIR)
    state: WorkingState = projection.initial()
    for event in (founded("1948-05-01"), signed("2015", expires="2020"), severed("2018")):
        state = projection.evolve(state, event)
    codec = StateCodec(projection)
    read = codec.decode(codec.encode(state))
    assert codec.encode(read) == codec.encode(state)
    assert projection.finish(read, date(2019, 1, 1)) == projection.finish(state, date(2019, 1, 1))
