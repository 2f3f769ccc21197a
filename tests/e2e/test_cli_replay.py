"""The commands world and replay: what they print, and how they fail."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import orjson
import pytest

import comity
from comity import (
    DealSigned,
    Event,
    MeasureImposed,
    MeetingHeld,
    MeetingScheduled,
    MissionOpened,
    RelationsEstablished,
)
from comity.adapters.cli import progress
from comity.projections.registry import BUILT_IN
from tests.e2e.results import Address, Run, failed, lines
from tests.e2e.test_cli import on_a_terminal

PAIR = ("PAK", "RUS")
ON = ("--on", "2023-06-20")
EVENTS: tuple[Event, ...] = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    MissionOpened(sender="PAK", host="RUS", when="1992"),
    MeetingHeld(meeting="m1", parties=PAIR, when="2021", level="minister"),
    MeetingHeld(meeting="m2", parties=PAIR, when="2022-09", level="working"),
    MeetingScheduled(meeting="m3", parties=PAIR, when="2023", planned_for="2025", level="working"),
    MeetingScheduled(meeting="m4", parties=PAIR, when="2023-06", planned_for="2024-02"),
    DealSigned(deal="oil", buyer="PAK", seller="RUS", when="2023-04"),
    MeasureImposed(measure="cap", by="USA", on="RUS", when="2022-12-05"),
)
OWN = """
from dataclasses import dataclass

class Tally:
    name, version, key = "tally", 1, "party"
    def initial(self) -> dict[str, int]:
        return {}
    def evolve(self, state, event):
        state[event.type] = state.get(event.type, 0) + 1
        return state

class Kinds(Tally):
    key = "log"
    def initial(self) -> set[str]:
        return set()
    def evolve(self, state, event):
        return state | {event.type}

class Last(Tally):
    def finish(self, state, on):
        return f"{len(state)} kinds by {on}"

class Between(Tally):
    key = "log"
    def evolve(self, state, event):
        return {**state, event.parties: event.when}

class Huge(Tally):
    def finish(self, state, on):
        return 2 ** 80

class Breaking(Tally):
    def evolve(self, state, event):
        import json
        return json.loads("{")

class Full(Tally):
    def finish(self, state, on):
        raise OSError(28, "no room\\nanywhere")

class Refusing(Tally):
    def evolve(self, state, event):
        from comity import InvalidValue
        raise InvalidValue("it", 1, "more")

class Needing(Tally):
    def __init__(self, what): ...

class Short(Tally):
    def evolve(self, state): ...

class Nameless(Tally):
    name = ""

class Planetary(Tally):
    key = "planet"

class Idle:
    pass

def function(): ...
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """A folder of the user's, in which the commands are run, with a module of its own."""
    before = set(sys.modules)
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "users_own.py").write_text(OWN)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield folder
    for name in set(sys.modules) - before:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]


# The world


def test_the_world_is_a_table_with_a_row_for_each_pair(run: Run) -> None:
    heading, *pairs = lines(run("world", "--on", "2023-12-31"))
    assert heading.split() == [
        "relationship", "events", "status", "since", "missions", "deals", "measures",
        "next_meeting", "findings",
    ]  # fmt: skip
    assert [pair.split() for pair in pairs] == [
        ["PAK-RUS", "7", "established", "1948-05-01", "1", "1", "0", "2024-02", "0"],
        ["RUS-USA", "1", "unknown", "0", "0", "1", "0"],
    ]
    assert heading.index("next_meeting") == pairs[0].index("2024-02")


def test_the_world_has_the_pairs_of_a_party_or_one(run: Run) -> None:
    for named, expected in (
        (("PAK",), ["PAK-RUS"]),
        (("RUS",), ["PAK-RUS", "RUS-USA"]),
        (("RUS", "USA"), ["RUS-USA"]),
        (("IND",), []),
    ):
        states = json.loads(run("world", *named, *ON, "--format", "json").stdout)
        assert [state["relationship"] for state in states] == expected


