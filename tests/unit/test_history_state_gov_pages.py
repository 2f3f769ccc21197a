"""What the headings of one country's page tell together, by rows written for it."""

from __future__ import annotations

import csv
import io

import pytest

from comity.adapters.interchange.importers import Faulty, ImportSettings, Outcome, Told, importer
from comity.adapters.interchange.importers.inputs import InputFile
from comity.domain.events import Event

COLUMNS = ("country", "heading", "heading_date", "text")


def outcomes(country: str, *headings: str, text: str = "") -> list[Outcome]:
    """What the headings of a page come to."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    rows.writerows((country, heading, "", text) for heading in headings)
    content = io.BytesIO(written.getvalue().encode())
    file = InputFile("pages.csv", content)
    return list(importer("history-state-gov").read(file, ImportSettings()))


def told(country: str, *headings: str, text: str = "") -> list[tuple[str, str]]:
    """The kinds of event that the headings tell, with their dates."""
    found = [o.record for o in outcomes(country, *headings, text=text) if isinstance(o, Told)]
    return [(event.type, event.when) for event in found if isinstance(event, Event)]


@pytest.mark.parametrize(
    "heading",
    [
        "Diplomatic Relations Reestablished, 1934.",
        "Diplomatic Relations Resumed, 1934.",
        "Diplomatic Relations Normalized, 1934.",
        "Normalization of Relations, 1934.",
        "Resumption of Normal Diplomatic Relations, 1934.",
        "Resumption of Diplomatic and Cultural Relations with Chile, 1934.",
        "Re-Opening of Diplomatic Relations, 1934.",
        "U.S. Embassy in Santiago Reopens; Diplomatic Relations Reestablished, 1934.",
        "U.S. Embassy in Santiago Reestablished and Normal Relations Resumed, 1934.",
    ],
)
def test_all_wordings_of_a_restoration_are_read(heading: str) -> None:
    assert ("relations-restored", "1934") in told("chile", heading)


def test_full_relations_end_a_severing_and_restore_what_was_suspended() -> None:
    full = "Establishment of Full Diplomatic Relations, 1934."
    severed, suspended = "Diplomatic Relations Severed, 1931.", "Relations Interrupted, 1931."
    assert told("chile", severed, full)[-1] == ("relations-established", "1934")
    assert told("chile", suspended, full)[-1] == ("relations-restored", "1934")


def test_an_interruption_from_to_is_over_at_its_end() -> None:
    interrupted = "Interruption of Relations, 1917-1922."
    assert told("costa-rica", interrupted) == [("relations-suspended", "1917/1922")]


def test_a_mission_that_is_reopened_tells_by_when_relations_went_on() -> None:
    severed, reopened = (
        "Diplomatic Relations Severed, 1931.",
        "Legation at Santiago Reopened, 1934.",
    )
    assert told("chile", severed, reopened) == [
        ("relations-severed", "1931"), ("mission-opened", "1934"), ("relations-restored", "1934"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "later",
    [
        "Establishment of American Embassy in Santiago, 1934.",
        "U.S. Recognition of the Provisional Government of Chile, 1934.",
        "Legation Raised to Embassy, 1934.",
    ],
)
def test_a_severing_that_nothing_ends_is_faulty_where_missions_follow(later: str) -> None:
    severed = "Diplomatic Relations Severed, 1931."
    first, *_ = outcomes("chile", severed, later)
    assert isinstance(first, Faulty)
    assert f"a later heading ({later!r})" in first.reasons[0]


@pytest.mark.parametrize("later", ["Establishment of U.S. Interests Section in Santiago, 1934."])
def test_a_severing_stands_where_nothing_else_follows(later: str) -> None:
    assert told("chile", "Diplomatic Relations Severed, 1931.", later)[0] == (
        "relations-severed", "1931",
    )  # fmt: skip


def test_a_mission_of_before_a_severing_was_closed_then() -> None:
    headings = (
        "Establishment of American Legation in Santiago, 1920.",
        "Diplomatic Relations Severed, 1931.",
        "Resumption of Diplomatic Relations and the American Embassy, 1934.",
        "Reopening of American Embassy in Santiago, 1935.",
    )
    assert ("mission-closed", "1931") in told("chile", *headings)


def test_a_mission_that_opens_in_place_of_another_is_that_one_raised() -> None:
    office = "U.S. Liaison Office Established at Santiago, 1930."
    embassy = "Opening of American Embassy in Santiago, 1934."
    assert told("chile", office, embassy)[-1] == ("mission-level-changed", "1934")


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("Legation at Santiago Closed, 1934.", ["mission-closed"]),
        ("Closure of Embassy Santiago, 1934.", ["mission-closed"]),
        ("Embassy in Santiago Reopened, 1934.", ["mission-opened"]),
        ("Legation in Santiago was raised to Embassy status, 1934.", ["mission-level-changed"]),
        ("Elevation of Legations to Embassy Status, 1934.", ["mission-level-changed"] * 2),
        ("American Mission Returned to Santiago, 1934.", ["mission-moved"]),
        ("Movement of American Embassy from Arica to Santiago, 1934.", ["mission-moved"]),
    ],
)
def test_changes_of_missions_are_read_in_all_wordings(heading: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in told("chile", heading)] == kinds


def test_a_heading_that_names_another_country_is_of_that_one_throughout() -> None:
    heading = (
        "Recognition of the German Democratic Republic, and the Establishment of Diplomatic "
        "Relations and the American Embassy in Berlin, 1974."
    )
    found = [o.record for o in outcomes("germany", heading) if isinstance(o, Told)]
    parties = [record.parties for record in found if isinstance(record, Event)]
    assert len(parties) == 3
    assert all("DDR" in each for each in parties)


def test_a_day_that_follows_on_the_raising_is_its_day() -> None:
    text = (
        "The Legation was raised to Embassy status, September 25, 1954. The Ambassador presented "
        "his credentials on November 16, 1954."
    )
    heading = "Legation in Libya was raised to Embassy status, 1954."
    assert told("libya", heading, text=text) == [("mission-level-changed", "1954-09-25")]


def test_a_mission_in_a_city_that_was_renamed_is_closed() -> None:
    opened = "American Legation established at Kovno (later Kaunas), 1922."
    assert cities("lithuania", opened, "Legation at Kaunas Closed, 1939.") == ["Kovno", "Kovno"]


def test_an_embassy_that_only_the_text_tells_opens_with_relations() -> None:
    text = "The opening of Embassy Hanoi took place on August 6."
    assert cities("vietnam", "Relations Resumed, 1995.", text=text) == ["Hanoi"]


def cities(country: str, *headings: str, text: str = "") -> list[str]:
    """The cities of the missions that the headings tell of."""
    found = [o.record for o in outcomes(country, *headings, text=text) if isinstance(o, Told)]
    return [city for record in found if (city := getattr(record, "city", ""))]
