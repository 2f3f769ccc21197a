"""An interrupt may come at any bytecode: the engine goes on, and nobody is held up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Event as Flag

import pytest

import comity
from comity import StateProjection, TimelineEngine
from comity.adapters.storage.sqlite import SQLiteStore
from tests.effort import PATIENCE, UNMEASURED, rounds
from tests.integration.test_kills import EventIds, NewerEventIds
from tests.interrupting import bytecodes, interrupted
from tests.recording import engine_on, meeting
from tests.stores import LASTING, a_store, every_store, impatient

pytestmark = UNMEASURED
Work = Callable[[TimelineEngine, str], object]


def run_once(engine: TimelineEngine, name: str) -> None:
    engine.append(meeting(name))
    stop = Flag()
    engine.run(EventIds(), stop=stop, progress=lambda _: stop.set())


WORKS: dict[str, Work] = {
    "append": lambda engine, name: engine.append(meeting(f"{name}a"), meeting(f"{name}b")),
    "strict": lambda engine, name: engine.append(
        meeting(f"{name}a"), meeting(f"{name}b"), strict=True
    ),
    "extend": lambda engine, name: engine.extend(
        [meeting(f"{name}a"), meeting(f"{name}b"), meeting(f"{name}c")], batch_size=2
    ),
    "retract": lambda engine, name: engine.retract(next(engine.events()).event.id, name),
    "correct": lambda engine, name: engine.correct(
        next(engine.events()).event.id, meeting(f"{name}a"), name
    ),
    "state": lambda engine, name: engine.state("PAK", "RUS", on="2023-12-31"),
    "world": lambda engine, name: list(engine.world_each(on="2023-12-31")),
    "events": lambda engine, name: list(engine.events()),
    "materialize": lambda engine, name: engine.materialize(EventIds()).answers(),
    "rebuild": lambda engine, name: engine.rebuild(NewerEventIds()),
    "run": lambda engine, name: run_once(engine, f"{name}a"),
    "subscribe": lambda engine, name: subscribed(engine),
    "replay": lambda engine, name: engine.replay(StateProjection(), on="2023-12-31"),
}


def subscribed(engine: TimelineEngine) -> None:
    with engine.subscribe() as subscription:
        next(subscription)


def points(most: int, number: int, dice: random.Random) -> Iterator[int]:
    """Return so many bytecodes at which to interrupt, spread over all of them."""
    for at in range(number):
        low, high = most * at // number, most * (at + 1) // number
        yield dice.randrange(low, max(high, low + 1)) + 1


@every_store
@pytest.mark.parametrize("doing", WORKS)
def test_wherever_an_interrupt_comes_the_engine_goes_on_and_so_do_others(
    store: str, doing: str
) -> None:
    work, dice, names = WORKS[doing], random.Random(doing), count()
    # A writer that an interrupt has left in a transaction holds the others up for a short time.
    with a_store(store) as address, engine_on(impatient(address)) as engine:
        engine.append(*[meeting(f"first{number}") for number in range(3)])
        work(engine, f"{next(names)}")  # the first time does more than the others

        def once() -> None:
            work(engine, f"{next(names)}")

        for at in points(bytecodes(once), rounds(24), dice):
            name = f"{next(names)}"
            before = engine.position

            def go_on(name: str = name) -> None:
                engine.append(meeting(f"{name}after"))
                ids = [record.event.id for record in engine.events()]
                assert len(ids) == engine.position
                assert ids[-1] == meeting(f"{name}after").id
                assert engine.state("PAK", "RUS", on="2023-12-31").last_position == len(ids)

            interrupted(lambda name=name: work(engine, name), at, go_on)  # type: ignore[misc]
            check_recorded(engine, before, doing)
            if store in LASTING:
                with engine_on(impatient(address)) as other:
                    other.append(meeting(f"{name}other"))
                    assert list(other.events()) == list(engine.events())
        if store in LASTING:
            with comity.open(address) as other:
                assert [r.position for r in other.events()] == list(range(1, other.position + 1))


BATCHES = {"append": (0, 2), "strict": (0, 2), "extend": (0, 2, 3), "retract": (0, 1),
           "correct": (0, 2, 3), "run": (0, 1)}  # fmt: skip


def check_recorded(engine: TimelineEngine, before: int, doing: str) -> None:
    """Check that the log has the interrupted batch wholly or not at all, and what came after."""
    new = engine.position - before - 1
    assert new in BATCHES.get(doing, (0,))


def test_an_interrupt_while_a_thread_waits_for_its_turn_leaves_the_queue_to_the_others(
    tmp_path: Path,
) -> None:
    store = SQLiteStore(tmp_path / "relations.db", lock_timeout=PATIENCE)
    with engine_on(store) as engine:
        most = bytecodes(lambda: engine.append(meeting("before")))
        for at in range(1, most, max(1, most // rounds(20))):
            interrupted(
                lambda at=at: engine.append(meeting(f"m{at}")),  # type: ignore[misc]
                at,
                lambda: None,
            )
            engine.append(meeting(f"after{at}"))