def test_json_of_the_world_is_every_whole_state(run: Run, store: Address) -> None:
    options = ("--known-at", "7", "--certainty", "possible")
    with comity.open(str(store)) as engine:
        world = engine.world(on=ON[1], known_at=7, certainty="possible")
        expected = [json.loads(orjson.dumps(state.to_dict())) for state in world.values()]
    assert json.loads(run("world", *ON, *options, "--format", "json").stdout) == expected
    as_lines = lines(run("world", *ON, *options, "--format", "jsonl"))
    assert [json.loads(line) for line in as_lines] == expected


def test_csv_of_the_world_counts_what_there_is(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("world", *ON, "--format", "csv").stdout)))
    assert rows[0] == {
        "relationship": "PAK-RUS", "events": "5", "status": "established", "since": "1948-05-01",
        "missions": "1", "agreements": "0", "deals": "1", "measures": "0",
        "last_meeting": "2022-09", "next_meeting": "", "findings": "0", "undetermined": "2",
    }  # fmt: skip
    later = run("world", "--on", "2023-12-31", "--format", "csv").stdout
    row = next(csv.DictReader(io.StringIO(later)))
    assert (row["next_meeting"], row["undetermined"]) == ("2024-02", "0")


# Replaying what comes with comity


def test_every_projection_that_comes_with_comity_can_be_replayed(run: Run) -> None:
    assert {"state", "deals", "measures", "timeline"} <= set(BUILT_IN)
    for name, make in BUILT_IN.items():
        projection = make()
        assert projection.name == name
        keys = json.loads(run("replay", name, *ON, "--format", "json").stdout)
        by_party = projection.key == "party"
        assert list(keys) == (["PAK", "RUS", "USA"] if by_party else ["PAK-RUS", "RUS-USA"]), name


def test_a_replay_of_the_state_gives_every_state(run: Run) -> None:
    replayed = json.loads(run("replay", "state", *ON, "--format", "json").stdout)
    for state in json.loads(run("world", *ON, "--format", "json").stdout):
        ours = replayed[state["relationship"]]
        question = {"known_at", "last_position"}
        assert {k: v for k, v in ours.items() if k not in question} == {
            k: v for k, v in state.items() if k not in question
        }


def test_a_replay_can_be_of_some_relationships_on_a_day_as_known_then(run: Run) -> None:
    options = ("--relationship", "PAK-SUN", "--relationship", "PAK-USA", "--known-at", "1")
    answer = json.loads(run("replay", "timeline", *options, "--format", "json").stdout)
    assert {key: len(entries) for key, entries in answer.items()} == {"PAK-SUN": 1, "PAK-USA": 0}


# Replaying the user's own


def test_a_projection_of_the_users_own_is_found_in_the_folder(run: Run, here: Path) -> None:
    by_table = lines(run("replay", "users_own:Tally", "--on", "1992-12-31"))
    assert by_table[0] == "key  answer"
    assert by_table[1] == 'PAK  {"mission-opened":1,"relations-established":1}'
    answer = json.loads(run("replay", "users_own:Tally", *ON, "--format", "json").stdout)
    assert set(answer) == {"PAK", "RUS", "USA"}
    assert answer["USA"] == {"measure-imposed": 1}
    as_lines = map(json.loads, lines(run("replay", "users_own:Tally", *ON, "--format", "jsonl")))
    assert {line["key"]: line["answer"] for line in as_lines} == answer
    rows = csv.DictReader(io.StringIO(run("replay", "users_own:Tally", "--format", "csv").stdout))
    assert [row["key"] for row in rows] == ["PAK", "RUS", "USA"]
    assert str(here) not in sys.path


def test_a_text_is_written_as_it_is_and_a_set_in_order(run: Run, here: Path) -> None:
    answer = lines(run("replay", "users_own:Last", "--on", "1948-05-01"))
    assert answer[1:] == ["PAK  1 kinds by 1948-05-01", "RUS  1 kinds by 1948-05-01",
                        "USA  0 kinds by 1948-05-01"]  # fmt: skip
    assert lines(run("replay", "users_own:Kinds", "--on", "1992-12-31"))[1:] == [
        'log  ["mission-opened","relations-established"]'
    ]


