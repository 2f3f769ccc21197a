"""Who is killed while building from an archive leaves the old build, and the next one is whole."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

import comity
from comity import TimelineEngine
from comity.adapters.archive.reading import ParquetArchive
from tests.effort import TORTURE, rounds
from tests.folding import from_the_start
from tests.integration.test_kills import CLOSELY, EventIds, NewerEventIds, record
from tests.processes import Process

BUILDING = """
import os, signal
from tests.integration.test_kills import CLOSELY, NewerEventIds
path, folder = path.split(" ")
left = int(name)

def dying(change):
    def call(*values, **options):
        look()
        changed = change(*values, **options)
        look()
        return changed
    return call

def look():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

begin()
with comity.open(path, settings=CLOSELY) as engine:
    kept = engine._store.projections
    for change in ("create", "commit", "promote"):
        setattr(kept, change, dying(getattr(kept, change)))
    engine.materialize(NewerEventIds(), archive=folder)
"""


def instants(folder: Path) -> tuple[int, int]:
    """The last look before a build takes over, and how many looks there are.

    One is before each change and one after it: the build is made, begun, filled part by part,
    takes over, and is caught up.
    """
    parts = sum(part.events > 0 for part in ParquetArchive(folder).parts("relationship"))
    return 2 * (2 + parts), 2 * (4 + parts)


def check_answers(engine: TimelineEngine, version: int) -> None:
    projection = EventIds() if version == 1 else NewerEventIds()
    assert engine.replay(projection) == from_the_start(engine, projection, None)


def builds(engine: TimelineEngine) -> list[tuple[int, bool]]:
    return [(status.version, status.live) for status in engine.projections()]


@pytest.mark.parametrize("seed", range(rounds(1)))
def test_a_build_that_is_killed_between_any_two_changes_leaves_the_old_one(
    lasting_address: str, seed: int, tmp_path: Path
) -> None:
    """What it leaves is listed as not live, and goes when the next build takes over."""
    with comity.open(lasting_address, settings=CLOSELY) as engine:
        record(engine, range(100))
        comity.archive(engine, tmp_path, files=3)
        record(engine, range(100, 110))
        promoting, last = instants(tmp_path)
        some = [1, *random.Random(seed).sample(range(2, last), 2)]
        for instant in range(last) if TORTURE else some:
            if builds(engine):
                engine.delete_projection("event-ids")
            engine.materialize(EventIds())
            process = Process(BUILDING, f"{lasting_address} {tmp_path}", str(instant))
            assert process.line() == "ready"
            process.begin()
            assert process.line() == ""
            process.kill()
            assert process.popen.returncode == -signal.SIGKILL
            if instant <= promoting:
                stray = [(2, False)] if instant >= 1 else []
                assert builds(engine) == [(1, True), *stray]
                check_answers(engine, 1)
            else:
                assert builds(engine) == [(2, True)]
            handle = engine.materialize(NewerEventIds(), archive=tmp_path)
            assert builds(engine) == [(2, True)]
            assert handle.answers() == from_the_start(engine, NewerEventIds(), None)


AGAIN = """
from tests.integration.test_kills import CLOSELY, NewerEventIds
path, folder = path.split(" ")
begin()
with comity.open(path, settings=CLOSELY) as engine:
    print("begun", flush=True)
    while True:
        engine.materialize(NewerEventIds(), archive=folder)
        engine.delete_projection("event-ids")
"""


@pytest.mark.parametrize("seed", range(rounds(1)))
def test_after_a_kill_at_any_moment_the_next_build_is_whole(
    lasting_address: str, seed: int, tmp_path: Path
) -> None:
    """While another process appends and one process builds and deletes in turn."""
    dice = random.Random(seed)
    with comity.open(lasting_address, settings=CLOSELY) as engine:
        record(engine, range(150))
        comity.archive(engine, tmp_path)
        for start in (150, 160):
            process = Process(AGAIN, f"{lasting_address} {tmp_path}", "again")
            assert process.line() == "ready"
            process.begin()
            assert process.line() == "begun"
            until = time.monotonic() + dice.uniform(0, 0.3)
            record(engine, range(start, start + 5))
            time.sleep(max(0, until - time.monotonic()))
            process.kill()
            check_answers(engine, 2)
            engine.materialize(NewerEventIds(), archive=tmp_path)
            assert builds(engine) == [(2, True)]
            check_answers(engine, 2)
