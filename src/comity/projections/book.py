"""The working state of the state projection: what a fold must remember between events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from comity.domain.events import Event
from comity.domain.parties import lineage
from comity.projections.answers import Alignment, Envoy, Marked, Meeting, Shipment, Statement
from comity.projections.findings import Finding, finding


@dataclass(slots=True)
class MissionBook:
    """A mission and the envoys at it, by name."""

    sender: str
    host: str
    level: str
    city: str = ""
    accredited_from: str = ""
    since: str = ""
    is_open: bool = False
    opening: Event | None = None


@dataclass(slots=True)
class RoundBook:
    """A round of a series that was held."""

    round: int
    event: Event
    host: str


@dataclass(slots=True)
class AgreementBook:
    """An agreement; `status` is the newest step it took."""

    agreement: str
    status: str = ""
    since: str = ""
    title: str = ""
    signed: str = ""
    ratified: dict[str, str] = field(default_factory=dict)
    expires: str = ""
    denounced: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class DealBook:
    """A deal, open or ended."""

    deal: str
    status: str = "unannounced"
    since: str = ""
    terms: dict[str, object] = field(default_factory=dict)
    awaited: dict[str, Shipment] = field(default_factory=dict)
    delivered: dict[str, Decimal] = field(default_factory=dict)
    deliveries: int = 0
    last_delivery: Event | None = None
    via: set[str] = field(default_factory=set)
    paid: dict[str, Decimal] = field(default_factory=dict)
    paid_in: set[str] = field(default_factory=set)
    ended: Event | None = None


@dataclass(slots=True)
class AidBook:
    """Aid from one party to another."""

    pledged: dict[str, Decimal] = field(default_factory=dict)
    delivered: dict[str, Decimal] = field(default_factory=dict)


@dataclass(slots=True)
class Book:
    """Everything that the fold of one relationship has come to know."""

    parties: tuple[str, ...]
    names: dict[str, str] = field(init=False)
    events: int = 0
    findings: list[Finding] = field(default_factory=list)
    status: str = "unknown"
    status_since: str = ""
    established: Event | None = None
    broken_unestablished: list[Event] = field(default_factory=list)
    recognised: dict[str, str] = field(default_factory=dict)
    missions: dict[tuple[str, str, str], MissionBook] = field(default_factory=dict)
    missions_unrelated: list[Event] = field(default_factory=list)
    envoys: dict[tuple[str, str], dict[str, Envoy]] = field(default_factory=dict)
    scheduled: dict[str, Meeting] = field(default_factory=dict)
    last_held: dict[str, Meeting] = field(default_factory=dict)
    lasting: dict[str, Meeting] = field(default_factory=dict)
    held: dict[str, Event] = field(default_factory=dict)
    cancelled: dict[str, Event] = field(default_factory=dict)
    rounds: dict[str, list[RoundBook]] = field(default_factory=dict)
    agreements: dict[str, AgreementBook] = field(default_factory=dict)
    deals: dict[str, DealBook] = field(default_factory=dict)
    payments: dict[str, Decimal] = field(default_factory=dict)
    measures: dict[str, Event] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    alignment: dict[str, Alignment] = field(default_factory=dict)
    aid: dict[tuple[str, str], AidBook] = field(default_factory=dict)
    founded: dict[str, str] = field(default_factory=dict)
    marked: dict[str, Marked] = field(default_factory=dict)
    interactions: int = 0
    by_quad_class: dict[int, int] = field(default_factory=dict)
    goldstein_sum: Decimal = Decimal(0)
    goldstein_count: int = 0

    def __post_init__(self) -> None:
        self.names = {former.code: code for code in self.parties for former in lineage(code)}

    def name(self, code: str) -> str:
        """The party asked for that `code` is or was: of PAK-RUS, SUN is RUS; else `code`."""
        return self.names.get(code, code)

    def find(self, kind: str, message: str, *events: Event) -> None:
        """Note an incoherence."""
        self.findings.append(finding(kind, message, *events))


def add_amount(totals: dict[str, Decimal], key: str, amount: Decimal) -> None:
    """Count `amount` under `key`: a unit or a currency."""
    totals[key] = totals.get(key, Decimal(0)) + amount


Handlers = Mapping[type[Event], Callable[[Book, Any], None]]
"""For each kind of event, how it changes a book."""
