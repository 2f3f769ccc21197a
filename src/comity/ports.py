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


class Store(Protocol):
    """A log and an index of it that is never behind the log. Errors are `StoreError`s.

    Positions count from 1 without gaps, as versions do within a relationship.
    """

    name: str
    """What errors call it."""

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
        after: date | None = None,
        also: Collection[int] = (),
        *,
        once: bool = False,
    ) -> list[Recorded]:
        """Recorded at `upto` or before, in order, in these relationships.

        With `after`, only what can have become true later than that day, all record keeping, and
        the events at the positions `also`. What is read `once` need not be kept in memory.
        """
        ...

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at `moment` or before; 0 if there is none."""
        ...

    def log(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Recorded]:
        """The log after a position, in order; `kinds` are tags, none meaning all."""
        ...

    def close(self) -> None:
        """Release the store; later calls raise `StoreClosed`."""
        ...


class Incoming(NamedTuple):
    """An event from outside, with its own recorded time where it brings one."""

    event: Event
    recorded_at: datetime | None = None


Intake = Callable[[object], Incoming]
"""Makes an event of an outside record; raises `InvalidRecord` with every problem in it."""

Clock = Callable[[], datetime]
"""The present moment, aware."""
