"""How a store's file is made: whole or not at all, once, and for its owner alone."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

import comity
from comity.adapters.storage.sqlite import making
from comity.domain.errors import InvalidValue, NotAStore
from tests.effort import rounds
from tests.integration.test_concurrency import CREATING, check
from tests.processes import Process, processes
from tests.recording import meeting

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "relations.db"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def use(path: Path) -> None:
    """Open a store and record something, twice."""
    for number in range(2):
        with comity.open(path) as engine:
            engine.append(meeting(f"m{number}"))
            assert engine.position == number + 1


# Half-made files


@pytest.mark.parametrize("size", [1, 15, 99, 100, 512, PAGE, 3 * PAGE, 3 * PAGE + 7])
def test_a_file_of_zeros_becomes_a_store(path: Path, size: int) -> None:
    path.write_bytes(bytes(size))
    use(path)


@pytest.mark.parametrize("script", ["PRAGMA user_version=0; VACUUM", "PRAGMA journal_mode=WAL"])
def test_a_database_with_nothing_in_it_becomes_a_store(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    use(path)


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE notes (x); DROP TABLE notes",
        "PRAGMA user_version=3",
        "PRAGMA application_id=7; VACUUM",
        "CREATE VIEW notes AS SELECT 1",
    ],
)
def test_a_database_in_which_somebody_has_left_anything_is_refused(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    content = path.read_bytes()
    with pytest.raises(NotAStore):
        comity.open(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("seed", range(rounds(40)))
def test_a_file_with_a_single_byte_in_it_is_refused_and_left_as_it_was(
    path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    content = bytearray(dice.randrange(1, 3 * PAGE))
    content[dice.randrange(len(content))] = dice.randrange(1, 256)
    path.write_bytes(content)
    with pytest.raises(comity.StoreError):
        comity.open(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("before", ["nothing", "empty", "zeros"])
@pytest.mark.parametrize("attempt", range(rounds(2)))
def test_processes_that_begin_one_store_at_once_share_it(
    path: Path, before: str, attempt: int
) -> None:
    if before != "nothing":
        path.write_bytes(bytes(PAGE if before == "zeros" else 0))
    names = [f"{attempt}{name}" for name in "abcd"]
    with processes(CREATING, path, *names) as makers:
        positions = [line for maker in makers for line in maker.lines()]
    assert sorted(positions) == ["1", "2", "3", "4"]
    assert {record.event.id for record in check(str(path))} == {meeting(name).id for name in names}
    assert [item.name for item in path.parent.iterdir()] == [path.name]


DYING = """
import os
from comity.adapters.storage.sqlite import making
counted = [0]
def die_at_last(kind, *arguments):
    counted[0] += 1
    if counted[0] == int(name):
        os._exit(9)
begin()
sys.addaudithook(lambda event, arguments: event.startswith(("os.", "open", "sqlite3.", "tempfile"))
                 and die_at_last(event))
comity.open(path).close()
print("made")
"""


@pytest.mark.parametrize("at", range(1, 40, 1 if rounds(1) > 1 else 4))
def test_a_process_that_dies_as_it_makes_a_store_leaves_one_or_none(path: Path, at: int) -> None:
    process = Process(DYING, str(path), str(at))
    assert process.line() == "ready"
    process.begin()
    process.line()
    process.kill()
    use(path)


def test_where_there_are_no_hard_links_a_store_is_made_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hardlink_to(path: Path, target: Path) -> None:
        raise PermissionError("not here")

    monkeypatch.setattr(Path, "hardlink_to", hardlink_to)
    use(path)
    assert mode(path) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_store_that_another_has_made_meanwhile_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = making.begin

    def slowly(path: Path, **options: str) -> None:
        monkeypatch.setattr(making, "begin", begin)
        with comity.open(path.with_name("relations.db")) as faster:
            faster.append(meeting("faster"))
        begin(path, **options)

    monkeypatch.setattr(making, "begin", slowly)
    with comity.open(path) as engine:
        assert [record.event.id for record in engine.events()] == [meeting("faster").id]


# Permissions


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions")
@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
@pytest.mark.parametrize("given", [None, 0o640, 0o660])
def test_a_new_file_is_for_its_owner_alone_unless_told_otherwise(
    path: Path, umask: int, given: int | None
) -> None:
    before = os.umask(umask)
    try:
        with comity.open(path, file_mode=given) as engine:
            engine.append(meeting("m"))
            files = list(path.parent.iterdir())
            assert len(files) == 3
            assert {mode(file) for file in files} == {given or 0o600}
    finally:
        os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions")
@pytest.mark.parametrize("content", [b"", bytes(PAGE)])
def test_a_file_that_is_there_keeps_its_permissions(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o664)
    for _ in range(2):
        comity.open(path, file_mode=0o600).close()
        assert mode(path) == 0o664


@pytest.mark.parametrize("given", [-1, 0o1000, "0o600", True, 6.4])
def test_what_are_no_permissions_is_refused_before_a_file_is_made(
    path: Path, given: object
) -> None:
    with pytest.raises(InvalidValue, match="0o640"):
        comity.open(path, file_mode=given)  # type: ignore[arg-type]
    assert not path.exists()


def test_a_store_without_a_file_takes_no_permissions() -> None:
    with pytest.raises(InvalidValue, match="makes no file"):
        comity.open(":memory:", file_mode=0o600)
