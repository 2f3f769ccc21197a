"""The command doctor: it tells what is not well and what to do, and writes nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import comity
from comity import MeetingHeld, StateProjection
from comity.adapters.cli import app
from comity.adapters.clock import system_clock
from comity.adapters.doctor.installed import GIVES, installed
from tests.effort import PATIENCE
from tests.warm import warm_folder

EVENT = MeetingHeld(meeting="bpc-5", parties=("PAK", "RUS"), when="2023-06-20", venue="Islamabad")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store" / "relations.db"
    path.parent.mkdir()
    with comity.open(path) as engine:
        engine.append(EVENT)
        engine.append(MeetingHeld(meeting="bpc-6", parties=("PAK", "IND"), when="2024"))
    return path


def doctor(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own, and check that it writes nothing."""
    paths = [Path(str(argument)) for argument in arguments]
    folders = {path.parent for path in paths if path.is_absolute()}
    before = {folder: _content(folder) for folder in folders}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COMITY")}
    done = subprocess.run(
        [warm_folder() / "comity", "doctor", *map(str, arguments)],
        env=environment,
        capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    for folder in folders:
        assert _content(folder) == before[folder]
    return done


def _content(folder: Path) -> dict[str, tuple[bytes, int]]:
    """The files of a folder; what SQLite's processes share in memory is in none of them."""
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.iterdir()
        if path.is_file() and not path.name.endswith("-shm")
    }


