"""The working state of the state projection: what a fold must remember between events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from comity.domain.errors import UnknownEventKind
from comity.domain.events import (
    AnniversaryMarked,
    AnyEvent,
    Event,
    StatementMade,
)
from comity.domain.parties import lineage
from comity.domain.time.dates import known_bounds
from comity.domain.values import Money, Quantity, added, plain
from comity.projections.answers import Alignment, Envoy, Marked, Meeting, Shipment
from comity.projections.findings import Finding, Told, finding
from comity.projections.projection import A, Projection

if TYPE_CHECKING:
    _Event = Event
else:
    _Event = AnyEvent  # which class it is, its tag tells whoever reads a kept book

K = TypeVar("K")
V = TypeVar("V")


# A bare dict would leave pyright without the types of its keys and values.
def _mapping() -> dict[Any, Any]:
    return {}


def _listing() -> list[Any]:
    return []


def _set() -> set[Any]:
    return set()


@dataclass(slots=True)
class MissionBook:
    """A mission and the envoys at it, by name."""

    sender: str
    host: str
    level: str
    city: str = ""
    accredited_from: str = ""
    since: str = ""
    opening: _Event | None = None


@dataclass(slots=True)
class RoundBook:
    """A meeting of a series that was held."""

    event: Told
    number: int | None

    @property
    def order(self) -> tuple[date, int, str]:
        """By which the rounds of a series follow each other."""
        return known_bounds(self.event.when).latest, self.number or 0, self.event.id


@dataclass(slots=True)
class AgreementBook:
    """An agreement; `status` is the newest step it took."""

    agreement: str
    status: str = ""
    since: str = ""
    title: str = ""
    signed: str = ""
    ratified: dict[str, str] = field(default_factory=_mapping)
    expires: str = ""
    denounced: dict[str, str] = field(default_factory=_mapping)


@dataclass(slots=True)
class DealBook:
    """A deal, open or ended."""

    deal: str
    status: str = "unannounced"
    paused: str = ""
    """What the status was when it was suspended."""
    since: str = ""
    buyer: str = ""
    seller: str = ""
    commodity: str = ""
    hs: str = ""
    quantity: Quantity | None = None
    value: Money | None = None
    pilot: bool = False
    awaited: dict[str, Shipment] = field(default_factory=_mapping)
    arrived: set[str] = field(default_factory=_set)
    delivered: dict[str, Decimal] = field(default_factory=_mapping)
    deliveries: int = 0
    last_delivery: dict[str, Told] = field(default_factory=_mapping)
    ordering: Told | None = None
    via: set[str] = field(default_factory=_set)
    paid: dict[str, Decimal] = field(default_factory=_mapping)
    paid_in: set[str] = field(default_factory=_set)
    ended: Told | None = None


@dataclass(slots=True)
class AidBook:
    """Aid from one party to another."""

    pledged: dict[str, Decimal] = field(default_factory=_mapping)
    delivered: dict[str, Decimal] = field(default_factory=_mapping)


@dataclass(slots=True)
class Book:
    """Everything that the fold of one relationship has come to know."""

    parties: tuple[str, ...]
    names: dict[str, str] = field(init=False)
    events: int = 0
    findings: list[Finding] = field(default_factory=_listing)
    undetermined: list[_Event] = field(default_factory=_listing)
    status: str = "unknown"
    status_since: str = ""
    established: _Event | None = None
    broken_unestablished: list[_Event] = field(default_factory=_listing)
    recognised: dict[str, str] = field(default_factory=_mapping)
    missions: dict[tuple[str, str, str], MissionBook] = field(default_factory=_mapping)
    missions_unrelated: list[_Event] = field(default_factory=_listing)
    envoys: dict[tuple[str, str], dict[str, Envoy]] = field(default_factory=_mapping)
    scheduled: dict[str, Meeting] = field(default_factory=_mapping)
    last_held: dict[str, Meeting] = field(default_factory=_mapping)
    lasting: dict[str, Meeting] = field(default_factory=_mapping)
    held: dict[str, Told] = field(default_factory=_mapping)
    cancelled: dict[str, Told] = field(default_factory=_mapping)
    clashes: list[tuple[str, Told, Told]] = field(default_factory=_listing)
    """A meeting, how it was held and how it was cancelled."""
    moved: dict[str, list[str]] = field(default_factory=_mapping)
    """When each meeting was rescheduled."""
    rounds: dict[str, list[RoundBook]] = field(default_factory=_mapping)
    newest: dict[str, tuple[RoundBook, Meeting]] = field(default_factory=_mapping)
    """The newest round of each series, with what its announcement told of it."""
    agreements: dict[str, AgreementBook] = field(default_factory=_mapping)
    deals: dict[str, DealBook] = field(default_factory=_mapping)
    payments: dict[str, Decimal] = field(default_factory=_mapping)
    measures: dict[str, _Event] = field(default_factory=_mapping)
    statements: dict[str, StatementMade] = field(default_factory=_mapping)
    alignment: dict[str, Alignment] = field(default_factory=_mapping)
    aid: dict[tuple[str, str], AidBook] = field(default_factory=_mapping)
    founded: dict[str, Told] = field(default_factory=_mapping)
    celebrations: list[AnniversaryMarked] = field(default_factory=_listing)
    marked: dict[str, Marked] = field(default_factory=_mapping)
    interactions: int = 0
    by_quad_class: dict[int, int] = field(default_factory=_mapping)
    goldstein_sum: Decimal = Decimal(0)
    goldstein_count: int = 0

    def __post_init__(self) -> None:
        self.names = {former.code: code for code in self.parties for former in lineage(code)}
        self.names.update((code, code) for code in self.parties)

    @property
    def relationship(self) -> str:
        """The id of the relationship that the book is of."""
        return "-".join(self.parties)

    def name(self, code: str) -> str:
        """The party asked for that `code` is or was: of PAK-RUS, SUN is RUS; else `code`."""
        return self.names.get(code, code)

    def find(self, kind: str, message: str, *events: Event | Told) -> None:
        """Note an incoherence."""
        self.findings.append(finding(kind, message, *events))


def kept(books: dict[K, V], key: K, new: Callable[[], V]) -> V:
    """What is kept under `key`; a `new` one, made only then, if nothing is."""
    book = books.get(key)
    if book is None:
        book = books[key] = new()
    return book


def add_amount(totals: dict[str, Decimal], key: str, amount: Decimal) -> None:
    """Count `amount` under `key`: a unit or a currency."""
    totals[key] = added(totals.get(key, Decimal(0)), amount)


def written(totals: dict[str, Decimal]) -> dict[str, Decimal]:
    """The totals as an answer gives them, so that equal ones are written alike."""
    return {key: plain(amount) for key, amount in totals.items()}


Handlers = Mapping[type[Event], Callable[[Book, Any], None]]
"""For each kind of event, how it changes a book."""


class BookProjection(Projection[Book, A]):
    """Folds the kinds that its `handlers` know into a `Book`, off which its answer is read."""

    handlers: ClassVar[Handlers]

    def __init_subclass__(cls) -> None:
        if "kinds" not in cls.__dict__:
            cls.kinds = tuple(cls.handlers)

    def __init__(self) -> None:
        self.parties: tuple[str, ...] = ()

    def for_key(self, parties: tuple[str, ...]) -> Self:
        """For these parties, by whose newest names everything in the book is called."""
        own = copy(self)
        own.parties = parties
        return own

    def initial(self) -> Book:
        """A book with nothing in it."""
        return Book(self.parties)

    def evolve(self, state: Book, event: Event) -> Book:
        """The book with `event` entered; raises `UnknownEventKind` for a kind it does not know."""
        try:
            handler = self.handlers[type(event)]
        except KeyError:
            raise UnknownEventKind(type(event).__name__) from None
        handler(state, event)
        state.events += 1
        return state
