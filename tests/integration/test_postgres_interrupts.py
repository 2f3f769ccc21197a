"""Interrupts, forks and many threads on a server's store: nothing is left held or wrong."""

from __future__ import annotations

import random
import signal
import time
from itertools import count
from threading import Event, Thread

import pytest

import comity
from comity.adapters.storage.postgres import PostgresStore
from tests.effort import PATIENCE, UNMEASURED, rounds, wait_for_end
from tests.integration.test_interrupts import BATCHES, WORKS, points
from tests.interrupting import bytecodes, interrupted
from tests.processes import Process
from tests.recording import engine_on, meeting

pytestmark = UNMEASURED
DOING = ["append", "strict", "extend", "state", "events", "run", "subscribe"]


@pytest.mark.parametrize("doing", DOING)
def test_wherever_an_interrupt_comes_the_engine_goes_on_and_so_do_others(
    postgres_address: str, doing: str
) -> None:
    work, dice, names = WORKS[doing], random.Random(doing), count()
    # A writer that an interrupt has left in a transaction holds the others up for a short time.
    with (
        engine_on(PostgresStore(postgres_address, lock_timeout=5)) as engine,
        engine_on(PostgresStore(postgres_address, lock_timeout=5)) as other,
    ):
        engine.append(*[meeting(f"first{number}") for number in range(3)])
        work(engine, f"{next(names)}")  # the first time does more than the others
        for at in points(bytecodes(lambda: work(engine, f"{next(names)}")), rounds(6), dice):
            name = f"{next(names)}"
            before = engine.position

            def go_on(name: str = name) -> None:
                engine.append(meeting(f"{name}after"))
                assert engine.state("PAK", "RUS", on="2023-12-31").last_position == engine.position

            interrupted(lambda name=name: work(engine, name), at, go_on)  # type: ignore[misc]
            assert engine.position - before - 1 in BATCHES.get(doing, (0,))
            other.append(meeting(f"{name}other"))
        assert [r.position for r in other.events()] == list(range(1, engine.position + 1))


def test_more_threads_than_connections_wait_for_each_other(postgres_address: str) -> None:
    with comity.open(postgres_address) as engine:

        def work(number: int) -> None:
            for each in range(3):
                engine.append(meeting(f"{number}-{each}"))
                engine.state("PAK", "RUS", on="2023-12-31")
                assert len(list(engine.events())) >= each

        threads = [Thread(target=work, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        wait_for_end(*threads)
        assert [record.position for record in engine.events()] == list(range(1, 121))


FORKING = """
import gc, os
from comity import ForkedEngine
engine = comity.open(path)
engine.append(meeting("first"))
subscription = engine.subscribe()
next(subscription)
child = os.fork()
if not child:
    try:
        engine.append(meeting("child"))
    except ForkedEngine:
        with comity.open(path) as own:
            own.append(meeting("of the child"))
    engine.close()
    del engine, subscription
    gc.collect()
    sys.exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
print(*engine.append(meeting("second")).positions, next(subscription).position, engine.position)
"""


def test_a_forked_process_is_refused_and_its_end_harms_no_connection(postgres_address: str) -> None:
    assert Process(FORKING, postgres_address, "").lines() == ["3 2 3"]


LEFT_OPEN = """
engine = comity.open(path)
engine.append(meeting("first"))
subscription = engine.subscribe()
print(next(subscription).position)
"""


def test_an_engine_that_is_never_closed_ends_with_its_process_and_says_nothing(
    postgres_address: str,
) -> None:
    assert Process(LEFT_OPEN, postgres_address, "").lines() == ["1"]


WAITING = """
with comity.open(path) as engine:
    print("waiting", flush=True)
    try:
        engine.append(meeting("second"))
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    sys.stdin.readline()
    print(*engine.append(meeting("third")).positions)
"""


def test_ctrl_c_ends_the_wait_for_another_writer_at_once(postgres_address: str) -> None:
    holder, holds, goes_on = PostgresStore(postgres_address), Event(), Event()

    def hold() -> None:
        with holder.writing():
            holds.set()
            goes_on.wait(PATIENCE)

    thread = Thread(target=hold)
    thread.start()
    holds.wait()
    process = Process(WAITING, postgres_address, "")
    try:
        assert process.line() == "waiting"
        time.sleep(0.5)
        process.popen.send_signal(signal.SIGINT)
        assert process.line() == "interrupted"
    finally:
        goes_on.set()
    process.begin()
    assert process.lines() == ["1"]
    wait_for_end(thread)
    holder.close()
