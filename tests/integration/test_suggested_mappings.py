"""A suggested mapping is valid TOML, and for a plain table it imports without editing."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from comity import MeasureLifted, MissionClosed
from comity.adapters.interchange.importers import ImportSettings, importer, input_files
from tests.tables import Imported, imported, write


def suggested(file: Path, format: str = "csv") -> str:
    reader = importer(format)
    assert reader.suggest is not None
    with input_files(file, unpack=reader.unpacks) as opened:
        text = reader.suggest(next(iter(opened)), ImportSettings())
    tomllib.loads(text)
    assert all(line.isprintable() for line in text.splitlines())
    return text


def taken(folder: Path, table: str) -> Imported:
    return imported(folder, suggested(write(folder, "facts.csv", table)), folder / "facts.csv")


def test_a_plain_table_imports_without_editing(tmp_path: Path) -> None:
    done = taken(
        tmp_path,
        "Date,Country 1,Country 2,Title\n2023-06-20,Pakistan,Russia,Consultations\n"
        "2023-06-21,Pakistan,China,Talks\n",
    )
    assert [(e.when, e.parties, e.note) for e in done.events] == [
        ("2023-06-20", ("PAK", "RUS"), "Consultations"), ("2023-06-21", ("CHN", "PAK"), "Talks"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dates", "edtf"),
    [
        (("31.01.2020", "1.2.2020"), ["2020-01-31", "2020-02-01"]),
        (("31/01/2020", "01/02/2020"), ["2020-01-31", "2020-02-01"]),
        (("01/31/2020", "01/02/2020"), ["2020-01-31", "2020-01-02"]),
        (("31.01.2020", "March 2020", "1948"), ["2020-01-31", "2020-03", "1948"]),
        (("20200131", "20200201"), ["2020-01-31", "2020-02-01"]),
        (("1 May 1948", "c. 1950"), ["1948-05-01", "1950~"]),
        (("43831", "43832"), ["2020-01-01", "2020-01-02"]),
        (("31.1.98", "1.2.08"), ["1998-01-31", "2008-02-01"]),
        (("2020-01-31 00:00:00", "2020-02-01 00:00:00"), ["2020-01-31", "2020-02-01"]),
    ],
)
def test_the_style_of_dates_is_recognised(
    tmp_path: Path, dates: tuple[str, ...], edtf: list[str]
) -> None:
    rows = "".join(f"{day},PAK,RUS,{number}\n" for number, day in enumerate(dates))
    done = taken(tmp_path, "Date,A,B,No\n" + rows)
    assert sorted(e.when for e in done.events) == sorted(edtf)


def test_where_no_value_tells_day_from_month_the_user_must(tmp_path: Path) -> None:
    table = "Date,A,B\n01/02/2020,PAK,RUS\n03/03/2020,PAK,RUS\n"
    text = suggested(write(tmp_path, "facts.csv", table))
    assert "keep one format" in text
    done = imported(tmp_path, text, table)
    assert [e.when for e in done.events] == ["2020-03-03"]
    assert "2020-01-02 or 2020-02-01" in done.reasons[0]


def test_two_columns_of_dates_are_two_events(tmp_path: Path) -> None:
    missions = taken(
        tmp_path, "Sender,Host,Embassy opened,Embassy closed,City\nPAK,RUS,1961,1971,Moscow\n"
    )
    assert [e.type for e in missions.events] == ["mission-opened", "mission-closed"]
    assert cast("MissionClosed", missions.events[1]).city == "Moscow"
    measures = taken(
        tmp_path, "Target,Sanctioned by,Imposed,Lifted\nPAK,USA,1990-10-01,2001-09-22\n"
    )
    lifted = cast("MeasureLifted", measures.events[1])
    assert (lifted.by, lifted.on, lifted.when) == ("USA", "PAK", "2001-09-22")
    assert lifted.measure == getattr(measures.events[0], "measure", "")


def test_numbers_lists_and_agreements_are_recognised(tmp_path: Path) -> None:
    numbers = taken(tmp_path, "year,ccode1,ccode2\n1950,770,365\n1951,2,200\n")
    assert [e.parties for e in numbers.events] == [("PAK", "SUN"), ("GBR", "USA")]
    lists = taken(
        tmp_path, "Signed,Treaty,Parties\n1955,Pact,Turkey; Iraq\n1956,Accord,France; Italy\n"
    )
    assert [e.type for e in lists.events] == ["agreement-signed"] * 2
    assert lists.events[0].parties == ("IRQ", "TUR")
    parts = taken(tmp_path, "Year,Month,Day,A,B\n1950,5,1,PAK,RUS\n1950,6,,PAK,RUS\n")
    assert [e.when for e in parts.events] == ["1950-05-01", "1950-06"]


def test_titles_above_and_totals_below_are_left_out(tmp_path: Path) -> None:
    done = taken(
        tmp_path, "Visits,,\n,,\nDate,Visitor,Host\n2020,PAK,RUS\n2021,PAK,CHN\nTotal,2,\n"
    )
    assert len(done.events) == 2
    assert done.rejected == []


def test_the_same_party_in_two_columns_is_no_pair(tmp_path: Path) -> None:
    text = suggested(write(tmp_path, "f.csv", "Date,Country,Code\n2020,Pakistan,PAK\n"))
    assert "no two columns of parties were recognised" in text


@pytest.mark.parametrize(
    "table",
    [
        "a\n", "a,b\n1,2\n", ",,\n,,x\n", 'a"b,c\\d,"e\nf",=1\n1,2,3,4\n',
        "\u202eDate\u202c,\x1bA\n2020,x\n", "Date,Date,Date\n2020,PAK,RUS\n",
        "Date,A,B\n" + "x" * 140_000 + ",1,2\n", 'Date,A,B\n"2020,PAK,RUS\n',
    ],
)  # fmt: skip
def test_whatever_the_table_holds_the_suggestion_is_toml(tmp_path: Path, table: str) -> None:
    suggested(write(tmp_path, "facts.csv", table))


def test_other_kinds_of_files_are_suggested_for_too(tmp_path: Path) -> None:
    openpyxl: Any = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["Date", "A", "B"], [date(2020, 1, 31), "PAK", "RUS"]):
        book.active.append(row)
    book.save(tmp_path / "facts.xlsx")
    text = suggested(tmp_path / "facts.xlsx", "xlsx")
    event = imported(tmp_path, text, tmp_path / "facts.xlsx", "xlsx").event
    assert (event.when, event.parties) == ("2020-01-31", ("PAK", "RUS"))
