"""The log store: events in the order of recording, and an index of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import NamedTuple, Protocol

from comity.domain.recorded import Recorded
from comity.ports.projection_store import ProjectionStore
from comity.ports.watch import Watch


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


class LogStore(Protocol):
    """A log and an index of it that is never behind the log. Errors are `StoreError`s.

    Positions count from 1 without gaps, as versions do within a relationship.
    """

    name: str
    """What errors call it."""

    @property
    def projections(self) -> ProjectionStore:
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

    def read_streams(
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
