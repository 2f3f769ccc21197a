"""Deals across relationships: open and ended, how late each shipment came, what was paid when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

import comity
from comity import (
    DealEnded,
    DealSigned,
    DealsProjection,
    Event,
    InvalidInput,
    Money,
    Payment,
    PaymentMade,
    Quantity,
    RelationshipDeal,
    ShipmentDelivered,
    ShipmentHistory,
    ShipmentScheduled,
    TimelineEngine,
)
from comity.projections.sections.deal import Deal
from comity.projections.sections.section import WorkingState
from comity.projections.state_codec import StateCodec
from comity.projections.views.deals import late_days
from tests.unit.given import PAIR, Clock, given

URALS: dict[str, Any] = {"deal": "urals", "buyer": "PAK", "seller": "RUS"}
LATER = "2023-12-31"


def tonnes(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "TNE")


def signed(deal: str = "urals", when: str = "2023-05-01", **details: Any) -> Event:
    fields: dict[str, Any] = URALS | {"deal": deal} | details
    return DealSigned(**fields, when=when)


def scheduled(when: str, planned_for: str = "", **details: Any) -> Event:
    fields: dict[str, Any] = URALS | {"shipment": "cargo"} | details
    return ShipmentScheduled(**fields, when=when, planned_for=planned_for)


def delivered(when: str, **details: Any) -> Event:
    fields: dict[str, Any] = URALS | {"shipment": "cargo"} | details
    return ShipmentDelivered(**fields, when=when)


def paid(when: str, money: str, by: str = "PAK", deal: str = "urals") -> Event:
    amount, _, currency = money.rpartition(" ")
    known = Money(Decimal(amount), currency) if amount else None
    return PaymentMade(by=by, parties=PAIR, when=when, money=known, currency=currency, deal=deal)


def deal(*events: Event, on: str = LATER, **options: Any) -> RelationshipDeal:
    [only] = given(*events).deals(on=on, **options)
    return only


def shipment(*events: Event, on: str = LATER) -> ShipmentHistory:
    [only] = deal(*events, on=on).shipments
    return only


def names(
    engine: TimelineEngine, *parties: str, on: str = LATER, **options: Any
) -> list[tuple[str, str]]:
    deals = engine.deals(*parties, on=on, **options)
    return [(item.relationship, item.deal) for item in deals]


# Open and ended


def test_where_nothing_is_recorded_there_are_no_deals() -> None:
    assert given().deals() == given().deals("PAK") == given().deals("PAK", "RUS") == ()


def test_of_an_open_deal_it_says_what_the_state_says() -> None:
    engine = given(
        signed(quantity=tonnes("100"), value=Money(Decimal(9), "USD"), commodity="crude oil"),
        scheduled("2023-06-01", "2023-06-20", quantity=tonnes("50")),
        delivered("2023-06-11", shipment="first", quantity=tonnes("45"), via=("OMN",)),
        paid("2023-06-12", "5 CNY"),
    )
    [ours] = engine.deals(*PAIR, on=LATER)
    [stated] = engine.state(*PAIR, on=LATER).deals
    assert {f: getattr(ours, f) for f in Deal.__struct_fields__} == msgspec.structs.asdict(stated)
    assert (ours.relationship, ours.ended) == ("PAK-RUS", "")


def test_a_deal_that_ended_is_there_with_all_that_was_done_under_it() -> None:
    answer = deal(
        signed(quantity=tonnes("100")),
        delivered("2023-06-11", quantity=tonnes("45")),
        paid("2023-06-12", "5 CNY"),
        DealEnded(**URALS, when="2023-11"),
    )
    assert (answer.status, answer.since, answer.ended) == ("ended", "2023-11", "2023-11")
    assert answer.ordered == {"TNE": 100}
    assert answer.delivered == {"TNE": 45}
    assert answer.remaining == {"TNE": 55}
    assert answer.paid == {"CNY": 5}
    assert [shipment.shipment for shipment in answer.shipments] == ["cargo"]


def test_open_only_gives_only_open_deals() -> None:
    engine = given(signed(), signed("wheat"), DealEnded(**URALS, when="2023-11"))
    assert names(engine) == [("PAK-RUS", "urals"), ("PAK-RUS", "wheat")]
    assert names(engine, open_only=True) == [("PAK-RUS", "wheat")]
    assert names(engine, open_only=True, on="2023-10-31") == names(engine)


def test_a_deal_that_ended_at_no_precise_date_is_open_until_it_surely_has() -> None:
    """Of 2023-11 the last day is the 30th; possibly it ended on the first."""
    events = signed(), DealEnded(**URALS, when="2023-11")
    assert deal(*events, on="2023-11-29").ended == ""
    assert deal(*events, on="2023-11-30").ended == "2023-11"
    assert deal(*events, on="2023-11-01", certainty="possible").ended == "2023-11"


def test_a_deal_of_which_only_a_payment_is_known_is_open_and_unannounced() -> None:
    answer = deal(paid("2023-06-12", "5 CNY"))
    assert (answer.status, answer.shipments, len(answer.payments)) == ("unannounced", (), 1)


# Which relationships


def test_one_party_has_the_deals_of_all_its_pairs_and_a_pair_its_own() -> None:
    engine = given(
        signed(),
        DealSigned(deal="urals", buyer="IND", seller="RUS", when="2023"),
        DealSigned(deal="lng", buyer="IND", seller="QAT", when="2023"),
    )
    everything = [("IND-QAT", "lng"), ("IND-RUS", "urals"), ("PAK-RUS", "urals")]
    assert names(engine) == everything
    assert names(engine, "RUS") == everything[1:]
    assert names(engine, "IND", "RUS") == names(engine, "IND-RUS") == everything[1:2]
    assert names(engine, "PAK", "QAT") == []


def test_what_was_done_under_one_name_counts_for_no_other_relationships_deal() -> None:
    engine = given(
        delivered("2023-06-11", quantity=tonnes("45")),
        delivered("2023-06-11", quantity=tonnes("30"), buyer="IND"),
    )
    answer = {deal.relationship: deal.delivered["TNE"] for deal in engine.deals(on=LATER)}
    assert answer == {"IND-RUS": 30, "PAK-RUS": 45}


def test_a_deal_of_three_stands_on_each_of_their_pairs_and_on_the_three() -> None:
    parties = ("CHN", "PAK", "RUS")
    engine = given(signed(parties=parties), delivered("2023-06-11", parties=parties))
    pairs = [("CHN-PAK", "urals"), ("CHN-RUS", "urals"), ("PAK-RUS", "urals")]
    assert names(engine) == pairs
    assert names(engine, "CHN") == pairs[:2]
    assert names(engine, *parties) == [("CHN-PAK-RUS", "urals")]
    assert [deal.deliveries for deal in engine.deals(on=LATER)] == [1, 1, 1]


def test_a_deal_with_the_soviet_union_is_russias_under_its_name() -> None:
    engine = given(
        signed("steel", "1971", seller="SUN"),
        PaymentMade(by="SUN", parties=("PAK", "SUN"), deal="steel", when="1972", currency="SUR"),
        delivered("1993", deal="steel"),
    )
    [item] = engine.deals("RUS", on=LATER)
    assert (item.relationship, item.seller, item.payments[0].by) == ("PAK-RUS", "RUS", "RUS")
    assert [shipment.arrived for shipment in item.shipments] == ["1993"]
    [past] = engine.deals("PAK", "SUN", on=LATER)
    assert (past.relationship, past.seller, past.shipments) == ("PAK-SUN", "SUN", ())


# Shipments


def test_a_shipment_has_its_first_plan_and_its_last_and_what_came_of_it() -> None:
    """Planned for the 11th, put off to the 20th, there on the 27th: a week late."""
    answer = shipment(
        scheduled("2023-05-30", "2023-06-11", quantity=tonnes("50"), port="Gwadar", via=("OMN",)),
        scheduled("2023-06-06", "2023-06-20", quantity=tonnes("55")),
        delivered("2023-06-27", quantity=tonnes("56"), port="Karachi"),
    )
    assert answer == ShipmentHistory(
        "cargo", "2023-06-11", "2023-06-20", "2023-06-27", tonnes("55"), {"TNE": Decimal(56)},
        "Karachi", ("OMN",), 7,
    )  # fmt: skip


def test_an_announcement_without_a_day_changes_no_plan() -> None:
    answer = shipment(scheduled("2023-05-30", "2023-06-11"), scheduled("2023-06-06", port="Gwadar"))
    assert (answer.planned_for, answer.port) == ("2023-06-11", "Gwadar")


def test_an_awaited_shipment_is_not_late_however_long_ago_it_was_planned_for() -> None:
    answer = shipment(scheduled("2023-05-30", "2023-06-11"), on="2023-12-31")
    assert (answer.arrived, answer.delivered, answer.late_days) == ("", {}, None)


def test_a_plan_of_the_past_is_what_was_planned_then() -> None:
    events = scheduled("2023-05-30", "2023-06-11"), scheduled("2023-06-06", "2023-06-20")
    assert shipment(*events, on="2023-06-05").planned_for == "2023-06-11"
    assert shipment(*events, on="2023-06-06").planned_for == "2023-06-20"


def test_a_plan_made_surely_after_the_arrival_is_none_for_it() -> None:
    arrival = delivered("2023-06-11", port="Karachi")
    after = scheduled("2023-06-12", "2023-06-20", port="Gwadar")
    assert shipment(arrival, after).planned_for == ""
    perhaps_before = scheduled("2023-06", "2023-06-10", port="Gwadar")
    answer = shipment(arrival, perhaps_before)
    assert (answer.planned_for, answer.late_days, answer.port) == ("2023-06-10", 1, "Karachi")
    perhaps_that_day = scheduled("[2023-06-11,2023-06-15]", "2023-06-10")
    assert shipment(arrival, perhaps_that_day).late_days == 1


def test_a_shipment_is_delivered_once_and_what_comes_in_parts_is_several_shipments() -> None:
    history = (
        scheduled("2023-05-30", "2023-06-11"),
        delivered("2023-06-11", quantity=tonnes("20.5"), happening="part 1"),
        delivered("2023-06-13", quantity=tonnes("24.5"), happening="part 2"),
    )
    answer = shipment(*history)
    assert (answer.arrived, answer.late_days) == ("2023-06-11", 0)
    assert answer.delivered == {"TNE": Decimal("20.5")}
    [finding] = given(*history).state(*PAIR).findings
    assert (finding.kind, finding.events) == ("out-of-place", (history[-1].id,))


def test_shipments_stand_by_name() -> None:
    events = [delivered(f"2023-06-0{at}", shipment=name) for at, name in enumerate("cab", 1)]
    assert [shipment.shipment for shipment in deal(*events).shipments] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("planned_for", "arrived", "days"),
    [
        ("2023-06-20", "2023-06-27", 7),
        ("2023-06-20", "2023-06-19", -1),
        ("2023-06-20", "2023-06-20", 0),
        ("2023-06-20?", "2023-06-20", 0),
        ("2024-02-29", "2024-03-01", 1),
        ("2023-02-28", "2023-03-01", 1),
        # Of a month or a year only the last day is surely past, and only the first surely to come.
        ("2023-06", "2023-07-04", 4),
        ("2023-06", "2023-05-30", -2),
        ("2023-06", "2023-06-11", None),
        ("2023-06", "2023-06", None),
        ("2022", "2023-01-02", 2),
        ("202X", "2023-01-02", None),
        ("2023-06-20", "2023-07", 11),
        ("2023-06-20", "2023-05", -20),
        ("2023-06-20", "2023-06", None),
        ("2023-06-20", "2023", None),
        # An interval is planned for from its first day to its last.
        ("2023-06-19/2023-06-25", "2023-06-27", 2),
        ("2023-06-19/2023-06-25", "2023-06-18", -1),
        ("2023-06-19/2023-06-25", "2023-06-25", 0),
        ("2023-06-19/2023-06-25", "2023-06-24/2023-06-26", 0),  # by its first day
        ("2023-06-19/2023-06-25", "2023-06", None),
        ("2023-06/2023-07", "2023-06-30", 0),
        ("2023-06/2023-07", "2023-06-15", None),
        ("../2023-06-25", "2023-06-01", 0),
        ("2023-06-19/..", "2023-07-01", 0),
        ("2023-06-19/", "2023-07-01", None),
        ("/2023-06-25", "2023-06-01", None),
        ("[2023-06-20..]", "2023-06-27", None),
        # The ends of the calendar.
        ("0001", "0001-01-01", None),
        ("0001-01-01", "9999-12-31", 3652058),
        ("9999-12-31", "0001-01-01", -3652058),
        ("", "2023-06-27", None),
        ("2023-06-20", "", None),
    ],
)
def test_how_late_a_shipment_surely_came(planned_for: str, arrived: str, days: int | None) -> None:
    assert late_days(planned_for, arrived) == days


# Payments


def test_payments_run_up_by_currency_and_are_never_converted() -> None:
    engine = given(
        paid("2023-06-12", "5 CNY"),
        paid("2023-07-01", "3 USD", by="RUS"),
        paid("2023-08", "CNY"),
        paid("2023-09-01", "7.25 CNY"),
        paid("2023-09-02", "100 CNY", deal="wheat"),
        paid("2023-09-03", "100 CNY", deal=""),
    )
    urals, wheat = engine.deals(on=LATER)
    assert urals.payments == (
        Payment("2023-06-12", "PAK", "CNY", Decimal(5), Decimal(5)),
        Payment("2023-07-01", "RUS", "USD", Decimal(3), Decimal(3)),
        Payment("2023-08", "PAK", "CNY", None, Decimal(5)),
        Payment("2023-09-01", "PAK", "CNY", Decimal("7.25"), Decimal("12.25")),
    )
    assert urals.paid == {"CNY": Decimal("12.25"), "USD": 3}
    assert [payment.total for payment in wheat.payments] == [100]


def test_of_a_payment_of_unknown_amount_nothing_is_added_up() -> None:
    [only] = deal(paid("2023-06-12", "CNY")).payments
    assert only.amount is None
    assert only.total == 0


def test_payments_stand_in_order_of_time_and_not_of_recording() -> None:
    answer = deal(paid("2023-09-01", "2 CNY"), paid("2023-06-12", "1 CNY"))
    assert [payment.when for payment in answer.payments] == ["2023-06-12", "2023-09-01"]
    assert [payment.total for payment in answer.payments] == [1, 3]


# What is believed, and what was


def test_a_retracted_delivery_never_was_and_a_corrected_one_is_what_it_is_now() -> None:
    engine = given(signed(), delivered("2023-06-11", quantity=tonnes("45")))
    arrival = engine.timeline(*PAIR)[-1].event
    engine.correct(arrival.id, delivered("2023-06-12", quantity=tonnes("44")), "a slip")
    [corrected] = engine.deals(on=LATER)[0].shipments
    assert corrected.arrived == "2023-06-12"
    assert corrected.delivered == {"TNE": 44}
    engine.retract(engine.timeline(*PAIR)[-1].event.id, "a forgery")
    assert engine.deals(on=LATER)[0].shipments == ()


def test_the_account_that_stands_tells_when_a_shipment_came() -> None:
    sure, unsure = delivered("2023-06-11"), delivered("2023-06-12", confidence=0.5)
    engine = given(scheduled("2023-05-30", "2023-06-10"), sure, unsure)
    assert engine.deals(on=LATER)[0].shipments[0].late_days == 1
    engine.prefer(unsure.id, "they saw it")
    [item] = engine.deals(on=LATER)
    assert (item.shipments[0].late_days, item.deliveries) == (2, 1)


def test_what_was_known_then_is_what_is_said() -> None:
    clock = Clock()
    with comity.open(":memory:", clock=clock) as engine:
        engine.append(signed())
        engine.append(delivered("2023-06-11"))
        engine.append(DealSigned(deal="lng", buyer="IND", seller="QAT", when="2023"))
        assert names(engine, known_at=0) == []
        assert names(engine, known_at=2) == [("PAK-RUS", "urals")]
        assert names(engine, "IND", known_at=2) == []
        assert engine.deals(known_at=1)[0].shipments == ()
        assert engine.deals(known_at=2)[0].shipments[0].arrived == "2023-06-11"


def test_an_impossible_question_is_refused() -> None:
    nonsense: list[dict[str, Any]] = [{"on": "2023"}, {"known_at": 9}, {"certainty": "sure"}]
    for question in nonsense:
        with pytest.raises(InvalidInput):
            given(signed()).deals(**question)
    with pytest.raises(InvalidInput, match="PAKI"):
        given(signed()).deals("PAKI")


def test_its_state_can_be_encoded_and_decoded() -> None:
    projection = DealsProjection().for_key(PAIR)
    state: WorkingState = projection.initial()
    for event in (
        signed(quantity=tonnes("100")),
        scheduled("2023-05-30", "2023-06-11", quantity=tonnes("50"), via=("OMN",)),
        delivered("2023-06-11", quantity=tonnes("45")),
        paid("2023-06-12", "5 CNY"),
        paid("2023-08", "CNY"),
        DealEnded(**URALS, when="2023-11"),
    ):
        state = projection.evolve(state, event)
    codec = StateCodec(projection)
    read = codec.decode(codec.encode(state))
    assert projection.finish(read, date.max) == projection.finish(state, date.max)
