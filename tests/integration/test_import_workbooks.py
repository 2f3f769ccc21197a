"""Tables in other files than text: Excel workbooks, Stata files, Parquet."""

from __future__ import annotations

import importlib
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from comity import DealSigned, MeetingHeld, UnreadableFile
from comity.adapters.interchange.importers import Faulty, ImportSettings, Skipped, read_file
from tests.tables import Imported, imported, write

openpyxl: Any = pytest.importorskip("openpyxl")
pyarrow: Any = pytest.importorskip("pyarrow")
pyreadstat: Any = pytest.importorskip("pyreadstat")

MEETINGS = """
    type = "meeting-held"
    [fields]
    when = { column = "Date", format = ["%d.%m.%Y", "excel", "%Y"] }
    parties = ["A", "B"]
    meeting = { column = "No", prefix = "m" }
    note = "Note"
"""


def workbook(
    folder: Path, rows: Sequence[Sequence[object]], formats: dict[str, str] | None = None
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Visits"
    for row in rows:
        sheet.append(row)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    book.create_sheet("Notes").append(["x"])
    path = folder / "facts.xlsx"
    book.save(path)
    return path


HEAD: list[object] = ["No", "Date", "A", "B", "Note"]


def test_a_workbook_has_dates_numbers_and_texts(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            ["Visits", None, None, None, None],
            HEAD,
            [1, date(2020, 1, 31), "PAK", "RUS", None],
            [2.0, datetime(2020, 1, 31, 14, 30), "PAK", "RUS", 3.5],  # noqa: DTZ001 - as in Excel
            [3, "31.12.2019", "PAK", "RUS", True],
            [None, None, None, None, None],
            [4, 43831, "PAK", "RUS", "x"],
            [5, 1979, "PAK", "RUS", "#N/A"],
            [6, "soon", "PAK", "Rusia", None],
            [7, "2020", "PAK", "RUS", "#REF!"],
        ],
    )
    done = imported(tmp_path, "header = 2\n" + MEETINGS, path, "xlsx")
    assert [e.when for e in done.events] == [
        "2020-01-31", "2020-01-31T14:30:00", "2019-12-31", "2020-01-01", "1979",
    ]  # fmt: skip
    assert [cast("MeetingHeld", e).meeting for e in done.events] == ["m1", "m2", "m3", "m4", "m5"]
    assert [e.note for e in done.events][:3] == ["", "3.5", "true"]
    assert [line for line, _ in done.rejected] == [9, 10]
    assert done.rejected[1][1] == ("column 'Note' ('#REF!'): an error of the spreadsheet",)
    assert done.skipped == {"above the header": 1, "blank row": 1}


def test_a_number_that_may_be_a_day_or_a_year_is_not_guessed(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, [1, 1979, "PAK", "RUS", None]])
    done = imported(tmp_path, MEETINGS.replace(', "%Y"', ""), path, "xlsx")
    assert "1905-06-01 or the year 1979? For years add the format %Y" in done.reasons[0]


def test_a_date_is_as_precise_as_its_cell_shows(tmp_path: Path) -> None:
    day = date(1979, 1, 1)
    rows: list[Sequence[object]] = [HEAD]
    rows += [(number, day, "PAK", "RUS", None) for number in range(1, 5)]
    formats = {"B2": "yyyy", "B3": "mmm yyyy", "B4": '[$-409]d" of "mmmm yyyy', "B5": "DD/MM/YYYY"}
    done = imported(tmp_path, MEETINGS, workbook(tmp_path, rows, formats), "xlsx")
    assert [e.when for e in done.events] == ["1979", "1979-01", "1979-01-01", "1979-01-01"]


def test_a_formula_that_was_never_calculated_is_told_not_taken_for_an_empty_cell(
    tmp_path: Path,
) -> None:
    rows = [HEAD, [1, "=DATE(2020,1,1)", "PAK", "RUS", None], [2, "2020", "PAK", "RUS", "=1+1"]]
    done = imported(tmp_path, MEETINGS, workbook(tmp_path, rows), "xlsx")
    reason = "its value was never calculated; save the file with a spreadsheet program"
    assert done.reasons == [f"column {c!r} ('#formula'): {reason}" for c in ("Date", "Note")]


