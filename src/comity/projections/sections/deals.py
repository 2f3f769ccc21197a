"""Trade deals: ordered, scheduled, delivered, remaining and paid; nothing is ever converted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from comity.domain.events import (
    DealAmended,
    DealAnnounced,
    DealEnded,
    DealResumed,
    DealSigned,
    DealSuspended,
    PaymentMade,
    ShipmentDelivered,
    ShipmentScheduled,
)
from comity.domain.time.dates import bounds
from comity.domain.values import Money, Quantity, added, plain
from comity.projections.findings import Citation, Finding, cite, finding
from comity.projections.sections.section import Section, WorkingState, get_or_create
from comity.projections.sections.totals import add_amount, normalised

DealStatus = Literal["unannounced", "announced", "signed", "suspended", "ended"]

_ROLES = ("buyer", "seller")
_TERMS = (*_ROLES, "commodity", "hs", "quantity", "value", "pilot")


class Shipment(Struct, frozen=True, gc=False):
    """An awaited shipment."""

    shipment: str
    announced: str
    planned_for: str = ""
    quantity: Quantity | None = None
    port: str = ""
    via: tuple[str, ...] = ()


class Deal(Struct, frozen=True):
    """An open deal: quantities by unit, money by currency, never converted.

    `remaining` is the quantity ordered and not yet delivered. `paid` counts the payments of known
    amount. `paid_in` names the currencies of all payments, also those of unknown amount.
    """

    deal: str
    status: DealStatus
    since: str
    buyer: str = ""
    seller: str = ""
    commodity: str = ""
    hs: str = ""
    pilot: bool = False
    value: Money | None = None
    ordered: dict[str, Decimal] = {}
    scheduled: dict[str, Decimal] = {}
    delivered: dict[str, Decimal] = {}
    remaining: dict[str, Decimal] = {}
    deliveries: int = 0
    awaited: tuple[Shipment, ...] = ()
    via: tuple[str, ...] = ()
    paid: dict[str, Decimal] = {}
    paid_in: tuple[str, ...] = ()


class Deals(Struct, frozen=True):
    """The open deals, and the totals of all payments of known amount, under a deal or not."""

    open: tuple[Deal, ...] = ()
    payments: dict[str, Decimal] = {}


class DealState(Struct, omit_defaults=True):
    """The substate of a deal, open or ended."""

    status: DealStatus = "unannounced"
    before_suspension: DealStatus | Literal[""] = ""
    since: str = ""
    buyer: str = ""
    seller: str = ""
    commodity: str = ""
    hs: str = ""
    quantity: Quantity | None = None
    value: Money | None = None
    pilot: bool = False
    awaited: dict[str, Shipment] = {}
    arrived: set[str] = set()
    delivered: dict[str, Decimal] = {}
    deliveries: int = 0
    last_delivery: dict[str, Citation] = {}
    """By unit."""
    ordered_by: Citation | None = None
    """The event that gave the quantity."""
    via: set[str] = set()
    paid: dict[str, Decimal] = {}
    paid_in: set[str] = set()
    ended: Citation | None = None


class DealsState(Struct, omit_defaults=True):
    """Every deal by id, and the sums of all payments by currency."""

    deals: dict[str, DealState] = {}
    payments: dict[str, Decimal] = {}


def _terms(
    deals: DealsState, event: DealAnnounced | DealSigned | DealAmended, state: WorkingState
) -> None:
    """A deal is announced, signed or amended: the terms in the event replace earlier ones."""
    deal = get_or_create(deals.deals, event.deal, DealState)
    for term in _TERMS:
        if value := getattr(event, term):
            setattr(deal, term, state.name(value) if term in _ROLES else value)
    if event.quantity is not None:
        deal.ordered_by = cite(event)
    if isinstance(event, DealSigned):
        deal.status, deal.since = "signed", event.when
    elif isinstance(event, DealAnnounced) and deal.status == "unannounced":
        deal.status, deal.since = "announced", event.when


def _suspended(deals: DealsState, event: DealSuspended, _state: WorkingState) -> None:
    """Deliveries are put on hold."""
    deal = get_or_create(deals.deals, event.deal, DealState)
    deal.before_suspension = deal.before_suspension or deal.status
    deal.status, deal.since = "suspended", event.when


def _resumed(deals: DealsState, event: DealResumed, _state: WorkingState) -> None:
    """Deliveries go on."""
    deal = get_or_create(deals.deals, event.deal, DealState)
    deal.status, deal.since = deal.before_suspension or deal.status, event.when
    deal.before_suspension = ""


def _ended(deals: DealsState, event: DealEnded, _state: WorkingState) -> None:
    """A deal ends; it stays in the substate, so that a later delivery is noticed."""
    deal = get_or_create(deals.deals, event.deal, DealState)
    deal.ended = cite(event)
    deal.awaited.clear()


def _shipment_scheduled(deals: DealsState, event: ShipmentScheduled, state: WorkingState) -> None:
    """A shipment is announced or moved."""
    deal = get_or_create(deals.deals, event.deal, DealState)
    _note_parties(deal, event, state)
    if event.shipment not in deal.arrived:
        deal.awaited[event.shipment] = Shipment(
            event.shipment, event.when, event.planned_for, event.quantity, event.port, event.via
        )


def _shipment_delivered(deals: DealsState, event: ShipmentDelivered, state: WorkingState) -> None:
    """A shipment arrives."""
    deal = get_or_create(deals.deals, event.deal, DealState)
    _note_parties(deal, event, state)
    deal.awaited.pop(event.shipment, None)
    deal.arrived.add(event.shipment)
    deal.deliveries += 1
    deal.via.update(event.via)
    if event.quantity is not None:
        deal.last_delivery[event.quantity.unit] = cite(event)
        add_amount(deal.delivered, event.quantity.unit, event.quantity.amount)
    if deal.ended is not None and bounds(deal.ended.when).latest < bounds(event.when).earliest:
        message = (
            f"shipment {event.shipment!r} arrived on {event.when}, after deal {event.deal!r} "
            f"ended on {deal.ended.when}"
        )
        state.find("shipment-after-end", message, event, deal.ended)


def _paid(deals: DealsState, event: PaymentMade, _state: WorkingState) -> None:
    """Money is paid, under a deal or under none."""
    deal = get_or_create(deals.deals, event.deal, DealState) if event.deal else None
    currency = event.money.currency if event.money else event.currency
    if deal is not None:
        deal.paid_in.add(currency)
    if event.money is not None:
        add_amount(deals.payments, currency, event.money.amount)
        if deal is not None:
            add_amount(deal.paid, currency, event.money.amount)


def _note_parties(
    deal: DealState, event: ShipmentScheduled | ShipmentDelivered, state: WorkingState
) -> None:
    deal.buyer = deal.buyer or state.name(event.buyer)
    deal.seller = deal.seller or state.name(event.seller)


def _findings(deals: DealsState, state: WorkingState) -> Iterator[Finding]:
    """Deals under which surely more was delivered than ordered."""
    undetermined = [e for e in state.undetermined if isinstance(e, DealSigned | DealAmended)]
    for name, deal in deals.deals.items():
        ordered, ordered_by = deal.quantity, deal.ordered_by
        if ordered is None or ordered_by is None:
            continue
        arrived = deal.delivered.get(ordered.unit, Decimal(0))
        possible = [e.quantity for e in undetermined if e.deal == name and e.quantity]
        is_allowed = any(q.unit != ordered.unit or q.amount >= arrived for q in possible)
        if arrived > ordered.amount and not is_allowed:
            total = f"{plain(arrived)} {ordered.unit}"
            message = f"deal {name!r}: {total} delivered of {ordered} ordered"
            last = deal.last_delivery[ordered.unit]
            yield finding("delivered-beyond-quantity", message, last, ordered_by)


def _answer(deals: DealsState, _state: WorkingState, _on: date) -> Deals:
    return Deals(
        tuple(answer_of(name, deal) for name, deal in by_name(deals) if deal.ended is None),
        normalised(deals.payments),
    )


def by_name(deals: DealsState | None) -> list[tuple[str, DealState]]:
    """All deals, open and ended, with their ids, in the order of the ids."""
    return [(name, deals.deals[name]) for name in sorted(deals.deals)] if deals else []


def answer_of(name: str, deal: DealState) -> Deal:
    """The deal as it stands, or as it stood when it ended."""
    ordered = {deal.quantity.unit: deal.quantity.amount} if deal.quantity else {}
    return Deal(
        name,
        deal.status,
        deal.since,
        deal.buyer,
        deal.seller,
        deal.commodity,
        deal.hs,
        deal.pilot,
        deal.value,
        ordered=ordered,
        scheduled=_total(shipment.quantity for shipment in deal.awaited.values()),
        delivered=normalised(deal.delivered),
        remaining={
            unit: _rest(amount, deal.delivered.get(unit, Decimal(0)))
            for unit, amount in ordered.items()
        },
        deliveries=deal.deliveries,
        awaited=tuple(deal.awaited[name] for name in sorted(deal.awaited)),
        via=tuple(sorted(deal.via)),
        paid=normalised(deal.paid),
        paid_in=tuple(sorted(deal.paid_in)),
    )


def _total(quantities: Iterable[Quantity | None]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for quantity in quantities:
        if quantity is not None:
            add_amount(totals, quantity.unit, quantity.amount)
    return normalised(totals)


def _rest(ordered: Decimal, delivered: Decimal) -> Decimal:
    return plain(max(added(ordered, delivered.copy_negate()), Decimal(0)))


DEALS = Section(
    "deals",
    DealsState,
    {
        DealAnnounced: _terms,
        DealSigned: _terms,
        DealAmended: _terms,
        DealSuspended: _suspended,
        DealResumed: _resumed,
        DealEnded: _ended,
        ShipmentScheduled: _shipment_scheduled,
        ShipmentDelivered: _shipment_delivered,
        PaymentMade: _paid,
    },
    answer=_answer,
    empty=Deals,
    findings=_findings,
)
