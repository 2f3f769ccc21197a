"""The log store: events in the order of recording, and an index of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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


class StreamHead(NamedTuple):
    """Where a stream ends: its version, and the position of its last event in the log."""

    version: int
    position: int


class Window(NamedTuple):
    """A part of some streams: for each stream the day `after` which it begins, up to `until`.

    An event belongs to it if it can have become true later than `after` and by `until`. All record
    keeping belongs to it, and whatever stands at the `extra_positions` of the log.
    """

    after: Mapping[str, date]
    until: date
    extra_positions: Collection[int] = ()


class LogStore(Protocol):
    """A log and an index of it that is never behind the log. Errors are `StoreError`s.

    Positions count from 1 without gaps, as versions do within a stream.
    """

    name: str
    """What errors call it."""

    @property
    def projections(self) -> ProjectionStore:
        """Its materialized projections."""
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

    def streams(self, including: Iterable[Collection[str]] = ((),)) -> dict[str, StreamHead]:
        """The streams whose parties include all of any one of these sets, sorted by name."""
        ...

    def heads(self, names: Collection[str]) -> dict[str, StreamHead]:
        """Where each of these streams ends; one without events is left out."""
        ...

    def find(self, ids: Collection[str]) -> dict[str, Recorded]:
        """The recorded events with these ids, by id."""
        ...

    def read_streams(
        self,
        heads: Mapping[str, StreamHead],
        position: int,
        window: Window | None = None,
        *,
        cache: bool = True,
    ) -> dict[str, list[Recorded]]:
        """What streams hold up to a position of the log, in order, by stream.

        `heads` say where the streams end. With a `window` only what belongs to it is read. With
        `cache` the store may keep what it read in memory for the next question.
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
