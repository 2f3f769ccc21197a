"""What no less Python can beat: comity's own SQL, run again by bare `sqlite3`, and the like."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import comity
from benchmarks.contestants import COMITY, FLOOR, STOCK, Contestant, ours
from benchmarks.facts import LAST, Fact
from benchmarks.facts.invented import invented
from benchmarks.facts.mix import mixed
from benchmarks.library import Library, batches
from benchmarks.parts import Parts
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Run, timed
from benchmarks.scoring.limits import (
    APPEND_FLOOR,
    APPEND_READY,
    APPEND_STOCK,
    REPLAY_FLOOR,
    REPLAY_STOCK,
    SINGLE,
)
from benchmarks.sizes import Sizes
from benchmarks.statements import Statements
from comity import StateProjection, TimelineEngine
from comity.domain import codec
from comity.domain.integrity import START, chained, commitment

NOW, SALT = datetime(2024, 1, 1, tzinfo=UTC), bytes(16)


@dataclass
class Append:
    """Batches of facts that are recorded; `start` gives the file that each contestant adds to."""

    batches: Sequence[list[Fact]]
    start: Callable[[Contestant], Path]
    folder: Path
    clock: Callable[[], float]

    def __post_init__(self) -> None:
        self._files, self.statements = count(), Statements()
        with (
            self._file(COMITY) as path,
            self.statements.noted() as noting,
            comity.open(path) as engine,
            noting(),
        ):
            for batch in self.batches:
                engine.append(*ours.events(batch))

    @contextmanager
    def _file(self, contestant: Contestant) -> Generator[Path]:
        path = self.folder / f"{next(self._files)}.db"
        shutil.copyfile(self.start(contestant), path)
        before = contestant.rows(path)
        yield path
        assert contestant.rows(path) == before + sum(map(len, self.batches))
        path.unlink()

    def making(self) -> float:
        """How long the events take to make."""
        return timed(lambda: [list(ours.events(batch)) for batch in self.batches], self.clock)[0]

    def sealing(self) -> float:
        """How long the events take to encode and to chain."""
        made = [list(ours.events(batch)) for batch in self.batches]

        def run() -> None:
            digest, streams = START, dict[str, bytes]()
            for batch in made:
                texts = [codec.encode(event, NOW, "") for event in batch]
                commitments = [commitment(SALT, text) for text in texts]
                names = [event.relationship for event in batch]
                digest = chained(digest, streams, names, commitments)[-1]

        return timed(run, self.clock)[0]

    def sql(self) -> float:
        """How long comity's statements take by themselves."""
        with self._file(COMITY) as path, self.statements.again(path) as run:
            return timed(run, self.clock)[0]

    def of(self, contestant: Contestant) -> float:
        """How long a contestant takes for all."""
        with self._file(contestant) as path, contestant.opened(path) as log:
            return timed(self._appending(log.append), self.clock)[0]

    def _appending(self, append: Callable[[list[Fact]], object]) -> Run:
        return lambda: [append(batch) for batch in self.batches]


def test_bounds_of_a_bulk_append(board: Board, sizes: Sizes, tmp_path: Path) -> None:
    def new(contestant: Contestant) -> Path:
        path = tmp_path / f"new-{contestant.name}.db"
        if not path.exists():
            with contestant.opened(path):
                pass
        return path

    append = Append(list(batches(invented(sizes.bulk))), new, tmp_path, process_time)
    rounds = [
        (append.sql(), append.sealing(), append.making(), append.of(FLOOR), append.of(STOCK))
        for _ in range(sizes.rounds)
    ]
    each = 1e6 / sizes.bulk
    sql, sealing, making, floor, stock = (median(t) * each for t in zip(*rounds, strict=True))
    how = (
        f"SQL {sql:.3g} µs, encoding and chaining {sealing:.3g} µs, making {making:.3g} µs, "
        f"floor {floor:.3g} µs, stock {stock:.3g} µs"
    )
    everything, ready = "SQL, the chain, and making the events", "SQL and the chain"
    ratio = median(stock / sum(ours) for *ours, _, stock in rounds)
    board.bound(APPEND_STOCK, everything, ratio, how)
    ratio = median(floor / sum(ours) for *ours, floor, _ in rounds)
    board.bound(APPEND_FLOOR, everything, ratio, how)
    ratio = median(stock / (sql + sealing) for sql, sealing, *_, stock in rounds)
    board.bound(APPEND_READY, ready, ratio, how)


def test_bound_of_a_single_append(
    board: Board, sizes: Sizes, many: Library, tmp_path: Path
) -> None:
    facts = list(invented(sizes.many + sizes.single, sizes.pairs))[-sizes.single :]
    append = Append([[fact] for fact in facts], many.file, tmp_path, perf_counter)
    rounds = [(append.sql(), append.sealing(), append.of(FLOOR)) for _ in range(sizes.rounds)]
    each = 1e6 / sizes.single
    sql, sealing, floor = (median(times) * each for times in zip(*rounds, strict=True))
    how = (
        f"SQL and its commits {sql:,.0f} µs, encoding and chaining {sealing:,.0f} µs, "
        f"floor {floor:,.0f} µs"
    )
    ratio = median((sql + sealing) / floor for sql, sealing, floor in rounds)
    board.bound(SINGLE, "SQL and the chain", ratio, how)


def _replayed(engine: TimelineEngine) -> list[object]:
    return list(engine.replay(StateProjection(), on=LAST).values())


def _of(contestant: Contestant, library: Library) -> float:
    with contestant.opened(library.file(contestant)) as log:
        return timed(lambda: log.states(library.relationships))[0]


def _bound_replay(board: Board, sizes: Sizes, library: Library, of: str) -> None:
    path = library.file(COMITY)
    parts = Parts(path, _replayed)
    assert parts.events == library.count

    def folding() -> float:
        seconds, answers = parts.folding()
        assert answers == parts.answer
        return seconds

    def whole() -> float:
        with comity.open(path) as engine:
            return timed(partial(_replayed, engine))[0]

    rounds = [
        (parts.reading(), parts.reading_in_order(), parts.decoding(), folding(),
         whole(), _of(FLOOR, library), _of(STOCK, library))
        for _ in range(sizes.rounds)
    ]  # fmt: skip
    each = 1e6 / library.count
    names = ("SQL", "the log in its order", "decoding", "the fold", "comity", "floor", "stock")
    medians = [median(times) * each for times in zip(*rounds, strict=True)]
    shares = zip(names, medians, strict=True)
    how = f"{library.size}: {', '.join(f'{name} {share:.3g} µs' for name, share in shares)}"
    readings = ("SQL", "reading the log in its order")
    for reading, alone in enumerate(f"{of}: {name}, decoding, the fold" for name in readings):
        for limit, other in ((REPLAY_STOCK, -1), (REPLAY_FLOOR, -2)):
            ratios = (took[other] / (took[reading] + took[2] + took[3]) for took in rounds)
            board.bound(limit, alone, median(ratios), how)
            how = "the same"


def test_bounds_of_a_replay(board: Board, sizes: Sizes, many: Library) -> None:
    _bound_replay(board, sizes, many, "invented")


def test_bounds_of_a_replay_of_one_relationship(board: Board, sizes: Sizes, logs: Path) -> None:
    library = Library(partial(mixed, sizes.middle), logs / "mix-for-bounds")
    _bound_replay(board, sizes, library, "mix")


def test_bounds_of_a_replay_of_real_facts(board: Board, sizes: Sizes, real: Library) -> None:
    _bound_replay(board, sizes, real, "ICEWS 2014")
