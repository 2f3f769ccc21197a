"""Files that are no good store, disks that are full, locks that are held: one error, no harm."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from hashlib import sha512
from pathlib import Path

import pytest
from eventsourcing.sqlite import SQLiteConnection

import comity
from comity.adapters.storage.mapper import check_of_row, check_of_seal
from comity.adapters.storage.sqlite import SQLiteStore
from comity.adapters.storage.sqlite.making import FORMAT
from comity.adapters.storage.sqlite.pool import Pool
from comity.domain.errors import (
    ComityError,
    NotAStore,
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreNotFound,
    StoreReadOnly,
    StoreTooNew,
)
from comity.domain.events import Event
from comity.engine import TimelineEngine
from comity.projections.state import StateProjection
from tests.damages import flipped
from tests.effort import PATIENCE
from tests.folding import closely
from tests.processes import ROOT, environment
from tests.recording import engine_on, established, meeting

EVENTS = [established("1948-05-01"), *(meeting(f"m{number}") for number in range(60))]
PAGE = 4096
NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "relations.db"


@pytest.fixture
def store(path: Path) -> Path:
    """Return the path of a good store of several pages."""
    with comity.open(path) as engine:
        engine.append(*EVENTS)
    assert path.stat().st_size > 8 * PAGE
    return path


def ask(path: Path) -> list[object]:
    """Open the store and ask it everything."""
    with comity.open(path) as engine:
        return answers(engine)


def answers(engine: TimelineEngine) -> list[object]:
    log = list(engine.events())
    return [
        log, engine.state("PAK", "RUS", on="2023-12-31"), engine.timeline("PAK", "RUS"),
        engine.relationships(), [engine.evidence(record.event.id) for record in log[-2:]],
    ]  # fmt: skip


def run(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


# Files that are no store


def not_a_store(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(NotAStore, match="untouched") as caught:
        comity.open(path)
    assert caught.value.store == str(path)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "content", [b"x", b"relations\n" * 500, bytes(PAGE) + b"x", b"SQLite format 2\0"]
)
def test_a_file_of_something_else_is_refused_and_left_as_it_was(path: Path, content: bytes) -> None:
    not_a_store(path, content)


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE t (x); INSERT INTO t VALUES (1)",
        "PRAGMA journal_mode=WAL; CREATE TABLE stored_events (x)",
        "PRAGMA application_id=7; CREATE TABLE t (x)",
    ],
)
def test_a_database_of_another_application_is_refused_and_left_as_it_was(
    path: Path, script: str
) -> None:
    run(path, script)
    not_a_store(path, path.read_bytes())


@pytest.mark.parametrize("name", [".", "missing/relations.db", "a\0b", "x" * 300])
def test_a_place_where_there_can_be_no_store_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreNotFound, match="cannot be opened"):
        comity.open(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_no_store() -> None:
    with pytest.raises(StoreNotFound, match="device"):
        comity.open(os.devnull)


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    assert ask(path)[0] == []
    assert path.stat().st_size > 0


@pytest.mark.parametrize(
    "name",
    ["a b.db", "what?.db", "a#b.db", "100%.db", "%41.db", "it's.db", 'say "hi".db', "отношения.db",
     "a:memory:b", "mode=memory", "x?mode=memory", "x?mode=ro", "immutable=1", "-", "a;b&c=d"],
)  # fmt: skip
def test_any_name_of_a_file_is_just_its_name(tmp_path: Path, name: str) -> None:
    with comity.open(tmp_path / name) as engine:
        engine.append(*EVENTS)
    assert [item.name for item in tmp_path.iterdir()] == [name]
    with comity.open(tmp_path / name) as engine:
        assert len(list(engine.events())) == len(EVENTS)


# Damage


def lengths(size: int) -> Iterator[int]:
    """Every way to cut a file: within the header, at pages' ends, and within a page."""
    yield from (1, 15, 16, 50, 99, 100, 101, 1000, PAGE - 1, PAGE, PAGE + 1)
    yield from (size // 2, size // 2 + 7, size - PAGE, size - PAGE - 1, size - 512, size - 1)


@pytest.mark.parametrize("cut", range(17))
def test_a_truncated_store_is_refused_and_left_as_it_was(store: Path, cut: int) -> None:
    length = list(lengths(store.stat().st_size))[cut]
    whole = store.read_bytes()
    store.write_bytes(whole[:length])
    with pytest.raises(StoreDamaged, match="backup"):
        ask(store)
    assert store.read_bytes() == whole[:length]


def test_flipped_bytes_raise_nothing_but_errors_of_comity(store: Path, tmp_path: Path) -> None:
    whole = store.read_bytes()
    chance = random.Random(20230620)
    raised = set[str]()
    for number in range(150):
        copy = tmp_path / f"{number}.db"
        copy.write_bytes(flipped(whole, chance))
        try:
            ask(copy)
        except ComityError as error:
            raised.add(type(error).__name__)
    assert "StoreDamaged" in raised


@pytest.mark.parametrize("offset", range(16, 100))
def test_a_flipped_byte_in_the_header_raises_nothing_but_errors_of_comity(
    store: Path, offset: int
) -> None:
    broken = bytearray(store.read_bytes())
    broken[offset] ^= 0xFF
    store.write_bytes(broken)
    with suppress(StoreError):
        assert len(ask(store)) == 5


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE stored_events SET state = 'not json' WHERE position = 3",
        "UPDATE stored_events SET state = CAST(x'ff00fe' AS TEXT) WHERE position = 3",
        "UPDATE stored_events SET state = replace(state, '2023-06-20', '2023-06-31')",
        'UPDATE stored_events SET state = \'{"recorded_at": 1, "event": []}\'',
    ],
)
def test_rows_that_cannot_be_read_are_damage(store: Path, damage: str) -> None:
    run(store, damage)
    with pytest.raises(StoreDamaged, match="backup"):
        ask(store)


