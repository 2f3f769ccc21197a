"""The files that a command reads and writes: none of them destroys another."""

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from typer.testing import CliRunner

import comity
from comity.adapters.cli import app, files
from comity.adapters.interchange.importers import inputs, running
from tests.e2e.results import Run, failed
from tests.effort import PATIENCE

pytestmark = pytest.mark.in_a_file

GOOD = '{"type": "relations-established", "parties": ["PAK", "SUN"], "when": "1948-05-01"}'
BAD = '{"type": "relations-severed", "parties": ["PAK", "RUSSIA"], "when": "2023-13"}'
COMPANIONS = ("", "-wal", "-shm", "-journal")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which a command runs with relative paths."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


# What --rejects may not overwrite


@pytest.mark.parametrize("suffix", COMPANIONS)
@pytest.mark.parametrize("named", ["new.db{}", "./new.db{}", "sub/../new.db{}", "NEW.DB{}"])
def test_rejects_onto_a_store_that_is_not_there_yet_makes_nothing(
    run: Run, here: Path, suffix: str, named: str
) -> None:
    (here / "sub").mkdir()
    before = contents(here)
    said = failed(run("append", "--rejects", named.format(suffix), text=BAD, at=Path("new.db")), 2)
    assert "overwrite" in said
    assert contents(here) == before


@pytest.mark.parametrize("suffix", COMPANIONS)
@pytest.mark.parametrize("store", ["{}/s.db", "sqlite://s.db", "file:s.db"])
def test_rejects_onto_a_store_by_any_address_is_refused(
    run: Run, here: Path, suffix: str, store: str
) -> None:
    address = store.format(here)
    target = address.removeprefix("sqlite://") + suffix
    assert "overwrite" in failed(run("append", "--store", address, "--rejects", target), 2)
    assert contents(here) == {}


@pytest.mark.parametrize("suffix", COMPANIONS)
def test_rejects_onto_a_store_in_use_leaves_it_as_it_was(run: Run, here: Path, suffix: str) -> None:
    with comity.open("s.db") as engine:
        engine.extend([GOOD])
        before = contents(here)
        target = f"s.db{suffix}"
        assert "overwrite" in failed(run("append", "--rejects", target, at=Path("s.db")), 2)
        assert contents(here) == before


@pytest.mark.parametrize("link", ["symbolic", "dangling", "hard", "folder"])
def test_rejects_onto_the_store_by_a_link_is_refused(run: Run, here: Path, link: str) -> None:
    store, target = here / "s.db", here / "other"
    if link != "dangling":
        run("append", text=GOOD, at=store)
    if link == "hard":
        target.hardlink_to(store)
    elif link == "folder":
        (here / "again").symlink_to(here, target_is_directory=True)
        target = here / "again" / "s.db"
    else:
        target.symlink_to(store)
    before = contents(here)
    assert "overwrite" in failed(run("append", "--rejects", target, text=BAD, at=store), 2)
    assert "overwrite" in failed(run("append", "--rejects", store, text=BAD, at=target), 2)
    assert contents(here) == before


@pytest.mark.parametrize("name", ["s.db-wal", "link-wal"])
def test_companions_of_a_linked_store_are_protected_under_both_names(
    run: Run, here: Path, name: str
) -> None:
    (here / "link").symlink_to(here / "s.db")
    assert "overwrite" in failed(run("append", "--rejects", name, at=here / "link"), 2)


@pytest.mark.parametrize("link", ["same", "symbolic", "hard"])
def test_rejects_onto_the_input_is_refused(run: Run, here: Path, link: str) -> None:
    source, target = here / "in.jsonl", here / "other.jsonl"
    source.write_text(BAD)
    if link == "same":
        target = source
    elif link == "hard":
        target.hardlink_to(source)
    else:
        target.symlink_to(source)
    before = contents(here)
    assert "the input 'in.jsonl'" in failed(run("append", "in.jsonl", "--rejects", target), 2)
    assert contents(here) == before


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_rejects_onto_the_file_that_stdin_reads_is_refused(here: Path, name: str) -> None:
    source = here / "in.jsonl"
    source.write_text(BAD)
    with source.open("rb") as stdin:
        done = process(["append", name, "--store", "s.db", "--rejects", "in.jsonl"], stdin)
    assert done.returncode == 2
    assert b"overwrite" in done.stderr
    assert contents(here) == {"in.jsonl": BAD.encode()}


def process(arguments: list[str], stdin: BinaryIO) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "comity", *arguments],
        stdin=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(comity.__file__).parents[1])},
        timeout=PATIENCE,
    )


