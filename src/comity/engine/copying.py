"""Copying: records go with their seals into a store, which may hold the first of them already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.domain.errors import LogsDiffer, StoreDamaged
from comity.domain.integrity import START, chained
from comity.domain.recorded import Recorded
from comity.engine.verifying import Digest, checked_digest
from comity.ports import LogStore, SealedPage
from comity.query import Progress

PAGE = 1000
"""How many records are written in one transaction."""


def copy_log(source: LogStore, target: LogStore, progress: Progress) -> Digest:
    """Copy a log as it is now, and return its digest.

    Raises `LogsDiffer` unless the target's log is the beginning of it.
    """
    with source.reading():
        last = source.head().position

        def halfway(pages: Iterable[SealedPage]) -> Iterator[SealedPage]:
            for page in pages:
                yield page
                progress(page.records[-1].position // 2)

        return Copying(target).run(
            halfway(pieces(source.sealed())), lambda done: progress((last + done) // 2)
        )


def pieces(pages: Iterable[SealedPage]) -> Iterator[SealedPage]:
    """The same pages, none with more than `PAGE` records."""
    for page in pages:
        for at in range(0, len(page.records), PAGE):
            yield _part(page, at, at + PAGE)


def _part(page: SealedPage, start: int, end: int | None = None) -> SealedPage:
    records, seals, commitments = page
    return SealedPage(records[start:end], seals[start:end], commitments[start:end])


class Copying:
    """One run of copying into a store; what was copied before is compared and not written again."""

    def __init__(self, target: LogStore) -> None:
        self._target = target
        self._there = target.head().position
        self._position, self._digest = 0, START
        self._streams: dict[str, bytes] = {}

    def run(self, pages: Iterable[SealedPage], verified: Progress) -> Digest:
        """Copy the pages, read back what was written, and return its digest.

        `verified` is called as it is read back. Raises `LogsDiffer`, and `StoreDamaged` if what
        was written is not what was given.
        """
        held = _held(self._target)
        for page in pages:
            self._chain(page)
            known = max(0, min(self._there - page.records[0].position + 1, len(page.records)))
            for record, seal in zip(page.records[:known], page.seals[:known], strict=True):
                self._compare(next(held, None), record, seal)
            if known < len(page.records):
                self._write(_part(page, known))
            self._position = page.records[-1].position
        if self._there > self._position:
            reason = "is not in the log that is copied"
            raise LogsDiffer(self._target.name, self._position + 1, reason)
        digest = checked_digest(self._target, verified)
        if digest != (given := Digest(self._position, self._digest.hex())):
            raise StoreDamaged(self._target.name, f"its digest is {digest} and not {given}")
        return digest

    def _chain(self, page: SealedPage) -> None:
        names = [record.relationship for record in page.records]
        self._digest = chained(self._digest, self._streams, names, page.commitments)[-1]

    def _compare(self, held: tuple[Recorded, bytes] | None, record: Recorded, seal: bytes) -> None:
        if held != (record, seal):
            is_event = held is not None and held[0] == record
            reason = "has another salt" if is_event else "holds another record"
            raise LogsDiffer(self._target.name, record.position, reason)

    def _write(self, page: SealedPage) -> None:
        with self._target.writing():
            last = self._target.head().position
            if last != page.records[0].position - 1:
                reason = "was recorded there meanwhile"
                raise LogsDiffer(self._target.name, last, reason)
            self._target.add(page.records, page.seals)


def _held(store: LogStore) -> Iterator[tuple[Recorded, bytes]]:
    """The records of a store, each with its seal."""
    for page in store.sealed():
        yield from zip(page.records, page.seals, strict=True)
