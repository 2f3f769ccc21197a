"""Readers at the end of the log, under many processes that write: they miss nothing."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread

import comity
from comity import TimelineEngine
from comity.domain.recorded import Recorded
from tests.effort import TORTURE, UNMEASURED, wait_for_end
from tests.processes import processes
from tests.recording import meeting

pytestmark = UNMEASURED
WRITERS = 6
PROCESSES = 6 if TORTURE else 3
EVENTS = 30_000 if TORTURE else 3_000
WRITING = """
import threading
name, events, threads = name.split()
numbers = iter(range(int(events)))

def write():
    while True:
        with turns:
            batch = [number for _, number in zip(range(1 + next(sizes) % 9), numbers)]
        if not batch:
            break
        engine.append(*[meeting(f"{name}-{number}") for number in batch])

begin()
turns, sizes = threading.Lock(), iter(range(10**9))
with comity.open(path) as engine:
    writers = [threading.Thread(target=write) for _ in range(int(threads))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
"""


@contextmanager
def writing(address: str) -> Generator[None]:
    """Let processes write all events, some at a time, during the block."""
    rest = f"{EVENTS // PROCESSES} {WRITERS // PROCESSES}"
    names = [f"writer{number} {rest}" for number in range(PROCESSES)]
    with processes(WRITING, address, *names) as writers:
        yield
        for writer in writers:
            writer.lines()


def subscribed(engine: TimelineEngine, read: list[Recorded]) -> None:
    with engine.subscribe() as subscription:
        for record in subscription:
            read.append(record)
            if record.position == EVENTS:
                return


def polled(engine: TimelineEngine, read: list[Recorded]) -> None:
    while len(read) < EVENTS:
        read.extend(engine.events(after=read[-1].position if read else 0))
        time.sleep(0.001)


def test_a_subscriber_and_a_reader_that_polls_miss_nothing_under_many_writers(
    postgres_address: str,
) -> None:
    with comity.open(postgres_address) as engine:
        heard, found = list[Recorded](), list[Recorded]()
        readers = [
            Thread(target=subscribed, args=(engine, heard)),
            Thread(target=polled, args=(engine, found)),
        ]
        with writing(postgres_address):
            for reader in readers:
                reader.start()
        wait_for_end(*readers)
        log = list(engine.events())
    assert [record.position for record in log] == list(range(1, EVENTS + 1))
    assert {record.event.id for record in log} == {
        meeting(f"writer{writer}-{number}").id
        for writer in range(PROCESSES)
        for number in range(EVENTS // PROCESSES)
    }
    assert heard == log
    assert found == log
