"""The commands on what is traded and what stands in its way: deals, measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, cast

import typer

from comity.adapters.cli.options import (
    Certainty,
    Form,
    KnownAt,
    On,
    SomeParties,
    Store,
    folding,
    known,
)
from comity.adapters.render.output import Format, row_listing
from comity.domain.phrases import amount, joined, number, totals

if TYPE_CHECKING:
    from comity.domain.scope import Certainty as Folded
    from comity.projections.views.deals import Payment, RelationshipDeal, ShipmentHistory
    from comity.projections.views.measures import RelationshipMeasure


def deals(
    parties: SomeParties = None,
    *,
    store: Store,
    on: On = None,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only those that have not ended.")
    ] = False,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
) -> None:
    """Trade deals: what was ordered, shipped, late and paid.

    Open ones and those that have ended.
    """
    with folding(store) as (engine, progress):
        found = engine.deals(
            *parties or (), on=on, known_at=known(known_at),
            certainty=cast("Folded", certainty), open_only=open_only, progress=progress,
        )  # fmt: skip
    columns: dict[str, Callable[[RelationshipDeal], object]] = {
        "relationship": lambda d: d.relationship,
        "deal": lambda d: d.deal,
        "status": lambda d: d.status,
        "since": lambda d: d.since,
        "seller": lambda d: d.seller,
        "buyer": lambda d: d.buyer,
        "commodity": lambda d: d.commodity,
        "hs": lambda d: d.hs,
        "pilot": lambda d: d.pilot,
        "value": lambda d: amount(d.value),
        "ordered": lambda d: totals(d.ordered),
        "delivered": lambda d: totals(d.delivered),
        "remaining": lambda d: totals(d.remaining),
        "via": lambda d: d.via,
        "shipments": lambda d: "; ".join(map(_shipment, d.shipments)),
        "awaited": lambda d: [joined(s.shipment, s.planned_for, by=" ") for s in d.awaited],
        "late_days": lambda d: {
            one.shipment: one.late_days for one in d.shipments if one.late_days is not None
        },
        "payments": lambda d: "; ".join(map(_payment, d.payments)),
        "paid": lambda d: totals(d.paid) + [f"? {c}" for c in d.paid_in if c not in d.paid],
    }
    shown = ("relationship", "deal", "status", "since", "ordered", "delivered", "awaited",
             "late_days", "paid")  # fmt: skip
    row_listing(found, columns, shown).write(form)


def _shipment(one: ShipmentHistory) -> str:
    """Its name, when it arrived or that it is awaited, and what came."""
    came = totals(one.delivered)
    return joined(one.shipment, one.arrived or "awaited", *came, by=" ")


def _payment(one: Payment) -> str:
    return f"{one.when} {'?' if one.amount is None else number(one.amount)} {one.currency}"


def measures(
    parties: SomeParties = None,
    *,
    store: Store,
    on: On = None,
    lifted: Annotated[bool, typer.Option("--lifted", help="Also those that were lifted.")] = False,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
) -> None:
    """Measures in force, and the open deals that they touch.

    These are the deals, of whatever relationship, in which the party that a measure is on buys,
    sells, or lets shipments through.
    """
    with folding(store) as (engine, progress):
        found = engine.measures(
            *parties or (), on=on, known_at=known(known_at),
            certainty=cast("Folded", certainty), include_lifted=lifted, progress=progress,
        )  # fmt: skip
    columns: dict[str, Callable[[RelationshipMeasure], object]] = {
        "relationship": lambda m: m.relationship,
        "measure": lambda m: m.measure,
        "by": lambda m: m.by,
        "on": lambda m: m.on,
        "kind": lambda m: m.kind,
        "since": lambda m: m.since,
        "lifted": lambda m: m.lifted,
        "deals": lambda m: ["/".join(deal) for deal in m.deals],
    }
    shown = [name for name in columns if name != "lifted" or lifted]
    row_listing(found, columns, shown).write(form)
