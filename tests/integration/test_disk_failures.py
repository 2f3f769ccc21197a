"""Disks that fail at one moment: the error says what is so, and no state of it stays."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from eventsourcing.sqlite import SQLiteConnection

import comity
from comity import TimelineEngine
from comity.adapters.storage.sqlite import SQLiteStore, pool
from comity.adapters.storage.sqlite.pool import Connection, Pool
from comity.domain.errors import StoreError, StoreFull, StoreNotFound, StoreReadOnly
from comity.domain.events import Event
from tests.integration.test_kills import EventIds, NewerEventIds
from tests.recording import engine_on, meeting

LARGEST = 1_000_000
EVENTS = [meeting(f"m{number}") for number in range(5)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a store with some events."""
    with comity.open(tmp_path / "relations.db") as engine:
        engine.append(*EVENTS)
    return tmp_path / "relations.db"


def io_error(code: int = sqlite3.SQLITE_IOERR_FSYNC) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


# A failure while an append is made durable


CALLS: dict[str, Callable[[TimelineEngine], object]] = {
    "append": lambda engine: engine.append(meeting("new")),
    "retract": lambda engine: engine.retract(EVENTS[0].id, "mistaken"),
    "correct": lambda engine: engine.correct(EVENTS[0].id, meeting("new"), "mistaken"),
    "prefer": lambda engine: engine.prefer(EVENTS[0].id, "better"),
    "extend": lambda engine: engine.extend([meeting("new")]),
    "materialize": lambda engine: engine.materialize(EventIds()),
}


