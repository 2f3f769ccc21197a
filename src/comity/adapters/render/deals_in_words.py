"""A deal in a sentence: `45,122 of 100,000 tonnes of crude oil delivered`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from comity.adapters.interchange.exporters.code_words import total_words
from comity.adapters.interchange.exporters.dates_in_sentences import dated, since
from comity.adapters.interchange.exporters.sentences import short_name
from comity.domain.phrases import joined, number

if TYPE_CHECKING:
    from comity.projections.sections.deal import Deal

_PIECES = "C62"
"""The unit of what is counted by the piece."""
_NO_MEASURE = ("MIL", "P1", "DZN", "HEA")
"""Units that read ill before `of`: thousands, per cent, dozens, head."""


def deal_words(deal: Deal) -> str:
    """What was ordered and delivered under a deal, or else how it stands."""
    paused = joined("suspended", since(deal.since), by=" ") if deal.status == "suspended" else ""
    return joined(_carried_out(deal), paused)


def _carried_out(deal: Deal) -> str:
    delivered = [f"{_load(deal, deal.delivered)} delivered"] if deal.delivered else []
    if len(deal.ordered) == 1 and set(deal.delivered) == set(deal.ordered):
        [(unit, ordered)] = deal.ordered.items()
        at_least = "at least " if deal.remaining.get(unit) is None else ""
        return (
            f"{at_least}{number(deal.delivered[unit])} of {_load(deal, {unit: ordered})} delivered"
        )
    if deal.ordered and not delivered and deal.deliveries:
        return f"{_load(deal, deal.ordered)} ordered, of which an unknown amount was delivered"
    if deal.ordered:
        return joined(f"{_load(deal, deal.ordered)} ordered", *delivered)
    if delivered:
        return delivered[0]
    commodity = short_name(deal.commodity)
    what = f"a deal for {commodity}" if commodity else f"the deal {short_name(deal.deal)}"
    if deal.status == "suspended":
        return what
    return joined(f"{what} {deal.status}", dated(deal.since), by=" ")


def _load(deal: Deal, amounts: dict[str, Decimal]) -> str:
    """Amounts and of what: `100,000 tonnes of crude oil`, `12 helicopters`."""
    commodity = short_name(deal.commodity)
    if not commodity:
        return f"{total_words(dict(amounts))} under the deal {short_name(deal.deal)}"
    if set(amounts) == {_PIECES}:
        return f"{number(amounts[_PIECES])} {commodity}"
    if set(amounts).intersection(_NO_MEASURE):
        return f"{total_words(dict(amounts))} ({commodity})"
    return f"{total_words(dict(amounts))} of {commodity}"
