"""Tables with a known header: columns in any order, and one broken row costs only itself."""

from __future__ import annotations

import csv
import gzip
import zipfile
from pathlib import Path

import pytest

from comity.adapters.interchange.importers import Faulty, input_files
from comity.adapters.interchange.importers.headed import Row, rows_of
from comity.domain.errors import UnreadableFile
from tests.importing import written

COLUMNS = {"name": ("State Name", "statename"), "year": ("Year",), "flag": ("flag",)}
NEEDED = ("name", "year")


def read(path: Path) -> list[Row | Faulty]:
    with input_files(path) as files:
        return [row for file in files for row in rows_of(file, COLUMNS, NEEDED)]


def table(path: Path) -> list[tuple[int, str, int | None] | str]:
    return [
        "; ".join(row.reasons) if isinstance(row, Faulty)
        else (row.line, row["name"], row.whole("year"))
        for row in read(path)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "State Name,Year\nChad,1960\n",
        "YEAR;other;state_name\n1960;x;Chad\n",
        "\ufeffstatename\tyear\r\nChad\t1960.0\r\n",
        '"StateName","Year",""\n"Chad","1960",""\n',
        '"State Name","Year"\n"1","Chad",1960\n',
    ],
    ids=["commas", "semicolons in another order", "tabs and a mark", "quotes", "names of rows"],
)
def test_columns_are_found_in_any_order_case_and_separator(tmp_path: Path, text: str) -> None:
    assert table(written(tmp_path, text)) == [(2, "Chad", 1960)]


def test_compressed_files_and_workbooks_are_read_as_they_are(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    text = b"State Name,Year\nChad,1960\n"
    written(tmp_path, gzip.compress(text), "a.csv.gz")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("folder/b.csv", text)
    book = openpyxl.Workbook()
    book.active.append(["State Name", "Year"])
    book.active.append(["Chad", 1960])
    book.save(tmp_path / "c.xlsx")
    for name in ("a.csv.gz", "b.zip", "c.xlsx"):
        assert table(tmp_path / name) == [(2, "Chad", 1960)]


@pytest.mark.parametrize("text", ["", "\n", "  \n\n"], ids=["nothing", "a line end", "blanks"])
def test_a_file_without_a_header_is_refused_with_the_columns_expected(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(UnreadableFile, match="no header; expected the columns 'State Name', 'Year"):
        table(written(tmp_path, text))


def test_a_wrong_header_is_refused_with_what_is_missing_and_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no column 'Year'; its columns are State Name, when"):
        table(written(tmp_path, "State Name,when\nChad,1960\n"))


def test_a_workbook_that_is_none_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "not at all")
    with pytest.raises(UnreadableFile, match="not a workbook"):
        table(tmp_path / "x.xlsx")


def test_a_file_with_only_a_header_has_no_rows(tmp_path: Path) -> None:
    assert table(written(tmp_path, "State Name,Year\n")) == []


def test_rows_with_another_number_of_cells_are_faulty_and_blank_lines_no_rows(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "State Name,Year\nChad\nMali,1960,x\n\n,\nTogo,1960,,\n")
    assert table(path) == [
        "1 field, but the header has 2", "3 fields, but the header has 2", (6, "Togo", 1960),
    ]  # fmt: skip


def test_a_cell_within_quotes_may_hold_line_ends(tmp_path: Path) -> None:
    path = written(tmp_path, 'State Name,Year\n"Chad,\nthe ""state""",1960\nMali,1961\n')
    assert table(path) == [(2, 'Chad,\nthe "state"', 1960), (4, "Mali", 1961)]


def test_a_quote_that_is_not_closed_costs_only_its_own_line(tmp_path: Path) -> None:
    lines = ["State Name,Year", '"Chad,1960', *(f"Mali,{1961 + i}" for i in range(300))]
    lines[40] = 'Mali,"1999'
    rows = table(written(tmp_path, "\n".join(lines)))
    assert len(rows) == 301
    first, second = [row for row in rows if isinstance(row, str)]
    assert "text after a closing quote" in first
    assert "never closed" in second


def test_bytes_that_are_no_text_nul_and_huge_cells_cost_only_their_row(tmp_path: Path) -> None:
    huge = b'"' + b"x" * (csv.field_size_limit() + 1) + b'",1960\n'
    path = written(tmp_path, b"State Name,Year\n\xff\xfe,1960\n\x00,1961\n" + huge + b"Mali,1962\n")
    rows = table(path)
    assert rows[0] == (2, "\udcff\udcfe", 1960)
    assert "NUL" in str(rows[1])
    assert "a cell is longer than" in str(rows[2])
    assert rows[3] == (5, "Mali", 1962)


def test_numbers_are_whole_and_missing_ones_none(tmp_path: Path) -> None:
    text = "name,Year,flag\na,,1\na,NA,0\na,-9,\na,.,2\na,19x0,1\na,1e3,1\na,٣,1\n"
    rows = [row for row in read(written(tmp_path, text)) if isinstance(row, Row)]
    assert [row.whole("year") for row in rows[:4]] == [None] * 4
    for row in rows[4:]:
        with pytest.raises(ValueError, match="is no whole number"):
            row.whole("year")
    assert [row.flag("flag") for row in rows[:3]] == [True, False, False]
    with pytest.raises(ValueError, match="expected 0 or 1"):
        rows[3].flag("flag")
