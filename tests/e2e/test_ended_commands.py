"""Commands that are ended while other processes work for them: none of those is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import comity
from comity import MeetingHeld
from tests.clusters import until
from tests.effort import PATIENCE
from tests.processes import comity_in, environment, is_there

pytest.importorskip("pyarrow")
pytestmark = pytest.mark.in_a_file

SLOW = """
import time
from pathlib import Path

class Slow:
    name, version = "slow", 1
    def initial(self) -> int:
        return 0
    def evolve(self, state, event):
        Path("working").touch()
        time.sleep(600)
"""
ARCHIVE = ("replay", "slow:Slow", "--archive", "archive", "--workers", "2")
STORE = ("replay", "slow:Slow", "--store", "store.db", "--workers", "2")
BUILD = ("projections", "materialize", "slow:Slow", "--store", "store.db", "--from-archive",
         "archive", "--workers", "2")  # fmt: skip
INTERRUPTED = ("comity: interrupted\n", 130)
Send = Callable[[int, signal.Signals], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "slow.py").write_text(SLOW)
    with comity.open(tmp_path / "store.db") as engine:
        for other in ("CHN", "IND", "RUS", "USA"):
            engine.append(MeetingHeld(meeting="m", parties=("PAK", other), when="2020"))
        comity.archive(engine, tmp_path / "archive", files=4)
    return tmp_path


def ended(folder: Path, words: tuple[str, ...], number: signal.Signals, send: Send) -> str:
    """End a command as its workers fold; wait until all of its group has gone."""
    process = comity_in(folder, *words)
    try:
        until((folder / "working").exists)
        send(process.pid, number)
        # Whoever is left would hold the pipes open.
        out, err = process.communicate(timeout=PATIENCE)
        until(lambda: not is_there(process.pid))
    finally:
        if is_there(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
    assert out == ""
    if number is signal.SIGKILL:
        assert process.returncode == -number
    else:
        assert (err, process.returncode) == INTERRUPTED
    return err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("words", [ARCHIVE, STORE, BUILD], ids=["archive", "store", "build"])
def test_the_workers_end_with_the_command_whatever_ends_it(
    folder: Path, words: tuple[str, ...], number: signal.Signals
) -> None:
    ended(folder, words, number, os.kill)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("words", [ARCHIVE, STORE], ids=["archive", "store"])
def test_a_signal_to_all_of_its_processes_is_one_line(
    folder: Path, words: tuple[str, ...], number: signal.Signals
) -> None:
    ended(folder, words, number, os.killpg)


def test_what_nohup_ignores_stays_ignored(folder: Path) -> None:
    words = [sys.executable, "-m", "comity", "replay", "slow:Slow", "--store", "store.db"]
    process = subprocess.Popen(
        ["nohup", *words], cwd=folder, text=True, env=environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    until((folder / "working").exists)
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert (err, process.returncode) == INTERRUPTED
