"""Totals of exact amounts, by unit or by currency; amounts are never converted."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from comity.domain.values import Quantity, added, plain


def add_amount(totals: dict[str, Decimal], key: str, amount: Decimal) -> None:
    """Add `amount` to the total of `key`: a unit or a currency."""
    totals[key] = added(totals.get(key, Decimal(0)), amount)


def normalised(totals: dict[str, Decimal]) -> dict[str, Decimal]:
    """The totals for an answer: equal amounts are written in the same way."""
    return {key: plain(amount) for key, amount in totals.items()}


def total_of(quantities: Iterable[Quantity | None]) -> dict[str, Decimal]:
    """The total of the known quantities, by unit."""
    totals: dict[str, Decimal] = {}
    for quantity in quantities:
        if quantity is not None:
            add_amount(totals, quantity.unit, quantity.amount)
    return normalised(totals)


def remainder(ordered: Quantity, delivered: dict[str, Decimal], unknown: int) -> Decimal | None:
    """What is left of the quantity ordered; None if something delivered cannot be compared.

    `unknown` is the number of deliveries of unknown amount.
    """
    if unknown or any(unit != ordered.unit for unit in delivered):
        return None
    arrived = delivered.get(ordered.unit, Decimal(0))
    return plain(max(added(ordered.amount, arrived.copy_negate()), Decimal(0)))
