"""An interrupt may come at any bytecode to one of those who append at once: the others go on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

from comity import TimelineEngine
from comity.adapters.storage.sqlite import SQLiteStore
from comity.engine.batch import Receipt
from tests.effort import PATIENCE, UNMEASURED, rounds, wait_for_end
from tests.grouped import held_up, wait_until, waiting
from tests.interrupting import interrupted
from tests.recording import engine_on, meeting

pytestmark = UNMEASURED


@pytest.mark.parametrize("place", range(3))
def test_wherever_an_interrupt_comes_to_one_of_a_group_the_others_are_recorded_once(
    tmp_path: Path, place: int
) -> None:
    dice, names = random.Random(place), count()
    with engine_on(SQLiteStore(tmp_path / "relations.db", lock_timeout=PATIENCE)) as engine:
        most = in_a_group(engine, place, 10**9, names)
        for low in range(0, most, max(1, most // rounds(30))):
            in_a_group(engine, place, dice.randrange(low, low + max(1, most // rounds(30))), names)


def in_a_group(engine: TimelineEngine, place: int, at: int, names: Iterator[int]) -> int:
    """Append from three threads at once, and interrupt one of them at a bytecode.

    Returns how many it executed.
    """
    name, before = f"{at}-{next(names)}", engine.position
    given, threads = dict[str, Receipt](), list[Thread]()

    def append(own: str) -> None:
        given[own] = engine.append(meeting(own))

    def begin(others: Sequence[int]) -> None:
        for other in others:
            threads.append(Thread(target=append, args=(f"{name}{other}",), daemon=True))
            number = waiting(engine)
            threads[-1].start()
            wait_until(lambda number=number: waiting(engine) > number)  # type: ignore[misc]

    def release(go: Flag) -> None:
        wait_until(lambda: waiting(engine) == place + 2 or has_ended.is_set())
        begin(range(place + 1, 3))
        go.set()

    has_ended = Flag()
    with held_up(engine, f"{name}first") as go:
        begin(range(place))
        releasing = Thread(target=release, args=(go,), daemon=True)
        releasing.start()
        executed = interrupted(lambda: append(f"{name}{place}"), at, has_ended.set)
        wait_for_end(releasing)
    wait_for_end(*threads)
    log = {record.id: record.position for record in engine.events(after=before)}
    own = meeting(f"{name}{place}").id
    assert log.keys() - {own} == {meeting(f"{name}{n}").id for n in ("first", *range(3))} - {own}
    for receipt in given.values():
        assert not receipt.duplicates
        assert receipt.positions == (log[receipt.ids[0]],)
    assert len(given) >= 2
    assert engine.append(meeting(f"{name}after")).positions == (before + len(log) + 1,)
    return executed
