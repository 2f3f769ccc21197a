"""A backup is of one moment, verified and whole; restoring mixes it with nothing else."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

import comity
from comity import (
    Digest,
    InvalidValue,
    NotAStore,
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreExists,
    StoreNotFound,
)
from tests.processes import processes
from tests.recording import established, meeting

HOLDING = """
with comity.open(path) as engine:
    engine.append(meeting("held"))
    begin()
    sys.stdin.readline()
"""
EVENTS = [established("1948-05-01"), *(meeting(f"m{number}") for number in range(60))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "relations.db"


@pytest.fixture
def store(path: Path) -> Path:
    """Return the path of a store with events, a snapshot and a redaction."""
    with comity.open(path, recorded_by="desk-3") as engine:
        engine.append(*EVENTS)
        engine.redact(EVENTS[7].id, "asked for by the ministry")
        engine.materialize(comity.StateProjection())
    return path


@pytest.fixture
def backup(store: Path, tmp_path: Path) -> Path:
    """Return a backup of the store."""
    with comity.open(store) as engine:
        engine.backup(tmp_path / "backup.db")
    return tmp_path / "backup.db"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def ids(path: Path) -> list[str]:
    with comity.open(path) as engine:
        return [record.event.id for record in engine.events()]


def digest_of(path: Path) -> Digest:
    with comity.open(path) as engine:
        return engine.digest()


# Backing up


def test_a_backup_holds_all_that_the_store_held(store: Path, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "relations.db"
    target.parent.mkdir()
    done = list[int]()
    with comity.open(store) as engine:
        digest = engine.backup(target, progress=done.append)
        log, state = list(engine.events()), engine.state("PAK", "RUS", on="2024-01-01")
        assert digest == engine.digest()
        assert names(target.parent) == [target.name]
    assert done == sorted(done)
    assert done[-1] == digest.position
    with comity.open(target) as copy:
        assert list(copy.events()) == log
        assert copy.state("PAK", "RUS", on="2024-01-01") == state
        assert [p.name for p in copy.projections()] == ["state"]
        assert copy.verify(digest).ok


@pytest.mark.skipif(os.name == "nt", reason="permissions are those of POSIX")
@pytest.mark.parametrize("overwrite", [False, True])
def test_only_its_owner_may_read_a_backup(store: Path, tmp_path: Path, overwrite: bool) -> None:
    target = tmp_path / "backup.db"
    if overwrite:
        target.write_text("dear diary")
        target.chmod(0o644)
    with comity.open(store) as engine:
        engine.backup(target, overwrite=overwrite)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_backup_that_is_made_while_others_write_is_of_one_moment(
    store: Path, tmp_path: Path
) -> None:
    stop, begun = Flag(), Flag()

    def write() -> None:
        with comity.open(store) as writer:
            number = 0
            while not stop.is_set():
                writer.append(meeting(f"a{number}"), meeting(f"b{number}"))
                begun.set()
                number += 1

    writer = Thread(target=write)
    writer.start()
    try:
        begun.wait()
        with comity.open(store) as engine:
            digests = [engine.backup(tmp_path / f"{number}.db") for number in range(3)]
    finally:
        stop.set()
        writer.join()
    with comity.open(store) as engine:
        for number, digest in enumerate(digests):
            assert engine.verify(digest).ok
            assert digest == digest_of(tmp_path / f"{number}.db")
            last = list(engine.events())[: digest.position][-1]
            assert last.event.id == ids(tmp_path / f"{number}.db")[-1]


def test_what_is_there_is_not_overwritten_unless_it_may_be(store: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    target.write_text("dear diary")
    with comity.open(store) as engine:
        with pytest.raises(StoreExists, match="overwrite it"):
            engine.backup(target)
        assert target.read_text() == "dear diary"
        assert engine.backup(target, overwrite=True) == engine.digest()
    assert ids(target) == ids(store)


def by_link(store: Path) -> Path:
    link = store.with_name("link.db")
    link.symlink_to(store)
    return link


def by_hard_link(store: Path) -> Path:
    link = store.with_name("hard.db")
    link.hardlink_to(store)
    return link


SAME: dict[str, Callable[[Path], Path]] = {
    "itself": lambda store: store,
    "by dots": lambda store: store.parent / "." / ".." / store.parent.name / store.name,
    "relative": lambda store: Path(os.path.relpath(store)),
    "a link": by_link,
    "a hard link": by_hard_link,
    "-wal": lambda store: store.with_name("relations.db-wal"),
    "-shm": lambda store: store.with_name("relations.db-shm"),
    "-journal": lambda store: store.with_name("relations.db-journal"),
}


@pytest.mark.parametrize("target", SAME.values(), ids=SAME)
def test_a_store_is_never_its_own_backup(store: Path, target: Callable[[Path], Path]) -> None:
    place = target(store)
    before = ids(store)
    with comity.open(store) as engine:
        for overwrite in (False, True):
            with pytest.raises(InvalidValue, match="another file"):
                engine.backup(place, overwrite=overwrite)
            with pytest.raises(InvalidValue, match="another file"):
                comity.restore(store, place, overwrite=overwrite)
            with pytest.raises(InvalidValue, match="another file"):
                comity.copy(store, place)
    assert ids(store) == before


@pytest.mark.parametrize("name", ["no/such/folder.db", ".", "x" * 300])
def test_a_place_where_no_file_can_be_is_named(store: Path, tmp_path: Path, name: str) -> None:
    before = names(tmp_path)
    with comity.open(store) as engine, pytest.raises(StoreNotFound, match="cannot be opened"):
        engine.backup(tmp_path / name)
    assert names(tmp_path) == before


def test_a_store_that_differs_from_its_chains_is_not_backed_up(store: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE comity_head SET digest = zeroblob(32)")
        connection.commit()
    with comity.open(store) as engine:
        engine.append(meeting("new"))
        with closing(sqlite3.connect(store)) as connection:
            connection.execute("UPDATE stored_events SET seal = zeroblob(16) WHERE position = 3")
            connection.commit()
        with pytest.raises(StoreDamaged, match="position"):
            engine.backup(tmp_path / "backup.db")
    assert names(tmp_path) == ["relations.db"]


def test_what_stops_a_backup_leaves_nothing(store: Path, tmp_path: Path) -> None:
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with comity.open(store) as engine, pytest.raises(KeyboardInterrupt):
        engine.backup(tmp_path / "backup.db", progress=stop)
    assert names(tmp_path) == ["relations.db"]


def test_a_store_in_memory_has_no_file_to_back_up(tmp_path: Path) -> None:
    with comity.open(":memory:") as engine:
        engine.append(*EVENTS)
        with pytest.raises(InvalidValue, match=r"comity\.copy"):
            engine.backup(tmp_path / "backup.db")
        assert comity.copy(engine, tmp_path / "backup.db") == engine.digest()
    assert ids(tmp_path / "backup.db") == [event.id for event in EVENTS]


def test_a_closed_engine_says_so(store: Path, tmp_path: Path) -> None:
    engine = comity.open(store)
    engine.close()
    with pytest.raises(StoreClosed):
        engine.backup(tmp_path / "backup.db")


# Restoring


def test_a_restored_store_is_the_backup_and_goes_on(backup: Path, tmp_path: Path) -> None:
    target, before = tmp_path / "restored.db", backup.read_bytes()
    done = list[int]()
    digest = comity.restore(backup, target, progress=done.append)
    assert done[-1] == digest.position
    assert digest == digest_of(target)
    assert backup.read_bytes() == before
    with comity.open(target) as engine:
        assert engine.append(meeting("new")).positions == (digest.position + 1,)
        assert engine.verify(digest).ok


def crashed(store: Path, target: Path) -> None:
    """Put at `target` what a killed process leaves: a file and a write-ahead log full of events."""
    with comity.open(store) as engine:
        engine.append(*(meeting(f"lost{number}") for number in range(30)))
        for ending in ("", "-wal", "-shm"):
            shutil.copy(f"{store}{ending}", f"{target}{ending}")


@pytest.mark.parametrize("missing", [[], [""], ["-shm"], ["", "-shm"]])
def test_a_backup_never_mixes_with_an_old_write_ahead_log(
    store: Path, backup: Path, tmp_path: Path, missing: list[str]
) -> None:
    target = tmp_path / "target" / "relations.db"
    target.parent.mkdir()
    crashed(store, target)
    for ending in missing:
        Path(f"{target}{ending}").unlink()
    before = {path: path.read_bytes() for path in target.parent.iterdir()}
    with pytest.raises(StoreExists, match="-wal"):
        comity.restore(backup, target)
    assert {path: path.read_bytes() for path in target.parent.iterdir()} == before
    digest = comity.restore(backup, target, overwrite=True)
    assert names(target.parent) == [target.name]
    assert digest == digest_of(target) == digest_of(backup)
    assert ids(target) == ids(backup)


def test_a_journal_alone_is_in_the_way_too(backup: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.db"
    target.with_name("target.db-journal").write_bytes(b"x" * 512)
    with pytest.raises(StoreExists, match="-journal"):
        comity.restore(backup, target)
    comity.restore(backup, target, overwrite=True)
    assert ids(target) == ids(backup)


def test_a_store_that_another_process_has_open_is_not_replaced(store: Path, backup: Path) -> None:
    with processes(HOLDING, store, "") as [_]:
        with pytest.raises(StoreBusy, match="close it"):
            comity.restore(backup, store, overwrite=True)
        assert len(ids(store)) == len(ids(backup)) + 1
    assert len(ids(store)) == len(ids(backup)) + 1
    comity.restore(backup, store, overwrite=True)
    assert ids(store) == ids(backup)


def test_a_store_that_this_process_has_open_is_not_replaced(store: Path, backup: Path) -> None:
    with comity.open(store) as engine:
        engine.append(meeting("held"))
        with pytest.raises(StoreBusy, match="close it"):
            comity.restore(backup, store, overwrite=True)
        assert engine.append(meeting("next")).positions == (engine.position,)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "other bytes": lambda old: b"x" * len(old),
    "cut short": lambda old: old[:5000],
    "cut within the header": lambda old: old[:50],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_store_is_replaced(
    store: Path, backup: Path, damage: Callable[[bytes], bytes]
) -> None:
    store.write_bytes(damage(store.read_bytes()))
    store.with_name("relations.db-wal").write_bytes(b"y" * 5000)
    comity.restore(backup, store, overwrite=True)
    assert ids(store) == ids(backup)
    assert names(store.parent) == ["backup.db", "relations.db"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs locks of open file descriptions")
def test_a_damaged_store_that_somebody_has_open_is_not_replaced(store: Path, backup: Path) -> None:
    with processes(HOLDING, store, "") as [_]:
        descriptor = os.open(store, os.O_WRONLY)
        os.write(descriptor, b"x" * 4096)
        with pytest.raises(StoreBusy, match="close it"):
            comity.restore(backup, store, overwrite=True)
        assert store.read_bytes().startswith(b"xxxx")
    os.close(descriptor)
    comity.restore(backup, store, overwrite=True)
    assert ids(store) == ids(backup)


@pytest.mark.skipif(os.name == "nt", reason="permissions are those of POSIX")
def test_a_restored_store_may_be_read_by_whoever_could_before(
    store: Path, backup: Path, tmp_path: Path
) -> None:
    store.chmod(0o640)
    comity.restore(backup, store, overwrite=True)
    assert stat.S_IMODE(store.stat().st_mode) == 0o640
    comity.restore(backup, tmp_path / "new.db", overwrite=True)
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_damaged_backup_is_refused_and_the_store_stays(
    store: Path, backup: Path, overwrite: bool
) -> None:
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE stored_events SET state = replace(state, 'm9', 'mX')")
        connection.commit()
    target = store if overwrite else store.with_name("new.db")
    before, there = ids(store), names(store.parent)
    with pytest.raises(StoreDamaged) as caught:
        comity.restore(backup, target, overwrite=overwrite)
    assert caught.value.store == str(backup)
    assert ids(store) == before
    assert names(store.parent) == there


@pytest.mark.parametrize(
    ("content", "error"),
    [(None, StoreNotFound), (b"", StoreNotFound), (b"dear diary", NotAStore)],
)
def test_what_is_no_backup_is_refused(
    tmp_path: Path, content: bytes | None, error: type[Exception]
) -> None:
    source = tmp_path / "backup.db"
    if content is not None:
        source.write_bytes(content)
    before = names(tmp_path)
    with pytest.raises(error):
        comity.restore(source, tmp_path / "new.db")
    assert names(tmp_path) == before
    with pytest.raises(error):
        comity.copy(source, tmp_path / "new.db")


def test_only_files_can_be_restored(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match=r"comity\.copy"):
        comity.restore(backup, ":memory:")
    with pytest.raises(InvalidValue, match=r"comity\.copy"):
        comity.restore("memory://", tmp_path / "new.db")
    with pytest.raises(InvalidValue, match="path"):
        comity.restore(backup, 7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_restoring_follows_a_link(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    link = tmp_path / "relations-link.db"
    link.symlink_to(tmp_path / "data" / "relations.db")
    (tmp_path / "data" / "relations.db-wal").touch()
    with pytest.raises(StoreExists):
        comity.restore(backup, link)
    comity.restore(backup, link, overwrite=True)
    assert link.is_symlink()
    assert names(tmp_path / "data") == ["relations.db"]
    assert ids(link) == ids(backup)


def test_a_store_is_whole_at_every_moment_of_its_replacement(
    store: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed_at = store.with_name("crashed.db")
    crashed(store, crashed_at)
    with comity.open(store) as engine:
        before = [record.event.id for record in engine.events()]
    moments = list[list[str]]()
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        (store.parent / "seen").mkdir()
        seen = store.parent / "seen" / "relations.db"
        for ending in ("", "-wal", "-shm", "-journal"):
            if Path(f"{crashed_at}{ending}").exists():
                shutil.copy(f"{crashed_at}{ending}", f"{seen}{ending}")
        moments.append(ids(seen))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    comity.restore(backup, crashed_at, overwrite=True)
    assert moments == [before]


@pytest.mark.parametrize("call", ["backup", "scrub"])
def test_a_file_that_was_put_in_the_place_of_the_store_is_left_alone(
    tmp_path: Path, call: str
) -> None:
    """Its write-ahead log is not that of the store that was there."""
    path, other = tmp_path / "relations.db", tmp_path / "other.db"
    with comity.open(other) as engine:
        engine.append(*(meeting(f"m{at}") for at in range(50)))
    before = other.read_bytes()
    with comity.open(path) as engine:
        engine.append(meeting("m0"))
        other.replace(path)
        with pytest.raises(StoreNotFound, match="replaced"):
            engine.scrub() if call == "scrub" else engine.backup(tmp_path / "backup.db")
        assert path.read_bytes() == before
    assert path.read_bytes() == before


def test_closing_ends_what_is_subscribed(tmp_path: Path) -> None:
    """A subscription that nobody goes on with keeps nothing open."""
    with comity.open(tmp_path / "other.db") as engine:
        engine.backup(tmp_path / "backup.db")
    with comity.open(tmp_path / "relations.db") as engine:
        engine.append(meeting("m"))
        live = iter(engine.subscribe(after=0))
        next(live)
    assert not (tmp_path / "relations.db-wal").exists()
    comity.restore(tmp_path / "backup.db", tmp_path / "relations.db", overwrite=True)
    with suppress(StoreClosed):
        next(live, None)


def test_a_backup_into_memory_is_refused(tmp_path: Path) -> None:
    with comity.open(tmp_path / "relations.db") as engine, pytest.raises(comity.InvalidValue):
        engine.backup(":memory:")
