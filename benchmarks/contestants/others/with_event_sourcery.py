"""python-event-sourcery: an aggregate and its repository, on SQLAlchemy and SQLite."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from event_sourcery import Event, StreamId
from event_sourcery.event_sourcing import Aggregate, Repository
from event_sourcery_sqlalchemy import SQLAlchemyBackend, configure_models
from pydantic import create_model
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session

from benchmarks.contestants.floor import KINDS
from benchmarks.contestants.others import fields_of
from benchmarks.contestants.tally import HANDLERS, Outcome, Tally
from benchmarks.facts import Fact

EVENTS: dict[str, Any] = {
    kind: create_model(kind, __base__=Event, __module__=__name__, **fields_of(kind))
    for kind in KINDS
}


class Base(DeclarativeBase):
    """The base of the library's models."""


configure_models(Base)


class Relationship(Aggregate):
    """A relationship whose events keep its tally."""

    category = "relationship"

    def __init__(self) -> None:
        self.tally = Tally()

    def __apply__(self, event: Any) -> None:
        HANDLERS[type(event).__name__](self.tally, event)


class Relationships:
    """The event store and the repository; every call has a session of its own."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.versions: dict[str, int] = {}
        """The versions of the streams, so that a bulk append need not load them."""

    def append(self, facts: Sequence[Fact]) -> None:
        """Append to each stream its events of the batch, and commit them together."""
        by_stream: dict[str, list[Any]] = {}
        for fact in facts:
            by_stream.setdefault(fact.relationship, []).append(EVENTS[fact.kind](**fact.fields))
        with Session(self.engine) as session:
            store = SQLAlchemyBackend().configure(session).event_store
            for name, events in by_stream.items():
                version = self.versions.get(name, 0)
                store.append(*events, stream_id=_id(name), expected_version=version)
                self.versions[name] = version + len(events)
            session.commit()

    def state(self, relationship: str) -> Outcome:
        """The state of the aggregate, loaded from its events."""
        return self.states([relationship])[relationship]

    def states(self, relationships: Sequence[str]) -> dict[str, Outcome]:
        """Every aggregate's state, loaded one by one."""
        with Session(self.engine) as session:
            repository = Repository(SQLAlchemyBackend().configure(session).event_store)
            return {name: _loaded(repository, name) for name in relationships}


def _loaded(repository: Any, name: str) -> Outcome:
    with repository.aggregate(_id(name), Relationship()) as wrapped:
        outcome: Outcome = wrapped.aggregate.tally.outcome()
        return outcome


def _id(name: str) -> Any:
    return StreamId(name=name, category=Relationship.category)


@contextmanager
def opened(path: Path) -> Generator[Relationships]:
    """The library on a file, made if there is none."""
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    try:
        yield Relationships(engine)
    finally:
        engine.dispose()
