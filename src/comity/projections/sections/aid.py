"""Aid from one party to another: what was pledged and what was delivered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from comity.domain.events import AidDelivered, AidPledged, Event
from comity.projections.sections.section import Handler, Section, WorkingState, get_or_create
from comity.projections.sections.totals import add_amount, normalised


class Aid(Struct, frozen=True):
    """All aid from one party to another: by currency and by unit."""

    by: str
    to: str
    pledged: dict[str, Decimal] = {}
    delivered: dict[str, Decimal] = {}


class AidTotals(Struct, omit_defaults=True):
    """Aid in one direction, by currency and by unit."""

    pledged: dict[str, Decimal] = {}
    delivered: dict[str, Decimal] = {}


class AidState(Struct, omit_defaults=True):
    """The totals of each direction: who gives, and to whom."""

    by_direction: dict[tuple[str, str], AidTotals] = {}


def _given(aid: AidState, event: AidPledged | AidDelivered, state: WorkingState) -> None:
    """Aid is promised or arrives."""
    direction = (state.name(event.by), state.name(event.to))
    known = get_or_create(aid.by_direction, direction, AidTotals)
    totals = known.pledged if isinstance(event, AidPledged) else known.delivered
    if event.money is not None:
        add_amount(totals, event.money.currency, event.money.amount)
    if event.quantity is not None:
        add_amount(totals, event.quantity.unit, event.quantity.amount)


def _answer(aid: AidState, _state: WorkingState, _on: date) -> tuple[Aid, ...]:
    return tuple(
        Aid(by, to, normalised(totals.pledged), normalised(totals.delivered))
        for (by, to), totals in sorted(aid.by_direction.items(), key=lambda item: item[0])
    )


_HANDLERS: dict[type[Event], Handler[AidState]] = {AidPledged: _given, AidDelivered: _given}
AID = Section(
    "aid",
    AidState,
    _HANDLERS,
    late=_HANDLERS,
    answer=_answer,
    empty=tuple[Aid, ...],
)
