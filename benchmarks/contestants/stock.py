"""Stock eventsourcing as its documentation shows it: an aggregate, JSON transcoding, SQLite."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.contestants.tally import Outcome, Tally
from benchmarks.facts import Fact


class Relationship(Aggregate):
    """A relationship whose id follows from its name, and whose events keep its tally."""

    @event("Registered")
    def __init__(self, name: str) -> None:
        self.name = name
        self.tally = Tally()

    @staticmethod
    def create_id(name: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"/relationships/{name}")

    @event("MeetingScheduled")
    def schedule_meeting(
        self, *, when: str, publisher: str, published: str, url: str,
        meeting: str, kind: str, level: str,
        planned_for: str,
    ) -> None:  # fmt: skip
        self.tally.meeting_scheduled(meeting, planned_for)

    @event("MeetingHeld")
    def hold_meeting(
        self, *, when: str, publisher: str, published: str, url: str,
        meeting: str, kind: str, level: str,
        host: str, series: str, round: int | None,
    ) -> None:  # fmt: skip
        self.tally.meeting_held(meeting, level, when)

    @event("DealSigned")
    def sign_deal(
        self, *, when: str, publisher: str, published: str, url: str,
        deal: str, buyer: str, seller: str,
        commodity: str, amount: Decimal, unit: str,
    ) -> None:  # fmt: skip
        self.tally.deal_signed(deal)

    @event("ShipmentDelivered")
    def deliver_shipment(
        self, *, when: str, publisher: str, published: str, url: str,
        deal: str, buyer: str, seller: str,
        shipment: str, amount: Decimal, unit: str, port: str,
    ) -> None:  # fmt: skip
        self.tally.shipment_delivered(deal, amount)

    @event("DealEnded")
    def end_deal(
        self, *, when: str, publisher: str, published: str, url: str,
        deal: str, buyer: str, seller: str,
        reason: str,
    ) -> None:  # fmt: skip
        self.tally.deal_ended(deal)

    @event("StatementMade")
    def make_statement(
        self, *, when: str, publisher: str, published: str, url: str,
        by: str, speaker: str, stance: str,
        text: str,
    ) -> None:  # fmt: skip
        self.tally.statement_made(by, when)

    @event("InteractionCoded")
    def code_interaction(
        self, *, when: str, publisher: str, published: str, url: str,
        scheme: str, code: str, source: str,
        target: str, note: str,
    ) -> None:  # fmt: skip
        self.tally.interaction_coded(scheme, code)

    @event("MeasureImposed")
    def impose_measure(
        self, *, when: str, publisher: str, published: str, url: str,
        measure: str, by: str, on: str,
        kind: str,
    ) -> None:  # fmt: skip
        self.tally.measure_imposed(measure)

    @event("MeasureLifted")
    def lift_measure(
        self, *, when: str, publisher: str, published: str, url: str,
        measure: str, by: str, on: str,
        kind: str,
    ) -> None:  # fmt: skip
        self.tally.measure_lifted(measure)


METHODS = {
    "MeetingScheduled": "schedule_meeting",
    "MeetingHeld": "hold_meeting",
    "DealSigned": "sign_deal",
    "ShipmentDelivered": "deliver_shipment",
    "DealEnded": "end_deal",
    "StatementMade": "make_statement",
    "InteractionCoded": "code_interaction",
    "MeasureImposed": "impose_measure",
    "MeasureLifted": "lift_measure",
}


class Relationships(Application[UUID]):
    """The application, with a command that records facts and queries that answer states."""

    def __init__(self, env: dict[str, str]) -> None:
        super().__init__(env)
        self.held: dict[str, Relationship] = {}
        """Aggregates that stay in memory, so that a bulk append need not get them again."""

    def append(self, facts: Iterable[Fact]) -> None:
        """Trigger the events on aggregates held in memory and save those invalidated, at once."""
        held = self.held
        invalidated: dict[str, Relationship] = {}
        for fact in facts:
            name = fact.relationship
            if name not in held:
                held[name] = Relationship(name)
            invalidated[name] = held[name]
            getattr(held[name], METHODS[fact.kind])(**fact.fields)
        self.save(*invalidated.values())

    def record(self, fact: Fact) -> None:
        """One command in the documented way: get the aggregate, trigger the event, save."""
        relationship = self.relationship(fact.relationship)
        getattr(relationship, METHODS[fact.kind])(**fact.fields)
        self.save(relationship)

    def relationship(self, name: str, version: int | None = None) -> Relationship:
        """The aggregate, folded from the log up to a version."""
        found: Relationship = self.repository.get(Relationship.create_id(name), version=version)
        return found

    def state(self, name: str, version: int | None = None) -> Outcome:
        """The state after all events, or after `version` of them and the registration."""
        return self.relationship(name, version).tally.outcome()

    def states(self, names: Iterable[str]) -> dict[str, Outcome]:
        """Every relationship's state after all events."""
        return {name: self.state(name) for name in names}


@contextmanager
def opened(path: Path) -> Generator[Relationships]:
    """The application on a file, made if there is none."""
    with opened_with(
        {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    ) as app:
        yield app


@contextmanager
def opened_with(environment: dict[str, str]) -> Generator[Relationships]:
    """The application, by the environment that eventsourcing is told."""
    with closing(Relationships(environment)) as app:
        yield app
