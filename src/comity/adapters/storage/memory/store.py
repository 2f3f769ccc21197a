"""The in-memory store: eventsourcing's plain-Python log with an index of dictionaries."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import attrgetter
from threading import RLock

from comity.adapters.storage.mapper import new_salts
from comity.adapters.storage.memory.projection_store import MemoryProjectionStore
from comity.adapters.storage.memory.sealed import Sealed, SealedMemory, new_log
from comity.adapters.storage.memory.words import MemoryWords
from comity.adapters.storage.signal import Signal, Watch, let_go
from comity.domain.counting import in_spans, measured
from comity.domain.errors import StoreClosed
from comity.domain.events import RECORD_KEEPING
from comity.domain.links import is_linked
from comity.domain.recorded import Recorded
from comity.ports import NOTHING_AHEAD, Ahead, Counts, Head, StreamHead, Window

_by_position = attrgetter("position")


class MemoryStore(SealedMemory):
    """Keeps the log in eventsourcing's `popo` recorder; closing it deletes everything."""

    is_durable = False

    def __init__(self, address: str = ":memory:") -> None:
        super().__init__()
        self.name, self._log = address, new_log()
        self._lock, self._closed = RLock(), False
        self._held: list[object] = []
        self._pending: list[Recorded] = []
        self._kept: int | None = None
        """While the index or the log changes: how many records stay if that breaks off."""
        self._saved: Sealed | None = None
        self._before: Sealed | None = None
        """What the log was before it was rewritten, until that is certain."""
        self.rewritten = 0
        self._signal = Signal()
        self.projections = MemoryProjectionStore(self._signal.send)
        self.words = MemoryWords(self)

    @contextmanager
    def reading(self) -> Generator[None]:
        """Hold the lock, so that all reads inside see the same moment."""
        with self._locked():
            self._open()
            yield

    @contextmanager
    def writing(self, ahead: Ahead = NOTHING_AHEAD) -> Generator[None]:
        """Hold the lock. A normal exit keeps the added records; an error drops them."""
        with self._locked() as held:
            self._open()
            self._mend()
            try:
                yield
                if self._pending:
                    self._kept = len(self._all) - len(self._pending)
                    self._log.record(self._pending)
                    self._pending = []  # before the next: an interrupt may come between them
                    self._kept = None
                self._before = None
            except BaseException:
                if held in self._held:
                    self._drop()
                raise
        self._signal.send()

    @contextmanager
    def _locked(self) -> Generator[object]:
        """Hold the lock, until the end or until `abandon` has let it go."""
        held = object()
        self._lock.acquire()
        self._held.append(held)
        try:
            yield held
        finally:
            if held in self._held:
                self._held.remove(held)
                self._lock.release()

    def _drop(self) -> None:
        """Forget what was added, and all the more what was added only in part."""
        if self._before is not None:
            self._saved, self._before = self._before, None
            self._kept, self._pending = len(self._saved.records), []
        if self._kept is None and self._pending:
            self._kept = len(self._all) - len(self._pending)
            self._forget(len(self._pending))
            self._pending = []
            self._kept = None
        self._mend()
        self._pending = []

    def _mend(self) -> None:
        """Make the log and the index anew if a change of them broke off."""
        if self._kept is None:
            return
        if self._saved is None:
            self._saved = Sealed(self._all[: self._kept], self._chain.seals[: self._kept])
        self._log = new_log()
        self._begin_index()
        self._index(*self._saved)
        if self._saved.records:
            self._log.record(self._saved.records)
        self._saved = None
        self._pending = []
        self._kept = None

    def abandon(self) -> None:
        """Give back what an interrupt has left to this thread: the lock, and a change half done."""
        if self._kept is not None or self._pending or self._before is not None:
            with self._lock:
                self._drop()
        if let_go(self._lock):
            self._held.clear()
        self.projections.abandon()
        self._signal.abandon()

    def _open(self) -> None:
        if self._closed:
            raise StoreClosed(self.name)

    def add(self, records: Sequence[Recorded], seals: Sequence[bytes] | None = None) -> None:
        """Append to the index now, and to the log when `writing` ends."""
        self._kept = len(self._all) - len(self._pending)
        self._index(records, seals or new_salts(len(records)))
        self._pending = [*self._pending, *records]
        self._kept = None

    def head(self) -> Head:
        """The end of the log."""
        with self._lock:
            self._open()
            return Head(len(self._all), self._times[-1] if self._times else None)

    def streams(
        self, including: Iterable[Collection[str]] = ((),), kinds: Collection[str] = ()
    ) -> dict[str, StreamHead]:
        """The streams whose parties include at least one of these sets, sorted by name."""
        sets = [frozenset(codes) for codes in including]
        with self._lock:
            self._open()
            members = sorted(self._members.items())
            found = [name for name, codes in members if any(s <= codes for s in sets)]
            return self.heads([name for name in found if not kinds or self._has(name, kinds)])

    def acted(self) -> dict[str, list[str]]:
        """By party, the names of the streams in which it acted alone on an agreement."""
        with self._lock:
            self._open()
            return {
                by: [n for n in names if n in self._members] for by, names in self._acted.items()
            }

    def heads(self, names: Collection[str]) -> dict[str, StreamHead]:
        """The ends of these streams; a stream without events is left out."""
        with self._lock:
            self._open()
            streams = {name: self._streams[name] for name in names if name in self._streams}
            return {
                name: StreamHead(len(stream), stream[-1].position, self._has(name, RECORD_KEEPING))
                for name, stream in streams.items()
            }

    def find(self, ids: Collection[str]) -> dict[str, Recorded]:
        """The recorded events with these ids, by id."""
        with self._lock:
            self._open()
            return {id: self._by_id[id] for id in ids if id in self._by_id}

    def read_streams(
        self,
        heads: Mapping[str, StreamHead],
        position: int,
        window: Window | None = None,
        *,
        cache: bool = True,
    ) -> dict[str, list[Recorded]]:
        """The records of streams up to a position of the log, in order, by stream."""
        with self._lock:
            self._open()
            if window is not None:
                return {name: self._in_window(name, window, position) for name in window.after}
            streams = {name: self._streams.get(name, []) for name in heads}
            return {
                name: stream[: bisect_right(stream, position, key=_by_position)]
                for name, stream in streams.items()
            }

    def count_by_day(
        self, names: Collection[str], position: int, kinds: Collection[str]
    ) -> dict[int, int]:
        """How many events of streams have each day (an ordinal) as their last one, in order."""
        with self._lock:
            self._open()
            parts = [each for name in names for each in self._parts.get(name, {}).items()]
            placed = [each for (kind, _), part in parts if kind in kinds for each in part]
            days = Counter(until for until, _, at, _ in placed if at <= position)
        return dict(sorted(days.items()))

    def read_linked(
        self,
        links: Mapping[str, Collection[int]],
        position: int,
        known: Collection[int] = (),
        kinds: Collection[str] = (),
    ) -> list[Recorded]:
        """The records up to a position that are found under these links, by stream, in order."""
        with self._lock:
            self._open()
            wanted = [(name, link) for name, own in links.items() for link in own]
            records = (record for key in wanted for record in self._links.get(key, ()))
            found = {r.position: r for r in records if not kinds or r.event.type in kinds}
        return [found[at] for at in sorted(found.keys() - set(known)) if at <= position]

    def read_linked_anywhere(
        self,
        links: Collection[int],
        position: int,
        known: Collection[int] = (),
        kinds: Collection[str] = (),
    ) -> list[Recorded]:
        """The same under links in any stream, whatever it is."""
        with self._lock:
            by_stream = dict.fromkeys(self._streams, links)
            return self.read_linked(by_stream, position, known, kinds)

    def read_all_linked(self, names: Collection[str], position: int) -> list[Recorded]:
        """The records of streams up to a position that are found under any link, in order."""
        with self._lock:
            self._open()
            records = (record for name in names for record in self._streams.get(name, ()))
            linked = [r for r in records if r.position <= position and is_linked(r.event)]
        return sorted(linked, key=_by_position)

    def counts(self, heads: Mapping[str, StreamHead], months: int = 1) -> Counts:
        """The counts of whole streams, in cells with spans of so many months."""
        with self._lock:
            self._open()
            cells = {
                name: in_spans(((c, measured(c.scheme, codes)) for c, codes in own.items()), months)
                for name in heads
                if (own := self._counts.get(name))
            }
            return Counts(cells, {name for (name, _), records in self._links.items() if records})

    def read_after(
        self, heads: Mapping[str, StreamHead], after: int, position: int
    ) -> list[Recorded]:
        """The records of streams after a position and up to another, in order."""
        with self._lock:
            self._open()
            streams = [self._streams.get(name, []) for name in heads]
            new = [
                stream[
                    bisect_right(stream, after, key=_by_position) : bisect_right(
                        stream, position, key=_by_position
                    )
                ]
                for stream in streams
            ]
        return sorted((record for stream in new for record in stream), key=_by_position)

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at or before `moment`; 0 if there is none."""
        with self._lock:
            self._open()
            return bisect_right(self._times, moment)

    def log(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Recorded]:
        """The log after a position, up to its end at the time of the call."""
        with self._lock:
            self._open()
            rest = self._all[after:]
        return (record for record in rest if not kinds or record.event.type in kinds)

    def watch(self) -> Watch:
        """A watch that wakes after every write."""
        with self._lock:
            self._open()
            return Watch(self._signal, lambda: self._closed)

    def close(self) -> None:
        """Delete everything."""
        with self._lock:
            self._closed = True
            self._log.close()
        self._signal.send()
