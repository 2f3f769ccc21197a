"""The commands about a period, run as their users run them."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import comity
from comity.adapters.cli import app
from tests.e2e.conftest import WIDE
from tests.e2e.results import Run, data, failed, table, written

DOSSIER = Path(str(files("comity"))) / "dossiers" / "pakistan_russia.jsonl"
HOSTILE = "[red]\x1b[31m会議\u202e[/red]"  # markup, ANSI, wide letters, an override


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command on a store that holds the dossier."""
    environment = {
        "COMITY_STORE": str(tmp_path / "relations.db"), "NO_COLOR": None, "COLUMNS": WIDE,
        "COMITY_CODES": "1",
    }  # fmt: skip

    def run(*arguments: object, text: str = "") -> Result:
        return CliRunner().invoke(app, list(map(str, arguments)), input=text, env=environment)

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
def test_every_format_has_the_same_content(run: Run, command: tuple[str, ...]) -> None:
    answer = data(run(*command, "--format", "json"))
    assert answer
    lines = written(run(*command, "--format", "jsonl")).splitlines()
    assert [json.loads(line) for line in lines] == answer
    rows = table(run(*command, "--format", "csv"))
    assert {row["relationship"] for row in rows} == {item["relationship"] for item in answer}
    text = written(run(*command))
    assert all(item["relationship"] in text for item in answer)


@every_command
def test_parties_without_events_give_an_empty_answer(run: Run, command: tuple[str, ...]) -> None:
    arguments = [command[0], "CHN-FRA", *(word for word in command[1:] if word != "PAK")]
    assert data(run(*arguments, "--format", "json")) == []
    assert table(run(*arguments, "--format", "csv")) == []
    assert written(run(*arguments)) == ""
    assert run(*arguments).stderr == "comity: nothing recorded of CHN-FRA\n"


@every_command
def test_bad_input_is_reported_in_one_line(run: Run, command: tuple[str, ...]) -> None:
    assert "XXQ" in failed(run(command[0], "XXQ", *command[1:]))
    assert "xml" in failed(run(*command, "--format", "xml"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["anniversaries", "--since", "2024", "--until", "2023"], "ends before it starts"),
        (["anniversaries", "--known-at", "999"], "a position from 0 to 129"),
        (["agenda", "--since", "2023-02-30"], "28 days"),
        (["agenda", "--since", "2023", "--on", "2023"], "a year, not a day"),
        (["tone", "--by", "week"], "'month', 'quarter', 'year', 'decade'"),
        (["tone", "--since", "2024", "--until", "2023"], "ends before it starts"),
        (["learned"], "two of --known-at"),
        (["learned", "--known-at", "1"], "two of --known-at"),
        (["learned", *["--known-at", "1"] * 3], "two of --known-at"),
        (["learned", "--known-at", "2", "--known-at", "1"], "the earlier moment first"),
        (["learned", "--known-at", "1", "--known-at", "2", "--on", "2023"], "a year, not a day"),
    ],
)
def test_an_impossible_question_is_reported_in_one_line(
    run: Run, arguments: list[str], said: str
) -> None:
    assert said in failed(run(*arguments))


def test_a_marked_anniversary_says_how_it_was_marked(run: Run) -> None:
    command = ("anniversaries", "PAK-RUS", "--since", "2023-05", "--until", "2023-06")
    assert written(run(*command)).splitlines() == [
        "falls       relationship  years  of          founded     round  marked      how",
        (
            "2023-05-01  PAK-RUS          75  relations   1948-05-01  yes    2023-05-01  "
            "exchange of letters"
        ),
        "2023-06-27  PAK-RUS          67  trade-1956  1956-06-27  no",
    ]
    [row] = data(run(*command, "--round", "--format", "json"))
    assert (row["years"], row["of"], row["round"]) == (75, "relations", True)
    # on the 30th of April nobody had written yet
    [row] = data(run(*command, "--round", "--known-at", "2023-04-30", "--format", "json"))
    assert (row["years"], row["marked"]) == (75, "")


def test_the_agenda_lists_what_is_planned_and_what_is_overdue(run: Run) -> None:
    rows = table(run("agenda", "PAK-RUS", "--on", "2023-06-19", "--format", "csv"))
    answer = {(row["kind"], row["what"]): row["overdue"] for row in rows}
    assert answer["meeting", "bpc-5"] == "no"
    assert answer["shipment", "urals-pilot/cargo-2"] == "no"
    assert answer["round", "cgss"] == "yes"
    later = table(run("agenda", "PAK-RUS", "--since", "2023-06-19", "--on", "2023-06-21",
                      "--format", "csv"))  # fmt: skip
    assert ("meeting", "bpc-5") not in {(row["kind"], row["what"]) for row in later}


