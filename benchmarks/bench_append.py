"""What recording costs: a long series in batches, and one event made durable."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TypeVar

import pytest

import comity
from benchmarks.contestants import COMITY, FLOOR, STOCK, Contestant, floor, ours, stock
from benchmarks.facts import Fact
from benchmarks.facts.invented import invented
from benchmarks.facts.mix import mixed
from benchmarks.library import BATCH, Library, batches
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Contest, Run, Way
from benchmarks.scoring.limits import APPEND_FLOOR, APPEND_READY, APPEND_STOCK, SINGLE
from benchmarks.sizes import Sizes

T = TypeVar("T")


class Bulk:
    """Each contestant begins with a new file, makes its events of the facts and records them."""

    def __init__(self, facts: Iterable[Fact], folder: Path) -> None:
        self.facts, self.folder, self.files = list(facts), folder, count()

    @contextmanager
    def _new_file(self, contestant: Contestant) -> Generator[Path]:
        path = self.folder / f"{next(self.files)}.db"
        yield path
        assert contestant.rows(path) == len(self.facts)
        path.unlink()

    @contextmanager
    def append(self, id: str = "") -> Generator[Run]:
        """comity, by one append for each batch."""

        def run() -> None:
            for number, batch in enumerate(batches(self.facts)):
                engine.append(*ours.events(batch, id and f"{id}-{number}"))

        with self._new_file(COMITY) as path, comity.open(path) as engine:
            yield run

    @contextmanager
    def ready(self) -> Generator[Run]:
        """comity, by one append for each batch of events that are made already."""
        made = [list(ours.events(batch)) for batch in batches(self.facts)]
        with self._new_file(COMITY) as path, comity.open(path) as engine:
            yield lambda: each(lambda batch: engine.append(*batch), made)

    @contextmanager
    def extend(self) -> Generator[Run]:
        """comity, by `extend`, as an importer would."""

        def run() -> None:
            report = engine.extend(ours.events(self.facts), batch_size=BATCH)
            assert report.appended == len(self.facts)

        with self._new_file(COMITY) as path, comity.open(path) as engine:
            yield run

    @contextmanager
    def of(self, contestant: Contestant) -> Generator[Run]:
        """Another contestant, batch by batch."""
        with self._new_file(contestant) as path, contestant.opened(path) as log:
            yield lambda: each(log.append, batches(self.facts))

    def against(self, way: Way) -> dict[str, Way]:
        """A way of comity's against the others."""
        return {
            "comity": way,
            "stock": lambda: self.of(STOCK),
            "floor": lambda: self.of(FLOOR),
        }


def each(act: Callable[[T], object], items: Iterable[T]) -> None:
    """Do `act` with each of `items`; what it answers is dropped."""
    for item in items:
        act(item)


def _size(bulk: Bulk) -> str:
    many = len({fact.relationship for fact in bulk.facts})
    return f"{len(bulk.facts):,} events, {many} relationships, batches of {BATCH:,}"


def _made(contest: Contest, board: Board, operation: str, bulk: Bulk, way: Way) -> None:
    result = contest.run(operation, _size(bulk), bulk.against(way), expected=None)
    board.note(APPEND_STOCK, operation, result.faster_than("stock"))
    board.note(APPEND_FLOOR, operation, result.faster_than("floor"))


def test_bulk_append_with_given_ids(
    contest: Contest, board: Board, sizes: Sizes, tmp_path: Path
) -> None:
    bulk = Bulk(invented(sizes.bulk), tmp_path)
    _made(contest, board, "bulk append, ids given", bulk, lambda: bulk.append("given"))


def test_bulk_append_with_derived_ids(
    contest: Contest, board: Board, sizes: Sizes, tmp_path: Path
) -> None:
    bulk = Bulk(invented(sizes.bulk), tmp_path)
    _made(contest, board, "bulk append, ids derived", bulk, bulk.append)


def test_bulk_append_of_one_relationship(
    contest: Contest, board: Board, sizes: Sizes, tmp_path: Path
) -> None:
    bulk = Bulk(mixed(sizes.bulk), tmp_path)
    _made(contest, board, "bulk append of the mix, ids derived", bulk, bulk.append)


def test_extend(contest: Contest, board: Board, sizes: Sizes, tmp_path: Path) -> None:
    bulk = Bulk(invented(sizes.bulk), tmp_path)
    _made(contest, board, "extend, ids derived", bulk, bulk.extend)


def test_bulk_append_of_events_already_made(
    contest: Contest, board: Board, sizes: Sizes, tmp_path: Path
) -> None:
    bulk = Bulk(invented(sizes.bulk), tmp_path)
    operation = "bulk append, events already made"
    result = contest.run(operation, _size(bulk), bulk.against(bulk.ready), expected=None)
    board.note(APPEND_READY, operation, result.faster_than("stock"))


def test_bulk_append_of_real_facts(contest: Contest, real: Library, tmp_path: Path) -> None:
    bulk = Bulk(real.facts(), tmp_path)
    size = f"ICEWS 2014: {_size(bulk)}"
    contest.run("bulk append, ids derived", size, bulk.against(bulk.append), expected=None)


class Single:
    """Each contestant adds to a copy of a big log, every event in a transaction of its own."""

    def __init__(self, library: Library, sizes: Sizes, folder: Path) -> None:
        self.library, self.folder = library, folder
        # The log's own stories told a little further.
        told = list(invented(sizes.many + sizes.single, sizes.pairs))
        self.facts = told[-sizes.single :]

    @contextmanager
    def _copy(self, contestant: Contestant) -> Generator[Path]:
        path = self.folder / f"{contestant.name}.db"
        shutil.copyfile(self.library.file(contestant), path)
        yield path
        assert contestant.rows(path) == self.library.count + len(self.facts)
        path.unlink()

    @contextmanager
    def comity(self) -> Generator[Run]:
        with self._copy(COMITY) as path, comity.open(path) as engine:
            yield lambda: each(lambda fact: engine.append(ours.event(fact)), self.facts)

    @contextmanager
    def documented(self) -> Generator[Run]:
        with self._copy(STOCK) as path, stock.opened(path) as app:
            yield lambda: each(app.record, self.facts)

    @contextmanager
    def held(self) -> Generator[Run]:
        with self._copy(STOCK) as path, stock.opened(path) as app:
            app.held = {f.relationship: app.relationship(f.relationship) for f in self.facts}
            yield lambda: each(lambda fact: app.append([fact]), self.facts)

    @contextmanager
    def floor(self) -> Generator[Run]:
        with self._copy(FLOOR) as path, floor.opened(path) as bottom:
            yield lambda: each(lambda fact: bottom.append([fact]), self.facts)


@pytest.mark.parametrize("way", ["documented", "held"])
def test_single_append(
    contest: Contest, board: Board, sizes: Sizes, many: Library, tmp_path: Path, way: str
) -> None:
    single = Single(many, sizes, tmp_path)
    operation = "single durable append" + ", stock holding its aggregates" * (way == "held")
    result = contest.run(
        operation,
        f"to a log of {many.size}",
        {"comity": single.comity, "stock": getattr(single, way), "floor": single.floor},
        expected=None,
        operations=sizes.single,
        waits=True,
    )
    if way == "documented":
        board.note(SINGLE, many.size, 1 / result.faster_than("floor"))
