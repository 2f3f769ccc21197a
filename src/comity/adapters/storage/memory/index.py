"""The index of the in-memory store: dictionaries that say where events are."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter

from comity.adapters.storage.memory.chain import MemoryChain
from comity.domain.counting import Cell, counted
from comity.domain.extent import extent_of
from comity.domain.links import links_of
from comity.domain.parties import relationship_parties
from comity.domain.recorded import Recorded
from comity.domain.scope import acting, actor
from comity.ports import Window

_Placed = tuple[int, int, int, Recorded]
"""A record in its part of the index: its last and first day, and its position."""
_by_position = attrgetter("position")
_until: Callable[[_Placed], int] = itemgetter(0)


class MemoryIndex:
    """The records of a log, and where each of them is found."""

    def __init__(self) -> None:
        self._begin_index()

    def _begin_index(self) -> None:
        self._all: list[Recorded] = []
        self._times: list[datetime] = []
        self._by_id: dict[str, Recorded] = {}
        self._streams: dict[str, list[Recorded]] = {}
        self._members: dict[str, frozenset[str]] = {}
        self._acted: dict[str, dict[str, None]] = {}
        self._parts: dict[str, dict[tuple[str, int], list[_Placed]]] = {}
        self._links: dict[tuple[str, int], list[Recorded]] = {}
        self._counts: dict[str, dict[Cell, Counter[str]]] = {}
        self._chain = MemoryChain()

    def _index(self, records: Sequence[Recorded], seals: Sequence[bytes]) -> None:
        self._chain.add(records, seals)
        for record in records:
            self._all.append(record)
            self._times.append(record.recorded_at)
            self._by_id[record.event.id] = record
            self._streams.setdefault(record.relationship, []).append(record)
            if record.relationship not in self._members:
                self._members[record.relationship] = frozenset(
                    relationship_parties(record.relationship)
                )
            if by := actor(record.event):
                self._members[record.relationship] |= {acting(by)}
                self._acted.setdefault(by, {})[record.relationship] = None
            insort(*self._place(record))
            for link in links_of(record.event):
                self._links.setdefault((record.relationship, link), []).append(record)
            self._count(record, 1)

    def _place(self, record: Recorded) -> tuple[list[_Placed], _Placed]:
        """The part of the index to which a record belongs, and how it stands there."""
        extent = extent_of(record.event)
        parts = self._parts.setdefault(record.relationship, {})
        part = parts.setdefault((record.event.type, extent.width), [])
        return part, (extent.until, extent.since, record.position, record)

    def _has(self, name: str, kinds: Collection[str]) -> bool:
        parts = self._parts[name].items()
        return any(part and kind in kinds for (kind, _), part in parts)

    def _in_window(self, name: str, window: Window, position: int) -> list[Recorded]:
        after, until = window.after[name], window.until
        found: list[Recorded] = []
        for (kind, width), part in self._parts.get(name, {}).items():
            if window.kinds and kind not in window.kinds:
                continue
            first = bisect_right(part, after, key=_until)
            last = bisect_right(part, until + width, key=_until)
            found.extend(
                record
                for _, since, at, record in part[first:last]
                if since <= until and at <= position
            )
        return sorted(found, key=_by_position)

    def _count(self, record: Recorded, number: int) -> None:
        if found := counted(record.event):
            cell, code = found
            cells = self._counts.setdefault(record.relationship, {})
            cells.setdefault(cell, Counter())[code] += number

    def _forget(self, count: int) -> None:
        for _ in range(count):
            record = self._all.pop()
            self._chain.forget(record.relationship)
            self._times.pop()
            del self._by_id[record.event.id]
            self._streams[record.relationship].pop()
            part, placed = self._place(record)
            part.remove(placed)
            self._count(record, -1)
            for link in links_of(record.event):
                self._links[record.relationship, link].pop()
            if not self._streams[record.relationship]:
                del self._streams[record.relationship]
                del self._members[record.relationship]
