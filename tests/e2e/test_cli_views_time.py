"""The commands that look over a time, run as their users run them."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import comity
from comity.adapters.cli import app, demo
from tests.e2e.results import Run, data, failed, table, written

DOSSIER = Path(str(files("comity"))) / "dossiers" / demo.DOSSIER
HOSTILE = "[red]\x1b[31m会議\u202e[/red]"  # markup, ANSI, wide letters, an override


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command on a store that holds the dossier."""
    environment = {"COMITY_STORE": str(tmp_path / "relations.db"), "NO_COLOR": None}

    def run(*arguments: object, given: str = "") -> Result:
        return CliRunner().invoke(app, list(map(str, arguments)), input=given, env=environment)

    assert run("append", DOSSIER).exit_code == 0
    return run


COMMANDS = (
    ("anniversaries", "--since", "2023-05-01", "--until", "2023-06"),
    ("agenda", "--since", "2023-06-19"),
    ("tone", "PAK", "--since", "2023"),
    ("learned", "--known-at", "82", "--known-at", "112", "--on", "2023-06-30"),
)
every_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])


@every_command
def test_every_format_tells_the_same_things(run: Run, command: tuple[str, ...]) -> None:
    found = data(run(*command, "--format", "json"))
    assert found
    lines = written(run(*command, "--format", "jsonl")).splitlines()
    assert [json.loads(line) for line in lines] == found
    rows = table(run(*command, "--format", "csv"))
    assert {row["relationship"] for row in rows} == {one["relationship"] for one in found}
    text = written(run(*command))
    assert all(one["relationship"] in text for one in found)


@every_command
def test_of_parties_of_whom_nothing_is_recorded_nothing_is_told(
    run: Run, command: tuple[str, ...]
) -> None:
    asked = [command[0], "CHN-FRA", *(word for word in command[1:] if word != "PAK")]
    assert data(run(*asked, "--format", "json")) == []
    assert table(run(*asked, "--format", "csv")) == []
    heading = written(run(*asked)).splitlines()
    assert heading[0].startswith(
        ("falls", "when", "relationship", "Nothing learned"),
    )
    assert len(heading) == (2 if command[0] == "learned" else 1)


