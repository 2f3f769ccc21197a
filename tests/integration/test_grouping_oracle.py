"""Threads that append at once get what some order gives in which they append one after another."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, Thread

import pytest

import comity
from comity import TimelineEngine
from comity.domain.errors import IdConflict, Refused, VersionConflict
from comity.domain.events import Event, MeetingHeld
from comity.engine.batch import Receipt
from tests.effort import PATIENCE, rounds, wait_for_end

THREADS = 6
PAIRS = (("PAK", "RUS"), ("IND", "RUS"))
Answer = tuple[object, ...]


@dataclass(frozen=True)
class Append:
    """What a thread appends: events, and the version that it expects of a relationship."""

    events: tuple[Event, ...]
    expected: dict[str, int] | None

    def made(self, engine: TimelineEngine) -> Answer:
        """Append, and return what the engine answers."""
        try:
            receipt = engine.append(*self.events, expected_version=self.expected)
        except Refused as refusal:
            return told(refusal)
        return told(receipt)


def told(answer: Receipt | Refused) -> Answer:
    """Return all that is said of an append."""
    if isinstance(answer, Receipt):
        return (answer.positions, answer.versions, answer.ids, answer.duplicates)
    return (type(answer).__name__, *sorted(map(str, vars(answer).items())))


@dataclass
class Oracle:
    """A log as a list; it appends one after another, in the plainest way."""

    log: list[Event] = field(default_factory=list[Event])

    def place(self, event: Event) -> tuple[int, int]:
        """The position and the version of an event of the log."""
        position = [known.id for known in self.log].index(event.id) + 1
        versions = Counter(known.relationship for known in self.log[:position])
        return position, versions[event.relationship]

    def append(self, asked: Append) -> Answer:
        """Return what an append is told; a refused one adds nothing."""
        before, duplicates = list(self.log), list[str]()
        for event in asked.events:
            known = [each for each in self.log if each.id == event.id]
            if known and known[0] != event:
                position, _ = self.place(event)
                self.log = before
                return told(IdConflict(event.id, position))
            duplicates += [event.id] * len(known)
            self.log += [] if known else [event]
        for name, version in (asked.expected or {}).items():
            current = sum(known.relationship == name for known in before)
            if current != version and len(self.log) > len(before):
                self.log = before
                return told(VersionConflict(name, version, current))
        places = [self.place(event) for event in asked.events]
        ids = tuple(event.id for event in asked.events)
        return (*zip(*places, strict=True), ids, tuple(duplicates))


def is_serial(log: Sequence[Event], lives: Sequence[Sequence[tuple[Append, Answer]]]) -> bool:
    """Whether the threads' appends can be put in one order that gives these answers and this log.

    An append that adds something has its place by the log. One that adds nothing changes nothing
    for the others, so it may come as soon as its thread's turn is there and its answer is right.
    """
    oracle, rest = Oracle(), [list(life) for life in lives]
    while True:
        for life in rest:
            while life and adds_nothing(oracle, *life[0]):
                life.pop(0)
        if not any(rest):
            return oracle.log == list(log)
        if not any(adds_next(oracle, *life[0], log) and life.pop(0) for life in rest if life):
            return False


def adds_nothing(oracle: Oracle, asked: Append, answer: Answer) -> bool:
    """Whether an append now gives this answer and adds nothing."""
    trial = Oracle(list(oracle.log))
    return trial.append(asked) == answer and trial.log == oracle.log


def adds_next(oracle: Oracle, asked: Append, answer: Answer, log: Sequence[Event]) -> bool:
    """Append, if that now gives this answer and what comes next in the log."""
    trial = Oracle(list(oracle.log))
    is_next = trial.append(asked) == answer and trial.log == list(log[: len(trial.log)])
    if is_next:
        oracle.log = trial.log
    return is_next


def asked_for(dice: random.Random) -> Iterator[Append]:
    """Return what a thread appends: few events and versions, so that the threads collide."""
    for _ in range(12):
        events = tuple(
            MeetingHeld(
                meeting=dice.choice("xyz"), id=f"m{dice.randrange(40)}", when="2023-06-20",
                parties=dice.choice(PAIRS),
            )
            for _ in range(dice.choice((1, 1, 1, 2, 3)))
        )  # fmt: skip
        names = {event.relationship for event in events}
        expects = dice.random() < 0.3
        yield Append(events, {name: dice.randrange(12) for name in names} if expects else None)


def lived(engine: TimelineEngine, dice: random.Random) -> list[list[tuple[Append, Answer]]]:
    """Let threads append at once; what each asked for and was told."""
    lives: list[list[tuple[Append, Answer]]] = [[] for _ in range(THREADS)]
    plans = [list(asked_for(dice)) for _ in lives]
    together = Barrier(THREADS, timeout=PATIENCE)

    def live(place: int) -> None:
        together.wait()
        for asked in plans[place]:
            lives[place].append((asked, asked.made(engine)))

    threads = [Thread(target=live, args=(place,), daemon=True) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    wait_for_end(*threads)
    assert [len(life) for life in lives] == [len(plan) for plan in plans]
    return lives


def check_lives(address: str, seed: int) -> None:
    """Check what threads are told, and the log that they made."""
    with comity.open(address) as engine:
        lives = lived(engine, random.Random(seed))
        records = list(engine.events())
        assert engine.verify().ok
    assert [record.position for record in records] == list(range(1, len(records) + 1))
    assert [record.recorded_at for record in records] == sorted(r.recorded_at for r in records)
    assert is_serial([record.event for record in records], lives)


@pytest.mark.parametrize("seed", range(rounds(4)))
def test_what_threads_are_told_is_so_in_some_order_one_after_another(
    tmp_path: Path, seed: int
) -> None:
    check_lives(str(tmp_path / "relations.db"), seed)


@pytest.mark.parametrize("seed", range(rounds(2)))
def test_the_same_holds_on_a_server(postgres_address: str, seed: int) -> None:
    check_lives(postgres_address, seed)


@pytest.mark.parametrize("seed", range(rounds(2)))
def test_the_same_holds_in_memory(seed: int) -> None:
    check_lives(":memory:", seed)


def test_the_oracle_notices_an_answer_that_no_order_gives(tmp_path: Path) -> None:
    with comity.open(tmp_path / "relations.db") as engine:
        lives = lived(engine, random.Random(7))
        log = [record.event for record in engine.events()]
    assert is_serial(log, lives)
    [asked, (_, *rest)], *others = lives[0]
    assert not is_serial(log, [[(asked, ((0,), *rest)), *others], *lives[1:]])
    assert not is_serial(log[1:], lives)
