"""What recording costs: a long series in batches, and one event made durable."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TypeVar

from benchmarks import floor, ours, stock
from benchmarks.contest import Contest, Contestant, Name
from benchmarks.facts import Fact, invented
from benchmarks.library import BATCH, Library, batches, rows

T = TypeVar("T")

BULK = 20_000
SINGLE = 50
_SIZE = f"{BULK:,} events, 200 relationships, batches of {BATCH:,}"


class Bulk:
    """Each contestant begins with a new file, makes its events of the facts and records them."""

    def __init__(self, facts: list[Fact], folder: Path) -> None:
        self.facts, self.folder, self.files = facts, folder, count()

    @contextmanager
    def _new_file(self) -> Iterator[Path]:
        path = self.folder / f"{next(self.files)}.db"
        yield path
        assert rows(path) == len(self.facts)
        path.unlink()

    @contextmanager
    def append(self, id: str = "") -> Iterator[Callable[[], None]]:
        """comity, by one append for each batch."""

        def run() -> None:
            for number, batch in enumerate(batches(self.facts)):
                engine.append(*ours.events(batch, id and f"{id}-{number}"))

        with self._new_file() as path, ours.opened(path) as engine:
            yield run

    @contextmanager
    def extend(self) -> Iterator[Callable[[], None]]:
        """comity, by `extend`, as an importer would."""

        def run() -> None:
            report = engine.extend(ours.events(self.facts), batch_size=BATCH)
            assert report.appended == len(self.facts)

        with self._new_file() as path, ours.opened(path) as engine:
            yield run

    @contextmanager
    def stock(self) -> Iterator[Callable[[], None]]:
        """Stock, each batch saved at once, the aggregates held in memory."""
        held: dict[str, stock.Relationship] = {}
        with self._new_file() as path, stock.opened(path) as app:
            yield lambda: each(lambda batch: app.append(batch, held), batches(self.facts))

    @contextmanager
    def floor(self) -> Iterator[Callable[[], None]]:
        """The floor, each batch one transaction."""
        with self._new_file() as path, floor.opened(path) as bottom:
            yield lambda: each(bottom.append, batches(self.facts))

    def against(self, ours: Contestant) -> dict[Name, Contestant]:
        """A way of comity's against the others."""
        return {"comity": ours, "stock": self.stock, "floor": self.floor}


def each(act: Callable[[T], object], items: Iterable[T]) -> None:
    """Do `act` with each of `items`; what it answers is dropped."""
    for item in items:
        act(item)


def test_bulk_append_with_given_ids(contest: Contest, tmp_path: Path) -> None:
    bulk = Bulk(invented(BULK), tmp_path)
    ours = bulk.against(lambda: bulk.append("given"))
    contest.run("bulk append, ids given", _SIZE, ours, expected=None, least=1.1)


def test_bulk_append_with_derived_ids(contest: Contest, tmp_path: Path) -> None:
    bulk = Bulk(invented(BULK), tmp_path)
    ours = bulk.against(bulk.append)
    contest.run("bulk append, ids derived", _SIZE, ours, expected=None, least=1.1)


def test_extend(contest: Contest, tmp_path: Path) -> None:
    bulk = Bulk(invented(BULK), tmp_path)
    contest.run("extend, ids derived", _SIZE, bulk.against(bulk.extend), expected=None)


def test_bulk_append_of_real_facts(
    contest: Contest, tmp_path: Path, real_facts: list[Fact]
) -> None:
    bulk = Bulk(real_facts, tmp_path)
    size = f"ICEWS 2014: {len(real_facts):,} interactions, batches of {BATCH:,}"
    contest.run("bulk append, ids derived", size, bulk.against(bulk.append), expected=None)


class Single:
    """Each contestant adds to a copy of a big log, every event in a transaction of its own."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library, self.folder = library, folder
        # The log's own stories told a little further.
        self.facts = invented(len(library.facts) + SINGLE)[-SINGLE:]

    @contextmanager
    def _copy(self, name: Name) -> Iterator[Path]:
        path = self.folder / f"{name}.db"
        shutil.copyfile(self.library.files[name], path)
        yield path
        assert rows(path) == len(self.library.facts) + len(self.facts)
        path.unlink()

    @contextmanager
    def comity(self) -> Iterator[Callable[[], None]]:
        with self._copy("comity") as path, ours.opened(path) as engine:
            yield lambda: each(lambda fact: engine.append(ours.event(fact)), self.facts)

    @contextmanager
    def documented(self) -> Iterator[Callable[[], None]]:
        with self._copy("stock") as path, stock.opened(path) as app:
            yield lambda: each(app.record, self.facts)

    @contextmanager
    def held(self) -> Iterator[Callable[[], None]]:
        with self._copy("stock") as path, stock.opened(path) as app:
            held = {f.relationship: app.relationship(f.relationship) for f in self.facts}
            yield lambda: each(lambda fact: app.append([fact], held), self.facts)

    @contextmanager
    def floor(self) -> Iterator[Callable[[], None]]:
        with self._copy("floor") as path, floor.opened(path) as bottom:
            yield lambda: each(lambda fact: bottom.append([fact]), self.facts)


def test_single_append(contest: Contest, big: Library, tmp_path: Path) -> None:
    single = Single(big, tmp_path)
    contest.run(
        "single durable append",
        f"to a log of {big.size}",
        {"comity": single.comity, "stock": single.documented, "floor": single.floor},
        expected=None,
        operations=SINGLE,
    )


def test_single_append_beside_held_aggregates(
    contest: Contest, big: Library, tmp_path: Path
) -> None:
    single = Single(big, tmp_path)
    contest.run(
        "single durable append, stock holding its aggregates",
        f"to a log of {big.size}",
        {"comity": single.comity, "stock": single.held, "floor": single.floor},
        expected=None,
        operations=SINGLE,
    )
