"""An open deal as lines of a page: what was agreed, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from comity.adapters.render.section import Line
from comity.domain.phrases import after, amount, joined, totals

if TYPE_CHECKING:
    from comity.projections.sections.deal import Deal, Shipment


def deal_lines(deal: Deal) -> Iterator[Line]:
    """What is ordered, delivered, awaited and paid; lines after the first have no label."""
    parties = f"{deal.seller or '?'} → {deal.buyer or '?'}" if deal.seller or deal.buyer else ""
    yield (
        deal.deal,
        joined(
            joined("pilot" if deal.pilot else "", deal.commodity, by=" "),
            after("HS", deal.hs),
            parties,
            after("worth", amount(deal.value)),
            joined(deal.status, after("since", deal.since), by=" "),
        ),
    )
    for name in ("ordered", "scheduled", "delivered", "remaining"):
        amounts: dict[str, Decimal | None] = getattr(deal, name)
        for total in totals(amounts):
            yield "", f"{name} {total}"
    if deal.deliveries:
        yield "", f"shipments delivered: {deal.deliveries}"
    for shipment in deal.awaited:
        yield "", f"awaited: {_shipment(shipment)}"
    if deal.via:
        yield "", f"via {', '.join(deal.via)}"
    for total in totals(deal.paid):
        yield "", f"paid {total}"
    if unknown := [code for code in deal.paid_in if code not in deal.paid]:
        yield "", f"paid in {', '.join(unknown)}, amount unknown"


def _shipment(shipment: Shipment) -> str:
    return joined(
        shipment.shipment, amount(shipment.quantity), after("planned for", shipment.planned_for),
        after("announced", shipment.announced), after("at", shipment.port),
        after("via", ", ".join(shipment.via)),
    )  # fmt: skip
