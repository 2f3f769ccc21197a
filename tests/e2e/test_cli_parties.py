"""The command parties: the table of parties, looked up, and the user's own organisations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity import MeetingHeld, RelationsEstablished
from comity.domain.parties import STATE_CODES, forget_organisations
from tests.e2e.results import Run, data, failed, lines, table

EVENTS = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    MeetingHeld(meeting="m", parties=("CHN", "oau"), when="1990"),
)
OAU = {"code": "oau", "existed": "1963-05-25/2002-07-08", "successor": "au", "name": "Unity"}


@pytest.fixture(autouse=True)
def nothing_given() -> Iterator[None]:
    yield
    forget_organisations()


def test_a_party_is_looked_up_without_a_store(run: Run, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.db"
    answer = lines(run("parties", "365", at=nowhere))
    assert [line.split()[0] for line in answer] == ["code", "RUS", "SUN"]
    assert "SUN 1991-12-26" in answer[1]
    assert not nowhere.exists()


def test_every_party_is_listed(run: Run) -> None:
    rows = table(run("parties", "--format", "csv"))
    assert {row["code"] for row in rows} > STATE_CODES
    assert all(row["name"] for row in rows)


def test_the_states_of_a_day_are_listed(run: Run) -> None:
    rows = table(run("parties", "--on", "1866-01-01", "--format", "csv"))
    codes = {row["code"] for row in rows}
    assert {"XHA", "XBV", "XDR", "XAH", "XOT", "XPS", "USA"} <= codes
    assert not codes & {"DEU", "TUR", "PAK", "HKG"}


def test_a_party_as_json_has_all_of_its_fields(run: Run) -> None:
    [zaire] = data(run("parties", "Zaire", "--format", "json"))
    assert (zaire["code"], zaire["also"], zaire["cow"]) == ("ZAR", ["COD"], [490])
    assert zaire["existed"] == ["1885-02-26/1908-11-14", "1960-06-30/.."]


def test_a_table_of_one_party_shows_what_there_is_to_say_of_it(run: Run) -> None:
    assert lines(run("parties", "DDR"))[0].split() == ["code", "name", "from", "until", "cow", "gw"]
    assert lines(run("parties", "COD"))[0].split()[-1] == "also"
    assert lines(run("parties", "TUR"))[0].split()[-1] == "continues"


@pytest.mark.parametrize(
    ("find", "widest"), [("DDR", 80), ("XDR", 80), ("SUN", 80), ("yemen", 80), ("TUR", 80)]
)
def test_a_row_is_narrow_enough_for_a_terminal(run: Run, find: str, widest: int) -> None:
    assert max(map(len, lines(run("parties", find)))) <= widest


@pytest.mark.parametrize("name", ["Atlantis", "000"])
def test_what_is_no_party_gives_an_empty_table(run: Run, name: str) -> None:
    assert table(run("parties", name, "--format", "csv")) == []


def test_a_wrong_day_is_refused(run: Run) -> None:
    assert "a year, not a day" in failed(run("parties", "--on", "1950"))


def test_names_of_states_are_refused_with_their_codes(run: Run) -> None:
    said = failed(run("state", "Pakistan", "Russia"))
    assert "PAK for 'Pakistan', RUS for 'Russia'" in said
    assert "did you mean DDR?" in failed(run("state", "PAK", "GDR"))


def test_the_users_organisations_are_read_from_a_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.json"
    own.write_text(json.dumps([OAU]), encoding="utf-8")
    assert table(run("timeline", "CHN", "au", "--format", "csv")) == []
    monkeypatch.setenv("COMITY_PARTIES", str(own))
    [entry] = table(run("timeline", "CHN", "au", "--format", "csv"))
    assert entry["parties"] == "CHN-oau"
    [party] = table(run("parties", "oau", "--format", "csv"))
    assert (party["name"], party["until"], party["continued_by"]) == ("Unity", "2002-07-08", "au")


@pytest.mark.parametrize(
    "content", [None, "{", '{"code": "oau"}', '[{"slug": "oau"}]', '[{"code": "PAK"}]']
)
def test_a_wrong_file_of_organisations_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    own = tmp_path / "own.json"
    if content is not None:
        own.write_text(content, encoding="utf-8")
    monkeypatch.setenv("COMITY_PARTIES", str(own))
    assert "organisation" in failed(run("timeline", "CHN", "au"))
