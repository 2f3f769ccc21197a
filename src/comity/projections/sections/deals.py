"""Trade deals: ordered, scheduled, delivered, remaining and paid; nothing is ever converted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from operator import attrgetter

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
from comity.domain.links import shipment_text
from comity.domain.lives.life import fault_in, step
from comity.domain.lives.table import LIVES, NONE
from comity.domain.text import folded
from comity.domain.time.dates import bounds, lies_before
from comity.projections.findings import Finding, cite
from comity.projections.sections.deal import (
    Deal,
    DealState,
    Shipment,
    answer_of,
    decoded,
    encode,
    findings_of,
    idle_answer,
)
from comity.projections.sections.section import Memory, Section, WorkingState
from comity.projections.sections.totals import add_amount, normalised

_LIFE, _SHIPMENT = LIVES["deal"], LIVES["shipment"]
_ROLES = ("buyer", "seller")
_TERMS = (*_ROLES, "commodity", "hs", "quantity", "value", "pilot")


class Deals(Struct, frozen=True):
    """The open deals, and the totals of all payments of known amount, under a deal or not."""

    open: tuple[Deal, ...] = ()
    payments: dict[str, Decimal] = {}


class DealsState(Struct, omit_defaults=True):
    """Every deal by its case-folded id, and the sums of all payments by currency.

    `idle` are open deals with nothing to report that no event since the last snapshot was about.
    They stay encoded, so that neither they nor their answers are made again for every question.
    """

    deals: dict[str, DealState] = {}
    payments: dict[str, Decimal] = {}
    idle: dict[str, bytes] = {}


_Changing = DealAnnounced | DealSigned | DealAmended | DealSuspended | DealResumed | DealEnded


def _deal(deals: DealsState, name: str) -> DealState:
    key = folded(name)
    deal = _known(deals, key)
    if deal is None:
        deal = deals.deals[key] = DealState(name)
    return deal


def _known(deals: DealsState, key: str) -> DealState | None:
    """A deal that is known; if it was idle, it is so no more."""
    if deals.idle and (encoded := deals.idle.pop(key, None)) is not None:
        deals.deals[key] = decoded(encoded)
    return deals.deals.get(key)


def _changed(deals: DealsState, event: _Changing, state: WorkingState) -> None:
    """A deal is announced, signed, amended, put on hold, resumed or ended."""
    deal = _deal(deals, event.deal)
    before, since = deal.stand.before_event(deal.since, event)
    deal.stand, fault = step(_LIFE, before, event)
    if fault:
        state.find_fault(fault, event, event.deal, before.status)
    deal.since = event.when if deal.stand.status != before.status else since
    if fault and before.status != NONE:
        return
    if isinstance(event, DealAnnounced | DealSigned | DealAmended):
        _note_terms(deal, event, state)
    if deal.stand.status == "ended":
        deal.ended = cite(event)
        deal.awaited.clear()
    else:
        deal.ended = None


def _note_terms(
    deal: DealState, event: DealAnnounced | DealSigned | DealAmended, state: WorkingState
) -> None:
    """The terms in the event replace earlier ones."""
    if event.buyer or event.seller:
        _note_roles(deal, event, state)
    for term in _TERMS:
        if value := getattr(event, term):
            setattr(deal, term, state.name(value) if term in _ROLES else value)
    if event.quantity is not None:
        deal.ordered_by = cite(event)


def _note_roles(
    deal: DealState,
    event: DealAnnounced | DealSigned | DealAmended | ShipmentScheduled | ShipmentDelivered,
    state: WorkingState,
) -> None:
    """Who buys and who sells; that they change sides is a finding."""
    told, buyer, seller = deal.roles_told_by, state.name(event.buyer), state.name(event.seller)
    if told is not None and ((buyer and buyer == deal.seller) or (seller and seller == deal.buyer)):
        message = (
            f"deal {event.deal!r}: {buyer or seller} changed sides between {told.when} and "
            f"{event.when}: the deal was told as sold by {deal.seller} to {deal.buyer}"
        )
        state.find("roles-swapped", message, event, told)
    if told is None:
        deal.roles_told_by = cite(event)


def _shipment_scheduled(deals: DealsState, event: ShipmentScheduled, state: WorkingState) -> None:
    """A shipment is announced or moved."""
    deal = _deal(deals, event.deal)
    _note_shipped(deal, event, state)
    key = folded(event.shipment)
    fault = fault_in(_SHIPMENT, _shipment_status(deal, key), event)
    if fault:
        state.find_fault(fault, event, f"{event.deal}/{event.shipment}", "delivered")
        return
    if lies_before(event.planned_for, event.when):
        message = (
            f"shipment {event.shipment!r}: announced on {event.when} for {event.planned_for}, "
            "an earlier day"
        )
        state.find("planned-before-announced", message, event)
    deal.awaited[key] = Shipment(
        event.shipment, event.when, event.planned_for, event.quantity, event.port, event.via
    )


def _shipment_status(deal: DealState, key: str) -> str:
    if key in deal.arrived:
        return "delivered"
    return "scheduled" if key in deal.awaited else NONE


def _shipment_delivered(deals: DealsState, event: ShipmentDelivered, state: WorkingState) -> None:
    """A shipment arrives."""
    deal = _deal(deals, event.deal)
    _note_shipped(deal, event, state)
    key = folded(event.shipment)
    fault = fault_in(_SHIPMENT, _shipment_status(deal, key), event)
    if fault:
        state.find_fault(fault, event, f"{event.deal}/{event.shipment}", "delivered")
        return
    deal.awaited.pop(key, None)
    deal.arrived.add(key)
    deal.deliveries += 1
    deal.via.update(event.via)
    if event.quantity is None:
        deal.unknown += 1
    else:
        add_amount(deal.delivered, event.quantity.unit, event.quantity.amount)
    deal.last_in[event.quantity.unit if event.quantity else ""] = cite(event)
    if deal.ended is not None and bounds(deal.ended.when).latest < bounds(event.when).earliest:
        message = (
            f"shipment {event.shipment!r} arrived on {event.when}, after deal {event.deal!r} "
            f"ended on {deal.ended.when}"
        )
        state.find("shipment-after-end", message, event, deal.ended)


def _note_shipped(
    deal: DealState, event: ShipmentScheduled | ShipmentDelivered, state: WorkingState
) -> None:
    _note_roles(deal, event, state)
    if not deal.buyer or not deal.seller:
        deal.buyer = deal.buyer or state.name(event.buyer)
        deal.seller = deal.seller or state.name(event.seller)


def _paid(deals: DealsState, event: PaymentMade, _state: WorkingState) -> None:
    """Money is paid, under a deal or under none."""
    deal = _deal(deals, event.deal) if event.deal else None
    currency = event.money.currency if event.money else event.currency
    if deal is not None:
        deal.paid_in.add(currency)
    if event.money is not None:
        add_amount(deals.payments, currency, event.money.amount)
        if deal is not None:
            add_amount(deal.paid, currency, event.money.amount)


def _findings(deals: DealsState, state: WorkingState) -> Iterator[Finding]:
    """Deals under which more was delivered than ordered, or what cannot be compared."""
    undetermined = [e for e in state.undetermined if isinstance(e, DealSigned | DealAmended)]
    for event in undetermined:
        _known(deals, folded(event.deal))
    for deal in deals.deals.values():
        yield from findings_of(deal, undetermined)


_DealEvent = _Changing | ShipmentScheduled | ShipmentDelivered | PaymentMade


def _forget(deals: DealsState, _state: WorkingState, _on: date) -> Iterator[str]:
    """Leave out the deals that have ended with nothing to report, and what has arrived."""
    kept: dict[str, DealState] = {}
    for key, deal in deals.deals.items():
        yield from (f"{key}/{shipment}" for shipment in deal.arrived)
        deal.arrived.clear()
        if any(findings_of(deal, ())):
            kept[key] = deal
        elif deal.ended is None:
            deals.idle[key] = encode(deal)
        else:
            yield key
    deals.deals = kept


def _missing(deals: DealsState | None, event: _DealEvent) -> tuple[str, ...]:
    if not event.deal:
        return ()
    deal = _known(deals, folded(event.deal)) if deals else None
    if deal is None:
        return (folded(event.deal),)
    if isinstance(event, ShipmentScheduled | ShipmentDelivered):
        key = folded(event.shipment)
        if key not in deal.awaited and key not in deal.arrived:
            return (shipment_text(event.deal, event.shipment),)
    return ()


def _recall(deals: DealsState, then: DealsState, event: _DealEvent) -> None:
    name = folded(event.deal)
    earlier = then.deals.get(name)
    if earlier is None:
        return
    deal = deals.deals.setdefault(name, earlier)
    if isinstance(event, ShipmentScheduled | ShipmentDelivered):
        key = folded(event.shipment)
        if key in earlier.arrived:
            deal.arrived.add(key)
        if key in earlier.awaited:
            deal.awaited[key] = earlier.awaited[key]


def _answer(deals: DealsState, state: WorkingState, on: date) -> Deals:
    if state.ended(on) is not None:
        return Deals((), normalised(deals.payments))
    answers = [answer_of(deal, state, on) for deal in deals.deals.values() if deal.ended is None]
    answers += [
        idle_answer(encoded) or answer_of(decoded(encoded), state, on)
        for encoded in deals.idle.values()
    ]
    answers.sort(key=_by_name)
    return Deals(tuple(answers), normalised(deals.payments))


_by_name = attrgetter("deal")


def by_name(deals: DealsState | None) -> list[DealState]:
    """All deals, open and ended, in the order of the ids."""
    return sorted(deals.deals.values(), key=_by_name) if deals else []


DEALS = Section(
    "deals",
    DealsState,
    {
        DealAnnounced: _changed,
        DealSigned: _changed,
        DealAmended: _changed,
        DealSuspended: _changed,
        DealResumed: _changed,
        DealEnded: _changed,
        ShipmentScheduled: _shipment_scheduled,
        ShipmentDelivered: _shipment_delivered,
        PaymentMade: _paid,
    },
    memory=Memory(_forget, _missing, _recall),
    answer=_answer,
    empty=Deals,
    findings=_findings,
)
