"""The state of a relationship on a date: the immutable answer, section by section.

Dates are EDTF strings as the events gave them, unless a field says that it is a day.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from comity.domain.events import Event
from comity.domain.values import Money, Quantity
from comity.projections.findings import Finding


class Relations(Struct, frozen=True):
    """`status` is unknown, established, suspended or severed, `since` when it became so."""

    status: str = "unknown"
    since: str = ""
    established_on: str = ""
    recognised: dict[str, str] = {}
    """`recogniser → recognised`, since when."""


class Envoy(Struct, frozen=True):
    """A head of mission; `since` the appointment, `credentials` when they were presented."""

    name: str
    rank: str
    since: str
    credentials: str = ""
    ad_interim: bool = False


class Mission(Struct, frozen=True):
    """An open mission of `sender` in `host`; `vacant` when nobody heads it but ad interim."""

    sender: str
    host: str
    level: str
    city: str = ""
    accredited_from: str = ""
    since: str = ""
    head: Envoy | None = None
    vacant: bool = True


class Meeting(Struct, frozen=True):
    """A meeting, held or to come; `when` is when it was held or is planned for."""

    meeting: str
    when: str
    kind: str = ""
    level: str = ""
    series: str = ""
    round: int | None = None
    venue: str = ""
    host: str = ""
    heads: dict[str, str] = {}


class Meetings(Struct, frozen=True):
    """Meetings by level (`unspecified` where none is given): the last held, the next planned."""

    last: dict[str, Meeting] = {}
    next: dict[str, Meeting] = {}
    in_progress: tuple[Meeting, ...] = ()
    """Held on the day, or announced for it and not cancelled: by what was known, they go on."""
    scheduled: tuple[Meeting, ...] = ()
    """Every meeting announced and neither held nor cancelled, those whose day passed included."""


class Series(Struct, frozen=True):
    """A series of meetings; days are ISO dates, `usual_interval` is in days."""

    series: str
    last: Meeting | None = None
    next: Meeting | None = None
    next_round: int | None = None
    next_host: str = ""
    usual_interval: int | None = None
    due: str = ""
    overdue: bool = False


class Agreement(Struct, frozen=True):
    """An agreement that has not ended; `status` since `since`."""

    agreement: str
    status: str
    since: str
    title: str = ""
    signed: str = ""
    ratified: dict[str, str] = {}
    expires: str = ""
    denounced: dict[str, str] = {}
    """By whom, and from when on it is to have effect."""


class Shipment(Struct, frozen=True):
    """A shipment that is awaited."""

    shipment: str
    announced: str
    planned_for: str = ""
    quantity: Quantity | None = None
    port: str = ""
    via: tuple[str, ...] = ()


class Deal(Struct, frozen=True):
    """An open deal: quantities by unit, money by currency, never converted.

    `remaining` is what was ordered and not yet delivered. `paid_in` names the currencies of all
    payments, those of unknown amount included, which `paid` cannot count.
    """

    deal: str
    status: str
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
    remaining: dict[str, Decimal] = {}
    deliveries: int = 0
    awaited: tuple[Shipment, ...] = ()
    via: tuple[str, ...] = ()
    paid: dict[str, Decimal] = {}
    paid_in: tuple[str, ...] = ()


class Measure(Struct, frozen=True):
    """A measure in force."""

    measure: str
    by: str
    on: str
    kind: str = ""
    since: str = ""


class Statement(Struct, frozen=True):
    """The last statement by a party."""

    by: str
    when: str
    speaker: str = ""
    stance: str = ""
    text: str = ""


class Alignment(Struct, frozen=True):
    """How the parties stood to each other in a matter, as last recorded."""

    matter: str
    alignment: str
    when: str


class Aid(Struct, frozen=True):
    """Aid from one party to another, in all: by currency and by unit."""

    by: str
    to: str
    pledged: dict[str, Decimal] = {}
    delivered: dict[str, Decimal] = {}


class Anniversary(Struct, frozen=True):
    """The next anniversary of `of`, founded on `founded`: `years` years on `falls`."""

    of: str
    founded: str
    years: int
    falls: str


class Marked(Struct, frozen=True):
    """The last time that the anniversary of `of` was marked."""

    of: str
    years: int
    when: str
    how: str = ""


class Tone(Struct, frozen=True):
    """Coded interactions: how many, by quad class, and the mean Goldstein weight of the coded."""

    interactions: int = 0
    by_quad_class: dict[str, int] = {}
    mean_goldstein: Decimal | None = None


class RelationshipState(Struct, frozen=True, kw_only=True, eq=False):
    """The state of a relationship on a date, as known at a moment.

    Two states are equal when the answers are: the question (`on`, `known_at`, `certainty`) and
    the end of the log at which it was answered (`last_position`) do not count.
    """

    relationship: str
    parties: tuple[str, ...]
    on: str
    """The day asked for, an ISO date."""
    known_at: int = 0
    """The position as known at which the question was answered."""
    certainty: str = "certain"
    last_position: int = 0
    """The last position of the log that the answer could take into account."""
    events: int
    """How many events were folded."""
    relations: Relations
    missions: tuple[Mission, ...]
    meetings: Meetings
    series: dict[str, Series]
    agreements: dict[str, tuple[Agreement, ...]]
    """By status: signed, provisionally-applied, in-force, suspended or denounced."""
    deals: tuple[Deal, ...]
    payments: dict[str, Decimal]
    """All payments of known amount, by currency, of open and of ended deals and of none."""
    measures: tuple[Measure, ...]
    statements: dict[str, Statement]
    alignment: dict[str, Alignment]
    aid: tuple[Aid, ...]
    next_anniversaries: tuple[Anniversary, ...]
    anniversaries_marked: dict[str, Marked]
    tone: Tone
    findings: tuple[Finding, ...]
    undetermined: tuple[Event, ...]
    """What may have happened by the day and need not; folded only when asked for `possible`."""

    def answer(self) -> dict[str, Any]:
        """The answer without the question, field by field."""
        question = {"on", "known_at", "certainty", "last_position"}
        return {f: getattr(self, f) for f in self.__struct_fields__ if f not in question}

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values, for a file or another program."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RelationshipState):
            return NotImplemented
        return self.answer() == other.answer()

    def __ne__(self, other: object) -> bool:
        return not self == other  # the struct's own would compare identities

    __hash__ = None  # type: ignore[assignment]  # its mappings cannot be hashed
