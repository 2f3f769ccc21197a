"""eventsource-py: an aggregate, its repository, and the SQLite event store, with asyncio.

Its store has a transaction for each aggregate; a batch of several aggregates is not atomic.
"""

from __future__ import annotations

from asyncio import Runner
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsource import (
    AggregateRepository,
    AggregateRoot,
    DomainEvent,
    SQLiteEventStore,
    register_event,
)
from pydantic import BaseModel, ConfigDict, Field, create_model

from benchmarks.contestants.floor import KINDS
from benchmarks.contestants.others import fields_of
from benchmarks.contestants.tally import HANDLERS, Outcome, Tally
from benchmarks.facts import Fact

EVENTS: dict[str, Any] = {
    kind: register_event(
        create_model(
            kind,
            __base__=DomainEvent,
            __module__=__name__,
            aggregate_type=(str, "Relationship"),
            **fields_of(kind),
        )
    )
    for kind in KINDS
}


class State(BaseModel):
    """The state of the aggregate: its tally."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    tally: Tally = Field(default_factory=Tally)


class Relationship(AggregateRoot):
    """A relationship whose events keep its tally."""

    aggregate_type = "Relationship"
    _state: State | None

    def _get_initial_state(self) -> State:
        return State()

    def _apply(self, event: Any) -> None:
        if self._state is None:
            self._state = self._get_initial_state()
        HANDLERS[event.event_type](self._state.tally, event)

    def tell(self, fact: Fact) -> None:
        """Apply the fact as a new event."""
        self.apply_event(
            EVENTS[fact.kind](
                aggregate_id=self.aggregate_id,
                aggregate_version=self.get_next_version(),
                **fact.fields,
            )
        )


class Relationships:
    """The repository, called from outside of asyncio."""

    def __init__(self, repository: Any, runner: Runner) -> None:
        self.repository, self.runner = repository, runner
        self.held: dict[str, Relationship] = {}
        """Aggregates that stay in memory, so that a bulk append need not load them again."""

    def append(self, facts: Sequence[Fact]) -> None:
        """Apply the events to aggregates held in memory, and save those that changed."""
        touched: dict[str, Relationship] = {}
        for fact in facts:
            name = fact.relationship
            if name not in self.held:
                self.held[name] = self.repository.create_new(_id(name))
            touched[name] = self.held[name]
            touched[name].tell(fact)
        self.runner.run(self._save(list(touched.values())))

    async def _save(self, relationships: Sequence[Relationship]) -> None:
        for relationship in relationships:
            await self.repository.save(relationship)

    def state(self, relationship: str) -> Outcome:
        """The state of the aggregate, loaded from its events."""
        loaded: Relationship = self.runner.run(self.repository.load(_id(relationship)))
        outcome: Outcome = loaded.state.tally.outcome()
        return outcome

    def states(self, relationships: Sequence[str]) -> dict[str, Outcome]:
        """Every aggregate's state, loaded one by one."""
        return {name: self.state(name) for name in relationships}


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"/relationships/{name}")


@contextmanager
def opened(path: Path) -> Generator[Relationships]:
    """The repository on a file, made if there is none."""
    with Runner() as runner:
        store = SQLiteEventStore(str(path))
        repository = AggregateRepository(
            event_store=store, aggregate_factory=Relationship, aggregate_type="Relationship"
        )
        try:
            yield Relationships(repository, runner)
        finally:
            runner.run(store.close())
