"""A store that was copied without its write-ahead log is noticed; nothing else is taken for one."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

import comity
from comity import StoreDamaged, StoreIncomplete, TimelineEngine
from comity.adapters.storage.sqlite import SQLiteStore, mark
from tests.effort import rounds
from tests.processes import Process
from tests.recording import engine_on, filled, meeting

ENDINGS = ("", "-wal", "-shm", "-journal")
WRITING = """
begin()
with comity.open(path) as engine:
    number = 0
    while True:
        print(*engine.append(meeting(f"{name}-{number}")).positions, flush=True)
        number += 1
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "relations.db"


def copied(path: Path, name: str, *endings: str) -> Path:
    """Copy the file, and what belongs to it as told, as `cp` does."""
    folder = path.parent / name
    folder.mkdir()
    for ending in ("", *endings):
        if Path(f"{path}{ending}").exists():
            shutil.copy(f"{path}{ending}", folder / f"{path.name}{ending}")
    return folder / path.name


def ids(path: Path) -> list[str]:
    with comity.open(path) as engine:
        return [record.event.id for record in engine.events()]


def lost(path: Path, position: int) -> None:
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(StoreIncomplete, match=f"after position {position} ") as caught:
            comity.open(path)
        assert caught.value.position == position
        assert "--accept-loss" in str(caught.value)
    assert path.read_bytes() == before


# What is noticed


def test_a_new_store_that_lost_all_of_its_events_is_noticed(path: Path) -> None:
    with comity.open(path) as engine:
        engine.extend((meeting(f"m{number}") for number in range(50)), batch_size=10)
        lost(copied(path, "alone"), 0)
        assert len(ids(copied(path, "with its log", "-wal"))) == 50
        assert len(ids(copied(path, "with all", "-wal", "-shm"))) == 50
    assert len(ids(path)) == 50


def test_a_store_that_lost_its_newest_events_is_noticed_at_every_moment(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mark, "LONGEST", 150)  # so that events are moved into the file often
    positions = set[int]()
    with comity.open(path) as engine:
        for number in range(60):
            engine.append(*(meeting(f"{number}-{each}") for each in range(20)))
            copy = copied(path, f"{number}")
            try:
                assert len(ids(copy)) == engine.position
            except StoreIncomplete as error:
                positions.add(error.position)
        assert len(positions) > 3
        assert max(positions) < engine.position


def test_an_opened_store_that_lost_its_newest_events_is_noticed(path: Path) -> None:
    with comity.open(path) as engine:
        engine.append(*(meeting(f"m{number}") for number in range(21)))
    with comity.open(path) as engine:
        engine.append(meeting("new"))
        lost(copied(path, "alone"), 21)
        engine.append(meeting("newer"))
        lost(copied(path, "again"), 21)


def test_an_empty_write_ahead_log_is_as_good_as_none(path: Path) -> None:
    with comity.open(path) as engine:
        engine.append(meeting("new"))
        copy = copied(path, "alone")
    copy.with_name(f"{path.name}-wal").touch()
    lost(copy, 0)


