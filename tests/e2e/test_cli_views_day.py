"""The commands that look across relationships on a day: what they print, and how they fail."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from typer.testing import Result

import comity
from comity import (
    AgreementDenounced,
    AgreementInForce,
    EnvoyAppointed,
    EnvoyDeparted,
    Event,
    MeetingHeld,
    MeetingScheduled,
    MissionOpened,
    RelationsEstablished,
    TimelineEngine,
)
from comity.adapters.render import output
from tests.e2e.results import Address, Run, data, table

PAIR = ("PAK", "RUS")
ON = ("--on", "2023-06-20")
EVENTS: tuple[Event, ...] = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    RelationsEstablished(parties=("PAK", "USA"), when="1947-10-20"),
    MissionOpened(sender="PAK", host="SUN", when="1949-12", city="Moscow"),
    MissionOpened(sender="PAK", host="RUS", when="1990", level="consulate-general", city="Kazan"),
    MissionOpened(sender="RUS", host="PAK", when="1950"),
    EnvoyAppointed(sender="PAK", host="RUS", name="Shafqat Ali Khan", when="2020-03"),
    EnvoyAppointed(sender="USA", host="PAK", name="Donald Blome", when="2022-05-23"),
    EnvoyDeparted(sender="PAK", host="RUS", name="Shafqat Ali Khan", when="2025-01-09"),
    MeetingHeld(
        meeting="igc-7", parties=PAIR, when="2021-11-24", level="minister", series="igc", round=7,
        host="RUS",
    ),
    MeetingHeld(
        meeting="igc-8", parties=PAIR, when="2023-01-18/2023-01-20", level="minister",
        series="igc", round=8, host="PAK", kind="commission", venue="Islamabad",
    ),
    MeetingScheduled(
        meeting="igc-9", parties=PAIR, when="2023-06-01", planned_for="2024", series="igc", round=9
    ),
    AgreementInForce(
        agreement="visa", parties=PAIR, when="2015", expires="2023-12-31", title="Visas"
    ),
    AgreementInForce(agreement="air", parties=PAIR, when="1964"),
    AgreementDenounced(
        agreement="air", parties=PAIR, by="RUS", when="2023-05-01", effective="2030-05-01"
    ),
)  # fmt: skip


def printed(result: Result) -> list[list[str]]:
    """The cells of a plain table, its heading first."""
    assert result.exit_code == 0, result.stderr
    return [[c.strip() for c in line.split("  ") if c] for line in result.stdout.splitlines()]


# Series


def test_series_are_listed_with_their_next_round(run: Run) -> None:
    heading, row = printed(run("series", *ON))
    assert heading == [
        "relationship", "series", "round", "last", "next", "next_host", "due", "overdue",
    ]  # fmt: skip
    # 18 January 2023 and as many days again as since 24 November 2021: 420.
    assert row == [
        "PAK-RUS", "igc", "8", "2023-01-18/2023-01-20", "2024", "RUS", "2024-03-13", "no",
    ]  # fmt: skip
    [item] = table(run("series", *ON, "--format", "csv"))
    assert (item["next_round"], item["usual_interval"]) == ("9", "420")


def test_contacts_are_listed_at_one_level_or_at_all_levels(run: Run) -> None:
    heading, *rows = printed(run("series", "RUS", "PAK", *ON, "--level", "minister"))
    assert heading == ["relationship", "level", "direction", "days", "when", "meeting"]
    igc_8 = ["153", "2023-01-18/2023-01-20", "commission, round 8 of igc (igc-8)"]
    assert rows == [
        ["PAK-RUS", "minister", *igc_8],
        [
            "PAK-RUS",
            "minister",
            "PAK → RUS",
            "573",
            "2021-11-24",
            "meeting, round 7 of igc (igc-7)",
        ],
        ["PAK-RUS", "minister", "RUS → PAK", *igc_8],
    ]
    every = table(run("series", *ON, "--contacts", "--format", "csv"))
    assert [row["level"] for row in every if not row["direction"]] == [
        "minister", "deputy-minister", "senior-official", "working",
    ]  # fmt: skip
    assert {row["held_at"] for row in every} == {"minister"}


# Missions


def test_missions_are_listed_with_their_heads(run: Run) -> None:
    heading, *rows = printed(run("missions", *ON))
    assert heading == [
        "sender", "host", "level", "city", "head", "rank", "in_post_since", "vacant",
    ]  # fmt: skip
    khan = ["PAK", "RUS", "embassy", "Moscow", "Shafqat Ali Khan", "ambassador", "2020-03", "no"]
    assert rows == [
        khan,
        ["PAK", "RUS", "consulate-general", "Kazan"],
        ["RUS", "PAK", "embassy", "not known"],
        ["USA", "PAK", "embassy", "Donald Blome", "ambassador", "2022-05-23", "no"],
    ]
    assert printed(run("missions", "RUS", "PAK", *ON, "--filled")) == [
        heading,
        khan,
    ]


def test_missions_are_chosen_by_rank_city_and_vacancy(run: Run) -> None:
    def heads(*options: str) -> list[Any]:
        answer = data(run("missions", *ON, *options, "--format", "json"))
        return [row["head"] and row["head"]["name"] for row in answer]

    assert heads("--rank", "ambassador") == ["Shafqat Ali Khan", "Donald Blome"]
    assert heads("--rank", "envoy") == []
    assert heads("--city", "Kazan") == [None]
    assert heads("--vacant") == []  # of one post nothing is known, which is not vacant
    assert heads("--vacant", "--on", "2025-02-01") == [None]
    assert heads("--filled") == ["Shafqat Ali Khan", "Donald Blome"]
    assert heads("--filled", "--on", "2020-03-31") == ["Shafqat Ali Khan"]


# Agreements


def test_agreements_are_listed_with_their_standing_and_their_end(run: Run) -> None:
    heading, *rows = printed(run("agreements", *ON))
    assert heading == ["relationship", "agreement", "title", "standing", "since", "ends"]
    assert rows == [
        ["PAK-RUS", "air", "in-notice", "2023-05-01", "2030-05-01"],
        ["PAK-RUS", "visa", "Visas", "expiring", "2015", "2023-12-31"],
    ]
    assert printed(run("agreements", *ON, "--status", "in-notice")) == [heading, rows[0]]
    [visa] = table(
        run("agreements", *ON, "--within", "30", "--status", "in-force", "--format", "csv")
    )
    assert (visa["agreement"], visa["standing"], visa["expires"]) == (
        "visa",
        "in-force",
        "2023-12-31",
    )


# The network


def test_the_network_is_listed_by_links_or_by_nodes(run: Run) -> None:
    assert printed(run("network", *ON)) == [
        ["relationship", "status", "since", "level", "rank", "events"],
        ["PAK-RUS", "established", "1948-05-01", "embassy", "ambassador", "5"],
        ["PAK-USA", "established", "1947-10-20", "embassy", "ambassador", "2"],
    ]
    assert printed(run("network", *ON, "--nodes")) == [
        ["id", "links", "embassies"], ["PAK", "2", "2"], ["RUS", "1", "1"], ["USA", "1", "1"],
    ]  # fmt: skip


def test_as_csv_the_network_is_the_edges_and_nodes_that_graph_tools_read(run: Run) -> None:
    edges = run("network", *ON, "--format", "csv").stdout.splitlines()
    assert edges[:2] == [
        "source,target,relationship,status,since,level,rank,events",
        "PAK,RUS,PAK-RUS,established,1948-05-01,embassy,ambassador,5",
    ]
    nodes = run("network", *ON, "--nodes", "--format", "csv").stdout.splitlines()
    assert nodes == ["id,links,embassies", "PAK,2,2", "RUS,1,1", "USA,1,1"]


# All of them

COMMANDS = (
    ["series"], ["series", "--contacts"], ["missions"], ["agreements"], ["network"],
    ["network", "--nodes"],
)  # fmt: skip


def answers(engine: TimelineEngine, command: list[str]) -> list[Any]:
    """The engine's answer as the rows of a command."""
    answer: Any = getattr(engine, command[0])(on="2023-06-20")
    if command[0] == "network":
        rows: list[Any] = answer.to_dict()["nodes" if command[1:] else "edges"]
        return rows
    if command[0] == "series":
        field = "contacts" if command[1:] else "series"
        return [
            {"relationship": row.relationship, **msgspec.to_builtins(each)}
            for row in answer
            for each in getattr(row, field)
        ]
    return [msgspec.to_builtins(row) for row in answer]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_format_holds_the_engines_answers(
    run: Run, store: Address, command: list[str]
) -> None:
    with comity.open(str(store)) as engine:
        expected = json.loads(json.dumps(answers(engine, command)))
    assert expected
    assert data(run(*command, *ON, "--format", "json")) == expected
    lines = run(*command, *ON, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == expected
    assert len(table(run(*command, *ON, "--format", "csv"))) == len(expected)
    assert len(printed(run(*command, *ON))) == len(expected) + 1


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_events_there_is_only_a_heading(
    run: Run, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(*command, "CHN-IND").stderr == "comity: nothing recorded of CHN-IND\n"
    for options in (["--known-at", "0"], ["--on", "1900-01-01"]):
        assert len(printed(run(*command, *options))) == 1
        assert data(run(*command, *options, "--format", "json")) == []
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    shown = [line for line in run(*command, "--known-at", "0").stdout.splitlines() if line]
    assert len(shown) == 1


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_certainty_reaches_the_engine(run: Run, command: list[str]) -> None:
    arguments = [*command, "--on", "1950-06-01"]
    sure, possible = run(*arguments), run(*arguments, "--certainty", "possible")
    assert possible.exit_code == 0
    changes = command[0] in ("missions", "network") and "--nodes" not in command
    assert (sure.stdout != possible.stdout) == changes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["series", "--level", "ministerial"], "'head-of-state', 'head-of-government'"),
        (["missions", "--rank", "consul"], "'ambassador', 'high commissioner'"),
        (["agreements", "--status", "denounced"], "'in-notice', 'expiring'"),
        (["agreements", "--within", "-1"], "0 or more"),
        (["agreements", "--within", "soon"], "--within"),
        (["network", "PAK", "RSU"], "did you mean RUS"),
    ],
)
def test_bad_input_is_reported_in_one_line_and_ends_with_2(
    run: Run, arguments: list[str], said: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert said in line


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_impossible_day_is_reported_in_one_line(run: Run, command: list[str]) -> None:
    result = run(*command, "--on", "2023")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a year, not a day" in result.stderr
