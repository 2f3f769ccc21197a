"""The commands show and correct: an event as JSON to edit, and its fields changed one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import comity
from comity import MeetingHeld, Quantity, ShipmentDelivered, Source
from tests.e2e.results import Address, Run, data, failed, written

HOSTILE = 'O\'Neil "x" \x1b[31m\u202e\x9b '
EVENTS = (
    MeetingHeld(
        meeting="bpc-5", parties=("PAK", "RUS"), when="2023-06-20", id="own", note=HOSTILE,
        sources=(Source("Dawn"),),
    ),
    ShipmentDelivered(
        deal="d", shipment="s", buyer="PAK", seller="RUS", when="0001", quantity=Quantity(5, "TNE")
    ),
)  # fmt: skip
DERIVED = EVENTS[1].id


def size(run: Run) -> int:
    return len(run("events", "--format", "jsonl").stdout.splitlines())


@pytest.mark.parametrize("id", ["own", DERIVED])
def test_what_show_writes_can_be_given_to_append_and_to_correct_unchanged(
    run: Run, tmp_path: Path, id: str
) -> None:
    shown = written(run("show", id))
    assert shown.startswith('{\n  "type"')
    assert "\x1b" not in shown
    assert "1 there already" in run("append", text=shown).stderr
    said = run("correct", id, "--reason", "r", text=shown)
    assert (said.exit_code, said.stdout) == (0, "")
    assert "nothing would change" in said.stderr
    assert size(run) == 2
    other = tmp_path / "other.db"
    assert run("append", text=shown, at=other).exit_code == 0
    assert data(run("show", id, at=other)) == json.loads(shown)


def test_the_engines_own_fields_are_shown_only_when_asked_for(run: Run) -> None:
    own = {"position", "version", "relationship", "recorded_at"}
    assert not own & data(run("show", "own")).keys()
    assert own <= data(run("show", "own", "--recorded")).keys()
    recorded = written(run("show", "own", "--recorded"))
    assert "1 there already" in run("append", text=recorded).stderr
    assert "nothing would change" in run("correct", "own", "--reason", "r", text=recorded).stderr


def test_an_edited_event_takes_the_place_of_the_old_one(run: Run, tmp_path: Path) -> None:
    edited = data(run("show", "own")) | {"when": "2023-06-21"}
    file = tmp_path / "edited.json"
    file.write_text(json.dumps(edited, indent=1), "utf-8")
    result = run("correct", "own", "--reason", "r", file)
    assert result.exit_code == 0, result.stderr
    act, new = result.stdout.splitlines()
    assert act.startswith("record-retracted-")
    assert new.startswith("meeting-held-")
    assert data(run("show", new))["when"] == "2023-06-21"
    assert run("show", "own").stderr.startswith("comity: retracted on ")


def test_fields_are_changed_without_retyping_the_rest(run: Run) -> None:
    result = run(
        "correct", DERIVED, "--set", "quantity.amount=45122", "--set", "sources[0].publisher=AP",
        "--set", "via=AFG,OMN", "--set", "when=2023-06-12", "--unset", "port", "--reason", "r",
        "--recorded-by", "desk-3", "--recorded-at", "now",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    new = result.stdout.splitlines()[-1]
    assert data(run("show", new)) == {
        "type": "shipment-delivered", "deal": "d", "shipment": "s", "buyer": "PAK",
        "seller": "RUS", "when": "2023-06-12", "quantity": {"amount": "45122", "unit": "TNE"},
        "via": ["AFG", "OMN"], "sources": [{"publisher": "AP"}],
    }  # fmt: skip
    assert "comity: quantity.amount: 5 → 45122" in result.stderr.splitlines()
    assert data(run("show", new, "--recorded"))["recorded_by"] == "desk-3"
    assert new.startswith("shipment-delivered-")
    assert new != DERIVED


def test_a_correction_by_fields_can_be_corrected_back(run: Run) -> None:
    new = run("correct", DERIVED, "--set", "port=Karachi", "--reason", "r").stdout.split()[-1]
    back = run("correct", new, "--unset", "port", "--reason", "r")
    assert back.stdout.split()[-1] == DERIVED
    assert run("show", DERIVED).stderr == ""


def test_an_id_is_kept_by_the_old_event_derived_or_set(run: Run) -> None:
    first = run("correct", "own", "--set", "note=x", "--reason", "r").stdout.split()[-1]
    assert first.startswith("meeting-held-")
    second = run("correct", first, "--set", "id=own-2", "--reason", "r").stdout.split()[-1]
    assert second == "own-2"
    assert "would change" in run("correct", second, "--unset", "id", "--reason", "r").stderr
    assert "another id" in failed(
        run("correct", second, "--set", "id=own-2", "--set", "note=y", "--reason", "r")
    )


def test_a_kind_can_be_changed(run: Run) -> None:
    result = run("correct", "own", "--set", "type=meeting-cancelled", "--reason", "r")
    assert data(run("show", result.stdout.split()[-1]))["type"] == "meeting-cancelled"


@pytest.mark.parametrize(
    "changes",
    [["--set", "when=2023-06-20"], ["--unset", "venue"], ["--set", "parties=RUS,PAK"],
     ["--set", "confidence=1"], ["--set", "happening=bpc-5"]],
)  # fmt: skip
def test_what_changes_nothing_says_so_and_records_nothing(run: Run, changes: list[str]) -> None:
    result = run("correct", "own", *changes, "--reason", "r")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing would change" in result.stderr
    assert size(run) == 2


def test_a_dry_run_writes_what_would_be_recorded_and_records_nothing(run: Run) -> None:
    before = written(run("digest"))
    result = run("correct", "own", "--set", "when=2023-06-12", "--reason", "why", "--dry-run")
    act, new = map(json.loads, result.stdout.splitlines())
    assert (act["type"], act["target"], act["reason"]) == ("record-retracted", "own", "why")
    assert (new["when"], new["note"]) == ("2023-06-12", HOSTILE)
    assert "a dry run: nothing is recorded" in result.stderr
    assert written(run("digest")) == before
    done = run("correct", "own", "--set", "when=2023-06-12", "--reason", "why")
    assert done.stdout.split()[-1] == act["replacement"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["--set", "when"], "expected FIELD=VALUE"),
        (["--set", "=x"], "expected FIELD=VALUE"),
        (["--set", "note=a", "--set", "note=b"], "given twice"),
        (["--set", "note=a", "--unset", "note"], "--set and to --unset"),
        (["--set", "note=a", "-"], "not both"),
        (["--unset", "note", "file.json"], "not both"),
    ],
)
def test_wrong_usage_points_to_the_commands_own_help(
    run: Run, changes: list[str], said: str
) -> None:
    line = failed(run("correct", "own", "--reason", "r", *changes))
    assert said in line
    assert line.endswith("See 'comity correct --help'.")


def test_everything_that_is_wrong_is_told_in_one_line(run: Run) -> None:
    line = failed(
        run("correct", "own", "--set", "whenn=1", "--set", "when=2023-02-30", "--set", "round=x",
            "--unset", "nooote", "--reason", "r")
    )  # fmt: skip
    for said in ("did you mean when", "28 days", "a whole number", "did you mean note"):
        assert said in line
    assert size(run) == 2


def test_who_is_not_there_cannot_be_shown_or_corrected(run: Run) -> None:
    assert "nothing to show" in failed(run("show", "nope\x1b"), 1)
    assert "nothing to correct" in failed(
        run("correct", "nope", "--set", "note=x", "--reason", "r"), 1
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04", "zip"),
        (b"[]", "not a list"),
        (b"", "empty"),
    ],
)
def test_a_file_that_is_no_event_is_told_in_one_line(run: Run, content: bytes, said: str) -> None:
    assert said in failed(run("correct", "own", "--reason", "r", text=content))


def test_a_rival_that_lost_is_shown_with_the_reason(store: Address, run: Run) -> None:
    with comity.open(store) as engine:
        rival = MeetingHeld(meeting="bpc-5", parties=("PAK", "RUS"), when="2023-06", confidence=0.5)
        engine.append(rival)
    assert "rival account" in run("show", rival.id).stderr
    assert data(run("show", rival.id))["when"] == "2023-06"


def test_a_change_of_fields_needs_no_reason_and_tells_what_was_changed(run: Run) -> None:
    new = run("correct", "own", "--set", "note=x", "--unset", "sources").stdout.split()[-1]
    assert "note is x; no sources" in run("evidence", "own").stdout
    assert new != "own"
    assert "--reason" in failed(run("correct", new, text="{}"))
