"""Logs with their archives in Parquet; long ones are told as they are archived, by no store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, cast

import comity
from benchmarks.contestants import ours
from benchmarks.facts import Fact
from benchmarks.facts.coded import coded
from benchmarks.facts.invented import invented
from benchmarks.sizes import Sizes
from comity.adapters.archive.writing import write_archive
from comity.domain.recorded import Recorded
from comity.ports import Head, SealedPage, StreamHead

_PAGE = 2_000
_NONE = bytes(32)
_AT = datetime(2025, 1, 1, tzinfo=UTC)
CODED, MIXED = "coded", "invented"
"""The characters of the logs: interactions alone, and all kinds of facts."""
_TELLERS: Mapping[str, Callable[[int, int], Iterator[Fact]]] = {CODED: coded, MIXED: invented}


class Archived(NamedTuple):
    """A log in a store, and in an archive."""

    name: str
    events: int
    store: Path
    archive: Path

    @property
    def size(self) -> str:
        """The size of the log, in words."""
        return f"{self.name}: {self.events:,} events"


class Archives:
    """Writes the logs and their archives when they are first asked for."""

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        self._folder, self._sizes = folder, sizes
        self._made: dict[str, Archived] = {}

    def of(self, name: str) -> Archived:
        """The log of a character, in a store and in an archive."""
        if name not in self._made:
            count, pairs = self._sizes.archived, self._sizes.archived_pairs
            made = Archived(name, count, self._folder / f"{name}.db", self._folder / name)
            with comity.open(made.store) as engine:
                facts = _TELLERS[name](count, pairs)
                assert engine.extend(ours.events(facts), batch_size=2000).appended == count
                comity.archive(engine, made.archive)
            self._made[name] = made
        return self._made[name]

    def told(self, count: int) -> Path:
        """An archive of so many coded interactions, which no store holds."""
        folder = self._folder / f"told-{count}"
        if not folder.exists():
            log = ToldLog(lambda: coded(count, self._sizes.archived_pairs), count)
            write_archive(
                cast("Any", log), folder, version=comity.__version__, now=_AT, files=None,
                compact=False, progress=lambda done: None,
            )  # fmt: skip
        return folder


class ToldLog:
    """What the archiving of a log asks of a store, of facts that are told anew each time.

    Its events have no commitments: it is never compared with another log.
    """

    name, rewritten = "told", 0

    def __init__(self, facts: Callable[[], Iterable[Fact]], count: int) -> None:
        self._facts, self._count = facts, count

    def reading(self) -> AbstractContextManager[None]:
        """Nothing is held."""
        return nullcontext()

    def head(self) -> Head:
        """The end of the log."""
        return Head(self._count, _AT)

    def digest(self) -> bytes:
        """No digest."""
        return _NONE

    def acted(self) -> dict[str, list[str]]:
        """Nobody acted alone."""
        return {}

    def streams(self) -> dict[str, StreamHead]:
        """The streams by name."""
        return self._heads

    @cached_property
    def _heads(self) -> dict[str, StreamHead]:
        versions, last = Counter[str](), dict[str, int]()
        for position, fact in enumerate(self._facts(), 1):
            versions[fact.relationship] += 1
            last[fact.relationship] = position
        return {name: StreamHead(versions[name], last[name]) for name in sorted(last)}

    def sealed(self, after: int = 0) -> Iterator[SealedPage]:
        """The log, page by page."""
        records = islice(self._records(), after, None)
        while page := list(islice(records, _PAGE)):
            yield SealedPage(page, [_NONE] * len(page), [_NONE] * len(page))

    def _records(self) -> Iterator[Recorded]:
        versions = Counter[str]()
        for position, fact in enumerate(self._facts(), 1):
            name = fact.relationship
            versions[name] += 1
            event = ours.event(fact, f"told-{position}")
            yield Recorded(event, name, versions[name], position, _AT)
