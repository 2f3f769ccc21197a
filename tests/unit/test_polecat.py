"""POLECAT: 40 columns, broken headers, stray tabs, and several actors in a cell."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import comity
from comity import Source, UnreadableFile
from comity.adapters.interchange.importers import import_files
from tests.unit.coded import account, table

NAMES = (
    "Event ID,Event Date,Event Type,Event Mode,Intensity,Quad Code,Contexts,Actor Name,"
    "Actor Country,Actor COW,Primary Actor Sector,Actor Sectors,Actor Title,Actor Name Raw,"
    "Wikipedia Actor ID,Recipient Name,Recipient Country,Recipient COW,Primary Recipient Sector,"
    "Recipient Sectors,Recipient Title,Recipient Name Raw,Wikipedia Recipient ID,Placename,City,"
    "District,Province,Country,Latitude,Longitude,GeoNames ID,Raw Placename,Feature Type,Source,"
    "Publication Date,Story People,Story Organizations,Story Locations,Language,Version"
)
HEADER: list[str] = [*NAMES.split(",")]
EXCESS = [*HEADER[:7], "Headline", "Event Text", *HEADER[7:34], "Feed", *HEADER[34:], "Story ID"]


def row(**cells: str) -> list[str]:
    told = {
        "Event ID": "20230402-1-ab_CONSULT-visit", "Event Date": "2023-04-01",
        "Event Type": "CONSULT", "Event Mode": "visit", "Intensity": "4.0",
        "Quad Code": "VERBAL COOPERATION", "Contexts": "diplomatic", "Actor Name": "Imran Khan",
        "Actor Country": "PAK", "Actor COW": "770", "Primary Actor Sector": "GOV",
        "Actor Name Raw": "Khan", "Recipient Name": "Russia", "Recipient Country": "RUS",
        "Recipient COW": "365", "Recipient Name Raw": "Moscow", "Placename": "Moscow",
        "Country": "RUS", "Latitude": "55.75", "Longitude": "37.61", "Source": "Dawn",
        "Publication Date": "2023-04-02", "Story People": "Khan", "Language": "en",
        "Version": "NGEC_coder-Vers001-b1-Run-001",
    }  # fmt: skip
    told |= {name.replace("_", " "): cell for name, cell in cells.items()}
    return [told.get(name, "None") for name in HEADER]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ngecEvents.DV.2023.txt"


def test_a_row_is_an_event_in_plover(path: Path) -> None:
    assert len(HEADER) == 40
    event = account("polecat", table(path, HEADER, row())).event
    assert (event.source, event.target, event.scheme) == ("PAK", "RUS", "plover")
    assert (event.code, event.mode) == ("CONSULT", "visit")
    assert (event.source_actor, event.target_actor) == ("Imran Khan", "Russia")
    assert (event.when, event.place) == ("2023-04-01", "Moscow, RUS")
    assert event.sources == (Source("POLECAT", published="2023-04-02", note="Dawn"),)


def test_a_mode_has_a_weight_of_its_own(path: Path) -> None:
    rows = [row(), row(Event_Mode="None"), row(Event_Mode="multilateral; phone")]
    with comity.open(":memory:") as engine:
        assert import_files(engine, "polecat", table(path, HEADER, *rows)).appended == 3
        tone = engine.state("PAK", "RUS", on="2024-01-01").tone
        assert (tone.interactions, tone.mean_goldstein) == (3, Decimal("3.000"))
        (reading,) = engine.tone("PAK", "RUS", by="year")
        assert reading.coded.mean_goldstein == Decimal("3.000")


@pytest.mark.parametrize(
    "lines",
    [
        [row()],
        [[name.replace(" ", "_").lower() for name in HEADER], row()],
        [[name.replace("Intensity", "Event Intensity") for name in HEADER], row()],
        [EXCESS, row()],
        [[*HEADER, "", "", ""], [*row(), "", "", ""]],
        [HEADER, [*row(), "", ""]],
        [HEADER[::-1], row()[::-1]],
        [EXCESS, [*row()[:7], "a headline", "a text", *row()[7:34], "feed", *row()[34:], "S1"]],
        [[*HEADER[:10], "?", *HEADER[11:]], row()],
    ],
    ids=[
        "no header", "other names", "event intensity", "names in excess", "tabs at the end",
        "tabs at the end of a row", "another order", "more columns", "a garbled name",
    ],
)  # fmt: skip
def test_a_broken_header_does_no_harm(path: Path, lines: list[list[str]]) -> None:
    expected = account("polecat", table(path, HEADER, row())).event
    done = account("polecat", table(path, *lines))
    assert (done.event, done.faulty, done.rows) == (expected, {}, 1)


@pytest.mark.parametrize("column", ["Story_People", "Story_Locations", "Language", "Placename"])
def test_a_row_with_a_stray_tab_is_aligned_where_that_is_certain(path: Path, column: str) -> None:
    expected = account("polecat", table(path, HEADER, row())).event
    done = account("polecat", table(path, HEADER, row(**{column: "some\ttext"})))
    place = "RUS" if column == "Placename" else expected.place
    found = done.event
    assert done.faulty == {}
    assert (found.id, found.sources, found.target) == (expected.id, expected.sources, "RUS")
    assert found.place in (place, "")


def test_a_row_that_cannot_be_aligned_is_reported(path: Path) -> None:
    rows = [
        row(Contexts="a\tb"),
        row(Actor_Name="Imran\tKhan"),
        row()[:37],
        [*row()[:5], *["x"] * 37],
        row()[:1] + row()[2:] + [""],
        row(Quad_Code="GOV"),
        row(),
    ]  # fmt: skip
    done = account("polecat", table(path, HEADER, *rows))
    assert list(done.faulty) == [2, 3, 4, 5, 6, 7]
    assert "it is not certain within which" in done.faulty[2][0]
    assert done.faulty[4] == ("37 cells; expected 40",)
    assert "42 cells; expected 40" in done.faulty[5][0]
    assert "Event Date" in done.faulty[6][0]
    assert "the cells are shifted" in done.faulty[7][0]
    assert (len(done.events), done.rows) == (1, 7)


def test_several_actors_are_an_event_of_each_pair(path: Path) -> None:
    several = row(
        Event_Type="ACCUSE", Event_Mode="None", Actor_Name="Joe Biden; Macron",
        Actor_Country="USA; FRA", Actor_COW="2; 220",
    )  # fmt: skip
    done = account("polecat", table(path, HEADER, several))
    assert [(e.source, e.source_actor, e.target) for e in done.events] == [
        ("USA", "Joe Biden", "RUS"), ("FRA", "Macron", "RUS"),
    ]  # fmt: skip
    assert [told.rows for told in done.told] == [1, 0]
    assert done.rows == 1


def test_who_consult_each_other_are_all_actors(path: Path) -> None:
    nobody = {"Recipient_Name": "None", "Recipient_Country": "None", "Recipient_COW": "None"}
    together = {"Actor_Country": "PAK; RUS; CHN", "Actor_Name": "a talk", "Actor_COW": "None"}
    done = account("polecat", table(path, HEADER, row(**together, **nobody)))
    assert [event.relationship for event in done.events] == ["PAK-RUS", "CHN-PAK", "CHN-RUS"]
    other = account("polecat", table(path, HEADER, row(**together, **nobody, Event_Type="AID")))
    assert other.skipped == {"no country: target": 1}


def test_a_number_stands_for_a_missing_country(path: Path) -> None:
    done = account("polecat", table(path, HEADER, row(Actor_Country="None", Actor_COW="750.0")))
    assert done.event.source == "IND"
    odd = account("polecat", table(path, HEADER, row(Actor_Country="None", Actor_COW="999")))
    assert "no state has the Correlates of War number '999'" in odd.reason


def test_what_is_no_event_between_parties_is_counted_by_reason(path: Path) -> None:
    no_actor = {"Actor_Country": "None", "Actor_COW": "None"}
    no_recipient = {"Recipient_Country": "None", "Recipient_COW": "None"}
    rows = [
        row(**no_actor), row(**no_recipient), row(**no_actor, **no_recipient),
        row(Recipient_Country="PAK", Recipient_COW="770"), row(Event_Type="None"),
    ]  # fmt: skip
    done = account("polecat", table(path, HEADER, *rows))
    assert done.skipped == {
        "no country: source": 1, "no country: target": 1, "no country: source and target": 1,
        "within one country": 1, "no code": 1,
    }  # fmt: skip


def test_repeats_count_as_mentions(path: Path) -> None:
    rows = [row(), row(Event_Mode="phone"), row(Event_ID="other", Publication_Date="2023-04-05")]
    done = account("polecat", table(path, HEADER, *rows))
    assert [(event.mode, event.mentions) for event in done.events] == [("visit", 2), ("phone", 1)]
    assert done.events[0].sources[0].published == "2023-04-02"


def test_a_visit_that_the_host_tells_too_counts_once(path: Path) -> None:
    back = row(
        Event_Mode="host", Actor_Name="Russia", Actor_Country="RUS", Actor_COW="365",
        Recipient_Name="Imran Khan", Recipient_Country="PAK", Recipient_COW="770",
    )  # fmt: skip
    with comity.open(":memory:") as engine:
        assert import_files(engine, "polecat", table(path, HEADER, row(), back)).appended == 2
        assert import_files(engine, "polecat", path).appended == 0
        assert engine.state("PAK", "RUS", on="2024-01-01").tone.interactions == 1


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Event_Type": "CONSLUT"}, "did you mean CONSULT?"),
        ({"Event_Date": "2023-13-01"}, "there is no day '2023-13-01'"),
        ({"Publication_Date": "soon"}, "Publication Date: 'soon' is no day"),
        ({"Actor_Country": "PKA"}, "Actor Country: Unknown party 'PKA'"),
        ({"Actor_COW": "GOV"}, "Actor COW: 'GOV' cannot be there"),
        ({"Actor_Name": "x" * 3000}, "3,000 characters"),
    ],
)
def test_a_row_that_cannot_be_read_is_reported(
    path: Path, cells: dict[str, str], said: str
) -> None:
    done = account("polecat", table(path, HEADER, row(**cells), row()))
    assert said in " ".join(done.faulty[2])
    assert (done.rows, len(done.events)) == (2, 1)


def test_a_file_of_another_layout_is_refused(path: Path) -> None:
    with pytest.raises(UnreadableFile, match="does not begin with a header or a row of POLECAT"):
        account("polecat", table(path, ["a", "b"], ["1", "2"]))
    assert account("polecat", table(path, HEADER)).rows == 0
