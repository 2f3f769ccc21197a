"""Deals across relationships, open and ended, with their shipments and payments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import asdict, replace

from comity.domain.events import PaymentMade, ShipmentDelivered, ShipmentScheduled
from comity.domain.phrases import joined, number, totals
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds, span
from comity.domain.values import Quantity, plain
from comity.projections.sections.deal import Deal, DealState, answer_of
from comity.projections.sections.deals import DEALS, by_name
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.section import Section, WorkingState
from comity.projections.sections.totals import add_amount, normalised
from comity.projections.views.view import Option, Table, View


class ShipmentHistory(Struct, frozen=True):
    """A shipment from its first announcement to its arrival; `delivered` is by unit.

    `port` and `via` are those of the arrival, or else those last planned. `late_days` is how many
    days it surely came after its last planned date: negative if it surely came before, 0 if it
    surely came on that date, None if it is awaited or the dates are not precise enough.
    """

    shipment: str
    first_planned_for: str = ""
    planned_for: str = ""
    """The date that it was last planned for; an announcement without a date does not change it."""
    arrived: str = ""
    planned: Quantity | None = None
    delivered: dict[str, Decimal] = {}
    port: str = ""
    via: tuple[str, ...] = ()
    late_days: int | None = None


class Payment(Struct, frozen=True):
    """A payment; `amount` is None where it is unknown.

    `total` is the sum of all known payments in this currency under the deal, up to and including
    this payment.
    """

    when: str
    by: str
    currency: str
    amount: Decimal | None
    total: Decimal


class RelationshipDeal(Deal, frozen=True, kw_only=True):
    """A deal with its history: shipments by name, payments in order of time.

    If it has ended, `status` is `ended`, and both `ended` and `since` say when.
    """

    relationship: str
    ended: str = ""
    shipments: tuple[ShipmentHistory, ...] = ()
    payments: tuple[Payment, ...] = ()


class DealHistoriesState(Struct, omit_defaults=True):
    """By deal, every shipment by name and every payment in order of time."""

    shipments: dict[str, dict[str, ShipmentHistory]] = {}
    payments: dict[str, list[Payment]] = {}


def _shipment_scheduled(
    histories: DealHistoriesState, event: ShipmentScheduled, _state: WorkingState
) -> None:
    """A shipment is planned; a plan that came after the arrival is ignored."""
    shipments = histories.shipments.setdefault(folded(event.deal), {})
    key = folded(event.shipment)
    known = shipments.get(key) or ShipmentHistory(event.shipment)
    if not known.arrived:
        shipments[key] = _planned(known, event)


def _shipment_delivered(
    histories: DealHistoriesState, event: ShipmentDelivered, _state: WorkingState
) -> None:
    """A shipment arrives; it does so once."""
    shipments = histories.shipments.setdefault(folded(event.deal), {})
    key = folded(event.shipment)
    known = shipments.get(key) or ShipmentHistory(event.shipment)
    if not known.arrived:
        shipments[key] = _arrived(known, event)


def _planned(known: ShipmentHistory, event: ShipmentScheduled) -> ShipmentHistory:
    """The history with the plan added."""
    return replace(
        known,
        first_planned_for=known.first_planned_for or event.planned_for,
        planned_for=event.planned_for or known.planned_for,
        planned=event.quantity or known.planned,
        port=event.port or known.port,
        via=event.via or known.via,
    )


def _arrived(known: ShipmentHistory, event: ShipmentDelivered) -> ShipmentHistory:
    """The history with the arrival added."""
    delivered = dict(known.delivered)
    if event.quantity is not None:
        add_amount(delivered, event.quantity.unit, event.quantity.amount)
    return replace(
        known,
        arrived=event.when,
        delivered=normalised(delivered),
        port=event.port or known.port,
        via=event.via or known.via,
    )


def _paid(histories: DealHistoriesState, event: PaymentMade, state: WorkingState) -> None:
    """Money is paid under a deal; the deals' section has added it to the total."""
    deals = DEALS.of(state)
    if deals is None or not event.deal:
        return
    currency = event.money.currency if event.money else event.currency
    total = deals.deals[folded(event.deal)].paid.get(currency, Decimal(0))
    amount = event.money.amount if event.money else None
    payment = Payment(event.when, state.name(event.by), currency, amount, plain(total))
    histories.payments.setdefault(folded(event.deal), []).append(payment)


DEAL_HISTORIES = Section(
    "deal_histories",
    DealHistoriesState,
    {
        ShipmentScheduled: _shipment_scheduled,
        ShipmentDelivered: _shipment_delivered,
        PaymentMade: _paid,
    },
    after=(DEALS,),
)