def test_a_store_whose_creation_was_interrupted_is_created_again(store: Path, path: Path) -> None:
    """A process killed in its first commit leaves a journal that says: undo to an empty file."""
    whole = store.read_bytes()
    magic = bytes.fromhex("d9d505f920a163d7")
    header = b"".join(number.to_bytes(4, "big") for number in (0, 0, 0, 512, PAGE))
    path.write_bytes(whole[:PAGE])
    path.with_name(path.name + "-journal").write_bytes((magic + header).ljust(512, b"\0"))
    assert ask(path)[0] == []
    assert ask(path)[0] == []


# Newer stores


def test_a_newer_format_is_refused_and_left_as_it_was(store: Path) -> None:
    run(store, f"PRAGMA user_version={FORMAT + 1}")
    before = store.read_bytes()
    with pytest.raises(StoreTooNew, match="upgrade comity") as caught:
        comity.open(store)
    assert caught.value.written == f"format {FORMAT + 1}"
    assert store.read_bytes() == before


@pytest.mark.parametrize("indexed", [True, False])
def test_an_event_of_a_kind_to_come_asks_for_a_newer_comity(store: Path, indexed: bool) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        [[text, version, seal]] = connection.execute(
            "SELECT state, originator_version, seal FROM stored_events WHERE position = 9"
        )
        state = text.replace("meeting-held", "treaty-sung")
        crc = check_of_row(9, "PAK-RUS", version, "treaty-sung", state.encode())
        crc |= check_of_seal(seal)
        connection.execute(
            "UPDATE stored_events SET topic = 'treaty-sung', state = ?, crc = ? WHERE position = 9",
            (state, crc),
        )
    if not indexed:
        run(store, "DROP TABLE comity_events")
    with pytest.raises(StoreTooNew, match="treaty-sung") as caught:
        ask(store)
    assert "upgrade comity" in str(caught.value)


# Stores that may be read and not written


