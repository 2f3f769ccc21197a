"""The command kinds: what a user reads there can be used as it stands."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from comity.adapters.cli import app
from comity.domain.events import CATALOGUE
from tests.e2e.results import Run, data, failed, lines, table, written

pytestmark = pytest.mark.in_a_file

NOT_GIVEN = {"record-redacted", "redacted"}


@pytest.mark.parametrize("tag", [tag for tag in CATALOGUE if tag not in NOT_GIVEN])
def test_the_example_of_a_kind_can_be_pasted_into_append(run: Run, tag: str) -> None:
    page = lines(run("kinds", tag))
    at = next(at for at, line in enumerate(page) if line.startswith("An example"))
    result = run("append", text="\n".join(page[at + 1 :]))
    assert result.exit_code == 0, result.stderr
    last = [json.loads(line) for line in run("events", "--format", "jsonl").stdout.splitlines()][-1]
    assert last["type"] == tag


@pytest.mark.parametrize("tag", sorted(NOT_GIVEN))
def test_what_only_a_command_records_names_the_command(run: Run, tag: str) -> None:
    assert "Recorded by: comity redact ID --reason TEXT" in lines(run("kinds", tag))


def test_every_kind_is_listed_once_in_every_form(run: Run) -> None:
    kinds = list(CATALOGUE)
    assert [row["kind"] for row in table(run("kinds", "--format", "csv"))] == kinds
    assert [row["kind"] for row in data(run("kinds", "--format", "json"))] == kinds
    rows = written(run("kinds", "--format", "jsonl")).splitlines()
    assert [json.loads(row)["kind"] for row in rows] == kinds
    assert [line.split()[0] for line in lines(run("kinds"))][1:] == kinds


def test_a_kind_has_its_fields_moves_and_values(run: Run) -> None:
    info = data(run("kinds", "meeting-held", "--format", "json"))
    assert info["moves"] == [{"states": ["none", "scheduled", "cancelled"], "to": "held"}]
    level = next(field for field in info["fields"] if field["name"] == "level")
    assert (level["list"], level["closed"], level["values"][0]) == (
        "meeting-level", True, "head-of-state",
    )  # fmt: skip
    [line] = written(run("kinds", "MeetingHeld", "--format", "jsonl")).splitlines()
    assert json.loads(line) == info
    rows = table(run("kinds", "meeting-held", "--format", "csv"))
    assert next(row for row in rows if row["name"] == "meeting")["required"] == "yes"


def test_lists_of_values_are_listed_and_read(run: Run) -> None:
    names = [row["list"] for row in table(run("kinds", "--values", "--format", "csv"))]
    for name in names:
        rows = list(csv.DictReader(io.StringIO(run("kinds", name, "--format", "csv").stdout)))
        assert any(row["of"] == name for row in rows), name
    assert all(hit["sort"] == "value" for hit in data(run("kinds", "--values", "measures",
                                                          "--format", "json")))  # fmt: skip


def test_several_words_are_one_name(run: Run) -> None:
    [hit] = data(run("kinds", "high", "commissioner", "--format", "json"))
    assert (hit["name"], hit["of"]) == ("high commissioner", "rank")


def test_no_store_is_needed_and_none_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("COMITY_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["kinds", "ambassador"]).exit_code == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["ambasador", "meeting-hled", "\x1b[31mred", "q" * 100_000])
def test_an_unknown_name_is_one_line(run: Run, name: str) -> None:
    said = failed(run("kinds", name), 2)
    assert "\x1b" not in said
    assert len(said) < 400
