"""The commands about materialized projections: run, and projections with its own."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import comity
from comity import StatementMade
from comity.adapters.cli import app
from tests.e2e.results import Address, Run
from tests.effort import PATIENCE, wait_for_end

OWN = """
class Count:
    name, version = "count", 1
    def initial(self): return 0
    def evolve(self, state, event): return state + 1
class Faulty(Count):
    version = 2
    def evolve(self, state, event): raise ZeroDivisionError("of its own")
class Slow(Count):
    name = "slow"
    def evolve(self, state, event):
        import sys, time
        if state == 0: print("folding the first", file=sys.stderr, flush=True)
        time.sleep(0.2)
        return state + 1
"""


def said(number: int) -> StatementMade:
    return StatementMade(by="PAK", parties=("PAK", "RUS"), when="2023", text=str(number))


def said_of_another(number: int) -> StatementMade:
    return StatementMade(by="IND", parties=("IND", "RUS"), when="2023", text=str(number))


@pytest.fixture
def store(empty_store: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Address:
    """A store of three events, and a module of the user's in the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(OWN, "utf-8")
    monkeypatch.delitem(sys.modules, "own", raising=False)
    with comity.open(empty_store) as engine:
        engine.append(*map(said, range(3)))
    return empty_store


@pytest.fixture
def run(store: Address) -> Run:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments, env={"COMITY_STORE": str(store)})

    return run


def listed(run: Run) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = json.loads(run("projections", "list", "--format", "json").stdout)
    return answer


def test_what_is_materialized_is_listed_with_its_lag(run: Run, store: Address) -> None:
    assert listed(run) == []
    built = run("projections", "materialize", "state")
    assert built.stderr == "comity: state 4 materialized, at position 3\n"
    with comity.open(store) as engine:
        engine.append(said(3))
    expected = {"name": "state", "version": 4, "live": True, "position": 3, "lag": 1}
    assert listed(run) == [expected]
    for command in (["projections"], ["projections", "list"]):
        assert run(*command).stdout.splitlines() == [
            "name   version  status  position  lag",
            "state        4  live           3    1",
        ]
    assert run("projections", "lag").stdout.splitlines() == ["name   lag", "state    1"]


def test_one_of_the_users_own_is_materialized_rebuilt_and_deleted(run: Run) -> None:
    assert run("projections", "materialize", "own:Count").exit_code == 0
    result = run("projections", "rebuild", "own:Count")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "comity: count 1 rebuilt, at position 3\n"
    assert [row["name"] for row in listed(run)] == ["count"]
    assert run("projections", "delete", "count").stderr == "comity: count is deleted\n"
    assert listed(run) == []


