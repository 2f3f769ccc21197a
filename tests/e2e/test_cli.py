"""The command line, run as its users run it: what it prints, where, and how it ends."""

import json
import os
import pty
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

import comity
from comity.adapters.cli import app, exits, main
from comity.adapters.cli.dossier import dossier
from comity.adapters.render import listing, output
from tests.e2e.results import Address, Run, failed, table
from tests.effort import PATIENCE

SRC = Path(__file__).parents[2] / "src"
DOSSIER = Path(str(files("comity"))) / "dossiers" / "pakistan_russia.jsonl"
# Markup, ANSI, Arabic, quotes, wide letters, a C1 control, an override, a line break
HOSTILE = "[red]\x1b[31mاحمد “O'Neil” 会議\x9b2J\u202e\n,;\"[/red]"  # noqa: RUF001 - Arabic is meant
GOOD = '{"type": "relations-established", "parties": ["PAK", "SUN"], "when": "1948-05-01"}'
BAD = '{"type": "relations-severed", "parties": ["PAK", "RUSSIA"], "when": "2023-13"}'


@pytest.fixture
def filled(run: Run) -> Run:
    """Run a command on a store that holds the dossier."""
    assert run("append", DOSSIER).exit_code == 0
    return run


def lines(result: Result) -> list[Any]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


# How commands end


def test_help_names_every_command_and_documents_every_exit_code(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name in ("demo", "append", "timeline", "state", "diff", "evidence", "relationships",
                 "events", "retract", "reinstate", "correct", "prefer"):  # fmt: skip
        assert re.search(rf"^  {name} ", result.stdout, re.MULTILINE)
    documented = {int(code) for code in re.findall(r"^ +(\d+)  \w", result.stdout, re.MULTILINE)}
    assert documented == set(map(int, exits.Exit))


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    assert run().stdout == run("--help").stdout


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version").stdout == f"comity {comity.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bogus"], "--bogus"),
        (["bogus"], "bogus"),
        (["state"], "PARTY"),
        (["state", "PAK-RUS", "--format", "xml"], "xml"),
        (["state", "PAK-XXQ"], "XXQ"),
        (["state", "PAK"], "two or more"),
        (["state", "PAK-RUS", "--on", "2023-02-30"], "28 days"),
        (["state", "PAK-RUS", "--on", "2023"], "a year, not a day"),
        (["state", "PAK-RUS", "--known-at", "someday"], "someday"),
        (["state", "PAK-RUS", "--known-at", "999"], "a position from 0 to 129"),
        (["state", "PAK-RUS", "--known-at", "9" * 5000], "not a moment"),
        (["state", "PAK-RUS", "--certainty", "sure"], "possible"),
        (["timeline", "PAK-RUS", "--kind", "meeting-hold"], "meeting-held"),
        (["timeline", "PAK-RUS", "--since", "2024", "--until", "2023"], "ends before it starts"),
        (["diff", "PAK-RUS", "--on", "2023-06-20"], "two"),
        (["diff", "PAK-RUS", *["--on", "2023-06-20"] * 3], "two"),
        (["events", "--after", "x"], "--after"),
        (["events", "--after", "-1"], "-1"),
        (["relationships", "--including", "pak"], "PAK"),
        (["append", "/no/such/file"], "/no/such/file"),
        (["append", "/"], "cannot read '/'"),
        (["correct", "PR001", "--reason", "r", "/no/such/file"], "/no/such/file"),
    ],
)
def test_bad_input_is_reported_in_one_line_and_ends_with_2(
    filled: Run, arguments: list[str], said: str
) -> None:
    assert said in failed(filled(*arguments), 2)


def test_a_missing_store_is_told_by_both_ways_to_give_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("COMITY_STORE", raising=False)
    said = failed(CliRunner().invoke(app, ["relationships"]), 2)
    assert "--store" in said
    assert "COMITY_STORE" in said


@pytest.mark.in_a_file
@pytest.mark.parametrize(
    "arguments",
    [
        ["relationships"],
        ["events"],
        ["evidence", "x"],
        ["state", "PAK-RUS"],
        ["timeline", "PAK-RUS"],
        ["diff", "PAK-RUS", "--on", "2020", "--on", "2021"],
        ["retract", "x", "--reason", "r"],
        ["prefer", "x", "--reason", "r"],
    ],
)
def test_only_append_makes_a_store(run: Run, store: Path, arguments: list[str]) -> None:
    assert "comity append" in failed(run(*arguments), 3)
    assert not store.exists()
    store.touch()
    assert "comity append" in failed(run(*arguments), 3)
    assert store.read_bytes() == b""


