"""A projection that is killed while it catches up or is rebuilt loses and repeats nothing."""

from __future__ import annotations

import random
import time

import pytest

import comity
from comity import StatementMade, TimelineEngine
from comity.domain.events import Event
from tests.effort import PATIENCE, rounds
from tests.folding import closely, from_the_start
from tests.processes import Process

CLOSELY = closely(5, 20)
SCRIPT = """
from tests.integration.test_kills import CLOSELY, EventIds, NewerEventIds
begin()
with comity.open(path, settings=CLOSELY) as engine:
    print("begun", flush=True)
    if name == "run":
        engine.run(EventIds())
    while True:
        engine.materialize(EventIds()) if name == "materialize" else engine.rebuild(NewerEventIds())
        if name == "materialize":
            engine.delete_projection("event-ids")
"""


class EventIds:
    """The ids of all events, in order."""

    name = "event-ids"
    version = 1

    def initial(self) -> list[str]:
        return []

    def evolve(self, state: list[str], event: Event) -> list[str]:
        return [*state, event.id]


class NewerEventIds(EventIds):
    """The same projection in a newer version."""

    version = 2


def said(number: int) -> Event:
    """Of many days, so that most come late; some have rivals and some are of other parties."""
    dice = random.Random(number)
    other = dice.choice(("RUS", "IND", "CHN"))
    day = f"20{dice.randrange(10, 24)}-{dice.randrange(1, 13):02}"
    happening = f"h{dice.randrange(40)}" if dice.random() < 0.3 else ""
    return StatementMade(
        by="PAK", parties=("PAK", other), when=day, text=str(number), happening=happening
    )


def record(engine: TimelineEngine, numbers: range) -> None:
    """Append a few events, and now and then retract one."""
    receipt = engine.append(*map(said, numbers))
    if numbers.start % 3 == 0:
        engine.retract(receipt.ids[0], "mistaken")


@pytest.mark.parametrize("doing", ["run", "materialize", "rebuild"])
@pytest.mark.parametrize("seed", range(rounds(2)))
def test_after_a_kill_a_materialized_projection_answers_as_a_replay(
    lasting_address: str, doing: str, seed: int
) -> None:
    dice = random.Random(f"{doing}{seed}")
    with comity.open(lasting_address) as engine:
        record(engine, range(150))
        engine.materialize(EventIds())
        for start in range(150, 210, 15):
            process = Process(SCRIPT, lasting_address, doing)
            assert process.line() == "ready"
            process.begin()
            assert process.line() == "begun"
            until = time.monotonic() + dice.uniform(0, 0.25)
            numbers = iter(range(start, start + 15, 5))
            while time.monotonic() < until:
                if number := next(numbers, 0):
                    record(engine, range(number, number + 5))
            process.kill()
            current = [projection.version for projection in engine.projections() if projection.live]
            projection = NewerEventIds() if current == [2] else EventIds()
            assert engine.materialize(projection).answers() == from_the_start(
                engine, projection, None
            )
            assert [projection.lag for projection in engine.projections() if projection.live] == [0]
        record(engine, range(300, 305))
        newer = NewerEventIds()
        assert engine.rebuild(newer).answers() == from_the_start(engine, newer, None)
        assert [(projection.version, projection.live) for projection in engine.projections()] == [
            (2, True)
        ]


FOLLOWING = """
import threading
from tests.integration.test_kills import EventIds
stop = threading.Event()
begin()
with comity.open(path) as engine:
    threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
    print("begun", flush=True)
    engine.run(EventIds(), stop=stop)
    print(engine.projections()[0].lag, flush=True)
"""


def test_two_that_run_at_once_share_the_work_and_repeat_none_of_it(lasting_address: str) -> None:
    with comity.open(lasting_address) as engine:
        record(engine, range(50))
        engine.materialize(EventIds())
        processes = [Process(FOLLOWING, lasting_address, name) for name in ("a", "b")]
        for process in processes:
            assert process.line() == "ready"
            process.begin()
            assert process.line() == "begun"
        for start in range(50, 150, 5):
            record(engine, range(start, start + 5))
        assert engine.materialize(EventIds()).wait(timeout=PATIENCE)
        for process in processes:
            process.begin()
            assert process.lines() == ["0"]
        assert engine.materialize(EventIds()).answers() == from_the_start(engine, EventIds(), None)