def test_a_rebuild_that_fails_says_where_and_leaves_the_old_one(run: Run) -> None:
    run("projections", "materialize", "own:Count")
    result = run("projections", "rebuild", "own:Faulty")
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert "ZeroDivisionError: of its own" in line
    assert "own.py, line 8" in line
    assert [(row["version"], row["live"]) for row in listed(run)] == [(1, True)]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_an_archive_holds_is_folded_and_the_log_does_the_rest(
    run: Run, store: Address, workers: str
) -> None:
    comity.archive(str(store), "archive")
    with comity.open(store) as engine:
        engine.append(said(3))
    result = run(
        "projections", "materialize", "own:Count", "--from-archive", "archive", "--workers", workers
    )
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "comity: count 1 materialized, at position 4\n"
    assert listed(run) == [{"name": "count", "version": 1, "live": True, "position": 4, "lag": 0}]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--workers", "2"], 2, "give --from-archive"),
        (["--scheduler", "tcp://127.0.0.1:1"], 2, "give --from-archive"),
        (["--from-archive", "nothing"], 3, "it has no manifest.json"),
        (
            ["--from-archive", ".", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"],
            2, "not both",
        ),
        (["--from-archive", "another"], 1, "is not the beginning of the log"),
    ],
)  # fmt: skip
def test_an_archive_that_cannot_be_folded_is_one_line(
    run: Run, options: list[str], code: int, said: str
) -> None:
    with comity.open(":memory:") as other:
        other.append(*map(said_of_another, range(5)))
        comity.archive(other, "another")
    result = run("projections", "materialize", "own:Count", *options)
    assert (result.exit_code, result.stdout) == (code, "")
    [line] = result.stderr.splitlines()
    assert said in line
    assert listed(run) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["projections", "materialize", "nonesuch"], 2, "no projection is called 'nonesuch'"),
        (["projections", "rebuild", "own:Nothing"], 2, "Nothing"),
        (["projections", "delete", "state"], 2, "none is"),
        (["projections", "bogus"], 2, "bogus"),
        (["run", "nonesuch"], 2, "nonesuch"),
        (["run"], 2, "has no projection yet"),
    ],
)
def test_what_is_wrong_is_one_line(run: Run, arguments: list[str], code: int, said: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("comity: ")
    assert said in line


def test_a_missing_store_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMITY_STORE", raising=False)
    result = CliRunner().invoke(app, ["projections"])
    assert result.exit_code == 2
    assert "--store" in result.stderr


def test_an_older_version_is_refused(run: Run, store: Address) -> None:
    run("projections", "materialize", "own:Count")
    Path("own.py").write_text(OWN.replace('"count", 1', '"count", 0 + 3'), "utf-8")
    sys.modules.pop("own")
    assert run("projections", "materialize", "own:Count").exit_code == 0
    Path("own.py").write_text(OWN, "utf-8")
    sys.modules.pop("own")
    result = run("projections", "materialize", "own:Count")
    assert result.exit_code == 1
    assert "version 3, newer than 1" in result.stderr


def test_running_all_needs_to_know_where_the_users_own_are(run: Run) -> None:
    run("projections", "materialize", "own:Count")
    assert "count must be given as module:Class" in run("run").stderr


def start_run(store: Address, *names: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "comity", "run", *names, "--store", str(store)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip


def wait_until_said(running: subprocess.Popen[str], text: str) -> None:
    assert running.stderr is not None
    while text not in (line := running.stderr.readline()):
        assert line


@contextmanager
def steady_writing(store: Address) -> Generator[None]:
    """Another writer, so that a run always has something to fold."""
    over = threading.Event()

    def write() -> None:
        with comity.open(store) as engine:
            for number in itertools.count(100):
                if over.is_set():
                    return
                engine.append(said(number))
                time.sleep(0.002)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        yield
    finally:
        over.set()
        wait_for_end(writer)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("named", [["state", "own:Count"], []])
def test_a_run_follows_the_log_of_another_process_until_it_is_stopped(
    run: Run, store: Address, named: list[str], stop: signal.Signals
) -> None:
    run("projections", "materialize", "state")
    with start_run(store, *named) as running, comity.open(store) as engine:
        wait_until_said(running, "running, at position 3")
        for number in range(3, 8):
            engine.append(said(number))
        until = time.monotonic() + PATIENCE
        while any(status.lag for status in engine.projections()):
            assert time.monotonic() < until
            time.sleep(0.01)
        running.send_signal(stop)
        out, errors = running.communicate(timeout=PATIENCE)
    assert (running.returncode, out) == (0, "")
    assert "stopped; " in errors
    assert "state at position 8" in errors
    assert "Traceback" not in errors


def test_a_busy_run_that_is_stopped_ends_well_whatever_it_was_doing(store: Address) -> None:
    chance = random.Random(7)
    with steady_writing(store):
        for stop in [signal.SIGINT, signal.SIGTERM] * 2:
            with start_run(store, "state", "own:Count") as running:
                wait_until_said(running, "running")
                time.sleep(chance.uniform(0, 0.1))
                running.send_signal(stop)
                out, errors = running.communicate(timeout=20)
            assert (running.returncode, out) == (0, ""), errors
            assert errors.splitlines()[-1].startswith("comity: stopped; count at position")


def test_more_signals_while_a_run_is_stopping_change_nothing(store: Address) -> None:
    with start_run(store, "own:Slow") as running:
        wait_until_said(running, "folding the first")
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            running.send_signal(stop)
        out, errors = running.communicate(timeout=20)
    assert (running.returncode, out) == (0, "")
    assert errors.splitlines()[-1].startswith("comity: stopped; ")
