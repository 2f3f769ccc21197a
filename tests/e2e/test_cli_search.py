"""The command search: what it prints in each form, and how it ends."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import comity
from comity import CredentialsPresented, MeetingHeld, Source, StatementMade
from tests.e2e.results import Address, Run, failed

PAIR = ("PAK", "RUS")
EVENTS = (
    StatementMade(
        by="PAK", parties=PAIR, when="2023-06-11", id="oil", text="Crude oil for Karachi",
        sources=[Source("Dawn", url="https://dawn.example/1")],
    ),
    MeetingHeld(
        parties=("PAK", "SUN"), when="1961", id="talks", meeting="t", kind="consultation",
        heads={"PAK": "Kasım"}, note="oil was searched for",
    ),
    CredentialsPresented(
        sender="PAK", host="RUS", when="2020-03", name="Kasım", rank="ambassador", id="first",
        happening="c",
    ),
    CredentialsPresented(
        sender="PAK", host="RUS", when="2020-04", name="Kasım", rank="ambassador", id="second",
        happening="c", confidence=0.5,
    ),
)  # fmt: skip


def test_a_table_shows_what_matched_and_what_was_found(run: Run) -> None:
    done = run("search", "oil")
    assert done.exit_code == 0
    assert "*oil* was searched for" in done.output
    assert "Crude *oil* for Karachi" in done.output
    assert "standing" not in done.output
    assert done.output.splitlines()[-4:] == [
        "Found: 2.",
        "Kinds: meeting-held 1, statement-made 1",
        "Parties: PAK 2, RUS 1, SUN 1",
        "Decades: 1960s 1, 2020s 1",
    ]


def test_an_account_that_lost_is_marked(run: Run) -> None:
    lines = run("search", "kasim", "--kind", "credentials-presented").output.splitlines()
    assert "standing" in lines[0]
    assert [("loses" in line, "second" in line) for line in lines[1:3]] == [
        (False, False), (True, True),
    ]  # fmt: skip


def test_options_narrow_the_search(run: Run) -> None:
    def ids(*options: str) -> list[str]:
        lines = run("search", "oil", *options, "--format", "jsonl").output.splitlines()
        return sorted(json.loads(line)["event"]["id"] for line in lines)

    assert ids() == ["oil", "talks"]
    assert ids("--party", "RUS") == ["oil", "talks"]
    assert ids("--party", "PAK", "--party", "SUN") == ["talks"]
    assert ids("--since", "2000") == ["oil"]
    assert ids("--until", "1999") == ["talks"]
    assert ids("--kind", "meeting-held") == ["talks"]
    assert ids("--known-at", "1") == ["oil"]
    assert ids("--limit", "0") == []
    assert len(ids("--limit", "1")) == 1


def test_json_tells_the_total_and_the_facets(run: Run) -> None:
    told = json.loads(run("search", "oil", "--limit", "1", "--format", "json").output)
    assert (told["total"], told["position"], len(told["hits"])) == (2, 4, 1)
    assert told["facets"]["parties"] == {"PAK": 2, "RUS": 1, "SUN": 1}
    [hit] = told["hits"]
    [[start, end]] = hit["snippet"]["marks"]
    assert hit["snippet"]["text"][start:end] == "oil"


def test_csv_has_a_row_for_each_hit(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("search", "oil", "--format", "csv").output)))
    assert {row["id"] for row in rows} == {"oil", "talks"}
    assert {row["parties"] for row in rows} == {"PAK-RUS", "PAK-SUN"}


def test_what_was_retracted_is_found_when_asked_for(run: Run) -> None:
    assert run("retract", "oil", "--reason", "a forgery").exit_code == 0
    assert "Crude" not in run("search", "crude").output
    assert "Crude" in run("search", "crude", "--known-at", "4").output
    shown = run("search", "crude", "--retracted").output
    assert "retracted" in shown
    assert "*Crude*" in shown


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv"])
def test_nothing_found_is_no_error(run: Run, form: str) -> None:
    done = run("search", "nowhere", "--format", form)
    assert done.exit_code == 0
    if form == "table":
        assert done.output == "Nothing was found.\n"


@pytest.mark.parametrize("text", ["*", '""', "", "\x1b\x07", " ".join(map(str, range(200)))])
def test_what_is_no_question_is_refused(run: Run, text: str) -> None:
    done = run("search", text)
    assert failed(done, 2)
    assert "Invalid text" in done.stderr
    assert "\x1b" not in done.stderr


def test_hostile_text_is_safe_in_the_table(run: Run, store: Address) -> None:
    with comity.open(store) as engine:
        engine.append(
            StatementMade(by="PAK", parties=PAIR, when="2023", text="\x1b[31m oil \u202e hostile")
        )
    done = run("search", "hostile")
    assert done.exit_code == 0
    assert "\x1b" not in done.output
    assert "\u202e" not in done.output


def test_a_store_that_is_not_there_is_not_made(run: Run, tmp_path: Path) -> None:
    done = run("search", "oil", at=tmp_path / "none.db")
    assert failed(done, 3)
    assert not (tmp_path / "none.db").exists()
