"""A server that is killed, restarted and failed over: nothing is lost or read twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from random import Random

import pytest

import comity
from comity import StateProjection, TimelineEngine
from tests.effort import PATIENCE, TORTURE, UNMEASURED, rounds
from tests.folding import from_the_start
from tests.processes import ROOT, environment, processes
from tests.recording import meeting
from tests.servers import Cluster

pytestmark = UNMEASURED
WRITERS = 8
QUICK = {"wal_retrieve_retry_interval": "100ms"}
"""The replica follows soon after its primary is there again."""
PROCESSES = 8 if TORTURE else 2
WRITING = """
import threading
from itertools import count
from comity.domain.errors import StoreBusy, StoreUnreachable
name, threads = name.split()
pairs = (("PAK", "RUS"), ("RUS", "CHN"), ("CHN", "IND"))
stop, said, errors = threading.Event(), [], []

def write(writer):
    for number in count():
        event = meeting(f"{name}-{writer}-{number}", parties=pairs[number % 3])
        while True:
            try:
                receipt = engine.append(event)
            except (StoreBusy, StoreUnreachable) as error:
                errors.append(type(error).__name__)
            else:
                break
        said.append((receipt.positions[0], event.id))
        if stop.is_set():
            break

begin()
with comity.open(path) as engine:
    writers = [threading.Thread(target=write, args=(each,)) for each in range(int(threads))]
    for writer in writers:
        writer.start()
    sys.stdin.readline()
    stop.set()
    for writer in writers:
        writer.join()
print(*errors)
for position, id in said:
    print(position, id)
"""
READING = """
begin()
said = []
with comity.open(path) as engine, engine.subscribe() as subscription:
    for record in subscription:
        said.append((record.position, record.event.id))
        if record.event.id == meeting("last").id:
            break
for position, id in said:
    print(position, id)
"""


@contextmanager
def running(address: str) -> Generator[subprocess.Popen[str]]:
    """Run `comity run` on a store, until the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "comity", "run", "state", "--store", address],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment(),
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


def pairs(lines: list[str]) -> list[tuple[int, str]]:
    """Return positions and ids as a process has told them."""
    return [(int(position), id) for position, id in map(str.split, lines)]


def wait_for_more(engine: TimelineEngine, events: int = 60) -> None:
    """Wait until so many events more are recorded."""
    wanted, deadline = engine.position + events, time.monotonic() + PATIENCE
    while engine.position < wanted:
        assert time.monotonic() < deadline, "nobody writes"
        time.sleep(0.02)


def crash(cluster: Cluster) -> None:
    cluster.crash()
    cluster.start()


def restart_fast(cluster: Cluster) -> None:
    cluster.restart("fast")


def restart_at_once(cluster: Cluster) -> None:
    cluster.restart("immediate")


def fail_over(cluster: Cluster) -> None:
    cluster.crash()
    cluster.promote()


@pytest.mark.parametrize("seed", range(rounds(1)))
def test_writers_a_reader_and_a_projection_survive_whatever_happens_to_the_server(
    seed: int,
) -> None:
    names = [f"writer{number} {WRITERS // PROCESSES}" for number in range(PROCESSES)]
    failures = Random(seed).sample([crash, restart_fast, restart_at_once], 3)
    with Cluster(sync_replica=True, settings=QUICK) as cluster:
        address = cluster.address("both")
        with (
            comity.open(address) as engine,
            running(address) as run,
            processes(READING, address, "reader") as [reader],
            processes(WRITING, address, *names) as writers,
        ):
            for failure in (*failures, fail_over):
                wait_for_more(engine)
                failure(cluster)
            wait_for_more(engine)
            for writer in writers:
                writer.begin()
            written = [pair for writer in writers for pair in pairs(writer.lines()[1:])]
            engine.append(meeting("last"))
            log = [(record.position, record.event.id) for record in engine.events()]
            state = engine.materialize(StateProjection())
            assert state.wait(timeout=PATIENCE)
            assert state.answers() == from_the_start(engine, StateProjection(), None)
            assert pairs(reader.lines()) == log
            check_run(run)
    assert [position for position, _ in log] == list(range(1, len(log) + 1))
    assert sorted(written) == log[:-1]


def check_run(run: subprocess.Popen[str]) -> None:
    """Check that `comity run` is alive, has complained of nothing, and ends when it is told to."""
    assert run.poll() is None
    run.send_signal(signal.SIGTERM)
    _, errors = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0
    assert "Traceback" not in errors
    assert "running, at position" in errors
