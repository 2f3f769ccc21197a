"""Merging: the states of the parts of a timeline, folded apart, become the state of all of it."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol, TypeVar

from comity.domain.events import Event
from comity.domain.scope import Certainty
from comity.domain.selection import Entry
from comity.projections.projection import Projection, unwrapped

S = TypeVar("S")


class Merging(Protocol[S]):
    """A projection that can be folded in parts.

    Its state must not depend on the order of the events that it holds.
    """

    def merge(self, state: S, other: S, /) -> S:
        """The state after the events of both; it may change `state` itself, and not `other`."""
        ...


def merges(projection: Projection[Any, Any]) -> bool:
    """Whether a projection declares `merge`."""
    return callable(getattr(unwrapped(projection), "merge", None))


def merged(projection: Projection[Any, Any], state: Any, other: Any) -> Any:
    """The state after the events of both."""
    return unwrapped(projection).merge(state, other)


class Part(Projection[Any, Any]):
    """Folds a part of a timeline by a projection; its answer is the state, to be merged."""

    def __init__(self, whole: Projection[Any, Any]) -> None:
        self._whole = whole
        self.name, self.version, self.key = whole.name, whole.version, whole.key
        self.kinds, self.reads_only_events = whole.kinds, whole.reads_only_events

    def initial(self) -> Any:
        """The state before any event."""
        return self._whole.initial()

    def evolve(self, state: Any, event: Event) -> Any:
        """The state after an event."""
        return self._whole.evolve(state, event)

    def evolve_entry(self, state: Any, entry: Entry) -> Any:
        """The state after an entry."""
        return self._whole.evolve_entry(state, entry)

    def on_undetermined(self, state: Any, entry: Entry) -> Any:
        """The state after an entry that is undetermined."""
        return self._whole.on_undetermined(state, entry)

    def finish(self, state: Any, on: date) -> Any:
        """The state itself."""
        return state

    def for_key(self, parties: tuple[str, ...]) -> Part:
        """The same for the key with these parties."""
        return Part(self._whole.for_key(parties))

    def for_certainty(self, certainty: Certainty) -> Part:
        """The same for a question of this certainty."""
        return Part(self._whole.for_certainty(certainty))
