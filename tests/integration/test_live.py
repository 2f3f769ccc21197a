"""Subscriptions: every position once, in order and at once, from any process, to the end."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Queue

import pytest
from hypothesis import strategies as st

import comity
from comity import StatementMade
from comity.adapters.storage.sqlite import SQLiteStore
from comity.domain.errors import InvalidValue, StoreClosed, UnknownEventKind
from comity.domain.events import Event
from comity.engine.subscription import Subscription
from tests.effort import PATIENCE, wait_for_end
from tests.processes import Process
from tests.recording import engine_on, meeting
from tests.stores import STORES, a_store, every_store, examples_on, opened


def said(number: int) -> Event:
    return StatementMade(by="PAK", parties=("PAK", "RUS"), when="2020", text=str(number))


class Listener:
    """A thread that iterates a subscription and puts every position into a queue."""

    def __init__(self, subscription: Subscription) -> None:
        self.positions: Queue[int] = Queue()
        self.subscription = subscription
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        for record in self.subscription:
            self.positions.put(record.position)

    def next(self, count: int) -> list[int]:
        """The next positions that it receives."""
        return [self.positions.get(timeout=PATIENCE) for _ in range(count)]

    def ends(self) -> bool:
        """Whether the iteration ends without another position."""
        self.thread.join(PATIENCE)
        return not self.thread.is_alive() and self.positions.empty()


@every_store
def test_what_is_there_comes_first_and_then_what_is_recorded(store: str) -> None:
    with opened(store) as engine:
        engine.append(said(1), said(2), said(3))
        with engine.subscribe(after=1) as subscription:
            listener = Listener(subscription)
            assert listener.next(2) == [2, 3]
            engine.append(said(4))
            engine.append(said(5), said(6))
            assert listener.next(3) == [4, 5, 6]
        assert listener.ends()


@every_store
def test_only_the_given_kinds_come(store: str) -> None:
    with opened(store) as engine, engine.subscribe(kinds="meeting-held") as subscription:
        listener = Listener(subscription)
        engine.append(said(1), meeting("m1"))
        assert listener.next(1) == [2]
        engine.append(said(2))
        engine.append(said(3), meeting("m2"), said(4))
        assert listener.next(1) == [5]
        subscription.stop()
        assert listener.ends()


@every_store
def test_a_stopped_subscription_ends_also_in_the_middle_and_for_good(store: str) -> None:
    with opened(store) as engine:
        engine.append(said(1), said(2))
        subscription = engine.subscribe()
        assert next(subscription).position == 1
        subscription.stop()
        subscription.stop()
        assert list(subscription) == []


@every_store
def test_closing_the_engine_ends_its_subscriptions(store: str) -> None:
    with a_store(store) as address:
        engine = comity.open(address)
        listeners = [Listener(engine.subscribe()) for _ in range(3)]
        engine.append(said(1))
        assert [listener.next(1) for listener in listeners] == [[1]] * 3
        engine.close()
        assert all(listener.ends() for listener in listeners)
        with pytest.raises(StoreClosed):
            engine.subscribe()


@every_store
@pytest.mark.parametrize("after", [-1, "1", None, 1.5, True])
def test_what_is_no_position_is_refused(store: str, after: int) -> None:
    with opened(store) as engine:
        with pytest.raises(InvalidValue):
            engine.subscribe(after=after)
        with pytest.raises(UnknownEventKind):
            engine.subscribe(kinds="meeting-hold")


def test_another_engine_of_the_process_wakes_it_at_once(tmp_path: Path) -> None:
    """Also by another spelling of the path, and with the looking at other processes put off."""
    path = tmp_path / "relations.db"
    with (
        engine_on(SQLiteStore(path, look_every=2 * PATIENCE)) as engine,
        comity.open(tmp_path / "." / ".." / tmp_path.name / "relations.db") as other,
        engine.subscribe() as subscription,
    ):
        listener = Listener(subscription)
        for number in range(1, 6):
            other.append(said(number))
            assert listener.next(1) == [number]


def test_another_engine_wakes_it(lasting_address: str) -> None:
    with (
        comity.open(lasting_address) as engine,
        comity.open(lasting_address) as other,
        engine.subscribe() as subscription,
    ):
        listener = Listener(subscription)
        for number in range(1, 6):
            other.append(said(number))
            assert listener.next(1) == [number]


WRITING = """
begin()
with comity.open(path) as engine:
    for number in range(20):
        engine.append(meeting(f"{name}-{number}"))
print("done", flush=True)
"""


def test_what_other_processes_record_comes_once_each_and_in_order(lasting_address: str) -> None:
    with comity.open(lasting_address) as engine, engine.subscribe() as subscription:
        listener = Listener(subscription)
        processes = [Process(WRITING, lasting_address, name) for name in ("a", "b")]
        for process in processes:
            assert process.line() == "ready"
        for process in processes:
            process.begin()
        engine.append(*[said(number) for number in range(10)])
        assert listener.next(50) == list(range(1, 51))
        for process in processes:
            assert process.line() == "done"
            process.lines()
        subscription.stop()
        assert listener.ends()


@examples_on(
    STORES, 25,
    batches=st.lists(st.integers(1, 5), min_size=1, max_size=6), after=st.integers(0, 10),
)  # fmt: skip
def test_while_threads_write_no_position_is_missed_or_repeated(
    store: str, batches: list[int], after: int
) -> None:
    with opened(store) as engine:
        engine.append(*[said(9000 + number) for number in range(10)])
        listener = Listener(engine.subscribe(after=after))

        def write(writer: int) -> None:
            for at, size in enumerate(batches):
                engine.append(*[said(writer * 1000 + at * 10 + number) for number in range(size)])

        threads = [threading.Thread(target=write, args=(writer,), daemon=True) for writer in (1, 2)]
        for thread in threads:
            thread.start()
        wait_for_end(*threads)
        last = 10 + 2 * sum(batches)
        assert listener.next(last - after) == list(range(after + 1, last + 1))
        listener.subscription.stop()
        assert listener.ends()
