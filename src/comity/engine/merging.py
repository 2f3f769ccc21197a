"""Merging: two logs become one, in the order of their recorded times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from comity.domain import codec
from comity.domain.events import Event, RecordKeeping, RecordRedacted
from comity.domain.integrity import commitment, form_of, is_redacted
from comity.domain.recorded import Recorded
from comity.engine.copying import PAGE, Copying, pieces
from comity.engine.verifying import Digest
from comity.ports import LogStore, SealedPage
from comity.query import Progress

Side = Literal["a", "b"]


class MergeConflict(Struct, frozen=True):
    """Two events with one id: at position `a` of the first log and `b` of the second.

    `kept` says which of them was recorded first and is in the merged log. `left_out` are the
    positions, in the other log, of the other event and of all record keeping about it.
    """

    id: str
    a: int
    b: int
    kept: Side
    left_out: tuple[int, ...]


class MergeReport(Struct, frozen=True):
    """What a merge did: how many records the merged log has, and its digest.

    `duplicates` counts the records that both logs had; each is in the merged log once.
    """

    appended: int
    duplicates: int
    conflicts: tuple[MergeConflict, ...]
    digest: Digest


class _Item(NamedTuple):
    """A record of one of the logs (0 or 1), and the record with its id in the other log."""

    recorded_at: datetime
    log: int
    position: int
    record: Recorded
    seal: bytes
    commitment: bytes
    twin: Recorded | None


class _Clash(NamedTuple):
    """A conflict: the positions of the kept event and of what was left out of the other log."""

    id: str
    log: int
    kept: int
    left_out: list[int]


def merge_logs(a: LogStore, b: LogStore, target: LogStore, progress: Progress) -> MergeReport:
    """Merge two logs into a store that is empty, or holds the beginning of the merged log."""
    with a.reading(), b.reading():
        return Merging(a, b).run(target, progress)


class Merging:
    """One merge. Which log comes first where times are equal follows from the logs alone.

    So both orders of the arguments give the same log.
    """

    def __init__(self, a: LogStore, b: LogStore) -> None:
        self._sides: tuple[Side, Side] = ("a", "b") if a.digest() <= b.digest() else ("b", "a")
        self._logs = (a, b) if self._sides[0] == "a" else (b, a)
        self._total = a.head().position + b.head().position
        self._duplicates = 0
        self._clashes: list[_Clash] = []
        self._gone: tuple[dict[str, _Clash], ...] = ({}, {})
        """By log: the ids of what was left out of it."""
        self._position = 0
        self._versions: defaultdict[str, int] = defaultdict(int)
        self._ids: dict[str, str] = {}
        """The new ids of redactions: they name positions, and an id follows from the content."""
        self._forms: tuple[dict[str, str], ...] = ({}, {})
        """By log: what redactions call the rows that they wrote anew, and what they do now."""

    def run(self, target: LogStore, progress: Progress) -> MergeReport:
        """Merge into the target, and report."""
        done = 0

        def halfway() -> Iterator[_Item]:
            nonlocal done
            for item in merge(self._items(0), self._items(1), key=lambda item: item[:3]):
                yield item
                done += 1
                if done % PAGE == 0:
                    progress(done // 2)

        def verified(read: int) -> None:
            progress((self._total + self._total * read // max(self._position, 1)) // 2)

        digest = Copying(target).run(self._pages(halfway()), verified)
        conflicts = tuple(map(self._conflict, self._clashes))
        return MergeReport(self._position, self._duplicates, conflicts, digest)

    def _items(self, log: int) -> Iterator[_Item]:
        """The records of a log, in order."""
        store, other = self._logs[log], self._logs[1 - log]
        for records, seals, commitments in pieces(store.sealed()):
            twins = other.find([record.event.id for record in records])
            for record, seal, committed in zip(records, seals, commitments, strict=True):
                at, position, twin = record.recorded_at, record.position, twins.get(record.event.id)
                yield _Item(at, log, position, record, seal, committed, twin)

    def _pages(self, items: Iterator[_Item]) -> Iterator[SealedPage]:
        records, seals, commitments = list[Recorded](), list[bytes](), list[bytes]()
        for item in items:
            if not self._is_new(item):
                continue
            record, committed = self._placed(item)
            records.append(record)
            seals.append(item.seal)
            commitments.append(committed)
            if len(records) == PAGE:
                yield SealedPage(records, seals, commitments)
                records, seals, commitments = [], [], []
        if records:
            yield SealedPage(records, seals, commitments)

    def _is_new(self, item: _Item) -> bool:
        """Whether a record comes into the merged log. Record keeping follows its target."""
        event, gone = item.record.event, self._gone[item.log]
        target = event.target if isinstance(event, RecordKeeping) else ""
        if clash := gone.get(target):
            clash.left_out.append(item.position)
            gone[event.id] = clash
            return False
        twin, other = item.twin, 1 - item.log
        if twin is None or event.id in self._gone[other]:
            return True
        if (item.recorded_at, item.log) < (twin.recorded_at, other):
            return True
        if twin.event == event:
            self._duplicates += 1
            if is_redacted(item.seal):
                ours, theirs = _form(item.position, item.record), _form(twin.position, twin)
                self._forms[item.log][ours] = self._forms[other].get(theirs, "")
            return False
        gone[event.id] = clash = _Clash(event.id, item.log, twin.position, [item.position])
        self._clashes.append(clash)
        return False

    def _placed(self, item: _Item) -> tuple[Recorded, bytes]:
        """A record at its place in the merged log, and its commitment."""
        record = item.record
        self._position += 1
        self._versions[record.relationship] += 1
        event = self._renamed(record.event, self._forms[item.log])
        placed = replace(
            record,
            event=event,
            version=self._versions[record.relationship],
            position=self._position,
        )
        if is_redacted(item.seal):
            ours = _form(item.position, record)
            self._forms[item.log][ours] = _form(self._position, placed)
        if event is record.event:
            return placed, item.commitment
        return placed, commitment(item.seal, codec.content_of(placed))

    def _renamed(self, event: Event, forms: dict[str, str]) -> Event:
        """Record keeping as it reads in the merged log, where positions differ."""
        changes: dict[str, object] = {}
        if isinstance(event, RecordKeeping) and event.target in self._ids:
            changes["target"] = self._ids[event.target]
        if isinstance(event, RecordRedacted):
            told = tuple(new for form in event.forms if (new := forms.get(form)))
            if told != event.forms:
                changes["forms"] = told
        if not changes:
            return event
        renamed = event.replace(**changes)
        self._ids[event.id] = renamed.id
        return renamed

    def _conflict(self, clash: _Clash) -> MergeConflict:
        lost, kept = self._sides[clash.log], self._sides[1 - clash.log]
        at = {lost: clash.left_out[0], kept: clash.kept}
        return MergeConflict(clash.id, at["a"], at["b"], kept, tuple(clash.left_out))


def _form(position: int, record: Recorded) -> str:
    return form_of(position, codec.content_of(record))
