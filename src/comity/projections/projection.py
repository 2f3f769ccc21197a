"""What a projection is: a pure fold of events into a view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from comity.domain.events import Event

S = TypeVar("S")


class Projection(Protocol[S]):
    """A pure fold with a name and a version.

    `initial` makes a new state; `evolve` answers the state after one more event, and may change
    the state it was given, which belongs to the fold. An event it does not know is an error.
    """

    name: str
    version: int

    def initial(self) -> S:
        """The state before any event."""
        ...

    def evolve(self, state: S, event: Event) -> S:
        """The state after `event`."""
        ...


def fold(projection: Projection[S], events: Iterable[Event]) -> S:
    """The state after all of `events`, in the order given."""
    state = projection.initial()
    evolve = projection.evolve
    for event in events:
        state = evolve(state, event)
    return state
