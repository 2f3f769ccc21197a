"""How trade deals fold: ordered, scheduled, delivered, remaining and paid, never converted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from comity.domain.events import (
    DealAmended,
    DealAnnounced,
    DealEnded,
    DealResumed,
    DealSigned,
    DealSuspended,
    Event,
    PaymentMade,
    ShipmentDelivered,
    ShipmentScheduled,
)
from comity.domain.time.dates import bounds
from comity.domain.values import Quantity, added, plain
from comity.projections.answers import Deal, Shipment
from comity.projections.findings import Finding, citable, finding
from comity.projections.sections.book import Book, DealBook, Handlers, add_amount, kept, written

_ROLES = ("buyer", "seller")
_TERMS = (*_ROLES, "commodity", "hs", "quantity", "value", "pilot")


def _deal(book: Book, name: str) -> DealBook:
    return kept(book.deals, name, lambda: DealBook(name))


def terms(book: Book, event: DealAnnounced | DealSigned | DealAmended) -> None:
    """A deal is announced, signed or amended: what the event tells stands from now on."""
    deal = _deal(book, event.deal)
    for term in _TERMS:
        if told := getattr(event, term):
            setattr(deal, term, book.name(told) if term in _ROLES else told)
    if event.quantity is not None:
        deal.ordering = citable(event)
    if isinstance(event, DealSigned) or (
        isinstance(event, DealAnnounced) and deal.status == "unannounced"
    ):
        deal.status = "signed" if isinstance(event, DealSigned) else "announced"
        deal.since = event.when
        book.founded.setdefault(event.deal, citable(event))


def suspended(book: Book, event: DealSuspended) -> None:
    """Deliveries are put on hold."""
    deal = _deal(book, event.deal)
    deal.paused = deal.paused or deal.status
    deal.status, deal.since = "suspended", event.when


def resumed(book: Book, event: DealResumed) -> None:
    """Deliveries go on."""
    deal = _deal(book, event.deal)
    deal.status, deal.since, deal.paused = deal.paused or deal.status, event.when, ""


def ended(book: Book, event: DealEnded) -> None:
    """A deal ends; what is remembered of it serves to notice what still comes after."""
    deal = _deal(book, event.deal)
    deal.ended = citable(event)
    deal.awaited.clear()


def shipment_scheduled(book: Book, event: ShipmentScheduled) -> None:
    """A shipment is announced or moved."""
    deal = _deal(book, event.deal)
    _parties_of(book, deal, event)
    if event.shipment not in deal.arrived:
        deal.awaited[event.shipment] = Shipment(
            event.shipment, event.when, event.planned_for, event.quantity, event.port, event.via
        )


def shipment_delivered(book: Book, event: ShipmentDelivered) -> None:
    """A shipment arrives."""
    deal = _deal(book, event.deal)
    _parties_of(book, deal, event)
    deal.awaited.pop(event.shipment, None)
    deal.arrived.add(event.shipment)
    deal.deliveries += 1
    deal.via.update(event.via)
    if event.quantity is not None:
        deal.last_delivery[event.quantity.unit] = citable(event)
        add_amount(deal.delivered, event.quantity.unit, event.quantity.amount)
    if deal.ended is not None and bounds(deal.ended.when).latest < bounds(event.when).earliest:
        message = (
            f"shipment {event.shipment!r} arrived on {event.when}, after deal {event.deal!r} "
            f"ended on {deal.ended.when}"
        )
        book.find("shipment-after-end", message, event, deal.ended)


def _parties_of(book: Book, deal: DealBook, event: ShipmentScheduled | ShipmentDelivered) -> None:
    deal.buyer = deal.buyer or book.name(event.buyer)
    deal.seller = deal.seller or book.name(event.seller)


def paid(book: Book, event: PaymentMade) -> None:
    """Money is paid."""
    deal = _deal(book, event.deal) if event.deal else None
    currency = event.money.currency if event.money else event.currency
    if deal is not None:
        deal.paid_in.add(currency)
    if event.money is not None:
        add_amount(book.payments, currency, event.money.amount)
        if deal is not None:
            add_amount(deal.paid, currency, event.money.amount)


def find(book: Book, undetermined: Iterable[Event]) -> Iterator[Finding]:
    """Deals of which surely more was delivered than had been ordered."""
    terms_in_doubt = [e for e in undetermined if isinstance(e, DealSigned | DealAmended)]
    for deal in book.deals.values():
        ordered, ordering = deal.quantity, deal.ordering
        if ordered is None or ordering is None:
            continue
        arrived = deal.delivered.get(ordered.unit, Decimal(0))
        others = [e.quantity for e in terms_in_doubt if e.deal == deal.deal and e.quantity]
        allowed = any(q.unit != ordered.unit or q.amount >= arrived for q in others)
        if arrived > ordered.amount and not allowed:
            total = f"{plain(arrived)} {ordered.unit}"
            message = f"deal {deal.deal!r}: {total} delivered of {ordered} ordered"
            last = deal.last_delivery[ordered.unit]
            yield finding("delivered-beyond-quantity", message, last, ordering)


def answer(book: Book) -> tuple[Deal, ...]:
    """The open deals."""
    return tuple(answer_of(deal) for _, deal in sorted(book.deals.items()) if deal.ended is None)


def answer_of(deal: DealBook) -> Deal:
    """The deal as it stands, or as it stood when it ended."""
    ordered = {deal.quantity.unit: deal.quantity.amount} if deal.quantity else {}
    return Deal(
        deal.deal,
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
        delivered=written(deal.delivered),
        remaining={
            unit: _rest(amount, deal.delivered.get(unit, Decimal(0)))
            for unit, amount in ordered.items()
        },
        deliveries=deal.deliveries,
        awaited=tuple(deal.awaited[name] for name in sorted(deal.awaited)),
        via=tuple(sorted(deal.via)),
        paid=written(deal.paid),
        paid_in=tuple(sorted(deal.paid_in)),
    )


def _total(quantities: Iterable[Quantity | None]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for quantity in quantities:
        if quantity is not None:
            add_amount(totals, quantity.unit, quantity.amount)
    return written(totals)


def _rest(ordered: Decimal, delivered: Decimal) -> Decimal:
    return plain(max(added(ordered, delivered.copy_negate()), Decimal(0)))


HANDLERS: Handlers = {
    DealAnnounced: terms,
    DealSigned: terms,
    DealAmended: terms,
    DealSuspended: suspended,
    DealResumed: resumed,
    DealEnded: ended,
    ShipmentScheduled: shipment_scheduled,
    ShipmentDelivered: shipment_delivered,
    PaymentMade: paid,
}
