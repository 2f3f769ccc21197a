"""GDELT: every layout, who acts, what is repeated, and what is broken."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest

import comity
from comity import Source, UnreadableFile
from comity.adapters.interchange.importers import Names, import_files
from tests.unit.coded import account, table

ACTOR = (
    "Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code",
    "Religion2Code", "Type1Code", "Type2Code", "Type3Code",
)  # fmt: skip
PLACE = ["Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID"]
PLACE_2 = [*PLACE[:4], "ADM2Code", *PLACE[4:]]
COUNTS = (
    "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale",
    "NumMentions", "NumSources", "NumArticles", "AvgTone",
)  # fmt: skip


def columns(place: list[str]) -> list[str]:
    return [
        *["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"],
        *(f"Actor{side}{name}" for side in (1, 2) for name in ACTOR),
        *COUNTS,
        *(f"{of}Geo_{name}" for of in ("Actor1", "Actor2", "Action") for name in place),
        "DATEADDED",
        "SOURCEURL",
    ]


ONE, TWO = columns(PLACE), columns(PLACE_2)
URL = "https://dawn.example/1"


def row(header: list[str] = ONE, /, **cells: str) -> list[str]:
    when = cells.get("SQLDATE", "20130402")
    told = {
        "GLOBALEVENTID": "1", "SQLDATE": when, "MonthYear": when[:6], "Year": when[:4],
        "Actor1Code": "PAKGOV", "Actor1Name": "IMRAN KHAN", "Actor1CountryCode": "PAK",
        "Actor2Code": "RUS", "Actor2Name": "RUSSIA", "Actor2CountryCode": "RUS",
        "IsRootEvent": "1", "EventCode": "040", "EventBaseCode": "040", "EventRootCode": "04",
        "QuadClass": "1", "GoldsteinScale": "-9.9", "NumMentions": "4",
        "ActionGeo_FullName": "Islamabad, Pakistan", "DATEADDED": "20130403", "SOURCEURL": URL,
    }  # fmt: skip
    told |= cells
    return [told.get(name, "") for name in header]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "20130403.export.CSV"


def test_the_layouts_have_the_columns_of_the_codebooks() -> None:
    assert (len(ONE), len(TWO)) == (58, 61)


def test_a_row_is_an_event_with_both_its_dates(path: Path) -> None:
    event = account("gdelt", table(path, row())).event
    assert (event.source, event.target, event.code, event.scheme) == ("PAK", "RUS", "040", "cameo")
    assert (event.source_actor, event.target_actor) == ("IMRAN KHAN", "RUSSIA")
    assert (event.mentions, event.place) == (4, "Islamabad, Pakistan")
    assert event.when == "2013-04-02"
    assert event.sources == (Source("GDELT", url=URL, published="2013-04-03"),)


@pytest.mark.parametrize(
    ("lines", "url"),
    [
        ([row(ONE[:57])], ""),
        ([row()], URL),
        ([["1", *row()]], URL),
        ([["1", *row(ONE[:57])]], ""),
        ([[*row(), ""]], URL),
        ([row(TWO, DATEADDED="20130403121500")], URL),
        ([["7", *row(TWO)]], URL),
        ([ONE[:57], row(ONE[:57])], ""),
        ([ONE, row()], URL),
        ([["", *ONE], ["1", *row()]], URL),
        ([ONE, ["1", *row()]], URL),
        ([TWO, row(TWO)], URL),
        ([[*ONE, "year_month"], [*row(), "2013-04"]], URL),
        ([ONE[::-1], row()[::-1]], URL),
    ],
    ids=[
        "57", "58", "58 numbered", "57 numbered", "58 and a tab", "61", "61 numbered", "57 headed",
        "58 headed", "59 headed", "59 under a header of 58", "61 headed", "59 with another column",
        "58 in another order",
    ],
)  # fmt: skip
def test_every_layout_tells_the_same(path: Path, lines: list[list[str]], url: str) -> None:
    expected = account("gdelt", table(path, row(SOURCEURL=url))).event
    assert account("gdelt", table(path, *lines)).event == expected
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(lines)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    assert account("gdelt", path).event == expected


def test_rows_of_57_and_58_cells_stand_in_one_file(path: Path) -> None:
    for rows in ([row(), row(ONE[:57])], [row(ONE[:57]), row()]):
        done = account("gdelt", table(path, *rows))
        assert (done.event.mentions, done.faulty) == (8, {})


def test_mentions_are_added_up_over_repeats_wherever_they_stand(path: Path) -> None:
    rows = [
        row(NumMentions="2"), row(EventCode="042", EventRootCode="04"),
        row(NumMentions="10", DATEADDED="20130402", GLOBALEVENTID="7"),
    ]  # fmt: skip
    done = account("gdelt", table(path, *rows))
    assert [(event.code, event.mentions) for event in done.events] == [("040", 12), ("042", 4)]
    assert done.events[0].sources[0].published == "2013-04-02"
    assert [told.rows for told in done.told] == [2, 1]


@pytest.mark.parametrize(
    ("cell", "when", "party"),
    [
        ("ROM", "20130402", "ROU"), ("TMP", "20130402", "TLS"), ("ZAR", "20130402", "COD"),
        ("COD", "20130402", "COD"), ("WSB", "20130402", "PSE"), ("MTN", "20130402", "MNE"),
        ("RUS", "19850402", "SUN"), ("XKX", "20130402", "XKX"),
    ],
)  # fmt: skip
def test_codes_of_countries_that_are_not_isos(path: Path, cell: str, when: str, party: str) -> None:
    told = row(Actor1CountryCode=cell, Actor2CountryCode="IND", SQLDATE=when)
    assert account("gdelt", table(path, told)).event.source == party


def test_regions_and_bodies_without_a_country_are_counted_by_reason(path: Path) -> None:
    rows = [
        row(Actor1CountryCode="AFR"), row(Actor2CountryCode="WST"), row(Actor1CountryCode=""),
        row(Actor1CountryCode="NA", Actor2CountryCode="NA"), row(Actor2CountryCode="PAK"),
        row(Actor1CountryCode="EUR", Actor2CountryCode=""), row(EventCode="---"),
    ]  # fmt: skip
    done = account("gdelt", table(path, *rows))
    assert done.events == []
    assert done.skipped == {
        "a region, not a country: source": 1, "a region, not a country: target": 1,
        "no country: source": 1, "no country: source and target": 2, "within one country": 1,
        "no code": 1,
    }  # fmt: skip


def test_organisations_are_parties(path: Path) -> None:
    rows = [
        row(Actor1CountryCode="", Actor1KnownGroupCode="UNO"),
        row(Actor1CountryCode="EUR", Actor1KnownGroupCode="EEC"),
        row(Actor1CountryCode="", Actor1KnownGroupCode="TAL"),
    ]
    done = account("gdelt", table(path, *rows))
    assert [event.source for event in done.events] == ["un", "eu"]
    assert done.skipped == {"no country: source": 1}


def test_a_user_gives_codes_of_his_own(path: Path) -> None:
    table(path, row(Actor1CountryCode="EUR"), row(Actor1CountryCode="QQQ"))
    done = account("gdelt", path)
    assert "Actor1CountryCode: Unknown party 'QQQ'" in done.reason
    given = account("gdelt", path, Names({"EUR": "eu", "QQQ": "IND"}))
    assert [event.source for event in given.events] == ["eu", "IND"]


def test_an_actor_without_a_name_is_told_by_its_code(path: Path) -> None:
    assert account("gdelt", table(path, row(Actor1Name=""))).event.source_actor == "PAKGOV"


def test_what_is_no_link_is_a_note(path: Path) -> None:
    event = account("gdelt", table(path, row(SOURCEURL="BBC Monitoring"))).event
    assert event.sources == (Source("GDELT", published="2013-04-03", note="BBC Monitoring"),)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"EventCode": "40", "EventRootCode": "4"}, "040"),
        ({"EventCode": "10", "EventRootCode": "1"}, "010"),
        ({"EventCode": "20", "EventRootCode": "2"}, "020"),
        ({"EventCode": "10", "EventRootCode": "10"}, "10"),
        ({"EventCode": "190", "EventRootCode": "19"}, "190"),
    ],
)
def test_eaten_zeros_are_put_back_by_the_root(path: Path, cells: dict[str, str], code: str) -> None:
    rows = [row(**cells), row(EventCode="42", EventRootCode="4")]
    assert [event.code for event in account("gdelt", table(path, *rows)).events] == [code, "042"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"EventCode": "2199"}, "CAMEO has no code '2199'"),
        ({"SQLDATE": "20130231"}, "there is no day '20130231'"),
        ({"NumMentions": "many"}, "NumMentions: 'many' is no count"),
        ({"NumMentions": "-3"}, "NumMentions: '-3' is no count"),
        ({"DATEADDED": "yesterday"}, "DATEADDED: 'yesterday' is no day"),
        ({"Year": "2012"}, "the cells are shifted"),
        ({"Actor1Name": "A\tB"}, "59 cells; expected 58"),
        ({"SOURCEURL": "http://" + "x" * 3000}, "SOURCEURL: 3,007 characters"),
        ({"ActionGeo_FullName": "a\0"}, "a NUL character"),
    ],
)
def test_a_row_that_cannot_be_read_is_reported(
    path: Path, cells: dict[str, str], said: str
) -> None:
    done = account("gdelt", table(path, row(), row(**cells)))
    assert list(done.faulty) == [2]
    assert said in done.reason
    assert (done.rows, len(done.events)) == (2, 1)


def test_a_count_that_is_missing_or_none_is_one_mention(path: Path) -> None:
    rows = [row(NumMentions=cell) for cell in ("", "0", "2.0")]
    assert account("gdelt", table(path, *rows)).event.mentions == 4


def test_a_visit_told_by_both_sides_counts_once(path: Path) -> None:
    back = {
        "Actor1Name": "RUSSIA", "Actor1CountryCode": "RUS", "Actor2Name": "IMRAN KHAN",
        "Actor2CountryCode": "PAK",
    }  # fmt: skip
    table(path, row(EventCode="042"), row(EventCode="043", **back))
    with comity.open(":memory:") as engine:
        assert import_files(engine, "gdelt", path).appended == 2
        assert import_files(engine, "gdelt", path).duplicates == 2
        assert engine.state("PAK", "RUS", on="2014-01-01").tone.interactions == 1


def test_what_another_file_tells_otherwise_is_refused_and_not_counted_twice(
    path: Path, tmp_path: Path
) -> None:
    later = table(tmp_path / "20130404.export.CSV", row(DATEADDED="20130404"), row(EventCode="057"))
    with comity.open(":memory:") as engine:
        import_files(engine, "gdelt", table(path, row()))
        done = import_files(engine, "gdelt", later)
        assert (done.read, done.appended, done.duplicates, done.rejected) == (2, 1, 0, 1)
        assert engine.state("PAK", "RUS", on="2014-01-01").tone.interactions == 2


@pytest.mark.parametrize("width", [5, 40, 56, 60, 63])
def test_a_file_of_another_layout_is_refused(path: Path, width: int) -> None:
    with pytest.raises(UnreadableFile, match="does not begin with a header or a row of GDELT"):
        account("gdelt", table(path, ["2013"] * width))


def test_the_shared_rows_are_accounted_for(shared_data: Path) -> None:
    file = shared_data / "gdelt" / "undp_georgia_feb2012.csv"
    done = account("gdelt", file)
    assert done.rows == 8_484
    assert sum(told.rows for told in done.told) + done.skipped.total() == done.rows
    assert done.faulty == {}
    with file.open(encoding="utf-8", newline="") as opened:
        mentions: Counter[tuple[str, ...]] = Counter()
        for told in csv.DictReader(opened):
            key = ("Actor1Name", "EventCode", "Actor2Name", "SQLDATE")
            mentions[tuple(told[name] for name in key)] += int(told["NumMentions"])
    pairs = [event for event in done.events if event.source_actor and event.target_actor]
    assert len(pairs) == len(done.events) == 460
    for event in pairs:
        day = event.when.replace("-", "")
        assert event.mentions <= mentions[event.source_actor, event.code, event.target_actor, day]