@pytest.mark.parametrize("seed", range(rounds(6)))
def test_a_copy_is_refused_or_holds_every_acknowledged_event(
    path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several engines write, close, break off and are opened again, in any order."""
    monkeypatch.setattr(mark, "LONGEST", 100)
    dice = random.Random(seed)
    engines = list[TimelineEngine]()
    acknowledged = list[str]()
    refused = whole = 0
    with ExitStack() as stack:
        stack.callback(lambda: [stack.callback(engine.close) for engine in engines])
        for step in range(60):
            act = dice.random()
            if act < 0.2 or not engines:
                engines.append(comity.open(path))
            elif act < 0.4:
                engines.pop(dice.randrange(len(engines))).close()
            elif act < 0.5:
                with pytest.raises(comity.VersionConflict):
                    dice.choice(engines).append(meeting(f"no{step}"), expected_version=10**6)
            elif act < 0.55:
                dice.choice(engines).materialize(comity.StateProjection())
            elif act < 0.6 and acknowledged:
                with closing(sqlite3.connect(path)) as foreign:
                    foreign.execute("SELECT COUNT(*) FROM stored_events").fetchone()
            else:
                new = [meeting(f"{step}-{each}") for each in range(dice.choice((1, 1, 5, 40)))]
                acknowledged += dice.choice(engines).append(*new).ids
            try:
                assert ids(copied(path, f"alone{step}")) == acknowledged
                whole += 1
            except StoreIncomplete:
                refused += 1
            assert ids(copied(path, f"both{step}", "-wal")) == acknowledged
    assert ids(copied(path, "closed")) == acknowledged
    assert refused
    assert whole


def test_a_reader_of_an_old_moment_keeps_no_append_back(path: Path) -> None:
    with comity.open(path) as engine:
        engine.append(meeting("first"))
    with comity.open(path) as engine, closing(sqlite3.connect(path)) as reader:
        engine.append(meeting("before"))
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM stored_events").fetchone()
        with comity.open(path) as other:
            for number in range(20):
                other.append(meeting(f"m{number}"))
        reader.execute("ROLLBACK")
        for number in range(40):
            engine.append(meeting(f"n{number}"))
        with pytest.raises(StoreIncomplete):
            comity.open(copied(path, "alone"))
    assert len(ids(path)) == 62


# What is no loss


def test_a_store_that_was_closed_can_be_copied_alone(path: Path) -> None:
    comity.open(path).close()
    assert ids(copied(path, "empty")) == []
    with comity.open(path) as engine:
        assert ids(copied(path, "opened")) == []
        engine.append(meeting("m1"))
    assert ids(copied(path, "closed")) == [meeting("m1").id]
    with comity.open(path) as engine:
        engine.state("PAK", "RUS")
        assert ids(copied(path, "asked")) == [meeting("m1").id]


def test_a_store_is_whole_when_the_last_engine_is_closed_though_somebody_reads_it(
    path: Path,
) -> None:
    with comity.open(path) as engine:
        engine.append(meeting("m1"))
        reader = sqlite3.connect(path)
        reader.execute("SELECT COUNT(*) FROM stored_events").fetchone()
    with closing(reader):
        assert Path(f"{path}-wal").exists()
        assert ids(copied(path, "alone")) == [meeting("m1").id]
    assert ids(path) == [meeting("m1").id]


def test_after_a_crash_whoever_opens_the_store_first_takes_nothing_for_lost(path: Path) -> None:
    with comity.open(path) as engine:
        engine.append(meeting("m1"))
        crashed = copied(path, "crashed", "-wal")
        again = copied(path, "again", "-wal")
    with closing(sqlite3.connect(crashed)) as foreign:
        assert foreign.execute("SELECT COUNT(*) FROM stored_events").fetchone() == (1,)
    assert not Path(f"{crashed}-wal").exists()
    with comity.open(crashed) as engine:
        assert engine.position == 1
        engine.append(meeting("m2"))
        lost(copied(crashed, "lost"), 1)
    for _ in range(2):
        assert ids(again) == [meeting("m1").id]


def test_a_crash_before_the_first_append_loses_nothing(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        filled(store, [meeting("m1")])
    store = SQLiteStore(path)
    with pytest.raises(KeyboardInterrupt), store.writing():
        raise KeyboardInterrupt
    crashed = copied(path, "crashed", "-wal")
    store.close()
    for _ in range(2):
        assert ids(crashed) == [meeting("m1").id]
        assert ids(path) == [meeting("m1").id]


@pytest.mark.parametrize("seed", range(rounds(8)))
def test_a_process_that_is_killed_at_any_moment_leaves_a_whole_store(path: Path, seed: int) -> None:
    dice = random.Random(seed)
    acknowledged = 0
    for name in range(3):
        process = Process(WRITING, str(path), f"{name}")
        assert process.line() == "ready"
        process.begin()
        if dice.random() < 0.7:
            acknowledged = int(process.line())
        time.sleep(dice.uniform(0, 0.05))
        told = [line for line in process.kill() if line]
        acknowledged = int(told[-1]) if told else acknowledged
        if not path.exists():
            continue
        assert len(ids(path)) >= acknowledged
        acknowledged = len(ids(path))
        assert len(ids(copied(path, f"closed{name}"))) == acknowledged


def is_not_writing(_: Path, mode: int) -> bool:
    return mode != os.W_OK


def test_a_store_that_is_only_readable_is_judged_as_any(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with comity.open(path) as engine:
        engine.append(meeting("m1"))
        alone = copied(path, "alone")
        both = copied(path, "both", "-wal", "-shm")
    closed = copied(path, "closed")
    monkeypatch.setattr(os, "access", is_not_writing)
    assert ids(closed) == ids(both) == [meeting("m1").id]
    lost(alone, 0)


def test_a_file_that_sqlite_itself_copied_is_whole(path: Path, tmp_path: Path) -> None:
    with comity.open(path) as engine:
        engine.append(meeting("m1"))
        with closing(sqlite3.connect(path)) as source:
            source.execute("VACUUM INTO ?", (str(tmp_path / "vacuum.db"),))
            with closing(sqlite3.connect(tmp_path / "backup.db")) as target:
                source.backup(target)
        engine.backup(tmp_path / "ours.db")
        for name in ("vacuum.db", "backup.db", "ours.db"):
            assert ids(tmp_path / name) == [meeting("m1").id]


def test_a_redaction_leaves_the_mark_right(path: Path) -> None:
    with comity.open(path) as engine:
        engine.append(meeting("m1"), meeting("m2"))
        engine.redact(meeting("m1").id, "asked for")
        assert len(ids(copied(path, "redacted"))) == 3
        engine.append(meeting("m3"))
        lost(copied(path, "later"), 3)


# The way out


def test_what_is_left_can_be_restored_if_the_loss_is_accepted(path: Path, tmp_path: Path) -> None:
    with comity.open(path) as engine:
        engine.append(meeting("m1"))
    with comity.open(path) as engine:
        engine.append(meeting("m2"))
        alone = copied(path, "alone")
    before = alone.read_bytes()
    target = tmp_path / "restored.db"
    with pytest.raises(StoreDamaged, match="-wal"):
        comity.restore(alone, target)
    assert not target.exists()
    assert comity.restore(alone, target, accept_loss=True).position == 1
    assert alone.read_bytes() == before
    with comity.open(target) as engine:
        assert engine.append(meeting("m3")).positions == (2,)
        assert engine.verify().ok


def test_engines_on_one_store_mark_it_each_in_turn(path: Path) -> None:
    with engine_on(SQLiteStore(path)) as a, engine_on(SQLiteStore(path)) as b:
        a.append(meeting("a1"))
        b.append(meeting("b1"))
        lost(copied(path, "both open"), 0)
        a.close()
        assert len(ids(copied(path, "one open"))) == 2
        b.append(meeting("b2"))
        lost(copied(path, "one wrote"), 2)
