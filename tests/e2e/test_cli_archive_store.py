"""Commands with `--store` work on an archive in Parquet, and the doctor says how it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import comity
from comity import InteractionCoded, MeetingHeld
from comity.adapters.cli import app


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of three events, with its archive beside it."""
    path = tmp_path / "relations.db"
    with comity.open(path) as engine:
        engine.append(
            MeetingHeld(id="bpc-5", meeting="bpc-5", parties=("PAK", "RUS"), when="2023-06-20"),
            InteractionCoded(
                scheme="cameo", code="042", source="PAK", target="RUS", when="2023-06-20"
            ),
            MeetingHeld(meeting="bpc-6", parties=("PAK", "IND"), when="2024"),
        )
        comity.archive(engine, tmp_path / "archive")
    return path


@pytest.fixture
def archive(store: Path) -> Path:
    return store.parent / "archive"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


COMMANDS: list[tuple[str, ...]] = [
    ("state", "PAK-RUS", "--on", "2024-06-01"),
    ("timeline", "PAK-RUS"),
    ("tone", "PAK", "--by", "quarter"),
    ("world", "--on", "2024-06-01"),
    ("relationships",),
    ("show", "bpc-5"),
    ("search", "bpc-5"),
    ("replay", "deals"),
    ("projections",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_says_of_an_archive_what_it_says_of_its_store(
    store: Path, archive: Path, command: tuple[str, ...]
) -> None:
    expected = run(*command, "--store", store)
    assert expected.exit_code == 0
    for address in (archive, f"parquet://{archive}"):
        told = run(*command, "--store", address)
        assert (told.exit_code, told.stdout) == (0, expected.stdout)


def test_a_panel_is_exported_from_an_archive(store: Path, archive: Path, tmp_path: Path) -> None:
    for place, name in ((store, "one.csv"), (archive, "other.csv")):
        done = run("export", "panel", "--store", place, "--output", tmp_path / name)
        assert done.exit_code == 0, done.output
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()


def test_a_command_that_writes_into_an_archive_says_what_to_do(archive: Path) -> None:
    done = run("retract", "bpc-5", "--reason", "forged", "--store", archive)
    assert done.exit_code == 3
    assert "comity archive" in done.output


REFUSING = [
    "append facts.jsonl", "import cameo rows.csv", "retract bpc-5 --reason forged",
    "reinstate bpc-5 --reason forged", "correct bpc-5 --set note=x --reason forged",
    "prefer bpc-5 --reason surer", "redact bpc-5 --reason private --yes", "run state",
    "backup copy.db", "restore copy.db", "projections materialize state",
    "projections rebuild state", "projections delete state",
]  # fmt: skip


@pytest.mark.parametrize("command", REFUSING)
def test_a_command_that_takes_no_archive_does_not_offer_one(archive: Path, command: str) -> None:
    offer = "the folder of an archive"
    words = command.split()
    name = words[:2] if words[0] == "projections" else words[:1]
    assert run(*words, "--store", archive).exit_code != 0
    assert offer not in " ".join(run(*name, "--help").output.split())
    assert offer in " ".join(run("timeline", "--help").output.split())


def report(*arguments: object) -> Any:
    done = run("doctor", "--format", "json", *arguments)
    found = json.loads(done.stdout)
    assert done.exit_code == (0 if found["ok"] else 3)
    return found


@pytest.mark.parametrize("prefix", ["", "parquet://"])
def test_the_doctor_says_that_an_archive_is_well(archive: Path, prefix: str) -> None:
    found = report("--store", f"{prefix}{archive}")
    assert found["problems"] == []
    health = found["health"]
    assert (health["events"], health["relationships"], health["verified"]) == (3, 2, True)
    assert health["digest"] == json.loads((archive / "manifest.json").read_text())["digest"]


@pytest.mark.parametrize("damage", ["removed", "longer", "changed"])
def test_the_doctor_names_a_file_that_is_not_what_was_written(archive: Path, damage: str) -> None:
    file = sorted((archive / "data").iterdir())[0]
    content = file.read_bytes()
    if damage == "removed":
        file.unlink()
    elif damage == "longer":
        file.write_bytes(content + b"x")
    else:
        file.write_bytes(content[:-9] + b"x" + content[-8:])
    found = report("--store", archive)
    [problem] = found["problems"]
    assert problem["what"].startswith(f"data/{file.name}: ")
    assert "--compact" in problem["advice"]
    assert found["health"]["verified"] is False
    quick = report("--store", archive, "--quick")
    assert quick["ok"] is (damage == "changed")


def test_the_doctor_says_why_a_manifest_cannot_be_read(archive: Path) -> None:
    (archive / "manifest.json").write_text("{}", encoding="utf-8")
    [problem] = report("--store", archive)["problems"]
    assert "manifest.json" in problem["what"]