def test_what_json_cannot_hold_is_given_as_text(run: Run, here: Path) -> None:
    options = ("--on", "1992-12-31", "--format", "json")
    assert json.loads(run("replay", "users_own:Between", *options).stdout) == {
        "log": "{('PAK', 'SUN'): '1948-05-01', ('PAK', 'RUS'): '1992'}"
    }
    assert json.loads(run("replay", "users_own:Huge", *options).stdout)["PAK"] == str(2**80)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("nothing", "There are affinity, agenda, agreements"),
        ("nowhere:Tally", "no module 'nowhere'"),
        ("users_own.sub:Tally", "no module 'users_own.sub'"),
        ("users_own:Nobody", "has nothing called 'Nobody'"),
        ("users_own:function", "has no class 'function'"),
        ("users_own:name", "has nothing called 'name'"),
        ("users_own:", "give module:Class"),
        (":Tally", "give module:Class"),
        ("users-own:Tally", "give module:Class"),
        (".users_own:Tally", "give module:Class"),
        ("users_own:Tally.name", "give module:Class"),
        ("users_own:Idle", "an instance with `initial()`"),
        ("users_own:Nameless", "Invalid name ''"),
        ("users_own:Planetary", "Invalid key 'planet'"),
        ("users_own:Needing", "users_own:Needing raised TypeError: "),
        ("users_own:Short", "users_own:Short raised TypeError: "),
    ],
)
def test_what_is_no_projection_is_told_in_one_line(
    run: Run, here: Path, named: str, said: str
) -> None:
    assert said in failed(run("replay", named))


@pytest.mark.parametrize(
    ("name", "said", "line"),
    [
        ("Breaking", "raised JSONDecodeError: Expecting property name", 'json.loads("{")'),
        ("Full", "raised OSError: [Errno 28] no room anywhere", "OSError(28"),
        ("Refusing", "raised InvalidValue: Invalid it 1", "InvalidValue("),
    ],
)
def test_an_error_of_the_users_code_is_reported_with_its_place(
    run: Run, here: Path, name: str, said: str, line: str
) -> None:
    number = next(at for at, text in enumerate(OWN.splitlines(), 1) if line in text)
    message = failed(run("replay", f"users_own:{name}", *ON))
    assert f"users_own:{name} {said}" in message
    assert message.endswith(f"({here / 'users_own.py'}, line {number})")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import no_such_module", "raised ModuleNotFoundError: No module named 'no_such_module'"),
        ("def (", "raised SyntaxError: invalid syntax"),
        ("raise SystemExit('bye')", "raised SystemExit: bye"),
        ("1 / 0", "raised ZeroDivisionError: division by zero"),
    ],
)
def test_a_module_that_cannot_be_imported_is_reported_with_its_place(
    run: Run, here: Path, code: str, said: str
) -> None:
    (here / "broken.py").write_text(f"\n\n{code}\n")
    message = failed(run("replay", "broken:Own"))
    assert message == f"comity: broken:Own {said} ({here / 'broken.py'}, line 3)"


def test_a_wrong_question_is_a_usage_error_and_not_the_projections(
    run: Run, here: Path, tmp_path: Path
) -> None:
    own = ("replay", "users_own:Tally")
    assert failed(run(*own, "--on", "2023")).startswith("comity: Invalid date")
    assert failed(run(*own, "--relationship", "PAK")).startswith("comity: Invalid parties")
    assert failed(run(*own, "--known-at", "99")).startswith("comity: Invalid known_at")
    assert "comity append" in failed(run(*own, "--store", str(tmp_path / "no.db")), 3)
    assert "comity append" in failed(run("world", "--store", str(tmp_path / "no.db")), 3)
    assert "PAKI" in failed(run("world", "PAKI"))


# How far it is


@pytest.mark.parametrize("command", [["world"], ["replay", "state"]])
def test_on_a_terminal_a_bar_shows_how_far_it_is_and_goes(
    store: Address, command: list[str]
) -> None:
    code, shown = on_a_terminal(command, {"COMITY_STORE": str(store)})
    assert code == 0
    bar, _, rest = shown.rpartition("folding")
    assert "folding" in bar
    assert "\x1b[2K" in rest  # the line is cleared
    assert "PAK-RUS" in rest


def test_where_nobody_looks_there_is_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.progress_bar("working", 3) as done:
        done(2)
    captured: Any = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
