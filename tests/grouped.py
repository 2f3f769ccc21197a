"""Groups of appends: threads that append at once, so that they share a transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event as Flag
from threading import Thread

from comity.engine import TimelineEngine
from tests.effort import PATIENCE, wait_for_end
from tests.recording import meeting


def waiting(engine: TimelineEngine) -> int:
    """Return how many appends are on their way."""
    return len(engine._grouping._queue)  # pyright: ignore[reportPrivateUsage]


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it has not come about"
        time.sleep(0.0005)


@contextmanager
def held_up(engine: TimelineEngine, name: str) -> Generator[Flag]:
    """Let all appends wait behind one, which waits for the store, until the flag is set.

    So those that come meanwhile make one group. The flag is set at the end, too.
    """
    held, go = Flag(), Flag()

    def hold() -> None:
        with engine._store.writing():  # pyright: ignore[reportPrivateUsage]
            held.set()
            go.wait(PATIENCE)

    threads = [Thread(target=hold, daemon=True),
               Thread(target=engine.append, args=(meeting(name),), daemon=True)]  # fmt: skip
    threads[0].start()
    assert held.wait(PATIENCE)
    threads[1].start()
    wait_until(lambda: waiting(engine) == 1)
    try:
        yield go
    finally:
        go.set()
        wait_for_end(*threads)


def together(engine: TimelineEngine, *works: Callable[[], object]) -> list[object]:
    """Do works, each of which appends once, in one group, in this order; what each gave or raised.

    An append named "first" comes before them.
    """
    outcomes: list[object] = [None] * len(works)

    def do(place: int) -> None:
        try:
            outcomes[place] = works[place]()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcomes[place] = error

    threads = [Thread(target=do, args=(place,), daemon=True) for place in range(len(works))]
    with held_up(engine, "first"):
        for number, thread in enumerate(threads, 2):
            thread.start()
            wait_until(lambda number=number: waiting(engine) == number)  # type: ignore[misc]
    wait_for_end(*threads)
    return outcomes


def appends(engine: TimelineEngine, names: Sequence[str]) -> list[Callable[[], object]]:
    """Return works that append a meeting each."""
    return [partial(engine.append, meeting(name)) for name in names]