def report(*arguments: object) -> Any:
    done = doctor(*arguments, "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == (0 if found["ok"] else 3)
    return found


def problems(found: Any, *, notes: bool = False) -> str:
    """What is not well with what to do; every problem has an advice."""
    assert all(problem["advice"] for problem in found["problems"])
    return "\n".join(f"{p['what']}: {p['advice']}" for p in found["problems"] if p["note"] == notes)


def test_without_a_store_the_versions_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMITY_STORE", raising=False)
    result = CliRunner().invoke(app, ["doctor", "--format", "json"])
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"], found["place"], found["health"]) == (0, True, None, None)
    assert found["installed"]["comity"] == comity.__version__
    assert found["installed"]["sqlite"] == sqlite3.sqlite_version


def test_every_extra_says_what_it_gives_and_what_is_missing() -> None:
    told = {extra.name: extra for extra in installed().extras}
    declared = {line.rpartition("extra == ")[2].strip("'\"") for line in requires("comity") or []
                if "extra ==" in line}  # fmt: skip
    assert set(told) == declared - {"dev", "bench"}
    assert set(GIVES) == set(told)
    assert not told["tables"].missing  # the tests need them


def test_a_store_that_is_well_is_told_in_full(store: Path) -> None:
    with comity.open(store) as engine:
        engine.materialize(StateProjection())
        engine.append(MeetingHeld(meeting="bpc-7", parties=("PAK", "RUS"), when="2025"))
    found = report("--store", store)
    health, place = found["health"], found["place"]
    assert found["ok"]
    assert (health["events"], health["relationships"], health["verified"]) == (3, 2, True)
    assert health["first_recorded"] <= health["last_recorded"]
    assert [(b["name"], b["lag"]) for b in health["projections"]] == [("state", 1)]
    assert "comity run state" in problems(found, notes=True)
    assert (place["size"], place["permissions"]) == (store.stat().st_size, "-rw-------")
    assert (place["journal_mode"], place["writable"], place["user"]) == ("wal", True, None)
    with comity.open(store) as engine:
        assert health["digest"] == engine.digest().digest
    page = doctor("--store", store).stdout
    assert page.startswith("All is well")
    assert all(len(line) <= 200 for line in page.splitlines())


def test_quick_does_not_verify(store: Path) -> None:
    health = report("--store", store, "--quick")["health"]
    assert (health["verified"], health["log"], health["events"]) == (None, None, 2)


def test_a_missing_store_a_folder_and_an_empty_file(tmp_path: Path) -> None:
    missing = report("--store", tmp_path / "nope.db")
    assert "there is no such file" in problems(missing)
    assert "comity append" in problems(missing)
    assert "directory" in problems(report("--store", tmp_path))
    empty = tmp_path / "empty.db"
    empty.touch()
    assert "nothing in the file" in problems(report("--store", empty), notes=True)
    assert "File name too long" in problems(report("--store", tmp_path / ("x" * 5000)))


def test_foreign_files_and_stores_of_a_newer_version(store: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("hello" * 100, "utf-8")
    assert "is not a comity store" in problems(report("--store", text))
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as opened:
        opened.execute("CREATE TABLE x (y)")
    assert "another application" in problems(report("--store", other))
    with closing(sqlite3.connect(store)) as opened:
        opened.execute("PRAGMA user_version=99")
    assert "upgrade comity" in problems(report("--store", store))


def test_a_store_that_was_cut_short_or_changed_is_damaged(store: Path) -> None:
    whole = store.read_bytes()
    store.write_bytes(whole[: len(whole) // 2])
    assert "comity restore BACKUP" in problems(report("--store", store))
    store.write_bytes(whole.replace(b"Islamabad", b"Islamabax"))
    found = report("--store", store)
    assert "the log differs at position 1" in problems(found)
    assert found["health"]["verified"] is False
    assert found["health"]["events"] == 2  # what can be told is told
    done = doctor("--store", store)
    assert done.stdout.startswith("Something is not well")
    assert done.stderr.startswith("comity: 1 problem: ")
    for at in range(0, len(whole), 7 * 4096):
        store.write_bytes(whole[:at] + bytes(range(256)) * 16 + whole[at + 4096 :])
        assert doctor("--store", store, "--quick").returncode in (0, 3)


def test_an_index_that_differs_is_a_note(store: Path) -> None:
    with closing(sqlite3.connect(store)) as opened, opened:
        opened.execute("DELETE FROM comity_ids")
    found = report("--store", store)
    assert found["ok"]
    assert "index differs" in problems(found, notes=True)


def test_what_a_crash_left_beside_the_file_is_read_from_a_copy(store: Path, tmp_path: Path) -> None:
    left = tmp_path / "left" / "relations.db"
    left.parent.mkdir()
    with comity.open(store) as engine:
        engine.append(MeetingHeld(meeting="bpc-7", parties=("PAK", "RUS"), when="2025"))
        for ending in ("", "-wal"):
            shutil.copyfile(f"{store}{ending}", f"{left}{ending}")
    found = report("--store", left)
    assert found["health"]["events"] == 3
    assert "without closing" in problems(found, notes=True)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a lock")
def test_who_has_it_open_and_who_writes_is_told(store: Path) -> None:
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('SELECT * FROM stored_events').fetchall(); print('open', flush=True); "
        "input(); c.execute('BEGIN IMMEDIATE'); print('writes', flush=True); input()"
    )
    command = [sys.executable, "-c", script, str(store)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        found = report("--store", store)
        assert (found["place"]["user"], found["place"]["writer"]) == (other.pid, None)
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == "writes\n"
        found = report("--store", store)
        assert found["place"]["writer"] == other.pid
        assert found["ok"]
        assert f"process {other.pid} is writing" in problems(found, notes=True)
        other.communicate("\n", timeout=PATIENCE)


def test_a_store_that_nobody_may_write_and_a_clock_that_is_behind(tmp_path: Path) -> None:
    path = tmp_path / "future.db"
    later = system_clock() + timedelta(days=400)
    with comity.open(path, clock=lambda: later) as engine:
        engine.append(EVENT)
    assert "clock" in problems(report("--store", path), notes=True)
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    path.chmod(0o400)
    assert "not written" in problems(report("--store", path), notes=True)


def test_a_store_that_is_not_installed_is_a_problem() -> None:
    assert "no store is installed for 'lab'" in problems(report("--store", "lab://x/y"))


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_every_form_is_written(store: Path, form: str) -> None:
    done = doctor("--store", store, "--format", form)
    assert done.returncode == 0
    assert "comity" in done.stdout
