"""An engine that only reads: it answers, refuses whatever writes, and waits for a position.

Every store passes the same tests: `LASTING` lists those that outlive their engines.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

import comity
from comity import (
    InvalidValue,
    Projection,
    StateProjection,
    StoreBehind,
    StoreBusy,
    StoreClosed,
    StoreNotFound,
    StoreReadOnly,
    TimelineEngine,
)
from comity.adapters.storage.sqlite import SQLiteStore
from comity.engine.engine import store_of
from tests.effort import PATIENCE
from tests.processes import ROOT
from tests.recording import established, meeting

DAY = "2024-01-01"
FIRST = [established("1948-05-01"), meeting("m1", "2023-06-20")]
LATER = [meeting("m2", "2023-07-01"), meeting("m3", "2023-08-01")]


class Count(Projection[int, int]):
    """Counts the events of a relationship."""

    name, version = "count", 1

    def initial(self) -> int:
        return 0

    def evolve(self, state: int, event: comity.Event) -> int:
        return state + 1


class Place(NamedTuple):
    """Where a store is that outlives its engines."""

    address: str

    def write(self, *events: Any) -> comity.Receipt:
        """Append in an engine that is closed again."""
        with comity.open(self.address) as engine:
            return engine.append(*events)

    def read(self) -> TimelineEngine:
        """An engine that only reads."""
        return comity.open(self.address, read_only=True)


def in_a_file(folder: Path) -> Place:
    return Place(str(folder / "relations.db"))


LASTING: dict[str, Callable[[pytest.FixtureRequest], Place]] = {
    "sqlite": lambda request: in_a_file(request.getfixturevalue("tmp_path")),
    "postgres": lambda request: Place(request.getfixturevalue("postgres_address")),
}
"""What makes a place for each store: one more line, and one more store is tested."""


@pytest.fixture(params=LASTING)
def place(request: pytest.FixtureRequest) -> Place:
    """A place with two events."""
    place = LASTING[request.param](request)
    place.write(*FIRST)
    return place


@pytest.fixture(params=["memory", *LASTING])
def reader(request: pytest.FixtureRequest) -> Any:
    """An engine that only reads, on each store; that in memory is empty."""
    place = Place(":memory:")
    if request.param in LASTING:
        place = LASTING[request.param](request)
        place.write(*FIRST)
    with place.read() as engine:
        yield engine


class Unread:
    """An iterable that must not be read."""

    def __iter__(self) -> Any:
        raise AssertionError("the items were read")


WRITES: dict[str, Callable[[TimelineEngine], object]] = {
    "append": lambda engine: engine.append(meeting("new")),
    "append nothing": lambda engine: engine.append(),
    "append what is no event": lambda engine: engine.append(7),  # type: ignore[arg-type]
    "append what is there": lambda engine: engine.append(*FIRST),
    "extend": lambda engine: engine.extend(Unread()),
    "extend by nothing": lambda engine: engine.extend([]),
    "retract": lambda engine: engine.retract(FIRST[0].id, "untrue"),
    "reinstate": lambda engine: engine.reinstate(FIRST[0].id, "true"),
    "correct": lambda engine: engine.correct(FIRST[0].id, meeting("other"), "another"),
    "prefer": lambda engine: engine.prefer(FIRST[0].id, "better"),
    "redact": lambda engine: engine.redact(FIRST[0].id, "secret"),
    "scrub": lambda engine: engine.scrub(),
    "materialize": lambda engine: engine.materialize(Count()),
    "rebuild": lambda engine: engine.rebuild(Count()),
    "delete_projection": lambda engine: engine.delete_projection("count"),
    "run": lambda engine: engine.run(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_whatever_writes_is_refused_before_anything_is_done(
    reader: TimelineEngine, write: Callable[[TimelineEngine], object]
) -> None:
    before = reader.position, reader.digest(), reader.projections()
    with pytest.raises(StoreReadOnly, match="read-only; nothing was written") as caught:
        write(reader)
    assert not caught.value.in_doubt
    assert (reader.position, reader.digest(), reader.projections()) == before


def test_the_store_itself_refuses_too(reader: TimelineEngine) -> None:
    """Whatever goes round the engine, such as a copy into it, is refused with the same words."""
    before = reader.digest()
    with comity.open(":memory:") as source:
        if reader.position:
            comity.copy(reader, source)
        source.append(*LATER)
        with pytest.raises(StoreReadOnly, match="read-only; nothing was written"):
            comity.copy(source, reader)
    assert reader.digest() == before


def test_a_store_in_memory_is_empty_and_answers(tmp_path: Path) -> None:
    with comity.open(":memory:", read_only=True) as engine:
        assert engine.position == 0
        assert engine.relationships() == ()
        assert list(engine.events()) == []
        assert engine.search("anything").total == 0
        assert engine.state("PAK", "RUS", on=DAY).events == 0
        assert engine.verify().ok
        assert engine.replay(Count(), on=DAY) == {}
    assert list(tmp_path.iterdir()) == []


def answers(engine: TimelineEngine) -> tuple[object, ...]:
    return (
        engine.position, engine.digest(), list(engine.events()), engine.relationships(),
        engine.state("PAK", "RUS", on=DAY), engine.timeline("PAK", "RUS"),
        engine.diff("PAK", "RUS", on=("2023-01-01", DAY)), engine.evidence(FIRST[0].id),
        engine.world(on=DAY), engine.anniversaries("PAK", since="2023", until="2024"),
        engine.agenda(on=DAY), engine.missions(on=DAY), engine.network(on=DAY),
        engine.replay(Count(), on=DAY), engine.search("PAK"), engine.verify(),
    )  # fmt: skip


def test_every_question_has_the_answer_of_an_engine_that_writes(place: Place) -> None:
    with place.read() as engine:
        read = answers(engine)
    with comity.open(place.address) as engine:
        assert read == answers(engine)


def test_the_index_of_words_is_read_as_far_as_it_is_and_the_rest_from_the_log(
    place: Place,
) -> None:
    with comity.open(place.address) as engine:
        assert engine.search("Pakistan").total == 2  # now it is indexed
    place.write(*LATER)
    for _ in range(2):
        with place.read() as engine:
            assert engine.search("Pakistan").total == 4


def test_snapshots_that_are_there_are_used_and_the_rest_is_folded(place: Place) -> None:
    with comity.open(place.address) as engine:
        engine.materialize(Count())
        engine.append(LATER[0])
        expected = engine.replay(Count(), on=DAY)
        [status] = engine.projections()
    with place.read() as engine:
        handle = engine.materialize(Count())
        assert handle.answers(on=DAY) == engine.replay(Count(), on=DAY) == expected
        assert engine.projections() == (status,)
        assert (status.position, status.lag) == (2, 1)
        with pytest.raises(StoreReadOnly):
            handle.catch_up()


def test_what_another_engine_records_is_read_and_told(place: Place) -> None:
    with place.read() as engine, engine.subscribe(after=1) as subscription:
        assert next(subscription).position == 2
        in_thread(lambda: place.write(*LATER))
        assert [next(subscription).position for _ in LATER] == [3, 4]
        assert engine.state("PAK", "RUS", on=DAY).events == 4


def test_a_redaction_by_another_engine_is_seen(place: Place) -> None:
    with place.read() as engine:
        assert engine.timeline("PAK", "RUS")[1].event == FIRST[1]
        with comity.open(place.address) as writer, suppress(comity.TracesLeft):
            writer.redact(FIRST[1].id, "secret")
        assert [entry.event for entry in engine.timeline("PAK", "RUS")] == [FIRST[0]]


def test_a_backup_of_it_and_a_copy_can_be_made(tmp_path: Path) -> None:
    place = in_a_file(tmp_path)
    place.write(*FIRST)
    with place.read() as engine:
        assert engine.backup(tmp_path / "backup.db") == engine.digest()
        assert comity.copy(engine, tmp_path / "copy.db") == engine.digest()


def test_several_processes_fold_what_is_only_read(place: Place) -> None:
    place.write(meeting("other", parties=("IND", "RUS")))
    with place.read() as engine:
        folded = engine.replay(StateProjection(), on=DAY)
        assert engine.replay(StateProjection(), on=DAY, workers=2) == folded


# Waiting


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_position_that_is_there_is_not_waited_for(reader: TimelineEngine) -> None:
    for position in range(reader.position + 1):
        reader.read_your_writes(position, timeout=0)


def test_one_reads_what_one_wrote(place: Place) -> None:
    with place.read() as engine:
        receipt = place.write(*LATER)
        engine.read_your_writes(max(receipt.positions))
        assert engine.position == 4


@pytest.mark.parametrize("timeout", [PATIENCE, None, float("inf"), 10**400])
def test_a_position_is_waited_for_until_another_records_it(
    place: Place, timeout: float | None
) -> None:
    waits = threading.Event()

    def record() -> None:
        waits.wait(PATIENCE)
        place.write(LATER[0])
        place.write(LATER[1])

    with place.read() as engine:
        thread = in_thread(record)
        waits.set()
        engine.read_your_writes(4, timeout)
        assert engine.position == 4
        thread.join(PATIENCE)


def test_who_waits_in_vain_is_told_how_far_the_store_is(reader: TimelineEngine) -> None:
    last = reader.position
    for timeout in (0, 0.01):
        with pytest.raises(StoreBehind, match=f"position {last}, and not to {last + 3}") as caught:
            reader.read_your_writes(last + 3, timeout)
        assert (caught.value.position, caught.value.wanted) == (last, last + 3)


def test_an_engine_that_writes_waits_as_well() -> None:
    with comity.open(":memory:") as engine:
        in_thread(lambda: engine.append(*FIRST))
        engine.read_your_writes(2, PATIENCE)
        assert engine.position == 2


def test_to_close_the_engine_ends_a_wait(reader: TimelineEngine) -> None:
    errors: list[Exception] = []

    def wait() -> None:
        try:
            reader.read_your_writes(99, None)
        except comity.StoreError as error:
            errors.append(error)

    thread = in_thread(wait)
    reader.close()
    thread.join(PATIENCE)
    assert [type(error) for error in errors] == [StoreClosed]


@pytest.mark.parametrize("position", [-1, True, 1.0, "1", None, datetime(2024, 1, 1, tzinfo=UTC)])
def test_what_is_no_position_is_refused(reader: TimelineEngine, position: Any) -> None:
    with pytest.raises(InvalidValue, match="position"):
        reader.read_your_writes(position)


@pytest.mark.parametrize("timeout", [-1, True, "1", float("nan"), -float("inf")])
def test_what_is_no_time_is_refused(reader: TimelineEngine, timeout: Any) -> None:
    with pytest.raises(InvalidValue, match="timeout"):
        reader.read_your_writes(0, timeout)


# Opening


@pytest.mark.parametrize("text", [None, b"", bytes(4096)])
def test_a_file_that_is_no_store_yet_is_not_made_one(tmp_path: Path, text: bytes | None) -> None:
    path = tmp_path / "relations.db"
    if text is not None:
        path.write_bytes(text)
    before = {each: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(StoreNotFound):
        comity.open(path, read_only=True)
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_to_read_leaves_the_file_as_it_is_and_nothing_beside_it(tmp_path: Path) -> None:
    place = in_a_file(tmp_path)
    place.write(*FIRST)
    path = Path(place.address)
    before, changed = path.read_bytes(), path.stat().st_mtime_ns
    with place.read() as engine:
        answers(engine)
        with pytest.raises(StoreReadOnly):
            engine.append(meeting("new"))
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, changed)
    assert list(tmp_path.iterdir()) == [path]


def test_an_index_that_must_be_made_anew_is_neither_made_nor_answered_from(
    tmp_path: Path,
) -> None:
    place = in_a_file(tmp_path)
    place.write(*FIRST)
    with sqlite3.connect(place.address) as changed:
        changed.execute("DELETE FROM comity_ids")
    changed.close()
    before = Path(place.address).read_bytes()
    with pytest.raises(StoreReadOnly, match="its index has to be made anew"):
        place.read()
    assert Path(place.address).read_bytes() == before
    with comity.open(place.address) as engine:
        assert engine.position == 2
    with place.read() as engine:
        assert engine.position == 2


def test_no_connection_of_it_can_write(tmp_path: Path) -> None:
    place = in_a_file(tmp_path)
    place.write(*FIRST)
    store = SQLiteStore(place.address, read_only=True)
    try:
        with store.reading(), pytest.raises(sqlite3.OperationalError, match="readonly"):
            store._datastore.plain_cursor().execute(  # pyright: ignore[reportPrivateUsage]
                "DELETE FROM stored_events"
            )
    finally:
        store.close()


@pytest.mark.parametrize("given", [1, None, "yes"])
def test_read_only_is_true_or_false(given: Any) -> None:
    with pytest.raises(InvalidValue, match="read_only"):
        comity.open(":memory:", read_only=given)


def test_who_only_reads_gives_no_mode_of_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "relations.db"
    for address in (str(path), ":memory:"):
        with pytest.raises(InvalidValue, match="file_mode"):
            comity.open(address, read_only=True, file_mode=0o600)
    assert not path.exists()


def test_a_state_is_materialized_by_who_may_write(place: Place) -> None:
    with comity.open(place.address) as engine:
        engine.materialize(StateProjection())
        expected = engine.state("PAK", "RUS", on=DAY)
    with place.read() as engine:
        assert engine.state("PAK", "RUS", on=DAY) == expected
        assert engine.materialize(StateProjection()).position == 2


# A folder that may not be written


@pytest.fixture
def unwritable(monkeypatch: pytest.MonkeyPatch) -> Callable[[Place], TimelineEngine]:
    """Opens a store as one does who may write neither the file nor beside it."""

    def opened(place: Place) -> TimelineEngine:
        with monkeypatch.context() as context:
            context.setattr(os, "access", may_access)
            return place.read()

    return opened


def may_access(_: Path, mode: int) -> bool:
    return mode != os.W_OK


def test_who_may_write_nothing_reads_what_others_record_later(
    tmp_path: Path, unwritable: Callable[[Place], TimelineEngine]
) -> None:
    place = in_a_file(tmp_path)
    place.write(*FIRST)
    with unwritable(place) as engine:
        assert engine.state("PAK", "RUS", on=DAY).events == 2
        assert list(tmp_path.iterdir()) == [Path(place.address)]
        place.write(LATER[0])  # it has come and gone
        assert engine.state("PAK", "RUS", on=DAY).events == 3
        with comity.open(place.address) as writer:
            writer.append(LATER[1])
            assert engine.state("PAK", "RUS", on=DAY).events == engine.position == 4
        assert engine.state("PAK", "RUS", on=DAY).events == engine.position == 4
        assert engine.verify().digest == engine.digest().digest


def test_who_may_write_nothing_is_woken_by_what_others_record(
    tmp_path: Path, unwritable: Callable[[Place], TimelineEngine]
) -> None:
    place = in_a_file(tmp_path)
    place.write(*FIRST)
    with unwritable(place) as engine, engine.subscribe(after=2) as subscription:
        in_process(place, LATER[0])
        assert next(subscription).position == 3
        in_process(place, LATER[1])
        engine.read_your_writes(4, PATIENCE)


def in_process(place: Place, event: comity.Event) -> None:
    """Append in another process, of which only the file tells."""
    script = (
        "import comity, sys\nwith comity.open(sys.argv[1]) as engine: engine.extend([sys.argv[2]])"
    )
    told = msgspec.json.encode(event).decode()
    subprocess.run([sys.executable, "-c", script, place.address, told], check=True)


def test_what_was_read_while_others_began_to_write_is_not_answered(
    tmp_path: Path, unwritable: Callable[[Place], TimelineEngine]
) -> None:
    place = in_a_file(tmp_path)
    place.write(*FIRST)
    with unwritable(place) as engine:
        store = store_of(engine)
        with ExitStack() as stack:
            stack.enter_context(store.reading())
            assert store.head().position == 2
            place.write(*LATER)
            with pytest.raises(StoreBusy, match="Try again"):
                stack.close()
        assert engine.position == 4


READER = """
import os, sys
import comity
from tests.integration.test_reading_only import Count
from tests.integration.test_store_failures import NOBODY, ask
path = sys.argv[1]
ask(path)  # the interpreter itself may be out of the other user's reach: import everything first
os.setgid(NOBODY); os.setuid(NOBODY)
with comity.open(path, read_only=True) as engine:
    print(engine.position, flush=True)
    for line in sys.stdin:
        engine.read_your_writes(int(line))
        print(engine.state("PAK", "RUS", on="2024-01-01").events, flush=True)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_follows_those_who_may_write(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tmp_path, f"/tmp/comity-reading-{os.getpid()}"))
    folder.chmod(0o755)
    place = in_a_file(folder)
    comity.open(place.address, file_mode=0o644).close()
    place.write(*FIRST)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, place.address],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    asked, answered = reader.stdin, reader.stdout
    assert asked is not None
    assert answered is not None
    try:
        told = [int(answered.readline())]

        def ask_for(position: int) -> None:
            print(position, file=asked, flush=True)
            told.append(int(answered.readline()))

        place.write(LATER[0])
        ask_for(3)
        with comity.open(place.address) as writer:
            writer.append(LATER[1])
            ask_for(4)
            writer.append(meeting("m4", "2023-09-01"))
            ask_for(5)
        ask_for(5)
        place.write(meeting("m5", "2023-10-01"))
        ask_for(6)
        assert told == [2, 3, 4, 5, 5, 6]
    finally:
        reader.kill()
        reader.communicate()
        shutil.rmtree(folder)
