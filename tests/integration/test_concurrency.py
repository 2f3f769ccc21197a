"""Many threads and processes on one store: nothing acknowledged is lost, no position is missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Thread

import pytest

import comity
from comity._open import store_at
from comity.adapters.storage.sqlite.store import SQLiteStore
from comity.domain.errors import StoreBusy, StoreClosed, VersionConflict
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine
from tests.effort import PATIENCE, rounds, wait_for_end
from tests.folding import from_the_start
from tests.integration.test_kills import EventIds
from tests.processes import processes
from tests.recording import meeting, read, versions


@pytest.fixture
def address(lasting_address: str) -> str:
    return lasting_address


def check(address: str) -> list[Recorded]:
    """Check what must hold of every log and of the index beside it; return the log."""
    with comity.open(address) as engine:
        log = list(engine.events())
    assert [record.position for record in log] == list(range(1, len(log) + 1))
    counts = Counter[str]()
    for record in log:
        counts[record.relationship] += 1
        assert record.version == counts[record.relationship]
    times = [record.recorded_at for record in log]
    assert times == sorted(times)
    store = store_at(address)
    assert read(store, counts, len(log)) == log
    assert store.find([record.event.id for record in log]) == {r.event.id: r for r in log}
    assert versions(store, counts) == counts
    assert store.head().position == len(log)
    store.close()
    return log


# Writers


APPENDING = """
with comity.open(path) as engine:
    begin()
    for number in range(60):
        other = meeting(f"{name}-{number}", parties=("IND", "RUS"))
        receipt = engine.append(meeting(f"{name}+{number}"), other)
        for position, id in zip(receipt.positions, receipt.ids):
            print(position, id)
"""


def test_processes_that_append_at_once_lose_nothing_and_share_no_position(
    address: str,
) -> None:
    with processes(APPENDING, address, "a", "b", "c") as writers:
        acknowledged = [line.split() for writer in writers for line in writer.lines()]
    log = check(address)
    assert len(log) == 3 * 120
    assert sorted((int(at), id) for at, id in acknowledged) == [
        (record.position, record.event.id) for record in log
    ]


SAME = """
with comity.open(path) as engine:
    begin()
    for number in range(40):
        receipt = engine.append(meeting(f"m{number}"))
        print(receipt.positions[0], len(receipt.duplicates))
"""


def test_the_same_events_from_several_processes_are_each_recorded_once(
    address: str,
) -> None:
    with processes(SAME, address, "a", "b", "c") as writers:
        answers = [writer.lines() for writer in writers]
    log = check(address)
    assert [record.event.id for record in log] == [meeting(f"m{n}").id for n in range(40)]
    lines = [line.split() for answer in answers for line in answer]
    assert sum(duplicates == "0" for _, duplicates in lines) == 40
    assert {position for position, _ in lines} == {str(at) for at in range(1, 41)}


RACING = """
with comity.open(path) as engine:
    begin()
    for version in range(20):
        try:
            engine.append(meeting(f"{name}-{version}"), expected_version=version)
        except VersionConflict as error:
            assert error.expected == version < error.current
            print(version, "lost")
        else:
            print(version, "won")
"""


def test_of_those_who_expect_one_version_at_most_one_wins(address: str) -> None:
    with processes(RACING, address, "a", "b", "c") as writers:
        won = [line for writer in writers for line in writer.lines() if line.endswith("won")]
    log = check(address)
    assert len(set(won)) == len(won) == len(log) == 20


def test_of_threads_that_expect_one_version_exactly_one_wins(address: str) -> None:
    outcomes = list[str]()
    together = Barrier(8, timeout=PATIENCE)
    with comity.open(address) as engine:

        def race(name: str) -> None:
            together.wait()
            try:
                engine.append(meeting(name), expected_version=0)
                outcomes.append("won")
            except VersionConflict:
                outcomes.append("lost")

        run_threads([Thread(target=race, args=(f"m{number}",), daemon=True) for number in range(8)])
    assert sorted(outcomes) == ["lost"] * 7 + ["won"]
    assert len(check(address)) == 1


def run_threads(threads: Sequence[Thread]) -> None:
    for thread in threads:
        thread.start()
    wait_for_end(*threads)


CREATING = """
begin()
with comity.open(path) as engine:
    print(*engine.append(meeting(name)).positions)
