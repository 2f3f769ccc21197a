"""What a projection is: a pure fold of events into a scope_of, with a name and a version.

Everything that can be asked for is one, whether it comes with comity or is the user's own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from datetime import date
from typing import Any, Generic, TypeVar, cast, get_args

from comity.domain.errors import InvalidValue
from comity.domain.events import Event, kind_tag
from comity.domain.scope import Key, Query
from comity.domain.selection import Entry

S = TypeVar("S")
A = TypeVar("A")


class Projection(ABC, Generic[S, A]):
    """A pure fold of events, in order of time, into a state `S`, and of that into an answer `A`.

    A projection needs a `name`, a `version` that rises whenever it comes to mean something else,
    `initial` and `evolve` (or `evolve_entry`); everything else has a default. It may subclass
    this class or merely have the same members.

    `key` says what has a state of its own: each `relationship`, each `party`, or the whole `log`.
    `kinds` are the tags or classes of the events it wants, none meaning all.
    """

    name: str = ""
    version: int = 1
    key: Key = "relationship"
    kinds: Collection[str | type[Event]] = ()

    @abstractmethod
    def initial(self) -> S:
        """The state before any event. Annotate what it returns: the state is kept as that type."""

    def evolve(self, state: S, event: Event) -> S:
        """The state after `event`; the state given belongs to the fold and may be changed."""
        raise NotImplementedError("a projection needs evolve(), or evolve_entry()")

    def finish(self, state: S, on: date) -> A:
        """The answer for the day `on`: by default the state itself. Must not change `state`."""
        return cast("A", state)

    # What a projection may know besides the events

    def for_key(self, parties: tuple[str, ...]) -> Projection[S, A]:
        """This projection for one key, named by its parties: by default the same for all."""
        return self

    def evolve_entry(self, state: S, entry: Entry) -> S:
        """Fold an entry of the timeline: by default its event, without bounds and rivals."""
        return self.evolve(state, entry.record.event)

    def on_undetermined(self, state: S, entry: Entry) -> S:
        """Be told, once all is folded, of what may have happened by the day and need not."""
        return state

    def with_query(self, answer: A, query: Query) -> A:
        """The answer, told the whole query: its scope, day, position and certainty."""
        return answer


class _Given(Projection[Any, Any]):
    """A user's projection that has the members and not the base class."""

    def __init__(self, given: Any) -> None:
        self._given = given
        for member in ("name", "version", "key", "kinds"):
            if (value := getattr(given, member, None)) is not None:
                setattr(self, member, value)
        for hook in ("finish", "evolve_entry", "on_undetermined", "with_query"):
            if callable(own := getattr(given, hook, None)):
                setattr(self, hook, own)

    def initial(self) -> Any:
        return self._given.initial()

    def evolve(self, state: Any, event: Event) -> Any:
        return self._given.evolve(state, event)

    def for_key(self, parties: tuple[str, ...]) -> Projection[Any, Any]:
        own = getattr(self._given, "for_key", None)
        return _Given(own(parties)) if callable(own) else self


def as_projection(given: Any) -> Projection[Any, Any]:
    """`given` as a projection; raises `InvalidValue` for what cannot be one, or is misdescribed."""
    begins, *folds = (
        callable(getattr(given, n, None)) for n in ("initial", "evolve", "evolve_entry")
    )
    if isinstance(given, type) or not (begins and any(folds)):
        expected = "an instance with `initial()` and `evolve(…)`, or `evolve_entry(…)`"
        raise InvalidValue("projection", given, expected)
    known = isinstance(given, Projection)
    found: Projection[Any, Any] = cast("Any", given) if known else _Given(given)
    if not isinstance(found.name, str) or not found.name.strip():
        raise InvalidValue("name", found.name, "the name of the projection")
    if type(found.version) is not int or found.version < 1:
        raise InvalidValue("version", found.version, "a whole number from 1")
    if found.key not in get_args(Key):
        raise InvalidValue("key", found.key, "'relationship', 'party' or 'log'")
    if not isinstance(found.kinds, str | type | Collection):
        raise InvalidValue("kinds", found.kinds, "tags or classes of events, in a tuple")
    kinds_of(found)  # each of them is known
    return found


def as_given(projection: Projection[Any, Any]) -> Any:
    """What the user gave, who need not have used the base class."""
    return getattr(projection, "_given", projection)


def kinds_of(projection: Projection[Any, Any]) -> frozenset[str]:
    """The tags of the kinds that a projection wants, none meaning all."""
    kinds = projection.kinds
    return frozenset(kind_tag(k) for k in ([kinds] if isinstance(kinds, str | type) else kinds))