@every_command
def test_bad_input_is_told_in_one_line(run: Run, command: tuple[str, ...]) -> None:
    assert "XXQ" in failed(run(command[0], "XXQ", *command[1:]))
    assert "xml" in failed(run(*command, "--format", "xml"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["anniversaries", "--since", "2024", "--until", "2023"], "ends before it starts"),
        (["anniversaries", "--known-at", "999"], "a position from 0 to 128"),
        (["agenda", "--since", "2023-02-30"], "28 days"),
        (["agenda", "--since", "2023", "--on", "2023"], "a year, not a day"),
        (["tone", "--by", "week"], "'month', 'year', 'decade'"),
        (["tone", "--since", "2024", "--until", "2023"], "ends before it starts"),
        (["learned"], "two of --known-at"),
        (["learned", "--known-at", "1"], "two of --known-at"),
        (["learned", *["--known-at", "1"] * 3], "two of --known-at"),
        (["learned", "--known-at", "2", "--known-at", "1"], "the earlier moment first"),
        (["learned", "--known-at", "1", "--known-at", "2", "--on", "2023"], "a year, not a day"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(
    run: Run, arguments: list[str], said: str
) -> None:
    assert said in failed(run(*arguments))


def test_the_anniversary_that_was_marked_is_told_with_how(run: Run) -> None:
    asked = ("anniversaries", "PAK-RUS", "--since", "2023-05", "--until", "2023-06")
    assert written(run(*asked)).splitlines() == [
        "falls       relationship  years  of          founded     round  marked      how",
        (
            "2023-05-01  PAK-RUS       75     relations   1948-05-01  yes    2023-05-01  "
            "exchange of letters"
        ),
        "2023-06-27  PAK-RUS       67     trade-1956  1956-06-27  no",
    ]
    [one] = data(run(*asked, "--round", "--format", "json"))
    assert (one["years"], one["of"], one["round"]) == (75, "relations", True)
    # on the 30th of April nobody had written yet
    [one] = data(run(*asked, "--round", "--known-at", "2023-04-30", "--format", "json"))
    assert (one["years"], one["marked"]) == (75, "")


def test_the_agenda_of_a_day_tells_what_was_planned_and_what_was_late(run: Run) -> None:
    rows = table(run("agenda", "PAK-RUS", "--on", "2023-06-19", "--format", "csv"))
    told = {(row["kind"], row["what"]): row["overdue"] for row in rows}
    assert told["meeting", "bpc-5"] == "no"
    assert told["shipment", "urals-pilot/cargo-2"] == "no"
    assert told["round", "cgss"] == "yes"
    later = table(run("agenda", "PAK-RUS", "--since", "2023-06-19", "--on", "2023-06-21",
                      "--format", "csv"))  # fmt: skip
    assert ("meeting", "bpc-5") not in {(row["kind"], row["what"]) for row in later}


def test_tone_is_told_by_period_with_its_scheme_and_edition(run: Run) -> None:
    rows = table(run("tone", "PAK-RUS", "--since", "2022", "--until", "2022", "--format", "csv"))
    told = {row["period"]: row for row in rows}["2022"]
    assert (told["coded"], told["recorded"], told["recorded_conflict"]) == ("0", "3", "1")
    assert (told["recorded_mean"], told["recorded_scales"]) == ("-0.367", "cameo 1.1b3")
    months = data(run("tone", "PAK-RUS", "--by", "month", "--since", "2023", "--format", "json"))
    assert "2023-06" in [one["period"] for one in months]


def test_a_table_of_tone_has_only_the_half_that_there_is_something_in(run: Run) -> None:
    def heading() -> list[str]:
        return written(run("tone", "FRA", "PAK")).splitlines()[0].split()

    halves = [f"{half}{of}" for half in ("coded", "recorded")
              for of in ("", "_coop", "_conflict", "_mean")]  # fmt: skip
    assert heading() == ["relationship", "period", *halves]
    coded = {"type": "interaction-coded", "scheme": "cameo", "code": "040", "source": "FRA",
             "target": "PAK", "when": "2023"}  # fmt: skip
    assert run("append", given=json.dumps(coded)).exit_code == 0
    assert heading() == ["relationship", "period", *halves[:4]]
    visit = {"type": "meeting-held", "meeting": "m", "parties": ["FRA", "PAK"], "when": "2023"}
    assert run("append", given=json.dumps(visit)).exit_code == 0
    assert heading() == ["relationship", "period", *halves]


def test_what_was_learned_is_told_with_what_it_changed(run: Run) -> None:
    asked = ("learned", "--known-at", "112", "--known-at", "113", "--on", "2023-06-20")
    lines = written(run(*asked)).splitlines()
    assert lines[0] == "PAK-RUS on 2023-06-20, as known at position 112 − … + 113"
    assert "Recorded" in lines
    assert "  − urals-pilot  delivered 45,142 TNE" in lines
    assert "  + urals-pilot  delivered 45,122 TNE" in lines
    [one] = data(run(*asked, "--format", "json"))
    assert [record["id"] for record in one["records"]] == ["X36"]
    assert one["records"][0]["position"] == 113
    delivered = {"path": "deals.urals-pilot.delivered.TNE", "before": "45142", "after": "45122"}
    assert delivered in one["changes"]
    rows = table(run(*asked, "--format", "csv"))
    assert {"relationship": "PAK-RUS", "records": "X36", **delivered} in rows


def test_what_was_learned_of_several_is_told_one_below_the_other(run: Run) -> None:
    text = written(run("learned", "--known-at", 82, "--known-at", 99, "--on", "2023-06-20"))
    assert text.count("\n\nKWT-PAK on ") == text.count("\n\nPAK-RUS on ") == 1
    assert text.startswith("ARE-PAK on ")


def test_a_record_that_changed_nothing_has_its_row_all_the_same(run: Run) -> None:
    """PR014 tells of the marking of the anniversary once more."""
    known = {row["id"]: int(row["position"]) for row in table(run("events", "--format", "csv"))}
    at = known["PR014"]
    asked = ("learned", "PAK-RUS", "--known-at", at - 1, "--known-at", at, "--on", "2023-06-20")
    rows = table(run(*asked, "--format", "csv"))
    assert [(row["records"], row["path"]) for row in rows] == [("PR014", "")]


def test_what_records_say_cannot_steer_a_terminal(run: Run) -> None:
    plan = {"type": "meeting-scheduled", "meeting": HOSTILE, "parties": ["FRA", "PAK"],
            "when": "2023", "planned_for": "2024-02-01", "venue": HOSTILE}  # fmt: skip
    feast = {"type": "anniversary-marked", "parties": ["PAK", "RUS"], "years": 75, "how": HOSTILE,
             "when": "2023-12-31"}  # fmt: skip
    given = f"{json.dumps(plan)}\n{json.dumps(feast)}\n"
    assert run("append", given=given).exit_code == 0
    for command in (
        ("agenda", "--since", "2024-01-01"),
        ("anniversaries", "--since", "2023-05-01", "--until", "2023"),
        ("learned", "--known-at", 128, "--known-at", 130, "--on", "2024-01-01"),
    ):
        for form in ("table", "csv"):
            text = written(run(*command, "--format", form))
            assert "会議" in text
            assert not {"\x1b", "\u202e"} & set(text)


def test_the_store_is_asked_as_the_library_is(run: Run, tmp_path: Path) -> None:
    with comity.open(str(tmp_path / "relations.db")) as engine:
        count = len(engine.anniversaries(since="2020", until="2024"))
    asked = ("anniversaries", "--since", "2020", "--until", "2024", "--format", "csv")
    assert len(table(run(*asked))) == count > 20