def test_rejects_onto_the_users_organisations_is_refused(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "own.json").write_text("[]")
    monkeypatch.setenv("COMITY_PARTIES", "own.json")
    assert "overwrite" in failed(run("append", "--rejects", "./own.json", text=BAD), 2)
    assert contents(here) == {"own.json": b"[]"}


@pytest.mark.parametrize("suffix", COMPANIONS)
@pytest.mark.parametrize("kind", ["comity", "other"])
def test_rejects_never_overwrite_any_database(run: Run, here: Path, suffix: str, kind: str) -> None:
    if kind == "comity":
        run("append", text=GOOD, at=here / "old.db")
    else:
        with closing(sqlite3.connect("old.db")) as other:
            other.execute("CREATE TABLE diary (entry)")
    before = contents(here)
    assert "database" in failed(run("append", "--rejects", f"old.db{suffix}", text=BAD), 2)
    assert contents(here) == before


def test_rejects_beside_a_store_are_no_danger_to_it(run: Run, here: Path) -> None:
    for name in ("s.db.rejects", "s", "s.jsonl", "S.db2"):
        assert run("append", "--rejects", name, text=BAD, at=here / "s.db").exit_code == 4
        assert (here / name).read_bytes().startswith(b'{"line":1')


def test_two_names_that_differ_in_case_are_one_file_if_the_file_system_says_so(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "a").touch()
    (here / "A").touch()
    assert not files.is_same_file(here / "a", here / "A")

    def folding(one: Path, other: Path) -> bool:
        return one.name.lower() == other.name.lower()

    monkeypatch.setattr(Path, "samefile", folding)
    assert files.is_same_file(here / "a", here / "A")


@pytest.mark.parametrize("name", ["x" * 5000, "no/such/folder/r.jsonl", "."])
def test_rejects_that_cannot_be_written_are_refused_before_a_store_is_made(
    run: Run, here: Path, name: str
) -> None:
    assert "cannot write" in failed(run("append", "--rejects", name, text=BAD), 2)
    assert contents(here) == {}


# What the store may not overwrite


@pytest.mark.parametrize("suffix", COMPANIONS)
def test_a_store_is_not_made_over_its_own_input(run: Run, here: Path, suffix: str) -> None:
    (here / f"s.db{suffix}").write_text("" if not suffix else GOOD)
    before = contents(here)
    said = failed(run("append", f"s.db{suffix}", at=here / "s.db"), 2)
    assert "is the store itself, or part of it" in said
    assert contents(here) == before


@pytest.mark.parametrize("suffix", COMPANIONS[1:])
def test_a_store_is_not_made_where_another_database_keeps_its_own(
    run: Run, here: Path, suffix: str
) -> None:
    run("append", text=GOOD, at=here / "old.db")
    before = contents(here)
    said = failed(run("append", text=GOOD, at=here / f"old.db{suffix}"), 2)
    assert "part of another database" in said
    assert contents(here) == before


def test_the_output_is_not_added_to_the_store(run: Run, here: Path) -> None:
    run("append", text=GOOD, at=here / "s.db")
    before = contents(here)
    with (here / "s.db").open("ab") as stdout:
        done = subprocess.run(
            [sys.executable, "-m", "comity", "events", "--store", "s.db"],
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(comity.__file__).parents[1])},
            timeout=PATIENCE,
        )
    assert done.returncode == 2
    assert b"would be written into 's.db' itself" in done.stderr
    assert contents(here) == before


# What the file for rejected lines keeps


class BreakingOff(io.BytesIO):
    """An input whose reader is interrupted by the user after its lines."""

    def readinto(self, buffer: Any) -> int:
        if size := super().readinto(buffer):
            return size
        raise KeyboardInterrupt