@pytest.mark.in_a_file
def test_a_file_that_is_no_store_ends_with_3_and_is_left_as_it_was(run: Run, store: Path) -> None:
    store.write_text("dear diary")
    assert "not a comity store" in failed(run("events"), 3)
    assert failed(run("append", text=GOOD), 3)
    assert store.read_text() == "dear diary"


def test_what_the_log_refuses_ends_with_1(filled: Run) -> None:
    assert "no-such" in failed(filled("evidence", "no-such"), 1)
    assert "no-such" in failed(filled("retract", "no-such", "--reason", "r"), 1)
    assert "no-such" in failed(filled("prefer", "no-such", "--reason", "r"), 1)


def test_an_interrupt_ends_with_130(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(listing.Listing, "write", interrupted)
    assert "interrupted" in failed(filled("events"), 130)


def test_a_path_that_no_file_can_have_is_a_store_that_failed(run: Run) -> None:
    assert "cannot be opened" in failed(run("events", "--store", "x" * 5000), 3)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_rejects_for_which_there_is_no_room_end_with_3_and_no_traceback(run: Run) -> None:
    result = run("append", "--rejects", "/dev/full", text=BAD)
    assert result.exit_code == 3
    assert result.stderr.splitlines()[-1].startswith("comity: [Errno 28]")


def test_the_entry_point_runs_the_arguments_of_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["comity", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"comity {comity.__version__}\n"


# Recording


def test_append_says_what_it_did_and_nothing_else(run: Run) -> None:
    first, again = run("append", DOSSIER), run("append", text=DOSSIER.read_bytes())
    count = len(DOSSIER.read_text("utf-8").splitlines())
    assert first.stderr == f"comity: {count} new, 0 there already, 0 rejected\n"
    assert again.stderr == f"comity: 0 new, {count} there already, 0 rejected\n"
    assert first.stdout == again.stdout == ""
    assert first.exit_code == again.exit_code == 0


def test_a_rejected_line_is_told_by_its_number_with_every_reason(run: Run) -> None:
    result = run("append", text=f"{GOOD}\n\n\n{BAD}\n")
    assert result.exit_code == 4
    answer, summary = result.stderr.splitlines()
    assert answer.startswith("comity: line 4: ")
    assert "parties.1" in answer
    assert "when" in answer
    assert summary == "comity: 1 new, 0 there already, 1 rejected"


def test_of_many_rejected_lines_the_first_are_told(run: Run) -> None:
    answer = run("append", text=f"{BAD}\n" * 30).stderr.splitlines()
    assert len(answer) == 22
    assert "10 more" in answer[20]
    assert "--rejects" in answer[20]


def test_the_rejects_file_loses_nothing(run: Run, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    bad = [
        BAD.encode(),
        b'{"type": "aid-pledged", "money": {"amount": 1.10, "currency": "USD"}}',
        b'{"when": "2020", "when": "2021"}',
        b'{"torn": ',
        b"caf\xe9 \xff",
        HOSTILE.replace("\n", " ").encode(),
    ]
    text = b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n\r\n" + b"\r\n".join(bad)
    result = run("append", "-", "--rejects", rejects, text=text)
    assert result.exit_code == 4
    assert result.stderr == f"comity: 1 new, 0 there already, 6 rejected (see {rejects})\n"
    written = [orjson.loads(line) for line in rejects.read_bytes().splitlines()]
    assert [row["line"] for row in written] == [3, 4, 5, 6, 7, 8]
    assert all(row["reasons"] for row in written)
    assert len(written[0]["reasons"]) == 2
    for row, line in zip(written, bad, strict=True):
        assert _original(row, rejects.read_bytes()) == line


def _original(rejected: dict[str, Any], file: bytes) -> bytes:
    """The original line: from base64, from a string, or copied from the file."""
    if "base64" in rejected:
        return b64decode(rejected["base64"])
    if isinstance(rejected["item"], str):
        return rejected["item"].encode()
    prefix = f'{{"line":{rejected["line"]},"item":'.encode()
    [line] = [line for line in file.splitlines() if line.startswith(prefix)]
    return line.removeprefix(prefix).rpartition(b',"reasons":')[0]


def test_rejected_records_can_be_corrected_and_appended(run: Run, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    run("append", "--rejects", rejects, text=BAD)
    item = json.loads(rejects.read_text())["item"]
    corrected = json.dumps(item | {"parties": ["PAK", "RUS"], "when": "2023"})
    assert run("append", text=corrected).exit_code == 0


@pytest.mark.in_a_file
@pytest.mark.parametrize("stored", ["input", "store"])
def test_rejects_never_overwrite_the_input_or_the_store(
    run: Run, store: Path, tmp_path: Path, stored: str
) -> None:
    input_file = tmp_path / "in.jsonl"
    input_file.write_text(GOOD)
    run("append", input_file)
    target = input_file if stored == "input" else store
    before = target.read_bytes()
    assert "overwrite" in failed(run("append", input_file, "--rejects", target), 2)
    assert target.read_bytes() == before


@pytest.mark.in_a_file
def test_a_rejects_file_that_cannot_be_written_stops_before_anything_is_recorded(
    run: Run, store: Path, tmp_path: Path
) -> None:
    assert "cannot write" in failed(run("append", "--rejects", tmp_path, text=GOOD), 2)
    assert not store.exists()


def test_learned_now_drops_the_recorded_times_and_keeps_the_rejected_lines_whole(
    run: Run, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.jsonl"
    old = json.loads(GOOD) | {"recorded_at": "1999-01-01T00:00:00Z"}
    bad = '{"type": "x", "recorded_at": "1999-01-01T00:00:00Z"}'
    text = f"{json.dumps(old)}\n{bad}\nnothing\n"
    result = run("append", "--learned-now", "--rejects", rejects, text=text)
    assert result.exit_code == 4
    [record] = lines(run("events", "--format", "jsonl"))
    assert not record["recorded_at"].startswith("1999")
    written = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [row["item"] for row in written] == [json.loads(bad), "nothing"]


def test_a_record_keeps_the_time_it_brings(run: Run) -> None:
    run("append", text=json.dumps(json.loads(GOOD) | {"recorded_at": "1999-01-01T00:00:00Z"}))
    [record] = lines(run("events", "--format", "jsonl"))
    assert record["recorded_at"] == "1999-01-01T00:00:00+00:00"


def test_retract_takes_an_event_off_the_timeline_and_prints_the_new_id(filled: Run) -> None:
    before = lines(filled("timeline", "PAK-imf", "--format", "jsonl"))
    gone = before[0]["event"]["id"]
    result = filled("retract", gone, "--reason", "a forgery")
    assert result.stderr == "comity: 1 new, 0 there already\n"
    [act] = result.stdout.splitlines()
    assert lines(filled("timeline", "PAK-imf", "--format", "jsonl")) == before[1:]
    evidence = json.loads(filled("evidence", gone, "--format", "json").stdout)
    assert evidence["stands"] is False
    assert [row["id"] for row in evidence["corrections"]] == [act]
    assert "0 new, 1 there already" in filled("retract", gone, "--reason", "a forgery").stderr


def test_correct_puts_another_event_in_the_place_of_one(run: Run) -> None:
    run("append", text=GOOD)
    [old] = lines(run("events", "--format", "jsonl"))
    replacement = json.dumps(json.loads(GOOD) | {"when": "1948-05-02"})
    result = run("correct", old["id"], "--reason", "a slip", text=replacement)
    assert len(result.stdout.splitlines()) == 2
    [entry] = lines(run("timeline", "PAK-RUS", "--format", "jsonl"))
    assert entry["event"]["when"] == "1948-05-02"
    assert "type" in failed(run("correct", old["id"], "--reason", "r", text="{}"), 2)


def test_prefer_decides_between_accounts(filled: Run) -> None:
    rows = table(filled("evidence", "X36", "--format", "csv"))
    assert rows[0]["id"] == "X36"
    filled("prefer", "X29", "--reason", "they saw it")
    rows = table(filled("evidence", "X36", "--format", "csv"))
    assert (rows[0]["verdict"], rows[0]["id"]) == ("stands", "X29")


def test_what_was_retracted_can_be_reinstated_and_appending_it_again_says_so(run: Run) -> None:
    met = json.dumps(json.loads(GOOD) | {"type": "meeting-held", "meeting": "m"})
    run("append", text=met)
    [record] = lines(run("events", "--format", "jsonl"))
    [act] = run("retract", record["id"], "--reason", "a forgery").stdout.splitlines()
    again = run("append", text=met)
    assert again.stderr.endswith("0 new, 1 there already, of which 1 retracted, 0 rejected\n")
    assert "was retracted by" in failed(run("prefer", record["id"], "--reason", "r"), 1)
    replaced = run("correct", act, "--reason", "r", text=met)  # the retraction by what it retracted
    assert replaced.exit_code == 0
    assert len(lines(run("timeline", "PAK-SUN", "--format", "jsonl"))) == 1
    run("retract", record["id"], "--reason", "another")
    result = run("reinstate", record["id"], "--reason", "genuine")
    assert result.stderr == "comity: 1 new, 0 there already\n"
    assert len(lines(run("timeline", "PAK-SUN", "--format", "jsonl"))) == 1
    assert "is not retracted" in failed(run("reinstate", record["id"], "--reason", "r"), 1)


def test_who_records_is_told_by_option_or_environment_and_shown(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("append", "--recorded-by", "desk-3", text=GOOD)
    monkeypatch.setenv("COMITY_RECORDED_BY", "desk-4")
    [record] = lines(run("events", "--format", "jsonl"))
    assert record["recorded_by"] == "desk-3"
    run("retract", record["id"], "--reason", "r", "--recorded-at", "2024-01-01T00:00:00Z")
    at = json.loads(run("evidence", record["id"], "--format", "json").stdout)
    assert at["corrections"] == []  # recorded time does not decrease
    run("retract", record["id"], "--reason", "r")
    page = run("evidence", record["id"]).stdout
    assert re.search(r"^  recorded by +desk-3$", page, re.MULTILINE)
    assert re.search(r"^  \d{4}-\d\d-\d\d by desk-4 ", page, re.MULTILINE)
    rows = table(run("events", "--format", "csv"))
    assert [row["recorded_by"] for row in rows] == ["desk-3", "desk-4"]
    assert run("events").stdout.split()[:4] == ["position", "recorded", "by", "relationship"]
    assert "recorded_by" in failed(run("append", "--recorded-by", "a\nb", text=GOOD), 2)
    other, third = tmp_path / "other.db", tmp_path / "third.db"
    run("append", at=other, text=run("events", "--format", "jsonl").stdout)
    assert table(run("events", "--format", "csv", at=other)) == rows
    run("append", "--learned-now", at=third, text=json.dumps(record))
    [now] = table(run("events", "--format", "csv", at=third))
    assert now["recorded_by"] == "desk-4"


def test_without_names_the_table_of_the_log_has_no_column_for_them(filled: Run) -> None:
    assert filled("events").stdout.split()[:3] == ["position", "recorded", "relationship"]


def test_who_recorded_an_event_is_shown_whole_at_eighty_columns(run: Run, store: Address) -> None:
    event = json.dumps(json.loads(GOOD) | {"id": "X1"})
    run("append", "--recorded-by", "the third desk of the ministry", text=event)
    env = {"COMITY_STORE": str(store), "COLUMNS": "80", "NO_COLOR": "1"}
    code, shown = on_a_terminal(["events"], env)
    assert code == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert max(map(len, plain.splitlines())) <= 80
    assert len(plain.splitlines()) < 16
    for word in ("1948-05-01", "desk", "ministry", "PAK-SUN", "X1"):
        assert word in plain
    _, page = on_a_terminal(["evidence", "X1"], env)
    assert "the third desk of the ministry" in page


# Questions


def test_relationships_are_one_on_a_line_and_nothing_else(filled: Run) -> None:
    with comity.open(":memory:") as engine:
        engine.extend(dossier())
        expected = engine.relationships("USA")
    assert expected
    assert filled("relationships", "--including", "USA").stdout.split() == list(expected)
    answer = lines(filled("relationships", "--including", "USA", "--format", "jsonl"))
    assert [row["relationship"] for row in answer] == list(expected)


def test_a_store_may_be_named_by_option_rather_than_environment(
    filled: Run, store: Address, tmp_path: Path
) -> None:
    by_option = filled("relationships", "--store", store, at=tmp_path / "other.db")
    assert by_option.stdout == filled("relationships").stdout != ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["timeline", "PAK-RUS"],
        [
            "timeline",
            "RUS",
            "PAK",
            "--since",
            "2023",
            "--until",
            "2023-06",
            "--kind",
            "deal-signed",
        ],
        ["events", "--after", "100"],
        ["events", "--kind", "record-retracted", "--kind", "account-preferred"],
        ["relationships"],
    ],
)
def test_every_format_of_a_listing_holds_the_same_rows(filled: Run, arguments: list[str]) -> None:
    as_lines = lines(filled(*arguments, "--format", "jsonl"))
    assert as_lines
    assert json.loads(filled(*arguments, "--format", "json").stdout) == as_lines
    assert len(table(filled(*arguments, "--format", "csv"))) == len(as_lines)
    plain, _, _ = filled(*arguments, "--wide").stdout.partition("\n\n")
    headed = arguments != ["relationships"]
    assert len(plain.splitlines()) - headed == len(as_lines)


def test_timeline_options_reach_the_engine(filled: Run, store: Address) -> None:
    options = ["--since", "2023-06", "--until", "2023-06-20", "--kind", "meeting-held"]
    answer = lines(
        filled("timeline", "PAK-RUS", *options, "--known-at", "2023-06-27", "--format", "jsonl")
    )
    with comity.open(store) as engine:
        expected = engine.timeline(
            "PAK-RUS", since="2023-06", until="2023-06-20", kinds=["meeting-held"],
            known_at="2023-06-27",
        )  # fmt: skip
    assert [row["event"]["id"] for row in answer] == [entry.event.id for entry in expected] != []
    assert [len(row["accounts"]) for row in answer] == [len(entry.accounts) for entry in expected]


def test_json_of_a_state_is_the_states_own(filled: Run, store: Address) -> None:
    arguments = ["state", "PAK-RUS", "--on", "2023-06-20", "--certainty", "possible"]
    with comity.open(store) as engine:
        state = engine.state("PAK-RUS", on="2023-06-20", certainty="possible")
        expected = json.loads(orjson.dumps(state.to_dict()))
    assert json.loads(filled(*arguments, "--format", "json").stdout) == expected
    assert lines(filled(*arguments, "--format", "jsonl")) == [expected]
    rows = {row["path"]: row["value"] for row in table(filled(*arguments, "--format", "csv"))}
    assert rows["relations.status"] == "established"
    assert rows["certainty"] == "possible"


def test_known_at_may_be_a_position(filled: Run) -> None:
    [state] = lines(filled("state", "PAK-RUS", "--known-at", "10", "--format", "jsonl"))
    assert state["known_at"] == 10


def test_the_page_of_a_state_has_the_sections_that_are_not_empty(filled: Run) -> None:
    page = filled("state", "PAK-RUS", "--on", "2023-06-20").stdout
    for said in (
        "PAK-RUS on 2023-06-20", "Relations\n", "established  since 1948-05-01", "in progress",
        "round 5 of bpc", "Open deals\n", "delivered 45,122 TNE", "via AFG", "paid in CNY",
        "75 years of relations", "Findings\n", "accounts-differ",
    ):  # fmt: skip
        assert said in page
    assert "Measures in force" not in page
    assert "Tone" not in page


def test_the_page_shows_every_part_that_a_state_can_have(run: Run) -> None:
    sources = {"parties": ["PAK", "RUS"]}
    records: list[dict[str, Any]] = [
        {"type": "recognition-extended", "by": "RUS", "on": "PAK", "when": "1947"},
        {"type": "envoy-appointed", "sender": "PAK", "host": "RUS", "name": "A", "when": "2001",
         "rank": "chargé d'affaires", "ad_interim": True},
        {"type": "meeting-scheduled", "meeting": "m1", "level": "minister", "when": "2019",
         "planned_for": "2021-05", "series": "s", "round": 2, **sources},
        {"type": "meeting-scheduled", "meeting": "m2", "level": "minister", "when": "2019",
         "planned_for": "2021-06", **sources},
        {"type": "meeting-held", "meeting": "m0", "when": "2018", "series": "s", "round": 1,
         "host": "PAK", **sources},
        {"type": "agreement-signed", "agreement": "a", "title": "Treaty", "when": "2010",
         "expires": "2030", **sources},
        {"type": "agreement-ratified", "agreement": "a", "by": "PAK", "when": "2011", **sources},
        {"type": "agreement-denounced", "agreement": "a", "by": "RUS", "when": "2019",
         "effective": "2025", **sources},
        {"type": "measure-imposed", "measure": "x", "by": "RUS", "on": "PAK", "kind": "tariff",
         "when": "2015"},
        {"type": "aid-delivered", "by": "RUS", "to": "PAK", "when": "2016",
         "quantity": {"amount": 5, "unit": "TNE"}},
        {"type": "payment-made", "by": "PAK", "when": "2017", **sources,
         "money": {"amount": 1000, "currency": "USD"}, "deal": "d"},
        {"type": "deal-signed", "deal": "d", "buyer": "PAK", "seller": "RUS", "when": "2016",
         "value": {"amount": 9, "currency": "USD"}},
        {"type": "interaction-coded", "scheme": "cameo", "code": "040", "source": "PAK",
         "target": "RUS", "when": "2016"},
        {"type": "statement-made", "by": "RUS", "when": "202X", "text": "later", **sources},
    ]  # fmt: skip
    assert run("append", text="\n".join(map(json.dumps, records))).exit_code == 0
    page = run("state", "PAK-RUS", "--on", "2020-06-01").stdout
    for said in (
        "recognised since 1947", "ad interim", "vacant", "next, minister", "round 1",
        "to come: round 2", "scheduled", "ratified by PAK on 2011",
        "denounced by RUS with effect from 2025", "expires 2030", "RUS on PAK  tariff, x",
        "delivered 5 TNE", "paid 1,000 USD", "paid in all  1,000 USD", "worth 9 USD",
        "coded interactions", "mean Goldstein weight", "Undetermined", "later",
    ):  # fmt: skip
        assert said in page, said
    possible = run("state", "PAK-RUS", "--on", "2020-06-01", "--certainty", "possible").stdout
    assert "possible events included" in possible


def test_the_page_says_who_heads_acts_and_is_named_what_binds_and_what_ended(run: Run) -> None:
    pair = {"parties": ["PAK", "RUS"]}
    post, recognised = {"sender": "PAK", "host": "RUS"}, {"by": "RUS", "on": "PAK"}
    records: list[dict[str, Any]] = [
        {"type": "relations-established", "when": "1948-05-01", **pair},
        {"type": "relations-changed", "level": "chargé", "when": "1950", **pair},
        {"type": "recognition-extended", "form": "de facto", "when": "1947", **recognised},
        {"type": "recognition-extended", "form": "de jure", "when": "1949", **recognised},
        {"type": "mission-opened", "level": "embassy", "city": "Moscow", "when": "1950", **post},
        {"type": "credentials-presented", "name": HOSTILE, "when": "2015", **post},
        {"type": "envoy-departed", "name": HOSTILE, "when": "2018-01-01", **post},
        {"type": "envoy-appointed", "name": "B", "when": "2018-02-01", **post},
        {"type": "envoy-appointed", "name": "C", "ad_interim": True, "when": "2018-01-01", **post},
        {"type": "mission-opened", "sender": "RUS", "host": "PAK", "level": "interests-section",
         "protecting_power": "CHE", "when": "1951"},
        {"type": "agreement-in-force", "agreement": "charter", "parties": ["CHN", "PAK", "RUS"],
         "when": "2017", "expires": "2022-12-31", "renews": "P5Y", "succeeds": "old"},
        {"type": "deal-signed", "deal": "lpg", "buyer": "PAK", "seller": "RUS", "when": "2017",
         "quantity": {"amount": 100, "unit": "TNE"}},
        {"type": "shipment-delivered", "deal": "lpg", "shipment": "1", "buyer": "PAK",
         "seller": "RUS", "when": "2018-01-01"},
        {"type": "measure-imposed", "measure": "ban", "by": "RUS", "on": "PAK",
         "when": "2018-01-01", "expires": "2030-12-31"},
        {"type": "alignment-recorded", "alignment": "opposed", "matter": "the war",
         "when": "1979-12/1989-02", **pair},
        {"type": "interaction-coded", "scheme": "cameo", "code": "1213", "source": "PAK",
         "target": "RUS", "when": "2016"},
        {"type": "relations-established", "parties": ["DDR", "USA"], "when": "1974-09-04"},
    ]  # fmt: skip
    assert run("append", text="\n".join(map(json.dumps, records))).exit_code == 0
    page = run("state", "PAK-RUS", "--on", "2018-06-01").stdout
    for said in (
        "since 1948-05-01, level chargé",
        "recognised since 1947, de facto on 1947, de jure on 1949",
        "embassy, Moscow, since 1950", "head: vacant", "acting ad interim: C", "designate: B",
        "under the protection of CHE", "head: not known", "charter, since 2017",
        "first term to 2022-12-31, renews itself for 5 years at a time, succeeds old",
        "binds CHN, PAK, RUS", "remaining not known", "until 2030-12-31",
        "was opposed  the war, 1979-12/1989-02", "with a parent's weight", "amounts-incomparable",
    ):  # fmt: skip
        assert said in page, said
    before = run("state", "PAK-RUS", "--on", "2017-06-01").stdout
    assert "会議" in before
    assert not {"\x1b", "\u202e"} & set(before)
    page = run("state", "DDR-USA", "--on", "2000-01-01").stdout
    assert "ended  on 1990-10-03, established 1974-09-04" in page
    assert "DDR    exists no more since 1990-10-03" in page
    [row, _] = table(run("missions", "--on", "2018-06-01", "--format", "csv"))
    assert (row["acting"], row["designate"], row["vacant"]) == ("C", "B", "yes")


def test_names_in_place_of_codes_are_answered_with_the_codes(run: Run) -> None:
    run("append", text=GOOD)
    line = failed(run("state", "Pakistan", "Russia"))
    assert "parties 'Pakistan', 'Russia'" in line
    assert "PAK for 'Pakistan', RUS for 'Russia'" in line


def test_diff_compares_days_or_moments_of_knowing(filled: Run) -> None:
    by_day = table(
        filled("diff", "PAK-RUS", "--on", "2020-01-01", "--on", "2023-06-20", "--format", "csv")
    )
    known = ["--known-at", "2023-06-13", "--known-at", "2023-06-27"]
    learned = table(filled("diff", "PAK-RUS", "--on", "2023-06-20", *known, "--format", "csv"))
    assert "anniversaries_marked" in {row["path"].split(".")[0] for row in by_day}
    assert "series.bpc" in {row["path"] for row in learned}

    page = filled("diff", "PAK-RUS", "--on", "2023-06-20", *known).stdout.splitlines()
    assert any(line.startswith("  + bpc") and "last round 5" in line for line in page)
    assert any(line.startswith("  − last, deputy-minister") for line in page)


def test_a_diff_of_equal_states_says_so(filled: Run) -> None:
    same = filled("diff", "PAK-RUS", "--on", "2023-06-01", "--on", "2023-06-01").stdout
    assert same.splitlines()[-1] == "No change."


def test_evidence_shows_accounts_differences_sources_and_acts(filled: Run) -> None:
    page = filled("evidence", "PR051").stdout
    for said in ("does not stand", "PR050", "loses", "2021-09 here", "source: ", "Preferences"):
        assert said in page
    [data] = lines(filled("evidence", "PR051", "--format", "jsonl"))
    assert data["accounts"][0]["verdict"] == "stands"
    assert data["preferences"]


def test_a_log_given_to_another_store_is_the_same_log(filled: Run, tmp_path: Path) -> None:
    exported = filled("events", "--format", "jsonl").stdout
    other = tmp_path / "other.db"
    assert filled("append", "-", text=exported, at=other).exit_code == 0
    assert filled("events", "--format", "jsonl", at=other).stdout == exported != ""


# Hostile data


def hostile() -> str:
    record: dict[str, Any] = {
        "type": "envoy-appointed", "sender": "PAK", "host": "RUS", "when": "2020",
        "name": HOSTILE, "id": HOSTILE, "note": HOSTILE,
        "sources": [{"publisher": HOSTILE}],
    }  # fmt: skip
    return json.dumps(record)


QUESTIONS: list[list[str]] = [
    ["timeline", "PAK-RUS"],
    ["state", "PAK-RUS"],
    ["evidence", HOSTILE],
    ["events"],
    ["diff", "PAK-RUS", "--on", "2000-01-01", "--on", "2024-01-01"],
]


@pytest.mark.parametrize("arguments", QUESTIONS)
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_what_steers_a_terminal_never_reaches_it(run: Run, arguments: list[str], form: str) -> None:
    run("append", text=hostile())
    shown = run(*arguments, "--format", form)
    assert shown.exit_code == 0
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown.stdout) is None
    assert "[red]" in shown.stdout
    assert "احمد" in shown.stdout
    if form in ("table", "csv"):
        assert "\u202e" not in shown.stdout


@pytest.mark.parametrize("arguments", QUESTIONS)
def test_on_a_terminal_markup_in_a_name_is_printed_and_not_obeyed(
    run: Run, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("append", text=hostile())
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "250")
    shown = run(*arguments)
    assert shown.exit_code == 0, shown.output
    assert "[red]" in shown.stdout
    assert re.search(r"\\(x|u00)1b\[31m", shown.stdout)
    assert "\x1b" not in shown.stdout


def test_json_of_hostile_text_reads_back_exactly(run: Run) -> None:
    run("append", text=hostile())
    [record] = lines(run("events", "--format", "jsonl"))
    assert record["name"] == record["id"] == HOSTILE


def test_an_error_about_hostile_text_is_one_harmless_line(run: Run) -> None:
    result = run("append", text=json.dumps({"type": HOSTILE, HOSTILE: HOSTILE}))
    assert result.exit_code == 4
    assert len(result.stderr.splitlines()) == 2
    assert "\x1b" not in result.stderr
    assert "\x9b" not in result.stderr


# The demonstration


def test_the_demonstration_shows_the_main_job(run: Run) -> None:
    result = run("demo", "--full")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    headings = re.findall(r"^(\d)\. (.+)\n=+\n(.+)$", result.stdout, re.MULTILINE)
    assert [number for number, _, _ in headings] == list("123456")
    assert all(said.endswith((".", ":")) for _, _, said in headings)
    for said in (
        "1948-05-01", "in progress", "round 5 of bpc", "45,122 TNE", "paid in CNY", "via AFG",
        "75 years of relations", "+ in progress", "imf → PAK", "PAK-USA", "45000 TNE by",
        "2023-06-12 by", "1999-03 by", "1949-12-31 by",
    ):  # fmt: skip
        assert said in result.stdout, said


def test_the_demo_can_use_a_store_and_be_shown_again(run: Run, store: Address) -> None:
    first = run("demo", "--store", store, "--full")
    assert run("demo", "--store", store, "--full").stdout == first.stdout
    assert run("demo", "--full").stdout == first.stdout
    assert len(lines(run("events", "--format", "jsonl"))) == len(list(dossier()))


def test_a_demonstration_in_a_store_that_cannot_take_it_says_so(run: Run, store: Address) -> None:
    run("append", text=GOOD)
    result = run("demo", "--store", store)
    assert result.exit_code == 4
    assert "of the dossier" in result.stderr


# Real processes


def comity_process(
    *arguments: str, text: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "comity", *arguments],
        input=text,
        capture_output=True,
        check=False,
        env=environment(env),
        timeout=PATIENCE,
    )


def environment(env: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SRC), "COLUMNS": "80", **(env or {})}


def test_piped_output_is_plain_whole_and_utf_8_whatever_the_locale(store: Address) -> None:
    env = {"COMITY_STORE": str(store), "PYTHONIOENCODING": "ascii", "FORCE_COLOR": "1"}
    appended = comity_process("append", "-", text=hostile().encode(), env=env)
    assert (appended.returncode, appended.stdout) == (0, b"")
    assert appended.stderr == b"comity: 1 new, 0 there already, 0 rejected\n"
    shown = comity_process("timeline", "PAK-RUS", env=env)
    text = shown.stdout.decode("utf-8")
    heading, *lines = text.splitlines()
    assert heading.split() == ["when", "kind", "what", "id"]
    assert "احمد" in text
    assert "“O'Neil”" in text
    assert "会議" in text
    assert all(cell_len(line) <= 80 for line in lines)
    assert "\x1b" not in text
    assert "…" not in text


@pytest.mark.parametrize(
    ("arguments", "text", "code"),
    [
        (["relationships"], b"", 3),
        (["append"], BAD.encode(), 4),
        (["append"], GOOD.encode(), 0),
        (["state", "PAK-RUS", "--store", ":memory:"], b"", 2),
    ],
)
def test_a_process_ends_with_the_documented_code_and_no_traceback(
    store: Address, arguments: list[str], text: bytes, code: int
) -> None:
    result = comity_process(*arguments, text=text, env={"COMITY_STORE": str(store)})
    assert result.returncode == code
    assert b"Traceback" not in result.stderr
    assert all(line.startswith(b"comity: ") for line in result.stderr.splitlines())


@pytest.mark.parametrize("arguments", [["events", "--format", "jsonl"], ["demo"], ["--help"]])
def test_a_reader_who_has_read_enough_is_no_error(
    filled: Run, store: Address, arguments: list[str]
) -> None:
    del filled
    reader, writer = os.pipe()
    os.close(reader)
    try:
        result = subprocess.run(
            [sys.executable, "-m", "comity", *arguments],
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
            env=environment({"COMITY_STORE": str(store)}),
            timeout=PATIENCE,
        )
    finally:
        os.close(writer)
    assert (result.returncode, result.stderr) == (0, b"")


def on_a_terminal(arguments: list[str], env: Mapping[str, str]) -> tuple[int, str]:
    """Run in a pseudo-terminal; answer the exit code and everything that it showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "comity", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment({"TERM": "xterm-256color", "COLUMNS": "100", **env}),
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux ends a pseudo-terminal that nobody holds with EIO
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return process.wait(PATIENCE), shown.decode("utf-8", "replace")


def test_on_a_terminal_there_is_colour_unless_no_color_is_set(filled: Run, store: Address) -> None:
    del filled
    env = {"COMITY_STORE": str(store)}
    code, coloured = on_a_terminal(["state", "PAK-RUS"], env)
    assert code == 0
    assert "\x1b[36m" in coloured
    code, plain = on_a_terminal(["state", "PAK-RUS"], {**env, "NO_COLOR": "1"})
    assert code == 0
    assert "\x1b[36m" not in plain
    assert "Relations" in plain


def test_on_a_terminal_a_long_import_shows_how_far_it_is(store: Address) -> None:
    code, shown = on_a_terminal(["append", str(DOSSIER)], {"COMITY_STORE": str(store)})
    assert code == 0
    assert "recording" in shown
    assert "129 new" in shown


def test_the_command_line_imports_nothing_slow_before_it_is_needed() -> None:
    program = (
        "import sys, comity, comity.adapters.cli; "
        "print(sorted({'pydantic', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        env=environment(),
        timeout=PATIENCE,
    )
    assert done.stdout.decode().strip() == "[]"
