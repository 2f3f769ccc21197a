"""An archive as a store that is only read: all of it, or what one task of a replay folds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from threading import RLock
from typing import Any

from comity.adapters.archive.columns import numpy
from comity.adapters.archive.index import FileIndex
from comity.adapters.archive.manifest import Manifest
from comity.adapters.archive.only_read import REASON, OnlyRead
from comity.adapters.archive.streams import Streams
from comity.adapters.storage.memory.read_only import NoProjections
from comity.adapters.storage.memory.words import MemoryWords
from comity.adapters.storage.signal import Signal, Watch
from comity.domain.errors import StoreClosed
from comity.domain.events import RECORD_KEEPING
from comity.domain.links import is_linked
from comity.domain.recorded import Recorded
from comity.ports import (
    Counts,
    Head,
    StreamHead,
    Window,
)

_by_position = attrgetter("position")
_READ_AT_ONCE = 5_000


class ArchiveStore(OnlyRead):
    """Answers from rows of an archive's files.

    What belongs to a timeline of its `streams` is there whole; of other streams there may be less.
    """

    is_durable = False

    def __init__(self, folder: Path, manifest: Manifest, streams: Streams) -> None:
        self.name, self.manifest = str(folder), manifest
        self._streams = streams
        self._lock, self._closed, self._signal = RLock(), False, Signal()
        self.rewritten, self.archived_at = manifest.rewritten, manifest.archived_at
        self.projections = NoProjections(self.name, REASON)
        self.words = MemoryWords(self)

    # Streams

    def streams(
        self, including: Iterable[Collection[str]] = ((),), kinds: Collection[str] = ()
    ) -> dict[str, StreamHead]:
        """The streams whose parties include at least one of these sets, sorted by name."""
        self._check()
        sets = [frozenset(codes) for codes in including]
        found = [n for n, marks in self._streams.marks.items() if any(s <= marks for s in sets)]
        if kinds:
            holding = self._streams.holding(kinds)
            found = [name for name in found if name in holding]
        return self.heads(found)

    def acted(self) -> dict[str, list[str]]:
        """By party, the names of the streams in which it acted alone on an agreement."""
        self._check()
        acted: dict[str, list[str]] = {}
        for name, marks in self._streams.marks.items():
            for mark in marks:
                if mark.startswith("by:"):
                    acted.setdefault(mark.removeprefix("by:"), []).append(name)
        return acted

    def heads(self, names: Collection[str]) -> dict[str, StreamHead]:
        """The ends of these streams; a stream without events is left out."""
        self._check()
        marks = self._streams.marks
        return {name: self._streams.head(name) for name in names if name in marks}

    # Reading

    def _check(self) -> None:
        if self._closed:
            raise StoreClosed(self.name)

    @contextmanager
    def reading(self) -> Generator[None]:
        """Hold the lock; the files never change."""
        with self._lock:
            self._check()
            yield

    def head(self) -> Head:
        """The end of the log, as it was archived."""
        self._check()
        return Head(self.manifest.position, self.manifest.recorded_at)

    def read_streams(
        self,
        heads: Mapping[str, StreamHead],
        position: int,
        window: Window | None = None,
        *,
        cache: bool = True,
    ) -> dict[str, list[Recorded]]:
        """The records of streams up to a position of the log, in order, by stream."""
        self._check()
        names = heads if window is None else window.after
        only_acts = (
            window is not None and bool(window.kinds) and RECORD_KEEPING.issuperset(window.kinds)
        )
        found: dict[str, list[Recorded]] = {}
        for index, own in self._by_index(names, only_linked=only_acts).items():
            rows = [self._rows(index, name, position, window) for name in own]
            found.update(zip(own, index.each_records(rows), strict=True))
        return {name: found.get(name, []) for name in names}

    def _by_index(
        self, names: Iterable[str], *, only_linked: bool = False
    ) -> dict[FileIndex, list[str]]:
        index_of = self._streams.index_of_linked if only_linked else self._streams.index_of
        found: dict[FileIndex, list[str]] = {}
        for name in names:
            if name in self._streams.marks:
                found.setdefault(index_of(name), []).append(name)
        return found

    def _rows(self, index: FileIndex, name: str, position: int, window: Window | None) -> Any:
        rows = index.rows_of(name)
        if position < self.manifest.position:
            rows = rows[index.positions[rows] <= position]
        if window is None or not len(rows):
            return rows
        rows = index.of_kinds(rows, window.kinds)
        is_in = (index.until[rows] > window.after[name]) & (index.since[rows] <= window.until)
        return rows[is_in]

    def count_by_day(
        self, names: Collection[str], position: int, kinds: Collection[str]
    ) -> dict[int, int]:
        """How many events of streams have each day (an ordinal) as their last one, in order."""
        self._check()
        days: Counter[int] = Counter()
        for index, own in self._by_index(names).items():
            for name in own:
                rows = index.of_kinds(self._rows(index, name, position, None), kinds)
                found, counts = numpy().unique(index.until[rows], return_counts=True)
                days.update(dict(zip(found.tolist(), counts.tolist(), strict=True)))
        return dict(sorted(days.items()))

    def read_linked(
        self,
        links: Mapping[str, Collection[int]],
        position: int,
        known: Collection[int] = (),
        kinds: Collection[str] = (),
    ) -> list[Recorded]:
        """The records up to a position that are found under these links, by stream, in order."""
        self._check()
        np = numpy()
        found: list[Recorded] = []
        for index, own in self._by_index(links).items():
            by_link: dict[int, list[str]] = {}
            for name in own:
                for number in links[name]:
                    by_link.setdefault(number, []).append(name)
            rows = [
                linked[np.isin(index.stream_of(linked), index.numbers_of(names))]
                for number, names in by_link.items()
                if len(linked := index.linked_by(number))
            ]
            if rows:
                found += self._known(index, np.concatenate(rows), position, known, kinds)
        return sorted(found, key=_by_position)

    def read_linked_anywhere(
        self,
        links: Collection[int],
        position: int,
        known: Collection[int] = (),
        kinds: Collection[str] = (),
    ) -> list[Recorded]:
        """The same under links in any stream, whatever it is."""
        return self.read_linked(dict.fromkeys(self._streams.marks, links), position, known, kinds)

    def read_all_linked(self, names: Collection[str], position: int) -> list[Recorded]:
        """The records of streams up to a position that are found under any link, in order."""
        self._check()
        found: list[Recorded] = []
        for index, own in self._by_index(names, only_linked=True).items():
            rows = numpy().concatenate([self._rows(index, name, position, None) for name in own])
            acts = index.of_kinds(rows, RECORD_KEEPING)
            linked = numpy().union1d(rows[index.linked[rows]], acts)
            found += [r for r in index.records(linked) if is_linked(r.event)]
        return sorted(found, key=_by_position)

    def _known(
        self,
        index: FileIndex,
        rows: Any,
        position: int,
        known: Collection[int],
        kinds: Collection[str],
    ) -> list[Recorded]:
        """The records of some rows, each once, without those that are known or later."""
        np = numpy()
        rows = index.of_kinds(np.unique(rows), kinds)
        positions = index.positions[rows]
        is_new = positions <= position
        if known:
            is_new &= ~np.isin(positions, np.fromiter(known, np.int64, len(known)))
        return index.records(rows[is_new])

    def read_after(
        self, heads: Mapping[str, StreamHead], after: int, position: int
    ) -> list[Recorded]:
        """The records of streams after a position and up to another, in order."""
        self._check()
        found: list[Recorded] = []
        for index, own in self._by_index(heads).items():
            rows = numpy().concatenate([self._rows(index, name, position, None) for name in own])
            found += index.records(rows[index.positions[rows] > after])
        return sorted(found, key=_by_position)

    def find(self, ids: Collection[str]) -> dict[str, Recorded]:
        """The recorded events with these ids, by id."""
        self._check()
        return {record.event.id: record for record in self._streams.find(ids)}

    def counts(self, heads: Mapping[str, StreamHead], months: int = 1) -> Counts:
        """The counts of whole streams, in cells with spans of so many months."""
        self._check()
        return self._streams.counts([name for name in heads if name in self._streams.marks], months)

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at or before `moment`; 0 if there is none."""
        self._check()
        end = self.manifest.recorded_at
        if end is not None and moment >= end:
            return self.manifest.position
        return max((index.position_at(moment) for index in self._streams.indexes()), default=0)

    def log(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Recorded]:
        """The log after a position, in order; `kinds` are tags, and no kinds mean all."""
        self._check()
        np, indexes = numpy(), self._streams.indexes()
        homes = [np.flatnonzero(index.homes & (index.positions > after)) for index in indexes]
        homes = [i.of_kinds(rows, kinds) for i, rows in zip(indexes, homes, strict=True)]
        sources = np.repeat(np.arange(len(homes)), [len(rows) for rows in homes])
        rows = np.concatenate(homes) if homes else np.arange(0)
        positions = [i.positions[r] for i, r in zip(indexes, homes, strict=True)]
        order = np.argsort(np.concatenate(positions) if positions else rows)
        return self._in_order(indexes, sources[order], rows[order], kinds)

    def _in_order(
        self, indexes: Sequence[FileIndex], sources: Any, rows: Any, kinds: Collection[str]
    ) -> Iterator[Recorded]:
        for start in range(0, len(rows), _READ_AT_ONCE):
            self._check()
            some, own = sources[start : start + _READ_AT_ONCE], rows[start : start + _READ_AT_ONCE]
            numbers: list[int] = sorted(set(some.tolist()))
            found = [indexes[at].records(own[some == at]) for at in numbers]
            for record in sorted((r for records in found for r in records), key=_by_position):
                if not kinds or record.event.type in kinds:
                    yield record

    # What little there is beside

    def digest(self) -> bytes:
        """The digest of the log at its end."""
        return bytes.fromhex(self.manifest.digest)

    def stream_digests(self, names: Collection[str]) -> dict[str, bytes]:
        """The digests of streams, made anew from their events."""
        known = [name for name in names if name in self._streams.marks]
        return {name: self._streams.digest(name) for name in known}

    def watch(self) -> Watch:
        """A watch that never wakes, until the store is closed."""
        return Watch(self._signal, lambda: self._closed)

    def abandon(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Let the files go; later calls raise `StoreClosed`."""
        self._closed = True
        self._streams.close()
        self._signal.send()