@pytest.mark.parametrize("old", [b"", b"old\n", b"torn"])
def test_an_interrupted_run_loses_neither_old_nor_new_rejected_lines(
    run: Run, here: Path, old: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejects = here / "r.jsonl"
    rejects.write_bytes(old)
    monkeypatch.setattr(running, "PORTION", 2)
    lines = f"{BAD}\n{GOOD}\n{BAD}\n{GOOD}\nnever\n".encode()
    with monkeypatch.context() as patch:
        broken = nullcontext(BreakingOff(lines))
        patch.setattr(inputs, "_opened", {"-": broken}.__getitem__)
        result = run("append", "--rejects", rejects)
    assert result.exit_code == 130
    kept = rejects.read_bytes()
    new = kept.removeprefix(old).splitlines()
    assert kept.startswith(old)
    assert [json.loads(line)["line"] for line in new if line] == [1, 3]
    assert run("append", "--rejects", rejects, text=BAD).exit_code == 4
    assert [json.loads(line)["line"] for line in rejects.read_bytes().splitlines()] == [1]


def test_a_run_that_cannot_open_its_store_leaves_the_old_rejected_lines(
    run: Run, here: Path
) -> None:
    (here / "r.jsonl").write_text("old\n")
    (here / "s.db").write_text("dear diary")
    assert failed(run("append", "--rejects", "r.jsonl", text=BAD, at=here / "s.db"), 3)
    assert (here / "r.jsonl").read_text() == "old\n"


def test_a_whole_run_replaces_the_old_rejected_lines_and_keeps_the_files_mode(
    run: Run, here: Path
) -> None:
    rejects = here / "r.jsonl"
    rejects.write_text("old\n")
    rejects.chmod(0o640)
    (here / "link").symlink_to(rejects)
    assert run("append", "--rejects", "link", text=f"\n{BAD}").exit_code == 4
    assert [json.loads(line)["line"] for line in rejects.read_bytes().splitlines()] == [2]
    assert rejects.stat().st_mode & 0o777 == 0o640
    assert (here / "link").is_symlink()
    assert run("append", "--rejects", "link", text=GOOD).exit_code == 0
    assert rejects.read_bytes() == b""
    assert sorted(contents(here)) == ["link", "r.jsonl"]


@pytest.mark.parametrize("count", [1, 3, 7])
def test_rejected_lines_are_numbered_over_all_portions(
    run: Run, here: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PORTION", count)
    text = f"\n{BAD}\n{GOOD}\n\n{BAD}\n{BAD}\n{GOOD}\n{BAD}"
    result = run("append", "--rejects", "r.jsonl", text=text)
    assert "1 new, 1 there already, 4 rejected" in result.stderr
    written = [json.loads(line) for line in (here / "r.jsonl").read_bytes().splitlines()]
    assert [row["line"] for row in written] == [2, 5, 6, 8]


# What names a store


@pytest.mark.parametrize(
    "name",
    ["file:y.db", "file:y.db?mode=memory", "file:%41.db", "file:a#b.db", "a?b#c%41.db",
     "file::memory:", "sqlite://:memory:", "sqlite://file:x.db"],
)  # fmt: skip
def test_a_name_that_looks_like_a_uri_is_a_path(run: Run, here: Path, name: str) -> None:
    assert run("append", "--store", name, text=GOOD).exit_code == 0
    assert "1948-05-01" in run("events", "--store", name).stdout
    made = name.removeprefix("sqlite://")
    assert {path for path in contents(here) if not path.endswith(COMPANIONS[1:])} == {made}
    with comity.open(name) as engine:
        assert engine.position == 1


@pytest.mark.parametrize("store", [":memory:", "memory://"])
@pytest.mark.parametrize(
    "arguments",
    [["append"], ["events"], ["state", "PAK-RUS"], ["deals"], ["run"], ["projections"],
     ["projections", "list"], ["retract", "x", "--reason", "r"], ["replay", "state"]],
)  # fmt: skip
def test_a_store_in_memory_is_refused_since_nothing_would_be_kept(
    run: Run, store: str, arguments: list[str]
) -> None:
    assert "nothing would be kept" in failed(run(*arguments, "--store", store, text=GOOD), 2)
    environment = {"COMITY_STORE": store}
    by_environment = CliRunner().invoke(app, arguments, input=GOOD, env=environment)
    assert "nothing would be kept" in failed(by_environment, 2)


@pytest.mark.parametrize(
    ("store", "said", "code"),
    [
        ("", "empty", 2),
        (".", "directory", 3),
        ("a\0b", "NUL", 3),
        ("sqlite://", "after sqlite://", 3),
        ("lab://x/y", "no store is installed for 'lab'", 3),
        ("://", "no store is installed for ''", 3),
        ("no/such/folder/s.db", "no directory", 3),
        ("in.jsonl", "not a comity store", 3),
        ("in.jsonl/s.db", "no directory", 3),
        ("x" * 5000, "cannot be opened", 3),
    ],
)
def test_what_names_no_store_is_one_line_and_a_code(
    here: Path, store: str, said: str, code: int
) -> None:
    (here / "in.jsonl").write_text(GOOD)
    for command in (["append", "in.jsonl"], ["events"], ["demo"]):
        if command != ["append", "in.jsonl"] or store != "in.jsonl":
            result = CliRunner().invoke(app, [*command, "--store", store], env={"COMITY_STORE": ""})
            expected = 3 if command == ["demo"] else code
            line = failed(result, expected)
            assert said in line or command == ["events"] or not store
    assert sorted(contents(here)) == ["in.jsonl"]


def test_a_command_that_reads_makes_no_store_by_any_address(run: Run, here: Path) -> None:
    assert "no such file" in failed(run("events", "--store", "sqlite://s.db"), 3)
    assert contents(here) == {}
