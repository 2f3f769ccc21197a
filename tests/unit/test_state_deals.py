"""Trade deals in the state: ordered, scheduled, delivered, remaining and paid, never converted."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import pytest

from comity import (
    DealAmended,
    DealAnnounced,
    DealEnded,
    DealResumed,
    DealSigned,
    DealSuspended,
    Event,
    Money,
    PaymentMade,
    Quantity,
    ShipmentDelivered,
    ShipmentScheduled,
)
from comity.projections.sections.deal import Deal, Shipment
from comity.projections.state import RelationshipState
from tests.unit.given import PAIR, given

WAY: dict[str, Any] = {"buyer": "PAK", "seller": "RUS"}
URALS: dict[str, Any] = {"deal": "urals", **WAY}


def quantity(text: str) -> Quantity:
    amount, unit = text.split()
    return Quantity(Decimal(amount), unit)


def money(text: str) -> Money:
    amount, currency = text.split()
    return Money(Decimal(amount), currency)


def state(*events: Event, on: str = "2023-12-31") -> RelationshipState:
    return given(*events).state(*PAIR, on=on)


def exactly(**amounts: str | int) -> dict[str, Decimal]:
    return {key: Decimal(amount) for key, amount in amounts.items()}


def deal(*events: Event, on: str = "2023-12-31") -> Deal:
    [only] = state(*events, on=on).deals
    return only


def delivered(shipment: str, when: str, amount: str = "", **fields: Any) -> Event:
    return ShipmentDelivered(
        **URALS,
        shipment=shipment,
        when=when,
        quantity=quantity(amount) if amount else None,
        **fields,
    )


def scheduled(shipment: str, when: str, amount: str = "", **fields: Any) -> Event:
    return ShipmentScheduled(
        **URALS,
        shipment=shipment,
        when=when,
        quantity=quantity(amount) if amount else None,
        **fields,
    )


def paid(amount: str, when: str = "2023-06-12", deal: str = "urals") -> Event:
    return PaymentMade(by="PAK", parties=PAIR, when=when, money=money(amount), deal=deal)


ANNOUNCED = DealAnnounced(
    **URALS, when="2023-04", commodity="crude oil", hs="2709", quantity=quantity("100000 TNE"),
    pilot=True,
)  # fmt: skip
SIGNED = DealSigned(**URALS, when="2023-05-01", value=money("50000000 USD"))


def test_an_announced_deal_is_not_a_signed_one() -> None:
    answer = deal(ANNOUNCED, SIGNED, on="2023-04-30")
    assert (answer.status, answer.since, answer.pilot) == ("announced", "2023-04", True)
    assert (answer.buyer, answer.seller, answer.commodity, answer.hs) == (
        "PAK",
        "RUS",
        "crude oil",
        "2709",
    )


def test_signing_leaves_the_terms_that_it_does_not_give() -> None:
    answer = deal(ANNOUNCED, SIGNED)
    assert (answer.status, answer.since) == ("signed", "2023-05-01")
    assert (answer.ordered, answer.value) == (exactly(TNE=100000), money("50000000 USD"))


def test_a_later_announcement_does_not_unsign_a_deal() -> None:
    announced = DealAnnounced(**URALS, when="2023-06")
    assert deal(SIGNED, announced).status == "signed"


def test_what_was_delivered_is_taken_from_what_remains() -> None:
    """45,142 and 55,000 of 150,000 tonnes leave 49,858."""
    answer = deal(
        DealSigned(**URALS, when="2023-05-01", quantity=quantity("150000 TNE")),
        delivered("cargo-1", "2023-06-11", "45142 TNE"),
        delivered("cargo-2", "2023-06-27", "55000 TNE"),
    )
    assert answer.delivered == {"TNE": 100142}
    assert answer.remaining == {"TNE": 49858}
    assert answer.deliveries == 2


def test_nothing_remains_of_what_was_delivered_in_full_or_beyond() -> None:
    order = DealSigned(**URALS, when="2023-05-01", quantity=quantity("100 TNE"))
    assert deal(order, delivered("c", "2023-06-11", "100 TNE")).remaining == {"TNE": 0}
    assert deal(order, delivered("c", "2023-06-11", "101 TNE")).remaining == {"TNE": 0}


def test_units_are_counted_apart_and_never_converted() -> None:
    answer = deal(
        DealSigned(**URALS, when="2023-05-01", quantity=quantity("100 TNE")),
        delivered("c1", "2023-06-11", "30 TNE"),
        delivered("c2", "2023-06-12", "730 BLL"),
        delivered("c3", "2023-06-13", "0.5 TNE"),
        scheduled("c5", "2023-06-14", "400 BLL"),
        scheduled("c6", "2023-06-14", "2 TNE"),
        scheduled("c7", "2023-06-14", "3 TNE"),
    )
    assert answer.delivered == {"TNE": Decimal("30.5"), "BLL": 730}
    assert answer.remaining == {"TNE": None}  # nobody can tell how much 730 barrels are of it
    assert answer.scheduled == {"BLL": 400, "TNE": 5}
    assert answer.deliveries == 3


def test_what_remains_after_a_delivery_of_unknown_amount_is_not_known() -> None:
    order = DealSigned(**URALS, when="2023-05-01", quantity=quantity("100 TNE"))
    answer = deal(order, delivered("c1", "2023-06-11", "30 TNE"), delivered("c2", "2023-06-14"))
    assert (answer.delivered, answer.remaining) == (exactly(TNE=30), {"TNE": None})


def test_an_amended_quantity_replaces_the_old_one() -> None:
    amended = DealAmended(**URALS, when="2023-07-01", quantity=quantity("150000 TNE"))
    cargo = delivered("cargo-1", "2023-06-11", "45000 TNE")
    assert deal(ANNOUNCED, cargo, amended, on="2023-06-30").remaining == {"TNE": 55000}
    answer = deal(ANNOUNCED, cargo, amended)
    assert (answer.remaining, answer.status) == (exactly(TNE=105000), "announced")


def test_an_order_amended_to_another_unit_is_counted_in_that() -> None:
    amended = DealAmended(**URALS, when="2023-07-01", quantity=quantity("700000 BLL"))
    barrels = delivered("cargo-1", "2023-07-11", "45000 BLL")
    answer = deal(ANNOUNCED, amended, barrels)
    assert (answer.ordered, answer.remaining) == (exactly(BLL=700000), exactly(BLL=655000))
    answer = deal(ANNOUNCED, delivered("cargo-1", "2023-06-11", "45000 TNE"), amended)
    assert (answer.ordered, answer.remaining) == (exactly(BLL=700000), {"BLL": None})


def test_a_resumed_deal_is_what_it_was_before_it_was_suspended() -> None:
    history = (
        SIGNED,
        DealSuspended(**URALS, when="2023-10-01"),
        DealResumed(**URALS, when="2023-12-01"),
    )
    assert (deal(*history, on="2023-11-30").status, deal(*history).status) == (
        "suspended",
        "signed",
    )


def test_an_ended_deal_is_in_the_state_no_longer_but_its_payments_are() -> None:
    history = (SIGNED, paid("5 CNY"), DealEnded(**URALS, when="2023-12-01"))
    assert deal(*history, on="2023-11-30").paid == {"CNY": 5}
    ended = state(*history)
    assert (ended.deals, ended.payments) == ((), exactly(CNY=5))


def test_a_shipment_is_awaited_until_it_is_delivered() -> None:
    plan = scheduled("cargo-2", "2023-06-20", "50000 TNE", planned_for="2023-06-26", port="Karachi")
    history = (SIGNED, plan, delivered("cargo-2", "2023-06-27", "55000 TNE"))
    assert deal(*history, on="2023-06-26").awaited == (
        Shipment("cargo-2", "2023-06-20", "2023-06-26", quantity("50000 TNE"), "Karachi"),
    )
    arrived = deal(*history, on="2023-06-27")
    assert (arrived.awaited, arrived.scheduled) == ((), {})


def test_a_shipment_announced_again_is_moved_and_not_doubled() -> None:
    answer = deal(
        SIGNED,
        scheduled("cargo-2", "2023-06-20", "50000 TNE", planned_for="2023-06-26"),
        scheduled("cargo-2", "2023-06-25", "40000 TNE", planned_for="2023-07"),
    )
    assert [(s.shipment, s.planned_for) for s in answer.awaited] == [("cargo-2", "2023-07")]
    assert answer.scheduled == {"TNE": 40000}


def test_a_shipment_announced_at_no_precise_date_is_not_awaited_once_it_arrived() -> None:
    history = (scheduled("cargo-1", "2023-06", "45000 TNE"), delivered("cargo-1", "2023-06-11"))
    assert deal(SIGNED, *history, on="2023-07-01").awaited == ()


def test_the_third_parties_that_shipments_went_through_are_listed() -> None:
    answer = deal(
        delivered("lpg-1", "2023-09-01", via=("UZB", "AFG")),
        delivered("lpg-2", "2023-10-01", via=("AFG",)),
    )
    assert answer.via == ("AFG", "UZB")


def test_a_deal_of_which_only_a_shipment_is_known_is_open_and_unannounced() -> None:
    answer = deal(delivered("lpg-1", "2023-09-01", "10 TNE"))
    assert (answer.status, answer.buyer, answer.seller) == ("unannounced", "PAK", "RUS")
    assert (answer.ordered, answer.remaining) == ({}, {})


def test_payments_are_added_up_by_currency_and_never_converted() -> None:
    answer = state(SIGNED, paid("5 CNY"), paid("7.25 CNY"), paid("3 USD"), paid("1 USD", deal=""))
    [urals] = answer.deals
    assert urals.paid == {"CNY": Decimal("12.25"), "USD": 3}
    assert urals.paid_in == ("CNY", "USD")
    assert answer.payments == {"CNY": Decimal("12.25"), "USD": 4}


def test_a_payment_of_unknown_amount_has_its_currency_and_counts_nowhere() -> None:
    answer = state(
        SIGNED,
        PaymentMade(by="PAK", parties=PAIR, when="2023-06-12", currency="CNY", deal="urals"),
    )
    [urals] = answer.deals
    assert (urals.paid, urals.paid_in, answer.payments) == ({}, ("CNY",), {})


def test_amounts_are_added_exactly_whatever_the_callers_own_decimal_context() -> None:
    huge, tiny = f"1{29 * '0'}", f"0.{29 * '0'}1"
    with localcontext(prec=3):
        answer = deal(
            DealSigned(**URALS, when="2023-05-01", quantity=quantity(f"{huge} TNE")),
            delivered("c1", "2023-06-11", "123456.5 TNE"),
            delivered("c2", "2023-06-12", f"{tiny} TNE"),
        )
    assert str(answer.delivered["TNE"]) == f"123456.5{28 * '0'}1"
    assert str(answer.remaining["TNE"]) == f"{23 * '9'}876543.4{29 * '9'}"


@pytest.mark.parametrize("parts", [("0.5", "0.5"), ("1", "0"), ("0.25", "0.75")])
def test_equal_totals_are_written_in_the_same_way(parts: tuple[str, str]) -> None:
    answer = state(*(paid(f"{part} CNY", f"2023-06-{at}") for at, part in enumerate(parts, 10)))
    assert str(answer.payments["CNY"]) == "1"


def test_a_buyer_under_a_former_name_has_its_newest_name_in_the_answer() -> None:
    old = DealSigned(deal="steel", buyer="PAK", seller="SUN", when="1971", commodity="steel mill")
    assert deal(old).seller == "RUS"


def test_open_deals_stand_by_name() -> None:
    def signed(name: str) -> Event:
        return DealSigned(deal=name, **WAY, when="2023")

    assert [d.deal for d in state(signed("wheat"), signed("lpg")).deals] == ["lpg", "wheat"]