def test_a_sheet_is_chosen_by_name_or_number(tmp_path: Path) -> None:
    path = workbook(tmp_path, [HEAD, [1, "2020", "PAK", "RUS", None]])
    for sheet in ('"Visits"', "1"):
        assert len(imported(tmp_path, f"sheet = {sheet}\n" + MEETINGS, path, "xlsx").events) == 1
    for sheet, reason in (('"Visit"', "did you mean 'Visits'"), ("3", "there are 2 sheets")):
        with pytest.raises(UnreadableFile, match=reason):
            imported(tmp_path, f"sheet = {sheet}\n" + MEETINGS, path, "xlsx")


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "old.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(UnreadableFile, match="save it as"):
        imported(tmp_path, MEETINGS, old, "xlsx")
    path = workbook(tmp_path, [HEAD])
    whole = path.read_bytes()
    for content in (b"", b"Date,A,B\n", whole[: len(whole) // 2], b"PK\x03\x04" + bytes(50)):
        with pytest.raises(UnreadableFile, match="not a workbook"):
            imported(tmp_path, MEETINGS, content, "xlsx")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.txt", "x")
    with pytest.raises(UnreadableFile, match="not a workbook"):
        imported(tmp_path, MEETINGS, path, "xlsx")


def parquet(folder: Path, columns: dict[str, Any]) -> Path:
    writer: Any = importlib.import_module("pyarrow.parquet")
    path = folder / "facts.parquet"
    writer.write_table(pyarrow.table(columns), path, row_group_size=2)
    return path


def test_parquet_has_days_times_lists_decimals_and_nulls(tmp_path: Path) -> None:
    path = parquet(
        tmp_path,
        {
            "date": pyarrow.array([date(2020, 1, 31), None, date(2020, 2, 1)]),
            "parties": [["PAK", "RUS"], ["PAK", "CHN"], ["PAK", "IND"]],
            "no": [1, 2, 3],
            "amount": [Decimal("1.50"), None, Decimal("2.00")],
            "kind": pyarrow.array(["a", "b", "a"]).dictionary_encode(),
            "learned": pyarrow.array(
                [datetime(2024, 1, 1, 9, tzinfo=UTC)] * 3, pyarrow.timestamp("ns", "UTC")
            ),
        },
    )
    mapping = """
        type = "deal-signed"
        [fields]
        when = "date"
        parties = "parties"
        deal = "no"
        "value.amount" = "amount"
        commodity = "kind"
        recorded_at = "learned"
        constants.value.currency = "USD"
    """.replace("constants.value", "\n[constants]\n        value")
    done = imported(tmp_path, mapping, path, "parquet")
    first, last = cast("list[DealSigned]", done.events)
    assert (first.when, first.parties, first.deal) == ("2020-01-31", ("PAK", "RUS"), "1")
    assert (str(first.value), str(last.value), last.commodity) == ("1.5 USD", "2 USD", "a")
    assert done.rejected == [(2, ("column 'date' (empty): missing",))]


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    whole = parquet(tmp_path, {"date": ["2020"], "parties": [["PAK", "RUS"]]}).read_bytes()
    mapping = """
        type = "relations-established"
        fields = { when = "date", parties = "parties" }
    """
    for content in (b"", b"PAR1", b"date,parties\n", whole[:-20]):
        with pytest.raises(UnreadableFile, match="not a Parquet file"):
            imported(tmp_path, mapping, content, "parquet")


def stata(folder: Path, columns: dict[str, Any], **options: Any) -> Path:
    pandas: Any = importlib.import_module("pandas")
    path = folder / "facts.dta"
    pyreadstat.write_dta(pandas.DataFrame(columns), str(path), **options)
    return path


def stata_import(folder: Path, path: Path) -> Imported:
    mapping = """
        type = "mission-opened"
        missing = ["-9"]
        [fields]
        when = "opened"
        sender = { column = "ccode1", scheme = "cow" }
        host = { column = "ccode2", scheme = "cow" }
        level = "level"
        city = "city"
    """
    return imported(folder, mapping, path, "dta")


def test_a_stata_file_has_value_labels_dates_and_missing_values(tmp_path: Path) -> None:
    path = stata(
        tmp_path,
        {
            "opened": [date(1948, 5, 1), date(1961, 9, 6), None],
            "ccode1": [770.0, 750.0, 770.0],
            "ccode2": [365, 365, 365],
            "level": [1.0, 2.0, 1.0],
            "city": ["Moscow", "-9", "x"],
        },
        variable_value_labels={"level": {1: "Embassy", 2: "Consulate"}},
    )
    done = stata_import(tmp_path, path)
    assert [(e.when, e.parties) for e in done.events] == [
        ("1948-05-01", ("PAK", "SUN")), ("1961-09-06", ("IND", "SUN")),
    ]  # fmt: skip
    levels = [(getattr(e, "level", ""), getattr(e, "city", "")) for e in done.events]
    assert levels == [("embassy", "Moscow"), ("consulate", "")]
    assert done.rejected == [(3, ("column 'opened' (empty): missing",))]


@pytest.mark.parametrize(
    ("format", "number", "edtf"),
    [
        ("%ty", 1979.0, "1979"),
        ("%tm", -140.0, "1948-05"),
        ("%tq", 77.0, "1979-34"),
        ("%th", 39.0, "1979-41"),
        ("%tw", 0.0, "[1960-01-01..1960-01-07]"),
        ("%tc", 1000.0, "1960-01-01T00:00:01"),
        ("%td", -4262.0, "1948-05-01"),
        ("%9.0g", 1979.0, "1979"),
    ],
)
def test_stata_dates_have_the_precision_of_their_format(
    tmp_path: Path, format: str, number: float, edtf: str
) -> None:
    columns = {"opened": [number], "ccode1": [770], "ccode2": [365], "level": ["embassy"]}
    path = stata(tmp_path, {**columns, "city": ["x"]}, variable_format={"opened": format})
    assert stata_import(tmp_path, path).event.when == edtf


def test_a_stata_file_is_read_in_portions(tmp_path: Path) -> None:
    count = 10_001
    columns = {"opened": [1948.0] * count, "ccode1": range(count), "ccode2": [0] * count}
    path = stata(tmp_path, columns)
    mapping = """
        type = "relations-established"
        fields = { when = "opened", parties = { columns = ["ccode1", "ccode2"], scheme = "cow" } }
        where = { ccode1 = { at_most = 999 } }
    """
    settings = ImportSettings(write(tmp_path, "mapping.toml", mapping))
    outcomes = Counter(type(outcome) for outcome in read_file("dta", path, settings=settings))
    assert outcomes == {Faulty: 1000, Skipped: 9001}
    lines = [outcome.line for outcome in read_file("dta", path, settings=settings)]
    assert lines == list(range(1, count + 1))


def test_what_is_no_stata_file_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"opened,ccode1\n", b"<stata_dta><header>" + bytes(100)):
        with pytest.raises(UnreadableFile, match="not a Stata file"):
            imported(tmp_path, MEETINGS, content, "dta")


def test_columns_without_a_head_at_the_end_are_columns(tmp_path: Path) -> None:
    rows = [["When", "First"], ["1948-05-01", "PAK", "", "RUS"], ["1947-10-20", "PAK", "", "USA"]]
    mapping = """
type = "relations-established"
[fields]
when = "When"
parties = ["First", "#4"]
"""
    done = imported(tmp_path, mapping, workbook(tmp_path, rows), "xlsx")
    assert [event.parties for event in done.events] == [("PAK", "SUN"), ("PAK", "USA")]
