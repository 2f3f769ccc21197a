"""One deal: its substate, and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from msgspec import Struct, msgpack

from comity.domain.events import DealAmended, DealSigned
from comity.domain.lives.life import Stand
from comity.domain.text import folded
from comity.domain.values import Money, Quantity, plain
from comity.projections.findings import Citation, Finding, finding
from comity.projections.sections.section import WorkingState
from comity.projections.sections.totals import normalised, remainder, total_of

DealStatus = Literal["unannounced", "announced", "signed", "suspended", "ended"]
_STATUS: dict[str, DealStatus] = {
    "none": "unannounced",
    "announced": "announced",
    "signed": "signed",
    "suspended": "suspended",
    "ended": "ended",
}


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

    `remaining` is the quantity ordered and not yet delivered; None if something was delivered in
    another unit or in an unknown amount. `paid` counts the payments of known amount. `paid_in`
    names the currencies of all payments, also those of unknown amount.
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
    remaining: dict[str, Decimal | None] = {}
    deliveries: int = 0
    awaited: tuple[Shipment, ...] = ()
    via: tuple[str, ...] = ()
    paid: dict[str, Decimal] = {}
    paid_in: tuple[str, ...] = ()


class DealState(Struct, array_like=True):
    """The substate of a deal, open or ended."""

    deal: str
    stand: Stand = Stand()
    since: str = ""
    buyer: str = ""
    seller: str = ""
    roles_told_by: Citation | None = None
    commodity: str = ""
    hs: str = ""
    quantity: Quantity | None = None
    value: Money | None = None
    pilot: bool = False
    awaited: dict[str, Shipment] = {}
    arrived: set[str] = set()
    delivered: dict[str, Decimal] = {}
    deliveries: int = 0
    unknown: int = 0
    """How many deliveries were of unknown amount."""
    last_in: dict[str, Citation] = {}
    """The last delivery in each unit; under an empty one, the last of unknown amount."""
    ordered_by: Citation | None = None
    """The event that gave the quantity."""
    via: set[str] = set()
    paid: dict[str, Decimal] = {}
    paid_in: set[str] = set()
    ended: Citation | None = None

    @property
    def status(self) -> DealStatus:
        """The status after the last event."""
        return _STATUS[self.stand.status]


def answer_of(deal: DealState, state: WorkingState, on: date) -> Deal:
    """The deal as it stands, or as it stood when it ended."""
    stand, since = state.standing(deal.stand, deal.since, on)
    ordered = deal.quantity
    return Deal(
        deal.deal, _STATUS[stand.status], since, deal.buyer, deal.seller, deal.commodity, deal.hs,
        deal.pilot, deal.value,
        ordered={ordered.unit: ordered.amount} if ordered else {},
        scheduled=total_of(shipment.quantity for shipment in deal.awaited.values()),
        delivered=normalised(deal.delivered),
        remaining=(
            {ordered.unit: remainder(ordered, deal.delivered, deal.unknown)} if ordered else {}
        ),
        deliveries=deal.deliveries,
        awaited=tuple(sorted(deal.awaited.values(), key=lambda each: each.shipment)),
        via=tuple(sorted(deal.via)),
        paid=normalised(deal.paid),
        paid_in=tuple(sorted(deal.paid_in)),
    )  # fmt: skip


def findings_of(
    deal: DealState, undetermined: Iterable[DealSigned | DealAmended]
) -> Iterator[Finding]:
    """What is incoherent about the amounts of one deal."""
    ordered, ordered_by = deal.quantity, deal.ordered_by
    if ordered is None or ordered_by is None:
        return
    if remainder(ordered, deal.delivered, deal.unknown) is None:
        other = "an unknown amount" if deal.unknown else "another unit"
        message = f"deal {deal.deal!r}: {ordered} ordered, and {other} delivered"
        others = [last for unit, last in deal.last_in.items() if unit != ordered.unit]
        yield finding("amounts-incomparable", message, others[-1], ordered_by)
    arrived = deal.delivered.get(ordered.unit, Decimal(0))
    own = [e for e in undetermined if folded(e.deal) == folded(deal.deal)]
    possible = [e.quantity for e in own if e.quantity]
    is_allowed = any(q.unit != ordered.unit or q.amount >= arrived for q in possible)
    if arrived > ordered.amount and not is_allowed:
        message = f"deal {deal.deal!r}: {plain(arrived)} {ordered.unit} delivered of {ordered}"
        last = deal.last_in[ordered.unit]
        yield finding("delivered-beyond-quantity", f"{message} ordered", last, ordered_by)


# Idle deals, which stay encoded

encode = msgpack.Encoder().encode
decoded = msgpack.Decoder(DealState).decode
_IDLE = 10_000
"""How many answers of idle deals are cached."""


@lru_cache(maxsize=_IDLE)
def idle_answer(encoded: bytes) -> Deal | None:
    """The answer of an encoded deal; None if it depends on the day."""
    deal = decoded(encoded)
    return None if deal.stand.endings else answer_of(deal, WorkingState(()), date.max)