"""


@pytest.mark.parametrize("attempt", range(rounds(4)))
def test_processes_that_make_one_new_store_at_once_share_it(
    lasting_place: str, attempt: int
) -> None:
    names = [f"{attempt}{name}" for name in "abcd"]
    with processes(CREATING, lasting_place, *names) as makers:
        positions = [line for maker in makers for line in maker.lines()]
    assert sorted(positions) == ["1", "2", "3", "4"]
    assert {record.event.id for record in check(lasting_place)} == {
        meeting(name).id for name in names
    }


def test_opening_a_store_again_takes_no_lock_from_the_engine_that_has_it_open(
    address: str,
) -> None:
    """Closing any other handle on a file drops a process's locks on it (POSIX).

    Another process would take itself for the last one, delete the write-ahead log that this one
    goes on writing to, and a third would miss it.
    """
    with comity.open(address) as engine:
        engine.append(meeting("first"))
        comity.open(address).close()
        assert in_another_process(address, "second") == "2"
        assert engine.append(meeting("third")).positions == (3,)
        assert in_another_process(address, "fourth") == "4"
    assert len(check(address)) == 4


def test_a_store_that_another_writes_to_is_never_taken_for_a_damaged_one(
    address: str,
) -> None:
    """Its write-ahead log begins anew again and again while it is read."""
    with processes(ENDLESS, address, "endless") as [writer]:
        assert writer.line()
        for _ in range(rounds(50)):
            comity.open(address).close()
        writer.kill()
    check(address)


def in_another_process(address: str, name: str) -> str:
    """Append an event there; return its position."""
    with processes(CREATING, address, name) as [other]:
        [position] = other.lines()
    return position


# Readers


def test_threads_read_a_growing_prefix_while_others_write(address: str) -> None:
    problems = list[object]()
    with comity.open(address) as engine:
        writing = [True]

        def write(name: str) -> None:
            for number in range(50):
                engine.append(meeting(f"{name}{number}"), meeting(f"{name}-{number}"))

        def read() -> None:
            last = 0
            while writing:
                events = [record.position for record in engine.events()]
                query = engine.state("PAK", "RUS", on="2023-12-31")
                if events != list(range(1, len(events) + 1)) or not last <= len(events):
                    problems.append(events)
                if query.last_position < len(events) or len(events) % 2:
                    problems.append((query.last_position, len(events)))
                last = len(events)

        readers = [Thread(target=read, daemon=True) for _ in range(2)]
        for reader in readers:
            reader.start()
        run_threads([Thread(target=write, args=(name,), daemon=True) for name in "ab"])
        writing.clear()
        wait_for_end(*readers)
    assert problems == []
    assert len(check(address)) == 200


FOLLOWING = """
with comity.open(path) as engine:
    begin()
    seen = 0
    while seen < 240:
        for record in engine.events(after=seen):
            assert record.position == seen + 1, (record.position, seen)
            seen = record.position
        assert engine.state("IND", "RUS", on="2023-12-31").last_position >= seen
    print(seen)
"""


def test_a_reader_in_another_process_misses_no_position(address: str) -> None:
    comity.open(address).close()
    with (
        processes(FOLLOWING, address, "reader") as [reader],
        processes(APPENDING, address, "a", "b") as writers,
    ):
        for writer in writers:
            writer.lines()
        assert reader.lines() == ["240"]


TAILING = """
with comity.open(path) as engine, engine.subscribe() as log:
    begin()
    for expected, record in enumerate(log, 1):
        assert record.position == expected, (record.position, expected)
        if getattr(record.event, "meeting", "") == "end":
            break
    print(expected)