def test_tone_is_listed_by_period_with_scheme_and_edition(run: Run) -> None:
    rows = table(run("tone", "PAK-RUS", "--since", "2022", "--until", "2022", "--format", "csv"))
    answer = {row["period"]: row for row in rows}["2022"]
    assert (answer["coded"], answer["recorded"], answer["recorded_conflict"]) == ("0", "3", "1")
    assert (answer["recorded_mean"], answer["recorded_scales"]) == ("-0.367", "cameo 1.1b3")
    months = data(run("tone", "PAK-RUS", "--by", "month", "--since", "2023", "--format", "json"))
    assert "2023-06" in [month["period"] for month in months]


def test_a_table_of_tone_leaves_out_an_empty_half(run: Run) -> None:
    def heading() -> list[str]:
        return written(run("tone", "FRA", "PAK")).splitlines()[0].split()

    halves = [f"{half}{of}" for half in ("coded", "recorded")
              for of in ("", "_coop", "_conflict", "_mean")]  # fmt: skip
    coded = {"type": "interaction-coded", "scheme": "cameo", "code": "040", "source": "FRA",
             "target": "PAK", "when": "2023"}  # fmt: skip
    assert run("append", text=json.dumps(coded)).exit_code == 0
    assert heading() == ["relationship", "period", *halves[:4]]
    visit = {"type": "meeting-held", "meeting": "m", "parties": ["FRA", "PAK"], "when": "2023"}
    assert run("append", text=json.dumps(visit)).exit_code == 0
    assert heading() == ["relationship", "period", *halves]


def test_learned_lists_the_records_and_their_changes(run: Run) -> None:
    command = ("learned", "--known-at", "113", "--known-at", "114", "--on", "2023-06-20")
    lines = written(run(*command)).splitlines()
    assert lines[0] == "PAK-RUS"
    assert lines[2:4] == [
        "− on 2023-06-20: as known at position 113: 59 events.",
        "+ on 2023-06-20: as known at position 114: 59 events.",
    ]
    assert "Recorded" in lines
    assert "  − urals-pilot  delivered 45,142 TNE" in lines
    assert "  + urals-pilot  delivered 45,122 TNE" in lines
    [row] = data(run(*command, "--format", "json"))
    assert [record["id"] for record in row["records"]] == ["X36"]
    assert row["records"][0]["position"] == 114
    delivered = {"path": "deals.urals-pilot.delivered.TNE", "before": "45142", "after": "45122"}
    assert delivered in row["changes"]
    rows = table(run(*command, "--format", "csv"))
    assert {"relationship": "PAK-RUS", "records": "X36", **delivered} in rows


def test_learned_lists_several_relationships_one_below_the_other(run: Run) -> None:
    text = written(run("learned", "--known-at", 83, "--known-at", 100, "--on", "2023-06-20"))
    assert text.count("\n\nKWT-PAK\n") == text.count("\n\nPAK-RUS\n") == 1
    assert text.startswith("ARE-PAK\n")


def test_a_record_that_changed_nothing_also_has_a_row(run: Run) -> None:
    """PR014 is another source for the marking of the anniversary."""
    known = {row["id"]: int(row["position"]) for row in table(run("events", "--format", "csv"))}
    at = known["PR014"]
    command = ("learned", "PAK-RUS", "--known-at", at - 1, "--known-at", at, "--on", "2023-06-20")
    rows = table(run(*command, "--format", "csv"))
    assert [(row["records"], row["path"]) for row in rows] == [("PR014", "")]


def test_the_text_of_records_cannot_control_a_terminal(run: Run) -> None:
    plan = {"type": "meeting-scheduled", "meeting": HOSTILE, "parties": ["FRA", "PAK"],
            "when": "2023", "planned_for": "2024-02-01", "venue": HOSTILE}  # fmt: skip
    feast = {"type": "anniversary-marked", "parties": ["PAK", "RUS"], "years": 75, "how": HOSTILE,
             "when": "2023-12-31"}  # fmt: skip
    text = f"{json.dumps(plan)}\n{json.dumps(feast)}\n"
    assert run("append", text=text).exit_code == 0
    for command in (
        ("agenda", "--since", "2024-01-01"),
        ("anniversaries", "--since", "2023-05-01", "--until", "2023"),
        ("learned", "--known-at", 129, "--known-at", 131, "--on", "2024-01-01"),
    ):
        for form in ("table", "csv"):
            text = written(run(*command, "--format", form))
            assert "会議" in text
            assert not {"\x1b", "\u202e"} & set(text)


def test_the_command_answers_as_the_library_does(run: Run, tmp_path: Path) -> None:
    with comity.open(str(tmp_path / "relations.db")) as engine:
        count = len(engine.anniversaries(since="2020", until="2024"))
    command = ("anniversaries", "--since", "2020", "--until", "2024", "--format", "csv")
    assert len(table(run(*command))) == count > 20