def forbid_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the file look as it does to a user without permission (root has every permission)."""

    def access(_: Path, mode: int) -> bool:
        return mode != os.W_OK

    monkeypatch.setattr(os, "access", access)


def check_read_only(path: Path) -> None:
    with comity.open(path) as engine:
        before = answers(engine)
        with pytest.raises(StoreReadOnly, match="nothing was written"):
            engine.append(meeting("new"))
        assert answers(engine) == before
        assert len(list(engine.events())) == len(EVENTS)


def test_a_read_only_store_answers_and_refuses_an_append(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = store.read_bytes()
    forbid_writing(monkeypatch)
    check_read_only(store)
    assert store.read_bytes() == before
    assert list(store.parent.iterdir()) == [store]


def test_a_read_only_store_that_another_has_open_answers_with_what_is_not_yet_in_its_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with comity.open(path) as writer:
        writer.append(*EVENTS)
        forbid_writing(monkeypatch)
        check_read_only(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("in_use", [True, False])
def test_another_user_may_read_and_not_write(tmp_path: Path, in_use: bool) -> None:
    folder = Path(shutil.copytree(tmp_path, f"/tmp/comity-{os.getpid()}-{in_use}"))
    try:
        path = folder / "relations.db"
        writer = comity.open(path, file_mode=0o644)
        writer.append(*EVENTS)
        if not in_use:
            writer.close()
        folder.chmod(0o755)
        # The interpreter itself may be out of the other user's reach: import everything first.
        script = (
            "import os\n"
            "from pathlib import Path\n"
            "from tests.integration.test_store_failures import ask, check_read_only\n"
            f"path = Path({str(path)!r})\n"
            "ask(path)\n"
            f"os.setgid({NOBODY}); os.setuid({NOBODY})\n"
            "check_read_only(path)"
        )
        done = python(script)
        assert (done.returncode, done.stderr) == (0, "")
        writer.close()
    finally:
        shutil.rmtree(folder)


def python(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, from the root of the project."""
    return subprocess.run(
        [sys.executable, "-c", script],
        check=False, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE,
        env=environment() | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


# Full disks


@pytest.fixture
def few_pages(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let every connection refuse to make its file longer than so many pages, as a full disk."""
    create = Pool._create_connection  # pyright: ignore[reportPrivateUsage]  # no other way in
    limit = 1_000_000

    def limited(pool: Pool) -> SQLiteConnection:
        connection = create(pool)
        connection.cursor().execute(f"PRAGMA max_page_count={limit}")
        return connection

    def set_limit(pages: int) -> None:
        nonlocal limit
        limit = pages

    monkeypatch.setattr(Pool, "_create_connection", limited)
    return set_limit


def test_a_full_disk_refuses_the_append_and_keeps_what_was_acknowledged(
    store: Path, few_pages: Callable[[int], None]
) -> None:
    before = ask(store)
    few_pages(store.stat().st_size // PAGE + 1)
    with comity.open(store) as engine:
        with pytest.raises(StoreFull, match="Free some") as caught:
            engine.append(*(meeting(f"new{number}") for number in range(500)))
        assert caught.value.store == str(store)
        assert answers(engine) == before
    assert ask(store) == before
    few_pages(1_000_000)
    with comity.open(store) as engine:
        assert engine.append(meeting("m1"), meeting("new1")).positions == (3, 62)


def test_a_disk_that_fills_during_a_long_import_keeps_whole_batches(
    path: Path, few_pages: Callable[[int], None]
) -> None:
    few_pages(60)
    events = [meeting(f"m{number}") for number in range(2000)]
    done = list[int]()
    with comity.open(path) as engine:
        with pytest.raises(StoreFull):
            engine.extend(events, batch_size=50, progress=done.append)
        assert [r.event for r in engine.events()] == events[: done[-1]]
    few_pages(1_000_000)
    with comity.open(path) as engine:
        report = engine.extend(events)
        assert (report.appended, report.duplicates) == (2000 - done[-1], done[-1])


class Everything:
    """A projection whose state is larger than the log."""

    name = "everything"
    version = 1

    def initial(self) -> list[str]:
        return []

    def evolve(self, state: list[str], event: Event) -> list[str]:
        return [*state, *(sha512(b"%d" % n + event.id.encode()).hexdigest() for n in range(8))]


class NewerEverything(Everything):
    """The same projection in a newer version."""

    version = 2


def test_a_disk_that_fills_during_a_rebuild_leaves_the_old_build(
    path: Path, few_pages: Callable[[int], None]
) -> None:
    with comity.open(path) as engine:
        engine.append(*(meeting(f"m{number}") for number in range(200)))
        snapshot = engine.materialize(Everything()).answers()
    few_pages(path.stat().st_size // PAGE + 1)
    with comity.open(path) as engine:
        with pytest.raises(StoreFull):
            engine.materialize(NewerEverything())
        assert [(projection.version, projection.live) for projection in engine.projections()] == [
            (1, True)
        ]
        assert engine.materialize(Everything()).answers() == snapshot


def test_a_full_disk_keeps_no_answer_back(path: Path, few_pages: Callable[[int], None]) -> None:
    with comity.open(path) as engine:
        engine.materialize(Everything())
        engine.append(*(meeting(f"m{number}") for number in range(200)))
    few_pages(path.stat().st_size // PAGE + 1)
    with comity.open(path) as engine:
        everything = engine.materialize(Everything())
        with pytest.raises(StoreFull):
            everything.catch_up()
        assert everything.answers() == engine.replay(Everything())
        assert everything.position == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on the size of files")
def test_a_file_that_may_grow_no_further_loses_nothing_that_was_acknowledged(store: Path) -> None:
    limit = store.stat().st_size + 60_000
    script = (
        "import resource, signal, comity\n"
        "from tests.recording import meeting\n"
        "from comity.domain.errors import StoreError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        f"with comity.open({str(store)!r}) as engine:\n"
        "    for number in range(10_000):\n"
        "        try:\n"
        "            receipt = engine.append(meeting(f'new{number}'))\n"
        "        except StoreError as error:\n"
        "            assert error.store in str(error)\n"
        "            break\n"
        "        print(*receipt.ids)\n"
        "    else:\n"
        "        raise SystemExit('the limit was never met')\n"
    )
    done = python(script)
    assert (done.returncode, done.stderr) == (0, "")
    acknowledged = done.stdout.split()
    assert acknowledged
    with comity.open(store) as engine:
        assert [r.event.id for r in engine.events(after=len(EVENTS))] == acknowledged
        assert engine.append(meeting("after")).positions == (len(EVENTS) + len(acknowledged) + 1,)


# Locks


def test_a_lock_held_too_long_by_another_process_is_said(store: Path) -> None:
    impatient = SQLiteStore(store, lock_timeout=0.01)
    with engine_on(impatient) as engine, closing(sqlite3.connect(store)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="Try again"):
            engine.append(meeting("new"))
        assert len(list(engine.events())) == len(EVENTS)
        holder.rollback()
        assert engine.append(meeting("new")).positions == (len(EVENTS) + 1,)


def test_a_lock_held_too_long_by_another_thread_is_said(store: Path) -> None:
    impatient = SQLiteStore(store, lock_timeout=0.01)
    with comity.open(store) as engine, engine_on(impatient) as other:
        held = engine._store.writing()  # pyright: ignore[reportPrivateUsage]  # no other way to hold it
        with held, pytest.raises(StoreBusy):
            other.append(meeting("new"))
        assert other.append(meeting("new")).positions == (len(EVENTS) + 1,)


@pytest.mark.parametrize("store_name", [":memory:", "relations.db"])
def test_a_closed_engine_says_so_to_everything(tmp_path: Path, store_name: str) -> None:
    engine = comity.open(store_name if store_name == ":memory:" else tmp_path / store_name)
    receipt = engine.append(meeting("m1"))
    engine.close()
    engine.close()
    for call in (
        lambda: engine.append(meeting("m2")),
        lambda: engine.extend([meeting("m2")]),
        lambda: engine.retract(receipt.ids[0], "why"),
        lambda: engine.state("PAK", "RUS", on="2023-06-20"),
        lambda: engine.timeline("PAK", "RUS"),
        lambda: engine.evidence(receipt.ids[0]),
        engine.relationships,
        engine.events,
    ):
        with pytest.raises(StoreClosed, match=r"comity\.open"):
            call()


def test_a_log_that_is_being_read_when_the_engine_is_closed_says_so(path: Path) -> None:
    engine = comity.open(path)
    engine.extend(meeting(f"m{number}") for number in range(1500))
    log = engine.events()
    next(log)
    engine.close()
    with pytest.raises(StoreClosed):
        list(log)


TEXTS = {
    "stored_events": ("topic", "originator_id", "state", "seal"),
    "comity_relationships": ("name", "acted"),
    "comity_parties": ("party",),
    "comity_parts": ("kind",),
    "comity_counts": ("scheme", "codes"),
    "comity_projections": ("name", "folds"),
    "comity_snapshots": ("key",),
    "comity_unsettled": ("key",),
    "tracking": ("application_name",),
}


@pytest.mark.filterwarnings("ignore::comity.StoreMayLackEvents")
@pytest.mark.parametrize("table", TEXTS)
def test_bytes_that_are_no_text_are_damage_or_mended(tmp_path: Path, table: str) -> None:
    for column in TEXTS[table]:
        path = tmp_path / f"{column}.db"
        with comity.open(path, settings=closely(2)) as engine:
            engine.append(*(meeting(f"m{at}") for at in range(5)))
            engine.materialize(StateProjection())
            expected = engine.state("PAK", "RUS")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("INSERT OR IGNORE INTO comity_unsettled VALUES (1, 'PAK-RUS', 5)")
            first = f"(SELECT MIN(position) + 2 FROM {table})"
            which = f"position = {first}" if table == "stored_events" else "1"
            connection.execute(
                f"UPDATE OR IGNORE {table} SET {column} = CAST(x'50C3414B' AS TEXT) WHERE {which}"
            )
            connection.commit()
        with comity.open(path) as engine:
            if table == "stored_events":
                [problem] = engine.verify().problems
                assert problem.position == 3
            else:
                assert engine.verify().ok
                assert engine.state("PAK", "RUS") == expected
                assert engine.verify().rebuilt == ()
