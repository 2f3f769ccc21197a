"""A view that is declared outside of the package gets its command and its table from that."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
import typer
from msgspec import Struct
from typer.testing import CliRunner, Result

import comity
from comity import Event, MeetingHeld, Projection, TimelineEngine
from comity.adapters.cli.app import Commands
from comity.adapters.cli.views import view_command
from comity.projections.views.view import Option, Table, View

Run = Callable[..., Result]
PAIR = ("PAK", "RUS")
EVENTS = (
    MeetingHeld(meeting="m1", parties=PAIR, when="2020-01-01", venue="Moscow"),
    MeetingHeld(meeting="m2", parties=PAIR, when="2021-01-01", venue="Moscow"),
    MeetingHeld(meeting="m3", parties=("PAK", "USA"), when="2022-01-01", venue="Islamabad"),
)


class Venue(Struct, frozen=True):
    """How often a pair met at a venue."""

    relationship: str
    venue: str
    meetings: int


class VenuesProjection(Projection[dict[str, int], dict[str, int]]):
    """How often a relationship's parties met at each venue."""

    name = "venues"
    kinds = (MeetingHeld,)

    def initial(self) -> dict[str, int]:
        return {}

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        assert isinstance(event, MeetingHeld)
        state[event.venue] = state.get(event.venue, 0) + 1
        return state


def venues(
    engine: TimelineEngine,
    *parties: str,
    on: str | date | None = None,
    at_least: int = 1,
    order: Literal["name", "meetings"] = "name",
    progress: Callable[[int], None] | None = None,
) -> tuple[Venue, ...]:
    """The question: a function, as a method of the engine would be."""
    relationships = ["-".join(parties)] if parties else None
    answers = engine.replay(
        VenuesProjection(), on=on, relationships=relationships, progress=progress
    )
    rows = [
        Venue(relationship, venue, meetings)
        for relationship, by_venue in answers.items()
        for venue, meetings in by_venue.items()
        if meetings >= at_least
    ]
    return tuple(sorted(rows, key=lambda row: str(getattr(row, order.replace("name", "venue")))))


VIEW = View(
    name="venues",
    projection=VenuesProjection,
    help="""Where parties met.

    One row for each venue.
    """,
    table=Table[Venue](
        {
            "relationship": lambda row: row.relationship,
            "venue": lambda row: row.venue,
            "meetings": lambda row: row.meetings,
        },
        shown=("venue", "meetings"),
    ),
    options={
        "at_least": Option("Only venues of so many meetings.", name="from", placeholder="N"),
        "order": Option("The order of the rows."),
    },
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    store = tmp_path / "relations.db"
    with comity.open(store) as engine:
        engine.append(*EVENTS)
    app = typer.Typer(cls=Commands, rich_markup_mode=None, add_completion=False)
    app.callback()(lambda: None)
    app.command()(view_command(VIEW, venues))
    environment = {"COMITY_STORE": str(store)}
    return lambda *arguments: CliRunner().invoke(app, ["venues", *arguments], env=environment)


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    answer: list[dict[str, Any]] = json.loads(result.stdout)
    return answer


def test_its_table_has_the_columns_shown_and_its_csv_all(run: Run) -> None:
    assert run("--on", "2022-12-31").stdout.splitlines() == [
        "venue      meetings",
        "Islamabad         1",
        "Moscow            2",
    ]
    assert run("--on", "2022-12-31", "--format", "csv").stdout.splitlines() == [
        "relationship,venue,meetings",
        "PAK-USA,Islamabad,1",
        "PAK-RUS,Moscow,2",
    ]


def test_its_options_follow_from_the_signature(run: Run) -> None:
    moscow = {"relationship": "PAK-RUS", "venue": "Moscow", "meetings": 2}
    as_json = ("--on", "2022-12-31", "--format", "json")
    assert rows(run("--from", "2", *as_json)) == [moscow]
    assert rows(run("PAK", "RUS", "--order", "meetings", *as_json)) == [moscow]
    assert [row["venue"] for row in rows(run("--format", "json", "--on", "2020-06-01"))] == [
        "Moscow"
    ]


def test_its_help_tells_each_option_with_its_choices_and_default(run: Run) -> None:
    shown = " ".join(run("--help").stdout.split())
    assert "Where parties met. One row for each venue." in shown
    assert "--from N Only venues of so many meetings. [default: 1]" in shown
    assert "--order <name|meetings> The order of the rows. [default: name]" in shown
    assert "--on DATE The day asked about. [default: (today)]" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--order", "size"], "'--order': 'size' is not one of 'name', 'meetings'"),
        (["--from", "many"], "'--from'"),
        (["--on", "2023-02-30"], "28 days"),
    ],
)
def test_a_wrong_value_is_one_line_and_ends_with_2(
    run: Run, arguments: list[str], message: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("comity: ")
    assert message in line
