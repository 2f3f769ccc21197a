"""The protocol of projections: pure folds of events into an answer, with a name and a version.

Every question is answered by a projection, built in or the user's own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence, Set
from datetime import date
from typing import Any, Generic, Protocol, TypeVar, cast, get_args

from comity.domain.errors import InvalidValue
from comity.domain.events import Event, kind_tag
from comity.domain.scope import Certainty, Key, Query
from comity.domain.selection import Entry

S = TypeVar("S")
A = TypeVar("A")


class NeedsWhole(Exception):
    """A fold from a snapshot needs what the snapshot leaves out; the whole timeline has it."""


class Past(Protocol):
    """Gives what came before an entry, of the things that some texts stand for.

    It `is_whole` if it holds all entries of them that came before.
    """

    is_whole: bool

    def before(self, entry: Entry, texts: Iterable[str], /) -> Sequence[Entry]:
        """The earlier entries, in order."""
        ...

    def settled(self, day: date, kinds: Set[type[Event]], /) -> date:
        """The last day up to `day` by which no event of these kinds can have come that is later."""
        ...


class Projection(ABC, Generic[S, A]):
    """A pure fold: events, in order of time, become a state `S`, and the state an answer `A`.

    A projection needs a `name`, a `version`, `initial` and `evolve` (or `evolve_entry`);
    everything else has a default. Raise the `version` whenever the meaning or the state changes.
    A projection may subclass this class, or only have the same members.

    `key` says what has its own state: each `relationship`, each `party`, or the whole `log`.
    `kinds` are the tags or classes of the events that it folds; no kinds mean all.
    """

    name: str = ""
    version: int = 1
    key: Key = "relationship"
    kinds: Collection[str | type[Event]] = ()
    reads_only_events: bool = True
    """Whether `evolve` says all of an entry without rival accounts, narrowed bounds and doubts.

    It does unless a class defines `evolve_entry` and does not say otherwise.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "evolve_entry" in vars(cls) and "reads_only_events" not in vars(cls):
            cls.reads_only_events = False

    @abstractmethod
    def initial(self) -> S:
        """The state before any event. Annotate the type: stored states are decoded as that type."""

    def evolve(self, state: S, event: Event) -> S:
        """The state after `event`. It may change `state` itself, which belongs to the fold."""
        raise NotImplementedError("a projection needs evolve(), or evolve_entry()")

    def finish(self, state: S, on: date) -> A:
        """The answer for the day `on`, by default the state itself. It must not change `state`."""
        return cast("A", state)

    # Hooks that a projection may use besides the events

    def for_key(self, parties: tuple[str, ...]) -> Projection[S, A]:
        """The projection for the key with these parties; by default the same for all keys."""
        return self

    def for_certainty(self, certainty: Certainty) -> Projection[S, A]:
        """The projection for a question of this certainty; by default the same for both."""
        return self

    def evolve_entry(self, state: S, entry: Entry) -> S:
        """The state after an entry of the timeline; by default `evolve` with the entry's event."""
        return self.evolve(state, entry.record.event)

    def on_undetermined(self, state: S, entry: Entry) -> S:
        """The state after an entry that is undetermined on the day; called after all others."""
        return state

    # Hooks of a projection whose snapshots leave out what has ended

    def with_past(self, past: Past) -> Projection[S, A]:
        """The projection with the past of the entries that it folds; by default it needs none."""
        return self

    def forget(self, state: S, on: date) -> S:
        """The state without what has ended by the day `on`; by default it keeps everything."""
        return state

    def missing(self, state: S, event: Event) -> Collection[str]:
        """Texts (`comity.domain.links`) of what an event is about and the state does not know.

        The fold then also reads their earlier events. By default a state knows all that it needs.
        """
        return ()

    # Hooks of a projection that can fold an event after later ones

    def folds_late(self, event: Event) -> bool:
        """Whether `evolve_late` can fold an event of which nothing else tells; by default not."""
        return False

    def evolve_late(self, state: S, entry: Entry) -> S:
        """The state after an entry whose place is earlier: the same as if it had been in its place.

        Raises `NeedsWhole` if that cannot be told.
        """
        raise NeedsWhole

    def with_query(self, answer: A, query: Query) -> A:
        """The answer, which may now use the query: its scope, day, position and certainty."""
        return answer


class _DuckTyped(Projection[Any, Any]):
    """Wraps a user's projection that has the members but not the base class."""

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped
        for member in ("name", "version", "key", "kinds"):
            if (value := getattr(wrapped, member, None)) is not None:
                setattr(self, member, value)
        for hook in ("finish", "evolve_entry", "on_undetermined", "with_query"):
            if callable(method := getattr(wrapped, hook, None)):
                setattr(self, hook, method)
        self.reads_only_events = not callable(getattr(wrapped, "evolve_entry", None))

    def initial(self) -> Any:
        return self.wrapped.initial()

    def evolve(self, state: Any, event: Event) -> Any:
        return self.wrapped.evolve(state, event)

    def for_key(self, parties: tuple[str, ...]) -> Projection[Any, Any]:
        method = getattr(self.wrapped, "for_key", None)
        return _DuckTyped(method(parties)) if callable(method) else self


def as_projection(candidate: Any) -> Projection[Any, Any]:
    """`candidate` as a projection; raises `InvalidValue` if it or a member of it is wrong."""
    begins, *folds = (
        callable(getattr(candidate, member, None))
        for member in ("initial", "evolve", "evolve_entry")
    )
    if isinstance(candidate, type) or not (begins and any(folds)):
        expected = "an instance with `initial()` and `evolve(…)`, or `evolve_entry(…)`"
        raise InvalidValue("projection", candidate, expected)
    has_base = isinstance(candidate, Projection)
    projection: Projection[Any, Any] = cast("Any", candidate) if has_base else _DuckTyped(candidate)
    name = projection.name
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise InvalidValue("name", name, "the name of the projection")
    if type(projection.version) is not int or not 1 <= projection.version < 2**31:
        raise InvalidValue("version", projection.version, "a whole number from 1")
    if projection.key not in get_args(Key):
        raise InvalidValue("key", projection.key, "'relationship', 'party' or 'log'")
    if not isinstance(projection.kinds, str | type | Collection):
        raise InvalidValue("kinds", projection.kinds, "tags or classes of events, in a tuple")
    kinds_of(projection)  # raises for an unknown kind
    return projection


def unwrapped(projection: Projection[Any, Any]) -> Any:
    """The user's own object, which may not have the base class."""
    return projection.wrapped if isinstance(projection, _DuckTyped) else projection


def kinds_of(projection: Projection[Any, Any]) -> frozenset[str]:
    """The tags of the kinds that a projection folds; no kinds mean all."""
    kinds = projection.kinds
    return frozenset(kind_tag(k) for k in ([kinds] if isinstance(kinds, str | type) else kinds))
