"""The log store: events in the order of recording, and an index of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from comity.domain.counting import MeasuredCell
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.ports.ahead import Ahead
from comity.ports.projection_store import ProjectionStore
from comity.ports.watch import Watch
from comity.ports.word_store import WordStore


class Head(NamedTuple):
    """The end of the log: the last position (0: the log is empty) and its recorded time."""

    position: int
    recorded_at: datetime | None


class StreamHead(NamedTuple):
    """The end of a stream: its version, and the position of its last event in the log.

    `has_acts` tells whether the stream holds any record keeping.
    """

    version: int
    position: int
    has_acts: bool = False


class Window(NamedTuple):
    """A part of some streams: the events later than a stream's day in `after`, up to `until`.

    Days are ordinals. An event belongs to it if it can have become true later than `after`, or can
    still last then, and can have become true by `until`. All record keeping belongs to it. With
    `kinds` (tags) only events of these kinds do.
    """

    after: Mapping[str, int]
    until: int
    kinds: Collection[str] = ()


class Counts(NamedTuple):
    """What streams hold: cells by stream, and the streams with events under links.

    Cells measure the events that `comity.domain.counting` counts; a cell can come several times.
    """

    cells: Mapping[str, Sequence[MeasuredCell]]
    linked: Collection[str]


class SealedPage(NamedTuple):
    """Some records that follow each other in the log, each with its seal and its commitment."""

    records: Sequence[Recorded]
    seals: Sequence[bytes]
    commitments: Sequence[bytes]


class IndexCheck(Protocol):
    """Compares an index with the log, which is given to it page by page, from the first event."""

    def add(self, page: SealedPage) -> None:
        """Take the next page."""
        ...

    def heal(self) -> tuple[str, ...]:
        """Make anew what differs from the log, and return what that was."""
        ...


class LogStore(Protocol):
    """A log and an index of it that is never behind the log. Errors are `StoreError`s.

    Positions count from 1 without gaps, as versions do within a stream.
    """

    name: str
    """The store's name in errors."""

    @property
    def is_durable(self) -> bool:
        """Whether what is written outlives the process, so that a write waits for a disk.

        Then threads that append at once share a transaction.
        """
        ...

    @property
    def projections(self) -> ProjectionStore:
        """Its materialized projections."""
        ...

    @property
    def words(self) -> WordStore:
        """Its index of words."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """A read transaction: all reads inside see the same moment of the store."""
        ...

    def writing(self, ahead: Ahead = ...) -> AbstractContextManager[None]:
        """An exclusive write transaction: reads inside see the newest records.

        `ahead` is what will be asked first.

        A normal exit makes all added records durable; an error drops them all.
        """
        ...

    def add(self, records: Sequence[Recorded], seals: Sequence[bytes] | None = None) -> None:
        """Append `records`; their positions and versions continue the log. Only while writing.

        `seals` (`comity.domain.integrity`) are those of the log that they come from, if any.
        """
        ...

    def sealed(self, after: int = 0) -> Iterator[SealedPage]:
        """The log after a position, page by page, with what its chain is made of."""
        ...

    def checkpoints(self) -> dict[int, bytes]:
        """The digests of the log that were kept on the way, by position."""
        ...

    def checker(self) -> IndexCheck:
        """What compares the index with the log and heals it."""
        ...

    def rewrite(self, forms: Mapping[int, Event]) -> None:
        """Put other events at these positions of the log, for good. Only while writing.

        Their commitments stay, so the chains do; their salts go. What is derived is made anew.
        """
        ...

    def scrub(self) -> None:
        """Leave no trace of what was written before; not within a transaction.

        Raises `StoreBusy` while others use the store.
        """
        ...

    @property
    def rewritten(self) -> int:
        """A number that changes when the log is rewritten."""
        ...

    def digest(self) -> bytes:
        """The digest of the log at its end."""
        ...

    def stream_digests(self, names: Collection[str]) -> dict[str, bytes]:
        """The digests of these streams at their ends."""
        ...

    def head(self) -> Head:
        """The end of the log."""
        ...

    def streams(
        self, including: Iterable[Collection[str]] = ((),), kinds: Collection[str] = ()
    ) -> dict[str, StreamHead]:
        """The streams whose parties include at least one of these sets, sorted by name.

        With `kinds` (tags) only those that hold events of one of these kinds.

        Beside its parties a stream has the marks (`acting`) of those that acted alone on an
        agreement in it.
        """
        ...

    def acted(self) -> dict[str, list[str]]:
        """By party, the names of the streams in which it acted alone on an agreement."""
        ...

    def heads(self, names: Collection[str]) -> dict[str, StreamHead]:
        """The ends of these streams; a stream without events is left out."""
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
        """The records of streams up to a position of the log, in order, by stream.

        `heads` are the ends of the streams. With a `window` only the events that belong to it are
        read. With `cache` the store may cache the records for the next question.
        """
        ...

    def count_by_day(
        self, names: Collection[str], position: int, kinds: Collection[str]
    ) -> dict[int, int]:
        """How many events of streams have each day (an ordinal) as their last one, in order.

        Only events up to a position and of these kinds (tags). An interval's last day is its end's.
        """
        ...

    def read_linked(
        self,
        links: Mapping[str, Collection[int]],
        position: int,
        known: Collection[int] = (),
        kinds: Collection[str] = (),
    ) -> list[Recorded]:
        """The records up to a position that are found under these links, by stream, in order.

        Those at `known` positions are left out. With `kinds` (tags) only events of these kinds are
        read.
        """
        ...

    def read_linked_anywhere(
        self,
        links: Collection[int],
        position: int,
        known: Collection[int] = (),
        kinds: Collection[str] = (),
    ) -> list[Recorded]:
        """The same under links in any stream, whatever it is."""
        ...

    def read_all_linked(self, names: Collection[str], position: int) -> list[Recorded]:
        """The records of streams up to a position that are found under any link, in order."""
        ...

    def counts(self, heads: Mapping[str, StreamHead], months: int = 1) -> Counts:
        """The counts of whole streams, in cells with spans of so many `months`.

        `heads` are the ends of the streams.
        """
        ...

    def read_after(
        self, heads: Mapping[str, StreamHead], after: int, position: int
    ) -> list[Recorded]:
        """The records of streams after a position and up to another, in order."""
        ...

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at or before `moment`; 0 if there is none."""
        ...

    def log(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Recorded]:
        """The log after a position, in order; `kinds` are tags, and no kinds mean all."""
        ...

    def reopening(self) -> Callable[[], LogStore]:
        """What opens the store once more, only to read it, in another process; it can be pickled.

        It may be used while this store is open. Raises `InvalidValue`, which says why and how to
        go on, if no other process can open the store.
        """
        ...

    def backup(
        self, target: str, *, overwrite: bool = False, progress: Callable[[float], None] = ...
    ) -> AbstractContextManager[LogStore]:
        """A copy of the store as it is now, open, which is put at `target` if the block ends well.

        Others may write meanwhile. `progress` is called with the part that is copied, up to 1.
        Raises `StoreExists`, and `InvalidValue` for a store that is not in a file.
        """
        ...

    def watch(self) -> Watch:
        """A watch that wakes when any process changes the store."""
        ...

    def abandon(self) -> None:
        """Give back what this thread holds, after an exception broke a call off at any place.

        No open transaction stays, and no lock. With nothing held it does nothing.
        """
        ...

    def close(self) -> None:
        """Release the store; later calls raise `StoreClosed`."""
        ...