class DealsProjection(SectionsProjection[tuple[RelationshipDeal, ...]]):
    """A relationship's deals with their history, or only those that are open."""

    name = "deals"
    version = 4
    sections = (DEALS, DEAL_HISTORIES)

    def __init__(self, open_only: bool = False) -> None:
        self.open_only = open_only

    def finish(self, state: WorkingState, on: date) -> tuple[RelationshipDeal, ...]:
        """The deals that match, by name."""
        histories = DEAL_HISTORIES.of(state) or DealHistoriesState()
        return tuple(
            _answer(deal, histories, state, on)
            for deal in by_name(DEALS.of(state))
            if not self.open_only or (deal.ended is None and state.ended(on) is None)
        )


def _answer(
    deal: DealState, histories: DealHistoriesState, state: WorkingState, on: date
) -> RelationshipDeal:
    fields, over = asdict(answer_of(deal, state, on)), state.ended(on)
    if deal.ended is not None or over is not None:
        ended = deal.ended.when if deal.ended else f"{over}"
        fields |= {"status": "ended", "since": ended, "ended": ended}
    shipments = histories.shipments.get(folded(deal.deal), {})
    return RelationshipDeal(
        **fields,
        relationship=state.relationship,
        shipments=tuple(
            replace(shipment, late_days=late_days(shipment.planned_for, shipment.arrived))
            for _, shipment in sorted(shipments.items(), key=lambda item: item[0])
        ),
        payments=tuple(histories.payments.get(folded(deal.deal), ())),
    )


def late_days(planned_for: str, arrived: str) -> int | None:
    """How many days the date `arrived` surely is after `planned_for`; negative if before it.

    It is 0 if the arrival surely was on a planned day; an interval plans all of its days. None if
    the dates are not precise enough. Both are EDTF or empty.
    """
    if not planned_for or not arrived:
        return None
    plan, came = span(planned_for), bounds(arrived)
    if came.earliest > plan.latest:
        return (came.earliest - plan.latest).days
    if came.latest < plan.earliest:
        return (came.latest - plan.earliest).days
    return 0 if _is_within(came, *_ends(planned_for)) else None


def _ends(planned_for: str) -> tuple[str, str]:
    first, _, last = planned_for.partition("/")
    return first, last if "/" in planned_for else first


def _is_within(came: Bounds, first: str, last: str) -> bool:
    """Whether `came` surely lies from `first` to `last`; `..` is no limit, empty is unknown."""
    is_after = first == ".." or (first != "" and span(first).latest <= came.earliest)
    return is_after and (last == ".." or (last != "" and came.latest <= span(last).earliest))


# The view


def _shipment(shipment: ShipmentHistory) -> str:
    """The shipment's name, the date of its arrival or `awaited`, and the amounts delivered."""
    arrived = shipment.arrived or "awaited"
    return joined(shipment.shipment, arrived, *totals(shipment.delivered), by=" ")


def _awaited(deal: RelationshipDeal) -> tuple[str, ...]:
    return tuple(joined(s.shipment, s.planned_for, by=" ") for s in deal.awaited)


def _payment(payment: Payment) -> str:
    paid = "?" if payment.amount is None else number(payment.amount)
    return f"{payment.when} {paid} {payment.currency}"


def _late_days(deal: RelationshipDeal) -> dict[str, int]:
    return {s.shipment: s.late_days for s in deal.shipments if s.late_days is not None}


def _paid_by_currency(deal: RelationshipDeal) -> dict[str, Decimal | None]:
    """The totals by currency; None if the amount is unknown."""
    return dict.fromkeys(deal.paid_in) | deal.paid


VIEW = View(
    name="deals",
    projection=DealsProjection,
    help="""Trade deals: what was ordered, shipped, late and paid.

    Open deals and those that have ended.
    """,
    table=Table[RelationshipDeal](
        {
            "relationship": lambda d: d.relationship,
            "deal": lambda d: d.deal,
            "status": lambda d: d.status,
            "since": lambda d: d.since,
            "seller": lambda d: d.seller,
            "buyer": lambda d: d.buyer,
            "commodity": lambda d: d.commodity,
            "hs": lambda d: d.hs,
            "pilot": lambda d: d.pilot,
            "value": lambda d: d.value,
            "ordered": lambda d: d.ordered,
            "delivered": lambda d: d.delivered,
            "remaining": lambda d: d.remaining,
            "via": lambda d: d.via,
            "shipments": lambda d: "; ".join(map(_shipment, d.shipments)),
            "awaited": _awaited,
            "late_days": _late_days,
            "payments": lambda d: "; ".join(map(_payment, d.payments)),
            "paid": _paid_by_currency,
        },
        shown=(
            "relationship", "deal", "status", "since", "ordered", "delivered", "awaited",
            "late_days", "paid",
        ),
        least=("late_days", "awaited", "paid", "since"),
        kinds={
            "relationship": "relationship", "since": "date", "seller": "party", "buyer": "party",
            "pilot": "flag", "value": "amount", "ordered": "amounts", "delivered": "amounts",
            "remaining": "amounts", "via": "parties", "awaited": "texts", "late_days": "by key",
            "paid": "amounts",
        },
    ),
    options={"open_only": Option("Only those that have not ended.", name="open")},
)  # fmt: skip
