"""A file that was copied while it was open, without its write-ahead log, is noticed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import comity
from comity import StoreMayLackEvents
from tests.effort import PATIENCE
from tests.processes import environment
from tests.recording import meeting


def fill(engine: comity.TimelineEngine, count: int = 3_000, start: int = 0) -> None:
    """So many events that SQLite moves some of them into the file itself."""
    engine.extend((meeting(f"m{at}") for at in range(start, start + count)), batch_size=100)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "relations.db"


def test_a_file_that_was_copied_alone_is_noticed(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with comity.open(path) as engine:
        fill(engine)
        engine.append(meeting("the last one"))
        shutil.copy(path, copy)
    with pytest.warns(StoreMayLackEvents, match=r"copy\.db-wal") as caught:
        comity.open(copy).close()
    warning = caught[0].message
    assert isinstance(warning, StoreMayLackEvents)
    with pytest.warns(StoreMayLackEvents), comity.open(copy) as engine:
        assert engine.position == warning.last < 3_001
    with pytest.warns(StoreMayLackEvents), comity.open(copy) as engine:
        fill(engine, 10, 3_000)
    comity.open(copy).close()  # who appends to it, takes it for whole


def test_a_store_that_was_closed_is_whole(path: Path) -> None:
    for start in (0, 3_000):
        with comity.open(path) as engine:
            fill(engine, start=start)
    with comity.open(path) as engine:
        assert engine.position == 6_000


def test_a_copy_with_its_log_is_whole(path: Path, tmp_path: Path) -> None:
    with comity.open(path) as engine:
        fill(engine)
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", tmp_path / f"copy.db{ending}")
    for _ in range(2):
        with comity.open(tmp_path / "copy.db") as engine:
            assert engine.position == 3_000


def test_a_store_that_others_still_have_open_is_whole(path: Path) -> None:
    with comity.open(path) as first:
        with comity.open(path) as second:
            fill(second)
        with comity.open(path) as third:
            fill(third, start=3_000)
            first.append(meeting("the last one"))
    with comity.open(path) as engine:
        assert engine.position == 6_001


SCRIPT = """
import os, signal, sys
import comity
from tests.integration.test_copied_alone import fill
engine = comity.open(sys.argv[1])
fill(engine)
if sys.argv[2] == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
elif sys.argv[2] == "fork":
    if os.fork() == 0:
        sys.exit(0)
    os.wait()
elif sys.argv[2] == "forget":
    del engine
"""


@pytest.mark.parametrize("end", ["kill", "exit", "fork", "forget"])
def test_a_store_that_nobody_closed_is_whole(path: Path, end: str) -> None:
    """Also after a crash, and where only readers have it open then."""
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), end],
        env=environment(), check=False, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert ended.returncode == (-signal.SIGKILL if end == "kill" else 0), ended.stderr
    assert ended.stderr == ""
    for _ in range(2):
        with comity.open(path) as engine:
            assert engine.position == 3_000


def test_the_command_line_says_it_in_a_line(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with comity.open(path) as engine:
        fill(engine)
        shutil.copy(path, copy)
    told = subprocess.run(
        [sys.executable, "-m", "comity", "relationships", "--store", str(copy)],
        env=environment(), check=True, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert "PAK-RUS" in told.stdout
    [line] = told.stderr.splitlines()
    assert line.startswith(f"comity: The store '{copy}' may lack events")


def test_the_warning_can_be_an_error(path: Path, tmp_path: Path) -> None:
    with comity.open(path) as engine:
        fill(engine)
        shutil.copy(path, tmp_path / "copy.db")
    with warnings.catch_warnings():
        warnings.simplefilter("error", StoreMayLackEvents)
        with pytest.raises(comity.StoreError):
            comity.open(tmp_path / "copy.db")


def test_closing_a_store_whose_file_is_gone_is_no_error(path: Path) -> None:
    with comity.open(path) as engine:
        engine.append(meeting("m"))
        path.unlink()
