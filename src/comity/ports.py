"""What the engine needs from outside: a store for the log, and an intake for outside records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import NamedTuple, Protocol

from comity.domain.events import Event
from comity.domain.recorded import Recorded


class Head(NamedTuple):
    """Where the log ends: the last position (0: empty) and when it was recorded."""

    position: int
    recorded_at: datetime | None


class Window(NamedTuple):
    """The days later than `after` and up to `on`, and the positions `also` wanted whatever the day.

    An event belongs to it if it can have become true by `on` and later than `after`.
    """

    after: date
    on: date
    also: Collection[int] = ()


class Store(Protocol):
    """A log and an index of it that is never behind the log. Errors are `StoreError`s.

    Positions count from 1 without gaps, as versions do within a relationship.
    """

    name: str
    """What errors call it."""

    @property
    def shelf(self) -> Shelf:
        """Its kept projections."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """One moment of the store: whatever is read inside belongs together."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """One exclusive writer: what is read inside is the newest, what is added is whole.

        Leaving it normally makes everything added durable; leaving it by an error, nothing.
        """
        ...

    def add(self, records: Sequence[Recorded]) -> None:
        """Append `records`, whose positions and versions continue the log; only while writing."""
        ...

    def head(self) -> Head:
        """The end of the log."""
        ...

    def versions(self, relationships: Collection[str]) -> dict[str, int]:
        """The current version of each relationship that has events."""
        ...

    def find(self, ids: Collection[str]) -> dict[str, Recorded]:
        """The recorded events with these ids, by id."""
        ...

    def relationships(self, including: Collection[str] = ()) -> list[str]:
        """The ids of the recorded relationships of which all of `including` are parties, sorted."""
        ...

    def candidates(
        self,
        relationships: Collection[str],
        upto: int,
        window: Window | None = None,
        *,
        once: bool = False,
    ) -> list[Recorded]:
        """Recorded at `upto` or before, in order, in these relationships.

        With a `window`, only what can have become true within it, all record keeping, and what
        else it names. What is read `once` need not be kept in memory.
        """
        ...

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at `moment` or before; 0 if there is none."""
        ...

    def log(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Recorded]:
        """The log after a position, in order; `kinds` are tags, none meaning all."""
        ...

    def watch(self) -> Watch:
        """Something that wakes when the store changes, whoever changes it."""
        ...

    def close(self) -> None:
        """Release the store; later calls raise `StoreClosed`."""
        ...


class Build(NamedTuple):
    """A projection that is kept: up to `position` of the log, and answering if it is `live`.

    `number` is its own; one that is built anew beside another of the same name has another.
    """

    number: int
    name: str
    version: int
    live: bool
    position: int


class Row(NamedTuple):
    """A state kept for a key: of the first `events` on its timeline, all true by the `day`.

    `day` is an ordinal.
    """

    day: int
    events: int
    state: bytes


class Refold(NamedTuple):
    """What takes the place of a key's rows from the day `since` on.

    `rivals` are the positions of all accounts that have rivals: which of them stands decides
    whether a happening belongs to a day, so that whoever asks needs all of them.
    """

    key: str
    since: int
    rows: Sequence[Row] = ()
    rivals: Collection[int] = ()


class Shelf(Protocol):
    """Where kept projections stand. Every change is one transaction, whole or not at all."""

    def builds(self) -> list[Build]:
        """Every build, by name and number."""
        ...

    def begin(self, name: str, version: int, *, live: bool) -> Build:
        """A new build with nothing in it; if `live`, the one that is live already where one is."""
        ...

    def advance(self, build: Build, position: int, changes: Sequence[Refold]) -> bool:
        """Put the rows in place and the build at `position`; False if it has moved or is gone."""
        ...

    def take_over(self, build: Build) -> bool:
        """Let the build answer, and drop every other of its name; False if it is gone."""
        ...

    def forget(self, builds: Collection[Build]) -> None:
        """Drop these builds with all that they keep."""
        ...

    def keys(self, build: Build) -> list[str]:
        """The keys that have rows, sorted."""
        ...

    def rivals(self, build: Build, key: str) -> set[int]:
        """The positions of the accounts on a key's timeline that have rivals."""
        ...

    def rows(self, build: Build, key: str, day: int, most: int = 1) -> list[Row]:
        """The newest rows of a key that are no later than `day`, the newest first."""
        ...


class Watch(Protocol):
    """Waits for the store to change."""

    def wait(self, timeout: float | None = None) -> bool:
        """Return once something was written since the last call; False if the time is out.

        True also once it is stopped or the store is closed.
        """
        ...

    def stop(self) -> None:
        """Wake whoever waits, now and ever after; from any thread."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether it was stopped or the store is closed."""
        ...


class Incoming(NamedTuple):
    """An event from outside, with its own recorded time where it brings one."""

    event: Event
    recorded_at: datetime | None = None


Intake = Callable[[object], Incoming]
"""Makes an event of an outside record; raises `InvalidRecord` with every problem in it."""

Clock = Callable[[], datetime]
"""The present moment, aware."""