"""
MIXED = """
from tests.integration.test_kills import EventIds
with comity.open(path) as engine:
    begin()
    for number in range(30):
        receipt = engine.append(meeting(f"{name}+{number}"), meeting(f"{name}-{number}", "2022"))
        if number % 5 == 0:
            engine.retract(receipt.ids[0], "mistaken")
        if number % 7 == 0:
            engine.reinstate(receipt.ids[0], "not mistaken") if number % 5 == 0 else None
        if number % 10 == 0:
            engine.materialize(EventIds()).catch_up()
        if number % 15 == 0:
            assert engine.verify().ok
"""


@pytest.mark.parametrize("attempt", range(rounds(1)))
def test_many_writers_and_a_reader_that_tails_the_log_keep_one_order_and_one_chain(
    address: str, attempt: int
) -> None:
    comity.open(address).close()
    names = [f"{attempt}{name}" for name in "abc"]
    with (
        processes(TAILING, address, "reader") as [reader],
        processes(MIXED, address, *names) as writers,
    ):
        for writer in writers:
            writer.lines()
        with comity.open(address) as engine:
            end = engine.append(meeting("end")).positions[-1]
            published = engine.digest()
            assert reader.lines() == [str(end)]
            assert engine.verify(published).ok
            assert engine.verify().rebuilt == ()
            materialized = engine.materialize(EventIds())
            assert materialized.answers() == from_the_start(engine, EventIds(), None)
    assert len(check(address)) == end


def test_closing_waits_for_those_who_are_asking_and_writing(address: str) -> None:
    """The driver crashes the process when a connection is closed while a thread uses it."""
    acknowledged = 0
    for _ in range(rounds(10)):
        engine = comity.open(address)
        busy = Barrier(4, timeout=PATIENCE)

        def use(call: Callable[[], object], busy: Barrier = busy) -> None:
            call()
            busy.wait()
            with suppress(StoreClosed):
                while True:
                    call()

        def ask(engine: TimelineEngine = engine) -> None:
            engine.state("PAK", "RUS", on="2023-12-31")
            list(engine.events())

        def write(engine: TimelineEngine = engine) -> None:
            nonlocal acknowledged
            engine.append(meeting(f"m{acknowledged}"))
            acknowledged += 1

        threads = [Thread(target=use, args=(call,), daemon=True) for call in (ask, ask, write)]
        for thread in threads:
            thread.start()
        busy.wait()
        engine.close()
        wait_for_end(*threads)
    assert len(check(address)) == acknowledged


def test_closing_within_a_transaction_of_its_own_is_refused_and_not_waited_for_for_ever(
    tmp_path: Path,
) -> None:
    store = SQLiteStore(tmp_path / "relations.db", lock_timeout=0.01)
    with store.writing(), pytest.raises(StoreBusy):
        store.close()


# Writers that die


ENDLESS = """
from itertools import count
with comity.open(path) as engine:
    begin()
    for number in count():
        batch = [meeting(f"{name}-{number}-{part}") for part in range(5)]
        receipt = engine.append(*batch)
        print(receipt.positions[-1], flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 10, 40])
def test_a_killed_writer_leaves_everything_that_it_acknowledged(
    address: str, acknowledged: int
) -> None:
    with processes(ENDLESS, address, "killed") as [writer]:
        last = [int(writer.line()) for _ in range(acknowledged)][-1]
        last = max([last, *map(int, writer.kill())])
    log = check(address)
    assert len(log) >= last >= 5 * acknowledged
    assert len(log) % 5 == 0
    with comity.open(address) as engine:
        assert engine.append(meeting("after")).positions == (len(log) + 1,)
    check(address)


def test_a_writer_killed_while_others_write_holds_nobody_up(address: str) -> None:
    with (
        processes(ENDLESS, address, "killed") as [victim],
        processes(APPENDING, address, "a") as [writer],
    ):
        assert writer.line()
        victim.kill()
        writer.lines()
    names = Counter(getattr(r.event, "meeting", "")[0] for r in check(address))
    assert names["a"] == 120  # all that the other appended
