"""Totals of exact amounts, by unit or by currency; amounts are never converted."""

from __future__ import annotations

from decimal import Decimal

from comity.domain.values import added, plain


def add_amount(totals: dict[str, Decimal], key: str, amount: Decimal) -> None:
    """Add `amount` to the total of `key`: a unit or a currency."""
    totals[key] = added(totals.get(key, Decimal(0)), amount)


def normalised(totals: dict[str, Decimal]) -> dict[str, Decimal]:
    """The totals for an answer: equal amounts are written in the same way."""
    return {key: plain(amount) for key, amount in totals.items()}
