"""A server beside the file: what recording, a state and a replay cost on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

import comity
from benchmarks import questions
from benchmarks.bench_append import each
from benchmarks.beside import Places, both, fill, warm_states
from benchmarks.contestants import ours, stock
from benchmarks.copied import Copied, copied
from benchmarks.facts import LAST, Fact
from benchmarks.facts.invented import invented
from benchmarks.library import BATCH, batches
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Contest, Run, Way, timed
from benchmarks.scoring.limits import (
    POSTGRES_COPY,
    POSTGRES_EVENTS,
    POSTGRES_REPLAY,
    POSTGRES_STATE,
    POSTGRES_STOCK,
)
from benchmarks.server import Server, rows, stock_environment
from benchmarks.sizes import Sizes
from comity import Event, StateProjection, TimelineEngine

_STOCK_ROWS = "relationships_events WHERE topic NOT LIKE '%.Registered'"


class Bulk:
    """Each contestant begins with a new schema; every batch is a transaction."""

    def __init__(self, facts: Iterable[Fact], server: Server) -> None:
        self.facts, self.server = list(facts), server
        self.size = f"PostgreSQL: {len(self.facts):,} events, batches of {BATCH:,}"

    @contextmanager
    def comity(self, make: Callable[[list[Fact]], Iterable[Event]]) -> Generator[Run]:
        """comity, by one append for each batch; `make` is part of what is timed."""
        with self.server.schema() as address:
            with comity.open(address) as engine:
                yield lambda: each(lambda facts: engine.append(*make(facts)), batches(self.facts))
            assert rows(address) == len(self.facts)

    @contextmanager
    def ready(self) -> Generator[Run]:
        """comity, with events that are made already."""
        made = [list(ours.events(batch)) for batch in batches(self.facts)]
        with self.comity(lambda _: made.pop(0)) as run:
            yield run

    @contextmanager
    def stock(self) -> Generator[Run]:
        """Stock eventsourcing with its own PostgreSQL module; its aggregates stay in memory."""
        with self.server.made_schema() as address:
            with stock.opened_with(stock_environment(address)) as app:
                yield lambda: each(app.append, batches(self.facts))
            assert rows(address, _STOCK_ROWS) == len(self.facts)

    @contextmanager
    def written(self) -> Generator[Copied]:
        """The rows of all tables, as comity writes them."""
        with self.server.schema() as address:
            with comity.open(address) as engine:
                each(lambda facts: engine.append(*ours.events(facts)), batches(self.facts))
            yield copied(address, len(self.facts))

    @contextmanager
    def copy(self, written: Copied) -> Generator[Run]:
        """`COPY` of the same rows."""
        with self.server.made_schema() as address, written.again(address) as run:
            yield run


def test_bulk_append_of_events_already_made(
    contest: Contest, board: Board, server: Server, sizes: Sizes
) -> None:
    bulk = Bulk(invented(sizes.bulk), server)
    with bulk.written() as written:
        result = contest.run(
            "bulk append, events already made", bulk.size,
            {"comity": bulk.ready, "stock": bulk.stock, "COPY": partial(bulk.copy, written)},
            expected=None, waits=True,
        )  # fmt: skip
    of = f"{sizes.bulk:,} events, already made"
    board.note(POSTGRES_COPY, of, result.faster_than("COPY"))
    board.note(POSTGRES_STOCK, of, result.faster_than("stock"))


def test_bulk_append(contest: Contest, board: Board, server: Server, sizes: Sizes) -> None:
    bulk = Bulk(invented(sizes.bulk), server)
    ways: dict[str, Way] = {"comity": partial(bulk.comity, ours.events), "stock": bulk.stock}
    result = contest.run("bulk append, ids derived", bulk.size, ways, expected=None, waits=True)
    board.note(POSTGRES_STOCK, f"{sizes.bulk:,} events, making them", result.faster_than("stock"))


def test_warm_state(board: Board, server: Server, sizes: Sizes, tmp_path: Path) -> None:
    with both(server, tmp_path) as places:
        fill(places, invented(sizes.middle, pairs=1))
        times = warm_states(places, questions.days(sizes.days))
    pairs = zip(times["PostgreSQL"], times["SQLite"], strict=True)
    served, own = (median(each) * 1e3 for each in times.values())
    how = f"{served:.3g} ms against {own:.3g} ms"
    of = f"{sizes.middle:,} events of one relationship"
    board.note(POSTGRES_STATE, of, median(there / here for there, here in pairs), how)


def _events(engine: TimelineEngine) -> int:
    return sum(1 for _ in engine.events())


def _states(engine: TimelineEngine) -> object:
    return engine.replay(StateProjection(), on=LAST)


@pytest.mark.parametrize("length", ["middle", "long"])
def test_replay(board: Board, server: Server, sizes: Sizes, tmp_path: Path, length: str) -> None:
    """Of an engine that has just been opened."""
    count: int = getattr(sizes, length)
    with both(server, tmp_path) as places:
        fill(places, invented(count))
        for limit, replay in ((POSTGRES_EVENTS, _events), (POSTGRES_REPLAY, _states)):
            rounds = [_replayed(places, replay) for _ in range(min(3, sizes.rounds))]
            served, own = (median(each) / count * 1e6 for each in zip(*rounds, strict=True))
            how = f"{served:.3g} µs an event against {own:.3g} µs"
            ratio = median(here / there for there, here in rounds)
            board.note(limit, f"{count:,} events", ratio, how)


def _replayed(places: Places, replay: Callable[[TimelineEngine], object]) -> tuple[float, ...]:
    """Seconds by the clock that each takes for a replay, the file's the last."""
    times: list[float] = []
    answers: list[object] = []
    for place in places.values():
        with comity.open(place) as engine:
            seconds, answer = timed(partial(replay, engine), perf_counter)
        times.append(seconds)
        answers.append(answer)
    assert answers[0] == answers[1]
    return tuple(times)
