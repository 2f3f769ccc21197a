"""The in-memory store: eventsourcing's plain-Python log with an index of dictionaries."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import RLock

from comity.adapters.storage.application import Log
from comity.adapters.storage.mapper import CollectedRecords
from comity.adapters.storage.signal import Signal, Watch
from comity.domain.errors import StoreClosed
from comity.domain.parties import relationship_parties
from comity.domain.recorded import Recorded
from comity.domain.time.dates import known_bounds
from comity.materialized.memory_store import MemoryProjectionStore
from comity.ports import Head, Window


class MemoryStore:
    """Keeps the log in eventsourcing's `popo` recorder; everything is gone when it is closed."""

    name = ":memory:"

    def __init__(self) -> None:
        self._log = Log({"PERSISTENCE_MODULE": "eventsourcing.popo"})
        self._lock = RLock()
        self._all: list[Recorded] = []
        self._times: list[datetime] = []
        self._by_id: dict[str, Recorded] = {}
        self._by_relationship: dict[str, list[Recorded]] = {}
        self._members: dict[str, frozenset[str]] = {}
        self._pending: list[Recorded] = []
        self._closed = False
        self._signal = Signal()
        self.projections = MemoryProjectionStore(self._signal.send)

    @contextmanager
    def reading(self) -> Generator[None]:
        """Hold the lock, so that what is read inside belongs together."""
        with self._lock:
            self._open()
            yield

    @contextmanager
    def writing(self) -> Generator[None]:
        """Hold the lock; what was added is kept on leaving normally and dropped on an error."""
        with self._lock:
            self._open()
            try:
                yield
                if self._pending:
                    self._log.save(CollectedRecords(self._pending))
            except BaseException:
                self._forget(len(self._pending))
                raise
            finally:
                self._pending = []
        self._signal.send()

    def _open(self) -> None:
        if self._closed:
            raise StoreClosed(self.name)

    def add(self, records: Sequence[Recorded]) -> None:
        """Append to the index now, and to the log on leaving `writing`."""
        for record in records:
            self._all.append(record)
            self._times.append(record.recorded_at)
            self._by_id[record.event.id] = record
            self._by_relationship.setdefault(record.relationship, []).append(record)
            if record.relationship not in self._members:
                self._members[record.relationship] = frozenset(
                    relationship_parties(record.relationship)
                )
        self._pending.extend(records)

    def _forget(self, count: int) -> None:
        for _ in range(count):
            record = self._all.pop()
            self._times.pop()
            del self._by_id[record.event.id]
            self._by_relationship[record.relationship].pop()
            if not self._by_relationship[record.relationship]:
                del self._by_relationship[record.relationship]
                del self._members[record.relationship]

    def head(self) -> Head:
        """The end of the log."""
        with self._lock:
            self._open()
            return Head(len(self._all), self._times[-1] if self._times else None)

    def versions(self, relationships: Collection[str]) -> dict[str, int]:
        """The current version of each relationship that has events."""
        with self._lock:
            self._open()
            known = self._by_relationship
            return {name: len(known[name]) for name in relationships if name in known}

    def find(self, ids: Collection[str]) -> dict[str, Recorded]:
        """The recorded events with these ids, by id."""
        with self._lock:
            self._open()
            return {id: self._by_id[id] for id in ids if id in self._by_id}

    def relationships(self, including: Collection[str] = ()) -> list[str]:
        """The recorded relationships of which all of `including` are parties, sorted."""
        with self._lock:
            self._open()
            asked = set(including)
            return sorted(name for name, codes in self._members.items() if asked <= codes)

    def read_streams(
        self,
        relationships: Collection[str],
        upto: int,
        window: Window | None = None,
        *,
        once: bool = False,
    ) -> list[Recorded]:
        """Recorded at `upto` or before, in order; all of it is in memory anyway."""
        with self._lock:
            self._open()
            found = {
                record.position: record
                for name in relationships
                for record in self._by_relationship.get(name, ())
                if window is None or _belongs(record, window)
            }
            also = window.also if window else ()
            found.update((position, self._all[position - 1]) for position in also)
        return [found[position] for position in sorted(found) if position <= upto]

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at `moment` or before; 0 if there is none."""
        with self._lock:
            self._open()
            return bisect_right(self._times, moment)

    def log(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Recorded]:
        """The log after a position, as it stood when this was called."""
        with self._lock:
            self._open()
            rest = self._all[after:]
        return (record for record in rest if not kinds or record.event.type in kinds)

    def watch(self) -> Watch:
        """Wakes whenever something was written."""
        with self._lock:
            self._open()
            return Watch(self.name, self._signal, lambda: self._closed)

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._closed = True
            self._log.close()
        self._signal.send()


def _belongs(record: Recorded, window: Window) -> bool:
    if not record.event.when:
        return True
    earliest, latest = known_bounds(record.event.when)
    return latest > window.after and earliest <= window.on
