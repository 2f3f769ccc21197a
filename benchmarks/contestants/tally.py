"""The small state that the stock aggregate and the floor maintain, and all contestants answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from comity.domain.codelists.goldstein import QUAD_NAMES, goldstein, quad_class


class Outcome(NamedTuple):
    """What a state is compared by: every contestant must come to the same."""

    events: int
    last_meetings: dict[str, str]
    awaited_meetings: int
    delivered: dict[str, Decimal]
    measures: set[str]
    statements: dict[str, str]
    interactions: int
    quad_classes: dict[str, int]
    mean_goldstein: Decimal | None


@dataclass(slots=True)
class Tally:
    """What is remembered between events, kept by the same rules as comity's state."""

    events: int = 0
    scheduled: dict[str, str] = field(default_factory=dict[str, str])
    last_meetings: dict[str, str] = field(default_factory=dict[str, str])
    deals: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    measures: set[str] = field(default_factory=set[str])
    statements: dict[str, str] = field(default_factory=dict[str, str])
    interactions: int = 0
    quads: dict[int, int] = field(default_factory=dict[int, int])
    goldstein: Decimal = Decimal(0)

    def meeting_scheduled(self, meeting: str, planned_for: str) -> None:
        self.events += 1
        self.scheduled[meeting] = planned_for

    def meeting_held(self, meeting: str, level: str, when: str) -> None:
        self.events += 1
        self.scheduled.pop(meeting, None)
        self.last_meetings[level] = when

    def deal_signed(self, deal: str) -> None:
        self.events += 1
        self.deals[deal] = Decimal(0)

    def shipment_delivered(self, deal: str, amount: Decimal) -> None:
        self.events += 1
        self.deals[deal] += amount

    def deal_ended(self, deal: str) -> None:
        self.events += 1
        del self.deals[deal]

    def statement_made(self, by: str, when: str) -> None:
        self.events += 1
        self.statements[by] = when

    def interaction_coded(self, scheme: str, code: str) -> None:
        self.events += 1
        self.interactions += 1
        quad, weight = quad_class(scheme, code), goldstein(scheme, code)
        if quad is not None and weight is not None:
            self.quads[quad] = self.quads.get(quad, 0) + 1
            self.goldstein += weight

    def measure_imposed(self, measure: str) -> None:
        self.events += 1
        self.measures.add(measure)

    def measure_lifted(self, measure: str) -> None:
        self.events += 1
        self.measures.discard(measure)

    def outcome(self) -> Outcome:
        """The answer, in the form in which contestants are compared."""
        mean = self.goldstein / self.interactions if self.interactions else None
        return Outcome(
            events=self.events,
            last_meetings=dict(self.last_meetings),
            awaited_meetings=len(self.scheduled),
            delivered={deal: amount for deal, amount in self.deals.items() if amount},
            measures=set(self.measures),
            statements=dict(self.statements),
            interactions=self.interactions,
            quad_classes={QUAD_NAMES[quad]: count for quad, count in self.quads.items()},
            mean_goldstein=None if mean is None else mean.quantize(Decimal("0.001")),
        )


HANDLERS: dict[str, Callable[[Tally, Any], None]] = {
    "MeetingScheduled": lambda tally, e: tally.meeting_scheduled(e.meeting, e.planned_for),
    "MeetingHeld": lambda tally, e: tally.meeting_held(e.meeting, e.level, e.when),
    "DealSigned": lambda tally, e: tally.deal_signed(e.deal),
    "ShipmentDelivered": lambda tally, e: tally.shipment_delivered(e.deal, e.amount),
    "DealEnded": lambda tally, e: tally.deal_ended(e.deal),
    "StatementMade": lambda tally, e: tally.statement_made(e.by, e.when),
    "InteractionCoded": lambda tally, e: tally.interaction_coded(e.scheme, e.code),
    "MeasureImposed": lambda tally, e: tally.measure_imposed(e.measure),
    "MeasureLifted": lambda tally, e: tally.measure_lifted(e.measure),
}
"""What an event of each kind does to the tally."""
