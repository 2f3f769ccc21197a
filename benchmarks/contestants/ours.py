"""comity through its public face, its answers in the form in which contestants are compared."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import comity
from benchmarks.contestants.tally import Outcome
from benchmarks.facts import LAST, Fact
from comity import Event, Quantity, RelationshipState, Source, TimelineEngine


def event(fact: Fact, id: str = "") -> Event:
    """The fact as comity's event; without an `id` it is derived from the content."""
    fields: dict[str, Any] = dict(fact.fields)
    told_by = fields.pop("publisher"), fields.pop("url"), fields.pop("published")
    if told_by[0]:
        fields["sources"] = (Source(*told_by),)
    if "unit" in fields:
        fields["quantity"] = Quantity(fields.pop("amount"), fields.pop("unit"))
    kind: Callable[..., Event] = getattr(comity, fact.kind)
    return kind(parties=tuple(fact.relationship.split("-")), id=id, **fields)


def events(facts: Iterable[Fact], id: str = "") -> Iterator[Event]:
    """The facts as events; `id` begins the ids that are given, none means that they are derived."""
    for number, fact in enumerate(facts):
        yield event(fact, f"{id}-{number}" if id else "")


def outcome(state: RelationshipState) -> Outcome:
    """A state in the form in which contestants are compared."""
    assert not state.undetermined
    return Outcome(
        events=state.events,
        last_meetings={level: meeting.when for level, meeting in state.meetings.last.items()},
        awaited_meetings=len(state.meetings.scheduled),
        delivered={deal.deal: deal.delivered["TNE"] for deal in state.deals if deal.delivered},
        measures={measure.measure for measure in state.measures},
        statements={by: statement.when for by, statement in state.statements.items()},
        interactions=state.tone.interactions,
        quad_classes=state.tone.by_quad_class,
        mean_goldstein=state.tone.mean_goldstein,
    )


class Ours:
    """comity as a contestant like the others."""

    def __init__(self, engine: TimelineEngine) -> None:
        self.engine = engine

    def append(self, facts: Sequence[Fact]) -> None:
        """One atomic batch, its ids derived."""
        self.engine.append(*events(facts))

    def state(self, relationship: str) -> Outcome:
        """The state after all events."""
        return outcome(self.engine.state(relationship, on=LAST))

    def states(self, relationships: Sequence[str]) -> dict[str, Outcome]:
        """Every relationship's state after all events."""
        answers = self.engine.world(on=LAST)
        assert len(answers) == len(relationships)
        return {name: outcome(state) for name, state in answers.items()}


@contextmanager
def opened(path: Path) -> Generator[Ours]:
    """The engine on a file, made if there is none."""
    with comity.open(path) as engine:
        yield Ours(engine)
