"""Threads that append at once share a transaction, as if they had appended one after another."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from msgspec import structs

import comity
from comity import TimelineEngine
from comity.adapters.storage.sqlite import SQLiteStore
from comity.domain.errors import (
    IdConflict,
    IncoherentHistory,
    InvalidValue,
    RecordedTimeDecreases,
    StoreBusy,
    StoreError,
    StoreFull,
    VersionConflict,
)
from comity.domain.recorded import Recorded
from comity.engine.batch import Receipt
from comity.ports import NOTHING_AHEAD, Ahead
from tests.effort import PATIENCE, wait_for_end
from tests.grouped import appends, held_up, together, wait_until, waiting
from tests.recording import engine_on, meeting


class Counting(SQLiteStore):
    """Counts its writes, and fails once in that of a group: as it adds, or once it is durable."""

    writes = 0
    fails: Exception | None = None
    doubts: Exception | None = None

    def add(self, records: Sequence[Recorded], seals: Sequence[bytes] | None = None) -> None:
        """Fail, or add."""
        self.writes += 1
        if len(records) > 1 and self.fails is not None:
            fails, self.fails = self.fails, None
            raise fails
        super().add(records, seals)

    @contextmanager
    def writing(self, ahead: Ahead = NOTHING_AHEAD) -> Generator[None]:
        """Write, and fail then."""
        with super().writing(ahead):
            yield
        if len(ahead.ids) > 1 and self.doubts is not None:
            raise self.doubts


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    return Counting(tmp_path / "relations.db", lock_timeout=PATIENCE)


@pytest.fixture
def engine(store: Counting) -> Generator[TimelineEngine]:
    with engine_on(store) as opened:
        yield opened


def receipts(outcomes: Sequence[object]) -> list[Receipt]:
    """Return the outcomes, all of which are receipts."""
    given = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert given == outcomes
    return given


def ids(engine: TimelineEngine) -> list[str]:
    """Return the ids of the log, whose positions and versions have no gap."""
    log = list(engine.events())
    assert [record.position for record in log] == list(range(1, len(log) + 1))
    assert [record.version for record in log] == list(range(1, len(log) + 1))
    assert engine.verify().ok
    return [record.id for record in log]


def test_threads_that_append_at_once_share_one_transaction_in_the_order_in_which_they_came(
    engine: TimelineEngine, store: Counting
) -> None:
    outcomes = receipts(together(engine, *appends(engine, "abcde")))
    assert store.writes == 2  # that of the first, which the others waited for, and theirs
    assert [receipt.positions for receipt in outcomes] == [(2,), (3,), (4,), (5,), (6,)]
    assert [receipt.versions for receipt in outcomes] == [(2,), (3,), (4,), (5,), (6,)]
    assert ids(engine) == [meeting(name).id for name in ("first", *"abcde")]


def test_what_one_appends_is_known_to_those_after_it_in_the_group(engine: TimelineEngine) -> None:
    first, again, both = receipts(
        together(
            engine,
            lambda: engine.append(meeting("a")),
            lambda: engine.append(meeting("a"), recorded_by="another"),
            lambda: engine.append(meeting("b"), meeting("a"), expected_version=2),
        )
    )
    assert (first.positions, first.duplicates) == ((2,), ())
    assert (again.positions, again.duplicates) == ((2,), first.ids)
    assert (both.positions, both.duplicates) == ((3, 2), first.ids)
    assert len(ids(engine)) == 3


def test_a_refusal_of_one_is_its_own_and_the_others_are_recorded(engine: TimelineEngine) -> None:
    old = "1999-01-01T00:00:00Z"
    outcomes = together(
        engine,
        lambda: engine.append(meeting("a"), expected_version=7),
        lambda: engine.append(structs.replace(meeting("b"), id="b"), expected_version=1),
        lambda: engine.append(meeting("c"), meeting("d"), expected_version=1),
        lambda: engine.append(structs.replace(meeting("e"), id="b")),
        lambda: engine.append(meeting("f"), recorded_at=old),
        lambda: engine.append(meeting("g"), expected_version="none"),  # type: ignore[arg-type]
        lambda: engine.append(meeting("h"), expected_version=2),
    )
    kinds = [VersionConflict, Receipt, VersionConflict, IdConflict, RecordedTimeDecreases,
             InvalidValue, Receipt]  # fmt: skip
    assert [type(outcome) for outcome in outcomes] == kinds
    assert isinstance(outcomes[0], VersionConflict)
    assert isinstance(outcomes[2], VersionConflict)
    assert (outcomes[0].current, outcomes[2].current) == (1, 2)
    assert ids(engine) == [meeting("first").id, "b", meeting("h").id]


def test_a_strict_append_goes_alone_so_that_its_refusal_takes_no_other_with_it(
    engine: TimelineEngine,
) -> None:
    second = comity.RelationsEstablished(parties=("PAK", "RUS"), when="1990")
    outcomes = list[object]()

    def append(event: comity.Event, *, strict: bool) -> None:
        try:
            outcomes.append(engine.append(event, strict=strict))
        except IncoherentHistory as error:
            outcomes.append(error)

    engine.append(comity.RelationsEstablished(parties=("PAK", "RUS"), when="1948"))
    threads = [
        Thread(target=append, args=(event,), kwargs={"strict": event is second}, daemon=True)
        for event in (second, meeting("a"), meeting("b"))
    ]
    with held_up(engine, "zero"):
        for thread in threads:
            thread.start()
        wait_until(lambda: waiting(engine) == 3)
    wait_for_end(*threads)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "IncoherentHistory", "Receipt", "Receipt",
    ]  # fmt: skip
    assert len(ids(engine)) == 4


# Failures


@pytest.mark.parametrize("failure", [StoreFull("relations.db"), MemoryError(), OSError("a disk")])
def test_if_their_transaction_fails_each_appends_by_itself(
    engine: TimelineEngine, store: Counting, failure: Exception
) -> None:
    store.fails = failure
    outcomes = together(
        engine, *appends(engine, "abc"), lambda: engine.append(meeting("d"), expected_version=0)
    )
    assert [type(outcome) for outcome in outcomes] == [Receipt, Receipt, Receipt, VersionConflict]
    assert store.fails is None
    assert ids(engine) == [meeting(name).id for name in ("first", *"abc")]


def test_if_their_transaction_is_in_doubt_each_is_told_so_by_an_error_of_its_own(
    engine: TimelineEngine, store: Counting
) -> None:
    store.doubts = StoreError("relations.db", "its disk is gone", in_doubt=True)
    outcomes = together(engine, *appends(engine, "abc"))
    assert outcomes[0] is store.doubts
    assert len(set(map(id, outcomes))) == 3
    for outcome in outcomes:
        assert isinstance(outcome, StoreError)
        assert (outcome.in_doubt, outcome.reason) == (True, "its disk is gone")
        assert str(outcome) == str(store.doubts)


def test_if_another_holds_the_store_too_long_each_is_told_so_by_an_error_of_its_own(
    tmp_path: Path,
) -> None:
    path = tmp_path / "relations.db"
    with comity.open(path) as other, engine_on(SQLiteStore(path, lock_timeout=0.2)) as engine:
        engine.append(meeting("before"))
        with other._store.writing():  # pyright: ignore[reportPrivateUsage]
            outcomes = [*map(type, alone_and_together(engine))]
        assert outcomes == [StoreBusy] * 4
        assert ids(engine) == [meeting("before").id]
        assert engine.append(meeting("after")).positions == (2,)


def alone_and_together(engine: TimelineEngine) -> list[object]:
    """Append from four threads, each of which fails; return their errors."""
    errors = list[object]()

    def append(name: str) -> None:
        try:
            engine.append(meeting(name))
        except StoreError as error:
            errors.append(error)

    threads = [Thread(target=append, args=(name,), daemon=True) for name in "abcd"]
    for thread in threads:
        thread.start()
    wait_for_end(*threads)
    assert len(set(map(id, errors))) == len(errors)
    return errors


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="there is no such signal here")
def test_a_handler_of_a_signal_may_append_while_its_thread_waits_to_append(
    engine: TimelineEngine,
) -> None:
    within = list[Receipt]()

    def handle(*_: object) -> None:
        go.set()
        within.append(engine.append(meeting("within")))

    def send() -> None:
        wait_until(lambda: waiting(engine) == 2)
        os.kill(os.getpid(), signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, handle)
    try:
        with held_up(engine, "first") as go:
            sending = Thread(target=send, daemon=True)
            sending.start()
            receipt = engine.append(meeting("outer"))
            wait_for_end(sending)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert len(ids(engine)) == 3
    assert sorted((*receipt.positions, *within[0].positions)) == [2, 3]
