"""The commands archive and replay --archive: what they write, and how they end."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import comity
from comity import Event, MeetingHeld, RelationsEstablished
from comity.adapters.cli import app
from tests.clusters import Cluster, cluster, until
from tests.e2e.results import Address, Run, data, failed, lines, table, written
from tests.effort import PATIENCE
from tests.processes import comity_in, is_there

pytest.importorskip("pyarrow")

EVENTS: tuple[Event, ...] = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    RelationsEstablished(parties=("RUS", "USA"), when="1933-11-16"),
    *(MeetingHeld(meeting=f"m{n}", parties=("PAK", "RUS"), when=f"20{n}") for n in range(10, 22)),
)
OWN = """
import time
from pathlib import Path
from helper import STEP

class Tally:
    name, version, key = "tally", 1, "party"
    def initial(self):
        return 0
    def evolve(self, state, event):
        return state + STEP
    def merge(self, state, other):
        return state + other

class Ordered(Tally):
    merge = None

class Failing(Tally):
    def evolve(self, state, event):
        return 1 // 0

class Waiting(Tally):
    def evolve(self, state, event):
        Path("waiting").touch()
        time.sleep(600)
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the user's, with a projection of two modules, in which the commands are run."""
    before = set(sys.modules)
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "users_tally.py").write_text(OWN)
    (folder / "helper.py").write_text("STEP = 1")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield folder
    for name in set(sys.modules) - before:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    with cluster(tmp_path_factory.mktemp("dask"), workers=1) as made:
        yield made


# archive


