"""Measures, statements, aid, alignment and tone in the state."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from comity import (
    AidDelivered,
    AidPledged,
    AlignmentKind,
    AlignmentRecorded,
    Event,
    InteractionCoded,
    MeasureImposed,
    MeasureLifted,
    Money,
    Quantity,
    StatementMade,
)
from comity.projections.sections.aid import Aid
from comity.projections.sections.alignment import Alignment
from comity.projections.sections.measures import Measure
from comity.projections.sections.statements import Statement
from comity.projections.sections.tone import Tone
from comity.projections.state import RelationshipState
from tests.unit.given import PAIR, given


def state(*events: Event, on: str = "2023-12-31") -> RelationshipState:
    return given(*events).state(*PAIR, on=on)


def imposed(measure: str, when: str, by: str = "RUS", on: str = "PAK", **fields: Any) -> Event:
    return MeasureImposed(measure=measure, by=by, on=on, when=when, **fields)


def test_a_measure_is_in_force_from_the_day_of_imposing_to_that_of_lifting() -> None:
    history = (
        imposed("embargo", "1990-01-01", kind="embargo"),
        MeasureLifted(measure="embargo", by="RUS", on="PAK", when="2014-06-02"),
    )
    assert state(*history, on="1989-12-31").measures == ()
    assert state(*history, on="2014-06-01").measures == (
        Measure("embargo", "RUS", "PAK", "embargo", "1990-01-01"),
    )
    assert state(*history, on="2014-06-02").measures == ()


def test_a_measure_imposed_and_lifted_on_one_day_is_not_in_force() -> None:
    lifted = MeasureLifted(measure="ban", by="RUS", on="PAK", when="2014-06-02")
    assert state(lifted, imposed("ban", "2014-06-02")).measures == ()


def test_a_measure_can_be_imposed_again() -> None:
    again = imposed("ban", "2020", happening="again")
    lifted = MeasureLifted(measure="ban", by="RUS", on="PAK", when="2014-06-02")
    [measure] = state(imposed("ban", "2000"), lifted, again).measures
    assert measure.since == "2020"


def test_measures_of_both_directions_stand_by_name() -> None:
    measures = state(
        imposed("visas", "2001"), imposed("tariff", "2002", by="PAK", on="RUS")
    ).measures
    assert [(m.measure, m.by, m.on) for m in measures] == [
        ("tariff", "PAK", "RUS"),
        ("visas", "RUS", "PAK"),
    ]


def test_a_measure_of_a_continued_state_is_its_heirs_to_lift() -> None:
    soviet = imposed("embargo", "198X", by="SUN")
    assert [m.by for m in state(soviet).measures] == ["RUS"]
    lifted = MeasureLifted(measure="embargo", by="RUS", on="PAK", when="2014")
    assert state(soviet, lifted).measures == ()


def test_the_last_statement_of_each_party_is_given() -> None:
    def said(by: str, when: str, stance: str) -> Event:
        return StatementMade(by=by, parties=PAIR, when=when, stance=stance, speaker="S", text="T")

    answer = state(
        said("RUS", "2023-06-12", "friendly"),
        said("RUS", "2021", "neutral"),
        said("PAK", "2022", "cool"),
    )
    assert answer.statements == {
        "PAK": Statement("PAK", "2022", "S", "cool", "T"),
        "RUS": Statement("RUS", "2023-06-12", "S", "friendly", "T"),
    }


def test_aid_is_added_up_in_each_direction_by_currency_and_unit() -> None:
    def usd(amount: int) -> Money:
        return Money(Decimal(amount), "USD")

    aid = state(
        AidPledged(by="RUS", to="PAK", when="2010", money=usd(5)),
        AidPledged(by="RUS", to="PAK", when="2011", money=usd(7)),
        AidDelivered(by="RUS", to="PAK", when="2012", money=usd(3)),
        AidDelivered(by="RUS", to="PAK", when="2022", quantity=Quantity(Decimal(40), "TNE")),
        AidDelivered(by="RUS", to="PAK", when="2022-09"),
        AidPledged(by="PAK", to="RUS", when="2013", money=Money(Decimal(1), "PKR")),
    ).aid
    assert aid == (
        Aid("PAK", "RUS", {"PKR": Decimal(1)}, {}),
        Aid("RUS", "PAK", {"USD": Decimal(12)}, {"USD": Decimal(3), "TNE": Decimal(40)}),
    )


def test_alignment_is_given_for_each_matter_as_last_recorded() -> None:
    def aligned(matter: str, when: str, alignment: AlignmentKind) -> Event:
        return AlignmentRecorded(parties=PAIR, when=when, alignment=alignment, matter=matter)

    answer = state(
        aligned("Afghanistan", "1979-12/1989-02", "opposed"),
        aligned("Afghanistan", "2021", "aligned"),
        aligned("Ukraine", "2022-03-02", "neutral"),
    )
    assert answer.alignment == {
        "Afghanistan": Alignment("Afghanistan", "aligned", "2021"),
        "Ukraine": Alignment("Ukraine", "neutral", "2022-03-02"),
    }


def coded(code: str, scheme: str = "cameo", when: str = "2023") -> Event:
    return InteractionCoded(
        scheme=scheme, code=code, source="PAK", target="RUS", when=when, note=f"{scheme} {code}"
    )


def test_tone_counts_by_quad_class_and_weighs_the_mean() -> None:
    """040 weighs 1.0, 057 8.0, 112 -2.0 and SANCTION -6: together 1.0, a mean of 0.25."""
    tone = state(coded("040"), coded("057"), coded("112"), coded("SANCTION", "plover")).tone
    assert tone == Tone(
        4,
        {"verbal cooperation": 2, "verbal conflict": 1, "material conflict": 1},
        Decimal("0.25"),
    )


def test_the_mean_is_rounded_to_three_places() -> None:
    """1.0 + 1.0 - 2.0 over 3 is 0; 1.0 + 8.0 - 2.0 over 3 is 2.333…"""
    tone = state(coded("040"), coded("057"), coded("112")).tone
    assert str(tone.mean_goldstein) == "2.333"


def test_a_subcode_that_the_scale_lacks_weighs_what_its_parent_weighs() -> None:
    assert state(coded("0409")).tone.mean_goldstein == Decimal(1)


def test_without_coded_interactions_there_is_no_mean() -> None:
    assert state().tone == Tone(0, {}, None)
