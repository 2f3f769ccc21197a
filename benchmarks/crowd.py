"""Writers, readers and listeners at work at once, each a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

import comity
from benchmarks.contestants import ours
from benchmarks.facts import SEED
from benchmarks.facts.invented import invented
from comity import Event, TimelineEngine

ROOT = Path(__file__).parents[1]
PAIRS = 20
"""The relationships about which each writer writes: all write about the same."""
Task = Generator[None, None, Any]
"""It makes ready, yields, then does what is measured, and answers."""


def own_events(number: int, count: int) -> list[Event]:
    """The events of one writer, which no other one has."""
    return list(ours.events(invented(count, PAIRS, SEED + number), f"writer-{number}"))


def write(address: str, first: int, writers: int, count: int) -> Task:
    """Append events one by one, in so many threads of one engine; when it began, and ended.

    `first` is the number of the first writer. Each has appended one event before it begins.
    """
    batches = [own_events(first + number, count + 1) for number in range(writers)]
    with comity.open(address) as engine, ThreadPoolExecutor(writers) as pool:
        append = partial(_append_each, engine)
        list(pool.map(append, (events[:1] for events in batches)))
        yield
        start = monotonic()
        list(pool.map(append, (events[1:] for events in batches)))
        return start, monotonic()


def _append_each(engine: TimelineEngine, events: Sequence[Event]) -> None:
    for event in events:
        engine.append(event)


def tail(address: str, last: int) -> Task:
    """Read the log live up to a position; the positions that came, in their order."""
    with comity.open(address) as engine, engine.subscribe() as subscription:
        yield
        return [record.position for record in islice(subscription, last)]


def hear(address: str, after: int, count: int) -> Task:
    """Hear of so many events; the moment of each."""
    with comity.open(address) as engine, engine.subscribe(after) as subscription:
        yield
        return [monotonic() for _ in islice(subscription, count)]


TASKS: dict[str, Callable[..., Task]] = {"write": write, "tail": tail, "hear": hear}


class Worker:
    """A task in a process of its own, which is ready when it is entered; a context manager."""

    def __init__(self, task: str, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.crowd", task, json.dumps(arguments)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._process as process:
            if error is not None:
                process.kill()

    def wait_until_ready(self) -> None:
        """Wait until it has made ready."""
        assert self._line() == "ready"

    def begin(self) -> None:
        """Tell it to begin."""
        assert self._process.stdin is not None
        self._process.stdin.write("begin\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """What it answers at its end."""
        return json.loads(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "a worker has failed: see what it wrote"
        return line


def _main(name: str, arguments: str) -> None:
    task = TASKS[name](*json.loads(arguments))
    next(task)
    print("ready", flush=True)
    assert sys.stdin.readline() == "begin\n"
    try:
        next(task)
    except StopIteration as end:
        print(json.dumps(end.value), flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