def test_an_archive_is_written_and_added_to(run: Run, store: Address, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    result = run("archive", folder)
    assert written(result) == written(run("digest"))
    assert "14 events archived, written anew; " in result.stderr
    with comity.open(store) as engine:
        engine.append(MeetingHeld(meeting="new", parties=("PAK", "RUS"), when="2024"))
    result = run("archive", folder)
    assert written(result) == written(run("digest"))
    assert "15 events archived, 1 added; " in result.stderr
    report = data(run("archive", folder, "--compact", "--files", "2", "--format", "json"))
    assert (report["position"], report["added"], report["anew"]) == (15, 15, True)
    assert report["digest"] == written(run("digest")).strip().partition(":")[2]
    [row] = table(run("archive", folder, "--format", "csv"))
    assert (row["position"], row["added"], row["anew"]) == ("15", "0", "no")


def test_the_store_stands_before_the_folder_or_in_its_option(
    store: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COMITY_STORE", raising=False)
    folder = str(tmp_path / "archive")
    answers = [
        CliRunner().invoke(app, ["archive", *words], env=env).stdout
        for words, env in (
            ([str(store), folder], {}),
            ([folder, "--store", str(store)], {}),
            ([folder], {"COMITY_STORE": str(store)}),
            ([str(store), folder], {"COMITY_STORE": "elsewhere.db"}),
        )
    ]
    assert answers[0].startswith("14:")
    assert len(set(answers)) == 1
    twice = CliRunner().invoke(app, ["archive", str(store), folder, "--store", str(store)])
    assert "given twice" in failed(twice)
    assert "COMITY_STORE" in failed(CliRunner().invoke(app, ["archive", folder]))


@pytest.mark.in_a_file
def test_what_cannot_be_archived_is_one_line(run: Run, store: Path, tmp_path: Path) -> None:
    assert "[STORE] DIR" in failed(run("archive"))
    assert "one folder" in failed(run("archive", "a", "b", "c"))
    assert "files 0" in failed(run("archive", tmp_path / "a", "--files", "0"))
    assert "no such file" in failed(run("archive", tmp_path / "no.db", tmp_path / "a"), 3)
    assert not (tmp_path / "a").exists()
    failed(run("archive", store), 2)
    (tmp_path / "file").write_text("x")
    failed(run("archive", tmp_path / "file"), 3)
    other = tmp_path / "other.db"
    with comity.open(other) as engine:
        engine.append(EVENTS[1])
    run("archive", tmp_path / "a")
    assert "nothing was written" in failed(run("archive", tmp_path / "a", at=other), 1).lower()


@pytest.mark.in_a_file
def test_a_hostile_folder_is_shown_harmlessly(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s \x1b[31m"here"\n'
    assert failed(run("replay", "state", "--archive", folder), 3).isprintable()
    assert run("archive", folder).exit_code == 0
    assert run("replay", "state", "--archive", folder).exit_code == 0
    (folder / "manifest.json").write_text("{")
    assert failed(run("replay", "state", "--archive", folder), 3).isprintable()
    assert failed(run("archive", folder), 3).isprintable()


# replay --archive


@pytest.fixture
def archived(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    assert run("archive", folder, "--files", "3").exit_code == 0
    return folder


def test_a_replay_of_an_archive_is_that_of_the_store(run: Run, archived: Path, here: Path) -> None:
    for words in (
        ("state",), ("state", "--on", "2015-06-01"), ("timeline", "--known-at", "3"),
        ("state", "--relationship", "ISL-JPN", "--relationship", "PAK-RUS"),
        ("tone", "--certainty", "possible", "--wide"), ("users_tally:Tally", "--format", "csv"),
    ):  # fmt: skip
        assert lines(run("replay", *words, "--archive", archived)) == lines(run("replay", *words))
    answer = data(run("replay", "users_tally:Tally", "--archive", archived, "--workers", "2",
                      "--format", "json"))  # fmt: skip
    assert answer == {"PAK": 13, "RUS": 14, "USA": 1}


def test_the_store_of_the_environment_does_not_stand_in_the_way(
    run: Run, archived: Path, tmp_path: Path, store: Address
) -> None:
    assert run("replay", "state", "--archive", archived, at=tmp_path / "no.db").exit_code == 0
    both = run("replay", "state", "--archive", archived, "--store", store)
    assert "--store or --archive, and not both" in failed(both)


@pytest.mark.in_a_file
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scheduler", "tcp://127.0.0.1:1", "--workers", "2"), "and not both"),
        (("--scheduler", ""), "no address"),
        (("--scheduler", "nothing"), "no address"),
        (("--scheduler", "odd://host:1"), "odd"),
        (("--known-at", "99"), "from 0 to 14"),
        (("--workers", "0"), "--workers"),
        (("--on", "never"), "never"),
    ],
)
def test_wrong_usage_is_one_line(
    run: Run, archived: Path, words: tuple[str, ...], said: str
) -> None:
    assert said in failed(run("replay", "state", "--archive", archived, *words))


@pytest.mark.in_a_file
def test_what_needs_a_store_or_an_archive_says_so(
    run: Run, archived: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "give --archive" in failed(run("replay", "state", "--scheduler", "tcp://h:1"))
    assert "merge" in failed(run("replay", "users_tally:Ordered", "--archive", archived))
    monkeypatch.delenv("COMITY_STORE", raising=False)
    said = failed(CliRunner().invoke(app, ["replay", "state"]))
    assert "--store" in said
    assert "--archive" in said


@pytest.mark.in_a_file
@pytest.mark.parametrize(("package", "extra"), [("pyarrow", "archive"), ("distributed", "dask")])
def test_what_is_not_installed_is_said_with_the_way_out(
    run: Run, archived: Path, monkeypatch: pytest.MonkeyPatch, package: str, extra: str
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)  # importing it fails
    options = ("--scheduler", "tcp://127.0.0.1:1") if package == "distributed" else ()
    said = failed(run("replay", "state", "--archive", archived, *options))
    assert f"comity[{extra}]" in said


@pytest.mark.in_a_file
def test_a_damaged_file_ends_with_3_and_its_name(run: Run, archived: Path) -> None:
    file = max((archived / "data").iterdir())
    file.unlink()
    assert file.name in failed(run("replay", "state", "--archive", archived), 3)


# replay --scheduler


@pytest.mark.in_a_file
def test_the_workers_of_a_scheduler_fold_a_projection_of_this_folder(
    run: Run, archived: Path, here: Path, dask: Cluster
) -> None:
    words = ("replay", "users_tally:Tally", "--archive", archived, "--scheduler", dask.address,
             "--format", "json")  # fmt: skip
    once = data(run(*words))
    assert once == {"PAK": 13, "RUS": 14, "USA": 1}
    (here / "helper.py").write_text("STEP = 2")
    for name in ("users_tally", "helper"):
        del sys.modules[name]
    assert data(run(*words)) == {party: 2 * count for party, count in once.items()}
    said = failed(run("replay", "users_tally:Failing", *words[2:]))
    place = r"\(.*users_tally.py, line 2\d\)$"
    assert re.search(f"raised ZeroDivisionError: .*, in the fold of .*, on .* {place}", said)


@pytest.mark.in_a_file
def test_a_scheduler_that_does_not_answer_is_one_line(
    run: Run, archived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comity.adapters.cli import executors

    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "_PATIENCE", 0.2)
    said = failed(run("replay", "state", "--archive", archived, "--scheduler", "tcp://127.0.0.1:1"),
                  3)  # fmt: skip
    assert "tcp://127.0.0.1:1" in said
    assert "cannot be reached" in said


# Interrupts and pipes


@pytest.mark.in_a_file
def test_ctrl_c_ends_the_workers_and_is_one_line(archived: Path, here: Path) -> None:
    words = ("replay", "users_tally:Waiting", "--archive", archived, "--workers", "2")
    process = comity_in(here, *words)
    until((here / "waiting").exists)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=PATIENCE)
    assert (out, err, process.returncode) == ("", "comity: interrupted\n", 130)
    until(lambda: not is_there(process.pid))  # what Python itself started ends after it


@pytest.mark.in_a_file
def test_a_reader_that_has_read_enough_is_no_error(archived: Path, here: Path) -> None:
    process = comity_in(here, "replay", "timeline", "--archive", archived, "--format", "json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(PATIENCE) == 0
    process.stderr.close()


def test_the_answers_are_as_json_says(run: Run, archived: Path) -> None:
    answer: Any = json.loads(run("replay", "state", "--archive", archived, "--format",
                                 "json").stdout)  # fmt: skip
    assert set(answer) == {"PAK-RUS", "RUS-USA"}
