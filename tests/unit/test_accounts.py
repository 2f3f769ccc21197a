"""How rival accounts differ: field by field, while silence and precision contradict nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import pytest

from comity import (
    AgreementInForce,
    DealSigned,
    InteractionCoded,
    MeetingHeld,
    MissionLevel,
    MissionOpened,
    Money,
    Quantity,
    ShipmentDelivered,
    Source,
)
from comity.domain.accounts import Difference, compatible_dates, differences
from tests.unit.given import PAIR


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("2023-06-11", "2023-06-11"),
        ("2023-06-11", "2023-06"),
        ("2023-06-11", "2023"),
        ("2023-06-11", "202X"),
        ("2023-06", "2023?"),
        ("1949-12-31", "1949-24"),  # winter: December to February
        ("2023-06-20", "2023-06-20/2023-06-21"),
        ("2023-06-20/..", "2023-06-20/2023-06-21"),
        ("2023-06/2023-08", "2023-06-20/2023-08-01"),
        ("../2023", "2020/2023"),
        ("[2023-06-11,2023-06-12]", "2023-06-12"),
    ],
)
def test_a_date_told_more_precisely_is_no_contradiction(first: str, other: str) -> None:
    assert compatible_dates(first, other)
    assert compatible_dates(other, first)


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("2023-06-11", "2023-06-12"),
        ("1999-03", "1999-04"),
        ("1949-12-30", "1949-12-31"),
        ("2022", "2023-06"),
        ("2023-06-20/2023-06-21", "2023-06-20/2023-06-22"),
        ("2023-06-19/2023-06-21", "2023-06-20/2023-06-21"),
        # They overlap, yet neither is the other told with more precision.
        ("1948-12/..", "1949"),
        ("2022-24", "2023"),
    ],
)
def test_dates_of_which_neither_lies_within_the_other_contradict_each_other(
    first: str, other: str
) -> None:
    assert not compatible_dates(first, other)
    assert not compatible_dates(other, first)


def meeting(**details: Any) -> MeetingHeld:
    fields: dict[str, Any] = {"meeting": "m", "parties": PAIR, "when": "2023-06-20"}
    return MeetingHeld(**fields | details)


def differing(meeting_held: MeetingHeld, other: MeetingHeld) -> list[str]:
    return [difference.field for difference in differences(meeting_held, other)]


def test_each_field_told_otherwise_is_a_difference_with_both_values() -> None:
    def delivery(when: str, amount: str) -> ShipmentDelivered:
        return ShipmentDelivered(
            deal="urals",
            shipment="cargo-1",
            buyer="PAK",
            seller="RUS",
            when=when,
            quantity=Quantity(Decimal(amount), "TNE"),
        )

    assert set(differences(delivery("2023-06-11", "45000"), delivery("2023-06-12", "45122"))) == {
        Difference("when", "2023-06-11", "2023-06-12"),
        Difference("quantity", "45000 TNE", "45122 TNE"),
    }


@pytest.mark.parametrize(
    "fields",
    [{"venue": "Islamabad"}, {"round": 5}, {"level": "minister"}, {"heads": {"RUS": "Lavrov"}}],
    ids=["venue", "round", "level", "heads"],
)
def test_silence_contradicts_nothing(fields: dict[str, Any]) -> None:
    assert differing(meeting(**fields), meeting()) == []
    assert differing(meeting(), meeting(**fields)) == []


def test_sources_and_notes_are_not_part_of_the_content() -> None:
    first = meeting(sources=(Source("Dawn"),), note="by phone", confidence=0.5, id="a")
    other = meeting(sources=(Source("TASS"),), note="in person", confidence=0.9, id="b")
    assert differing(first, other) == []


def test_a_default_that_may_only_have_been_left_out_contradicts_nothing() -> None:
    deal: dict[str, Any] = {"deal": "d", "buyer": "PAK", "seller": "RUS", "when": "2023"}
    assert list(differences(DealSigned(**deal, pilot=True), DealSigned(**deal))) == []


def test_a_level_that_may_only_have_been_left_out_contradicts_nothing() -> None:
    def opened(level: MissionLevel | Literal[""]) -> MissionOpened:
        return MissionOpened(sender="PAK", host="RUS", when="1949", level=level)

    assert list(differences(opened("legation"), opened("embassy"))) == []
    assert len(list(differences(opened("legation"), opened("liaison-office")))) == 1


def test_a_longer_list_adds_and_another_list_contradicts() -> None:
    assert differing(meeting(agenda=("trade", "energy")), meeting(agenda=("energy",))) == []
    assert differing(meeting(agenda=("trade",)), meeting(agenda=("energy",))) == ["agenda"]


def test_heads_contradict_only_where_both_name_one() -> None:
    lavrov, bilawal = {"RUS": "Lavrov"}, {"PAK": "Bilawal Bhutto Zardari"}
    assert differing(meeting(heads=lavrov), meeting(heads=bilawal)) == []
    [difference] = differences(
        meeting(heads=lavrov | bilawal), meeting(heads=lavrov | {"PAK": "Khar"})
    )
    assert difference == Difference(
        "heads", "PAK: Bilawal Bhutto Zardari, RUS: Lavrov", "PAK: Khar, RUS: Lavrov"
    )


def test_a_further_delegate_adds_and_another_one_contradicts() -> None:
    kabulov = {"RUS": ("Kabulov",)}
    both = {"RUS": ("Kabulov", "Ganich"), "PAK": ("Tipu",)}
    assert differing(meeting(delegates=kabulov), meeting(delegates=both)) == []
    [difference] = differences(
        meeting(delegates=both), meeting(delegates={"RUS": ("Kabulov", "Galuzin")})
    )
    assert difference == Difference(
        "delegates", "PAK: Tipu, RUS: Kabulov and Ganich", "RUS: Kabulov and Galuzin"
    )


def test_a_further_date_of_an_event_is_compared_as_a_date() -> None:
    def in_force(expires: str) -> AgreementInForce:
        return AgreementInForce(agreement="a", parties=PAIR, when="2011", expires=expires)

    assert list(differences(in_force("2026-02-05"), in_force("2026"))) == []
    [difference] = differences(in_force("2026-02-05"), in_force("2021"))
    assert difference == Difference("expires", "2026-02-05", "2021")


def test_one_amount_in_two_currencies_is_a_difference() -> None:
    def deal(money: Money) -> DealSigned:
        return DealSigned(deal="d", buyer="PAK", seller="RUS", when="2023", value=money)

    [difference] = differences(deal(Money(Decimal(5), "USD")), deal(Money(Decimal(5), "CNY")))
    assert difference == Difference("value", "5 USD", "5 CNY")


def test_a_visit_told_by_visitor_and_host_has_no_differences() -> None:
    visit: dict[str, Any] = {"scheme": "cameo", "when": "2014-01-01", "happening": "visit"}
    made = InteractionCoded(
        code="042", source="PAK", target="RUS", source_actor="Khan", mentions=2, **visit
    )
    hosted = InteractionCoded(code="043", source="RUS", target="PAK", target_actor="Khan", **visit)
    assert list(differences(made, hosted)) == list(differences(hosted, made)) == []
    by_another = InteractionCoded(
        code="043", source="RUS", target="PAK", target_actor="Qureshi", **visit
    )
    assert list(differences(made, by_another)) == [Difference("source_actor", "Khan", "Qureshi")]
    consulted = InteractionCoded(code="040", source="RUS", target="PAK", **visit)
    assert {found.field for found in differences(made, consulted)} == {"code", "source", "target"}
