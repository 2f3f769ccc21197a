"""Every command at the widths of real terminals: what it prints, kept as snapshots.

After a change that is meant, `pytest tests/e2e/test_cli_layout.py --snapshot-update` keeps the new
output; read the difference before it is committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion
from typer.testing import CliRunner

import comity
from comity.adapters.cli import app
from comity.adapters.cli.dossier import dossier

COMMANDS = (
    "demo",
    "demo --full",
    "timeline PAK RUS",
    "timeline PAK RUS --codes",
    "state PAK-RUS --on 2023-06-20",
    "state PAK imf --on 2023-06-20",
    "diff PAK-RUS --on 2023-06-13 --on 2023-06-20",
    "evidence X36",
    "show X36",
    "search crude Karachi",
    "search oil",
    "search deputy minister --limit 5 --codes",
    "relationships",
    "events --after 100",
    "kinds",
    "kinds meeting-held",
    "kinds --values",
    "kinds rank",
    "parties russia",
    "parties --on 1950-01-01",
    "agenda PAK --on 2023-06-19 --until 2023-07",
    "affinity PAK",
    "agreements --on 2023-06-20",
    "anniversaries --since 2023 --until 2023",
    "deals --on 2023-06-20",
    "measures --on 2010-01-01",
    "missions --on 2023-06-20",
    "network --on 2023-06-20",
    "network --on 2023-06-20 --nodes",
    "series --on 2023-06-20",
    "series --on 2023-06-20 --contacts",
    "tone --since 2022 --until 2024",
    "world --on 2023-06-20",
    "learned --known-at 113 --known-at 114 --on 2023-06-20",
    "replay network --on 2023-06-20",
    "projections list",
)
WITHOUT_TABLES = {
    "verify", "digest", "plot",
    "append", "import", "run", "retract", "reinstate", "correct", "prefer", "redact", "backup",
    "restore", "copy", "merge", "archive", "export", "doctor", "help", "serve", "watch",
}  # fmt: skip
"""The commands that write what they are given, or files, and no tables."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the dossier that comes with comity; nothing here writes to it."""
    path = tmp_path_factory.mktemp("layout") / "relations.db"
    with comity.open(path) as engine:
        engine.extend(dossier())
    return path


def shown(command: str, store: Path, width: int) -> str:
    environment = {"COMITY_STORE": str(store), "COLUMNS": str(width)}
    result = CliRunner().invoke(app, command.split(), env=environment)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("command", COMMANDS)
def test_it_looks_as_it_did(
    command: str, width: int, store: Path, snapshot: SnapshotAssertion
) -> None:
    assert shown(command, store, width) == snapshot


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_wider_than_the_output(command: str, width: int, store: Path) -> None:
    for line in shown(command, store, width).splitlines():
        is_whole = line.lstrip().startswith(("http", "{", '"'))  # JSON is to be pasted
        assert cell_len(line) <= width or is_whole, line
        assert line == line.rstrip()


def test_every_command_is_shown_here_or_has_nothing_to_lay_out() -> None:
    group = typer.main.get_command(app)
    names = set(group.commands)  # type: ignore[attr-defined]
    assert names == {command.split()[0] for command in COMMANDS} | WITHOUT_TABLES


def test_wide_shows_every_column_and_each_row_on_one_line(store: Path) -> None:
    wide = shown("timeline PAK RUS --wide", store, 80)
    heading, *rows = wide.partition("\n\n")[0].splitlines()
    assert heading.split() == [
        "when", "earliest", "latest", "kind", "what", "accounts", "sources", "parties", "id",
    ]  # fmt: skip
    with comity.open(store) as engine:
        assert len(rows) == len(engine.timeline("PAK-RUS"))


def test_names_stand_beside_codes_where_there_is_room_and_never_with_codes(store: Path) -> None:
    command = "missions --on 2023-06-20"
    assert "Pakistan (PAK)" in shown(command, store, 120)
    assert shown(command, store, 80).endswith("PAK Pakistan, RUS Russia.\n")
    for width in (80, 120):
        assert "Pakistan" not in shown(f"{command} --codes", store, width)


def test_what_has_no_first_day_stands_at_its_last_day_and_is_explained(store: Path) -> None:
    text = shown("timeline PAK RUS --codes", store, 80)
    order = [text.index(when) for when in ("1947/1991", "1999-04", "[..2002]", "2014 ")]
    assert order == sorted(order)
    assert "A date such as [..2002] has no first day." in text
    assert "no first day" not in shown("timeline PAK RUS --since 2024", store, 80)


def test_the_demonstration_is_a_story_of_two_screens(store: Path) -> None:
    text = shown("demo", store, 80)
    assert len(text.splitlines()) <= 48
    for said in (
        "Relations established on 1 May 1948; embassies in Moscow and Islamabad; a visit",
        "45,142 of 100,000", "45,122 of 100,000", "Business Recorder", "comity demo --full",
    ):  # fmt: skip
        assert said in text
