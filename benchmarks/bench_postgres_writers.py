"""Many at once on PostgreSQL: eight writers with a reader beside them, and one who listens."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from statistics import median, quantiles
from time import monotonic, sleep
from typing import cast

import comity
from benchmarks.crowd import Worker, own_events
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Result
from benchmarks.scoring.limits import POSTGRES_HEARD, POSTGRES_THREADS, POSTGRES_WRITERS
from benchmarks.server import Server, connected, rows
from benchmarks.sizes import Sizes
from comity import TimelineEngine

WRITERS = 8
_IDLE = 1.0
"""Seconds in which a listener that has nothing to hear asks the server nothing."""


def _rate(server: Server, processes: int, threads: int, count: int) -> float:
    """Events a second that writers append, `count` each, while a reader follows them."""
    writers = processes * threads
    with server.schema() as address, ExitStack() as work:
        with comity.open(address):
            pass
        last = writers * (count + 1)
        reader = work.enter_context(Worker("tail", address, last))
        workers = [
            work.enter_context(Worker("write", address, first, threads, count))
            for first in range(0, writers, threads)
        ]
        for worker in (reader, *workers):
            worker.wait_until_ready()
        for worker in (reader, *workers):
            worker.begin()
        times = cast("list[tuple[float, float]]", [worker.answer() for worker in workers])
        assert reader.answer() == list(range(1, last + 1))
        assert rows(address) == last
    took = max(end for _, end in times) - min(start for start, _ in times)
    return writers * count / took


def test_eight_writers(board: Board, server: Server, sizes: Sizes) -> None:
    """In turn: one process, eight processes, eight threads of one engine."""
    rate = partial(_rate, server)
    count = sizes.single * 2
    writers = 2 if sizes.name == "tiny" else WRITERS
    rounds = [
        (
            rate(1, 1, count * 2),
            rate(writers, 1, count),
            rate(1, writers, count),
        )
        for _ in range(sizes.rounds)
    ]
    one, processes, threads = (median(rates) for rates in zip(*rounds, strict=True))
    of = f"{count} events each, a reader beside them"
    how = f"{processes:,.0f} events a second against {one:,.0f}"
    board.note(POSTGRES_WRITERS, of, median(many / one for one, many, _ in rounds), how)
    how = f"{threads:,.0f} events a second against {one:,.0f}"
    board.note(POSTGRES_THREADS, of, median(many / one for one, _, many in rounds), how)


def _last_words(address: str) -> list[object]:
    """When each of comity's sessions was last asked something."""
    with connected(address) as connection:
        found = connection.execute(
            "SELECT pid, state_change FROM pg_stat_activity WHERE application_name = 'comity'"
        )
        return sorted(found.fetchall())


def test_a_subscriber_hears_of_an_append(board: Board, server: Server, sizes: Sizes) -> None:
    """From the call of `append` on, so its own time is part of it."""
    count = sizes.single * 2
    with server.schema() as address, comity.open(address) as engine:
        events = own_events(0, count + 1)
        engine.append(events[0])
        with Worker("hear", address, 1, count) as listener:
            listener.wait_until_ready()
            listener.begin()
            sleep(0.2)  # until it waits
            before = _last_words(address)
            sleep(_IDLE)
            assert _last_words(address) == before, "who waits must not ask"
            appended = [_appended(engine, event) for event in events[1:]]
            heard = cast("list[float]", listener.answer())
    times = [at - start for at, (start, _) in zip(heard, appended, strict=True)]
    after = median(at - end for at, (_, end) in zip(heard, appended, strict=True))
    how = (
        f"95 % within {quantiles(times, n=20)[-1] * 1e3:.1f} ms; {after * 1e3:.1f} ms after its end"
    )
    board.note(POSTGRES_HEARD, f"{count} events", median(times) * 1e3, how)
    board.results.append(
        Result("to be heard in another process", f"{count} events", {"comity": times})
    )


def _appended(engine: TimelineEngine, event: comity.Event) -> tuple[float, float]:
    """When an append began and when it had ended; then there is a pause."""
    start = monotonic()
    engine.append(event)
    end = monotonic()
    sleep(0.02)
    return start, end
