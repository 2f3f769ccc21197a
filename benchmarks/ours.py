"""comity through its public face, its answers in the form in which contestants are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import comity
from benchmarks.facts import LAST, Fact
from benchmarks.tally import Outcome
from comity import Event, Quantity, RelationshipState, Source, TimelineEngine


def event(fact: Fact, id: str = "") -> Event:
    """The fact as comity's event; without an `id` it is derived from the content."""
    fields: dict[str, Any] = dict(fact.fields)
    source = Source(fields.pop("publisher"), fields.pop("url"), fields.pop("published"))
    fields["sources"] = (source,)
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


def states(engine: TimelineEngine) -> dict[str, RelationshipState]:
    """Every relationship's state after all events."""
    return engine.world(on=LAST)


@contextmanager
def opened(path: Path) -> Iterator[TimelineEngine]:
    """The engine on a file, made if there is none."""
    with comity.open(path) as engine:
        yield engine