@pytest.mark.parametrize("is_recorded", [True, False])
@pytest.mark.parametrize("doing", CALLS)
@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_FULL])
def test_where_the_commit_fails_the_error_says_that_it_may_be_recorded_and_repeating_is_safe(
    path: Path, doing: str, is_recorded: bool, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def commit(connection: Connection) -> None:
        if is_recorded:
            connection.driver.commit()
        raise io_error(code)

    with comity.open(path) as engine:
        with monkeypatch.context() as patch:
            patch.setattr(Connection, "commit", commit)
            with pytest.raises(StoreError, match="may or may not be recorded") as caught:
                CALLS[doing](engine)
        assert caught.value.in_doubt
        assert type(caught.value) is (StoreFull if code == sqlite3.SQLITE_FULL else StoreError)
        assert "repeating it is safe" in str(caught.value)
        assert "nothing was written" not in str(caught.value)
        CALLS[doing](engine)
        log = list(engine.events())
        assert len({record.event.id for record in log}) == len(log)
        CALLS[doing](engine)
        assert list(engine.events()) == log


# A failure as the file is opened


def opened_to_read_at_first(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the first connections read only, as SQLite opens a file when it failed to open it."""
    create = Pool._create_connection  # pyright: ignore[reportPrivateUsage]  # no other way in
    opened = [0]

    def failing(pool: Pool) -> SQLiteConnection:
        opened[0] += 1
        name = pool.db_name
        try:
            if opened[0] <= times:
                pool.db_name = name.replace("mode=rw", "mode=ro")
            return create(pool)
        finally:
            pool.db_name = name

    monkeypatch.setattr(Pool, "_create_connection", failing)


def test_one_failure_as_the_file_is_opened_makes_no_engine_read_only(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_to_read_at_first(monkeypatch, 1)
    with comity.open(path) as engine:
        assert engine.append(meeting("new")).positions == (len(EVENTS) + 1,)


def test_what_cannot_be_written_at_last_can_be_written_when_it_is_mended(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_to_read_at_first(monkeypatch, 3)
    with comity.open(path) as engine:
        with pytest.raises(StoreReadOnly, match="nothing was written"):
            engine.append(meeting("new"))
        assert engine.position == len(EVENTS)
        assert engine.append(meeting("new")).positions == (len(EVENTS) + 1,)


# How far it came


def test_an_error_in_a_long_load_says_how_many_events_were_recorded_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = [0]

    def commit(connection: Connection) -> None:
        commits[0] += 1
        if commits[0] == 4:
            raise io_error(sqlite3.SQLITE_FULL)
        connection.driver.commit()

    events = [meeting(f"new{number}") for number in range(40)]
    with comity.open(path) as engine:
        with monkeypatch.context() as patch:
            patch.setattr(Connection, "commit", commit)
            with pytest.raises(StoreFull, match="30 events were recorded before") as caught:
                engine.extend(events, batch_size=10)
        assert vars(caught.value)["appended"] == 30
        assert "nothing was written" not in str(caught.value)
        assert engine.position == len(EVENTS) + 30
        report = engine.extend(events)
        assert (report.appended, report.duplicates) == (10, 30)


def test_an_error_of_the_items_themselves_says_it_too_and_stays_what_it_is(path: Path) -> None:
    def items() -> object:
        for number in range(25):
            yield meeting(f"new{number}")
        raise ConnectionResetError("the other side has gone")

    with comity.open(path) as engine, pytest.raises(ConnectionResetError) as caught:
        engine.extend(items(), batch_size=10)  # type: ignore[arg-type]
    assert vars(caught.value)["appended"] == 20
    assert caught.value.__notes__ == ["20 events were recorded before; repeating is safe"]


def test_a_rebuild_that_fails_says_how_far_it_came(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = comity.Settings(step=2)
    with comity.open(path, settings=settings) as engine:
        engine.materialize(EventIds())
        commits = [0]

        def commit(connection: Connection) -> None:
            commits[0] += 1
            if commits[0] == 3:  # after it was created, and the first step
                raise io_error()
            connection.driver.commit()

        with monkeypatch.context() as patch:
            patch.setattr(Connection, "commit", commit)
            with pytest.raises(StoreError, match="2 events were folded before") as caught:
                engine.rebuild(NewerEventIds())
        assert vars(caught.value)["done"] == 2
        assert [(p.version, p.live) for p in engine.projections()] == [(1, True)]


class Faulty(EventIds):
    """Fails for the relationships of India."""

    def evolve(self, state: list[str], event: Event) -> list[str]:
        if "RUS" in event.parties:
            raise ZeroDivisionError
        return super().evolve(state, event)


def test_a_replay_that_fails_says_how_many_keys_it_had_folded(path: Path) -> None:
    others = [meeting(f"n{n}", parties=("CHN", other)) for n, other in enumerate(("IND", "JPN"))]
    with comity.open(path) as engine:
        engine.append(*others)
        with pytest.raises(ZeroDivisionError) as caught:
            engine.replay(Faulty())
        assert vars(caught.value)["done"] == 2
        with pytest.raises(ZeroDivisionError) as caught:
            list(engine.replay_each(Faulty()))
        assert vars(caught.value)["done"] == 2


# A write-ahead log that grows


def test_after_a_reader_that_stayed_the_write_ahead_log_is_cut(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_LARGEST_LOG", LARGEST)
    store = SQLiteStore(path)
    with engine_on(store) as engine, closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM stored_events").fetchone()
        number = count()
        while store.companions()["-wal"] < 5_000_000:  # more than SQLite waits for
            engine.append(*[meeting(f"new{next(number)}") for _ in range(100)])
        reader.rollback()
        for _ in range(3):
            engine.append(meeting(f"new{next(number)}"))
        assert set(store.companions()) == {"-wal", "-shm"}
        assert store.companions()["-wal"] <= LARGEST
    assert list(path.parent.iterdir()) == [path]


# A file that is gone


def test_a_deleted_file_is_noticed_at_the_next_write(path: Path) -> None:
    with comity.open(path) as engine:
        engine.append(meeting("new"))
        path.unlink()
        for _ in range(2):
            with pytest.raises(StoreNotFound, match=r"deleted.*nothing was written"):
                engine.append(meeting("lost"))
            with pytest.raises(StoreNotFound, match="deleted"):
                engine.materialize(EventIds())
    assert not path.exists()


@pytest.mark.parametrize("by", ["another store", "a text"])
def test_a_replaced_file_is_noticed_at_the_next_write_and_left_as_it_is(
    path: Path, by: str
) -> None:
    other = path.with_name("other")
    other.write_text("notes")
    if by == "another store":
        other.unlink()
        comity.open(other).close()
    content = other.read_bytes()
    with comity.open(path) as engine:
        engine.append(meeting("new"))
        for name in ("-wal", "-shm"):
            path.with_name(path.name + name).unlink()
        other.replace(path)
        for _ in range(2):
            with pytest.raises(StoreNotFound, match="replaced"):
                engine.append(meeting("lost"))
    assert path.read_bytes() == content


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be moved there")
def test_a_moved_file_is_noticed_and_the_engine_goes_on_when_it_is_back(path: Path) -> None:
    with comity.open(path) as engine:
        moved = path.with_name("moved")
        os.rename(path, moved)  # noqa: PTH104 - as another process would
        with pytest.raises(StoreNotFound, match="deleted"):
            engine.append(meeting("lost"))
        moved.rename(path)
        assert engine.append(meeting("new")).positions == (len(EVENTS) + 1,)
