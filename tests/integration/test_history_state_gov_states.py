"""What the tables of the Office of the Historian come to: states that anybody can check.

The lists are by hand, from what is known of the relations of the United States.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import comity
from comity import MissionLevelChanged, TimelineEngine
from comity.adapters.interchange.importers import import_files
from comity.domain.parties.lookup import names
from comity.domain.text import folded
from tests.effort import UNMEASURED

pytestmark = UNMEASURED

TODAY = "2023-06-20"
BROKEN_OFF = {
    "IRN": ("severed", "1980-04-07"),
    "TWN": ("severed", "1979-01-01"),
    # Syria's suspension of 2012 is in no table of the office.
    # States that are no more, and that nobody continued:
    "XAH": ("severed", "1917"),
    "XDR": ("severed", "1941-12-11"),
    "XKO": ("severed", "1905"),
    "XOT": ("severed", "1917"),
    "XPS": ("severed", "1867"),
}
SINCE = {
    "CHN": "1979-01-01", "CRI": "1922", "CUB": "2015-07-20", "DEU": "1955-05-06", "FRA": "1944",
    "IRQ": "2004-06-28", "SLV": "1934", "SRB": "2000-11-12", "KHM": "1994-05-17",
}  # fmt: skip
"""Since when relations are established that were broken off or that others had."""


@pytest.fixture(scope="module")
def engine(shared_data: Path) -> Iterator[TimelineEngine]:
    """An engine with recognition, relations and chiefs of mission."""
    folder = shared_data / "history_state_gov"
    with comity.open(":memory:") as engine:
        for name in ("us_recognition_relations_timeline.csv", "us_chiefs_of_mission.csv"):
            import_files(engine, "history-state-gov", folder / name)
        yield engine


def others(engine: TimelineEngine) -> set[str]:
    return {party for record in engine.events() for party in record.event.parties} - {"USA"}


def test_relations_are_broken_off_only_where_they_are(engine: TimelineEngine) -> None:
    states = {party: engine.state("USA", party, on=TODAY).relations for party in others(engine)}
    told = {
        party: (relations.status, relations.since)
        for party, relations in states.items()
        if relations.status in ("severed", "suspended")
    }
    assert told == BROKEN_OFF
    since = {party: states[party].since for party in SINCE}
    assert since == SINCE
    assert "PRK" not in states  # never recognised
    assert states["DDR"].established_on == "1974-09-04"


def test_relations_with_china_were_with_the_government_at_taipei(engine: TimelineEngine) -> None:
    assert engine.state("USA", "CHN", on="1960-01-01").relations.status == "suspended"
    [embassy] = engine.state("USA", "TWN", on="1960-01-01").missions
    assert (embassy.level, embassy.city) == ("embassy", "Taipei")


def test_a_city_is_a_city(engine: TimelineEngine) -> None:
    cities = {getattr(record.event, "city", "") for record in engine.events()} - {""}
    assert len(cities) > 80
    countries = {folded(name) for told in names().values() for name in told}
    assert {city for city in cities if folded(city) in countries} == set()
    small = {word for city in cities for word in re.findall(r"(?<!\S)[a-z]\w*", city)}
    assert small <= {"de"}


EMBASSIES = (
    "ARG", "AUS", "BEL", "BRA", "CAN", "CHN", "DEU", "EGY", "EST", "FRA", "GBR", "GRC", "IND",
    "IRL", "IRQ", "ISR", "ITA", "JOR", "JPN", "LBY", "MAR", "MEX", "NOR", "POL", "RUS", "SDN",
    "SRB", "SWE", "TUR", "VNM", "ZAF",
)  # fmt: skip


@pytest.mark.parametrize("host", EMBASSIES)
def test_the_united_states_has_one_mission_there_and_it_is_an_embassy(
    engine: TimelineEngine, host: str
) -> None:
    missions = engine.state("USA", host, on="2015-06-30").missions
    ours = [mission for mission in missions if mission.sender == "USA"]
    assert [mission.level for mission in ours] == ["embassy"]


@pytest.mark.parametrize(
    ("host", "day", "city"),
    [
        ("FRA", "2023-06-20", "Paris"), ("FRA", "1941-06-01", "Vichy"),
        ("GRC", "1943-12-31", "Cairo"), ("GRC", "1950-01-01", "Athens"),
        ("NLD", "1946-01-01", "The Hague"), ("PRT", "1815-01-01", "Rio de Janeiro"),
        ("CHN", "2000-01-01", "Beijing"), ("DEU", "2000-01-01", "Berlin"),
    ],
)  # fmt: skip
def test_a_mission_is_where_it_was_then(
    engine: TimelineEngine, host: str, day: str, city: str
) -> None:
    missions = engine.state("USA", host, on=day).missions
    assert [mission.city for mission in missions if mission.sender == "USA"] == [city]


def test_a_mission_that_was_closed_is_not_there(engine: TimelineEngine) -> None:
    state = engine.state("USA", "EST", on="1960-01-01")
    assert state.missions == ()


def test_a_raising_has_the_day_that_the_text_gives_it(engine: TimelineEngine) -> None:
    days = {
        record.event.when
        for record in engine.events(kinds=[MissionLevelChanged])
        if "LBY" in record.event.parties
    }
    assert days == {"1954-09-25", "2006-05-31"}
