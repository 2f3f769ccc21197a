"""Anniversaries in the state: derived from what was founded, for every year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from comity import (
    AgreementInForce,
    AgreementSigned,
    AgreementTerminated,
    AnniversaryMarked,
    Event,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
)
from comity.projections.sections.anniversaries import Anniversary, Marked, falls, next_anniversary
from comity.projections.state import RelationshipState
from tests.unit.given import PAIR, given


def state(*events: Event, on: str) -> RelationshipState:
    return given(*events).state(*PAIR, on=on)


def founded(when: str) -> Event:
    return RelationsEstablished(parties=PAIR, when=when)


@pytest.mark.parametrize(
    ("founding", "on", "years", "day"),
    [
        ("1948-05-01", "2023-04-30", 75, "2023-05-01"),
        ("1948-05-01", "2023-05-01", 75, "2023-05-01"),
        ("1948-05-01", "2023-05-02", 76, "2024-05-01"),
        # never in the year of founding itself
        ("1948-05-01", "1948-05-01", 1, "1949-05-01"),
        ("1948-05-01", "1948-05-02", 1, "1949-05-01"),
        # 29 February: remembered on the 28th in a common year, 1900 among them
        ("1948-02-29", "2023-02-28", 75, "2023-02-28"),
        ("1948-02-29", "2023-03-01", 76, "2024-02-29"),
        ("1948-02-29", "2024-02-28", 76, "2024-02-29"),
        ("1896-02-29", "1900-01-01", 4, "1900-02-28"),
        ("1896-02-29", "2000-01-01", 104, "2000-02-29"),
        # as precise as the founding
        ("1948-05", "2023-05-01", 75, "2023-05"),
        ("1948-05", "2023-05-31", 75, "2023-05"),
        ("1948-05", "2023-06-01", 76, "2024-05"),
        ("1948", "2023-12-31", 75, "2023"),
        ("1948", "2024-01-01", 76, "2024"),
        ("1948-21", "2023-06-20", 75, "2023"),  # spring: of several months only the year is sure
        ("1948-05-01?", "2023-01-01", 75, "2023-05-01"),
        ("1948-05-01/1948-05-03", "2023-05-02", 76, "2024-05-01"),
        ("0001-05-01", "2023-01-01", 2022, "2023-05-01"),
    ],
)
def test_the_next_anniversary_falls_on_the_founding_day(
    founding: str, on: str, years: int, day: str
) -> None:
    answer = next_anniversary("relations", founding, date.fromisoformat(on))
    assert answer == Anniversary("relations", founding, years, day)


@pytest.mark.parametrize("founding", ["194X", "1948-24", "1948/1949", "../1948"])
def test_what_was_founded_in_one_of_several_years_has_no_anniversary_unless_its_start_is_known(
    founding: str,
) -> None:
    answer = next_anniversary("relations", founding, date(2023, 1, 1))
    assert (answer is None) == (founding != "1948/1949")


def test_at_the_end_of_the_calendar_there_is_no_next_anniversary() -> None:
    assert next_anniversary("relations", "1948-05-01", date(9999, 5, 2)) is None
    last = next_anniversary("relations", "1948-05-01", date(9999, 5, 1))
    assert last is not None
    assert last.falls == "9999-05-01"


def test_years_before_1000_keep_their_four_digits() -> None:
    assert (falls("0980-07-12", 985), falls("0980", 985)) == ("0985-07-12", "0985")


def test_relations_are_remembered_while_they_last() -> None:
    suspended = RelationsSuspended(parties=PAIR, when="1971")
    severed = RelationsSevered(parties=PAIR, when="1972")
    restored = RelationsRestored(parties=PAIR, when="1976")
    history = (founded("1948-05-01"), suspended, severed, restored)
    assert [a.years for a in state(*history, on="1971-12-31").next_anniversaries] == [24]
    assert state(*history, on="1972-12-31").next_anniversaries == ()
    assert [a.years for a in state(*history, on="1976-12-31").next_anniversaries] == [29]


def test_an_agreement_is_remembered_by_its_signature_while_it_is_in_force() -> None:
    history = (
        AgreementSigned(agreement="gas", parties=PAIR, when="2015-10-16"),
        AgreementInForce(agreement="gas", parties=PAIR, when="2017-03-01"),
        AgreementTerminated(agreement="gas", parties=PAIR, when="2024"),
    )
    assert state(*history, on="2016-01-01").next_anniversaries == ()
    assert state(*history, on="2023-01-01").next_anniversaries == (
        Anniversary("gas", "2015-10-16", 8, "2023-10-16"),
    )
    assert state(*history, on="2024-12-31").next_anniversaries == ()


@pytest.mark.parametrize(
    ("parties", "founding", "last_day", "expected"),
    [
        (("PAK", "SUN"), "1990-10-02", "1991-12-25", []),  # another continues it
        (("PAK", "SUN"), "1990-12-25", "1991-12-25", ["1991-12-25"]),
        (("PAK", "SUN"), "1990-12-26", "1991-12-25", []),
        (("PAK", "SUN"), "1990-12", "1991-12-25", ["1991-12"]),
        (("PAK", "SCG"), "2004-06-05", "2006-06-04", []),
        (("DDR", "PAK"), "1989-10-02", "1990-10-02", ["1990-10-02"]),
        (("DDR", "PAK"), "1989-10-03", "1990-10-02", []),  # none does
    ],
)
def test_what_falls_when_a_party_is_no_more_is_neither_next_nor_on_the_agenda_nor_an_anniversary(
    parties: tuple[str, str], founding: str, last_day: str, expected: list[str]
) -> None:
    engine = given(RelationsEstablished(parties=parties, when=founding))
    day = date.fromisoformat(last_day)
    period: dict[str, Any] = {"since": day, "until": day.replace(year=day.year + 3)}
    assert [a.falls for a in engine.state(*parties, on=day).next_anniversaries] == expected
    assert [item.when for item in engine.agenda(*parties, **period)] == expected
    assert [a.falls for a in engine.anniversaries(*parties, **period)] == expected


def test_the_heir_has_the_next_anniversary_that_what_it_continues_no_longer_has() -> None:
    engine = given(RelationsEstablished(parties=("PAK", "SUN"), when="1990-10-02"))
    period: dict[str, Any] = {"since": "1991-12-25", "until": "1993-06-28"}
    [following] = engine.state("PAK", "RUS", on="1991-12-25").next_anniversaries
    assert following == Anniversary("relations", "1990-10-02", 2, "1992-10-02")
    assert [item.when for item in engine.agenda("PAK", "RUS", **period)] == ["1992-10-02"]
    assert [a.falls for a in engine.anniversaries("PAK", "RUS", **period)] == ["1992-10-02"]


@pytest.mark.parametrize(
    ("expires", "expected"),
    [("2023-10-15", []), ("2023-10-16", ["2023-10-16"]), ("2023", ["2023-10-16"])],
)
def test_an_anniversary_after_the_term_of_an_agreement_is_not_the_next(
    expires: str, expected: list[str]
) -> None:
    engine = given(
        AgreementSigned(agreement="gas", parties=PAIR, when="2015-10-16", expires=expires),
        AgreementInForce(agreement="gas", parties=PAIR, when="2017-03-01"),
    )
    assert [a.falls for a in engine.state(*PAIR, on="2023-01-01").next_anniversaries] == expected
    agenda = engine.agenda(*PAIR, since="2023-01-01", until="2023-12-31")
    assert [item.when for item in agenda if item.kind == "anniversary"] == expected


def test_an_agreement_of_unknown_signature_has_no_anniversary() -> None:
    in_force = AgreementInForce(agreement="gas", parties=PAIR, when="2017-03-01")
    assert state(in_force, on="2023-01-01").next_anniversaries == ()


def test_the_next_anniversaries_are_in_the_order_in_which_they_fall() -> None:
    answer = state(
        founded("1948-05-01"),
        AgreementSigned(agreement="gas", parties=PAIR, when="2015-03-16"),
        AgreementInForce(agreement="gas", parties=PAIR, when="2017-03-01"),
        on="2023-01-01",
    )
    assert [a.of for a in answer.next_anniversaries] == ["gas", "relations"]


def test_the_last_marking_of_each_anniversary_is_given() -> None:
    def marked(years: int, when: str, of: str = "relations", how: str = "") -> Event:
        return AnniversaryMarked(parties=PAIR, when=when, years=years, of=of, how=how)

    answer = state(
        marked(75, "2023-05-01", how="letters"),
        marked(70, "2018-05-01"),
        marked(5, "2020-10-16", of="gas"),
        on="2023-06-20",
    )
    assert answer.anniversaries_marked == {
        "gas": Marked("gas", 5, "2020-10-16"),
        "relations": Marked("relations", 75, "2023-05-01", "letters"),
    }
