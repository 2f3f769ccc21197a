"""Dates in the styles that tables have."""

from __future__ import annotations

import pytest

from comity import InvalidDate
from comity.adapters.interchange.importers.tables.cells import Dated
from comity.adapters.interchange.importers.tables.dates import (
    DateFormat,
    DateStyle,
    coarsened,
    from_parts,
    moved,
)


def style(*formats: str, first_year: int | None = None) -> DateStyle:
    return DateStyle(tuple(map(DateFormat, formats)), first_year=first_year)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2023-06-20", "2023-06-20"),
        ("2023-06", "2023-06"),
        ("198X", "198X"),
        ("1979~", "1979~"),
        ("2023-01-18/2023-01-20", "2023-01-18/2023-01-20"),
        ("2020-01-31 00:00:00", "2020-01-31"),
        ("2020-01-31T14:30:00", "2020-01-31T14:30:00"),
        ("2020-01-31T14:30:00.250Z", "2020-01-31T14:30:00Z"),
        ("1893-00-00", "1893"),
        ("1893-05-00", "1893-05"),
        ("1987.0", "1987"),
        ("c. 1950", "1950~"),
        ("circa 1950-03", "1950-03~"),
        ("ca. 1950?", "1950%"),
        ("0001-01-01", "0001-01-01"),
    ],
)
def test_what_is_edtf_needs_no_format(text: str, edtf: str) -> None:
    assert style().read(text) == edtf


@pytest.mark.parametrize(
    ("format", "text", "edtf"),
    [
        ("%d.%m.%Y", "31.1.2020", "2020-01-31"),
        ("%d/%m/%Y", "01/02/2020", "2020-02-01"),
        ("%m/%d/%Y", "01/02/2020", "2020-01-02"),
        ("%Y%m%d", "20200111", "2020-01-11"),
        ("%d %B %Y", "3 Sept. 1939", "1939-09-03"),
        ("%d %B %Y", "3rd September 1939", "1939-09-03"),
        ("%B %d, %Y", "may 1,  1948", "1948-05-01"),
        ("%B %Y", "May 1948", "1948-05"),
        ("%m/%Y", "5/1948", "1948-05"),
        ("%-d.%-m.%Y", "1.5.1948", "1948-05-01"),
        ("%d.%m.%Y %H:%M", "20.06.2023 14:30", "2023-06-20T14:30:00"),
        ("%d.%m.%Y %H:%M", "20.06.2023 00:00", "2023-06-20"),
        ("%d.%m.%Y", "1948", "1948"),
        ("%d.%m.%Y", "2023-06-20", "2023-06-20"),
    ],
)
def test_a_format_reads_what_it_says_and_edtf_too(format: str, text: str, edtf: str) -> None:
    assert style(format).read(text) == edtf


def test_several_formats_are_tried_and_must_agree() -> None:
    mixed = style("%d.%m.%Y", "%B %Y", "%d/%m/%Y", "%m/%d/%Y")
    assert mixed.read("31.12.2019") == "2019-12-31"
    assert mixed.read("March 2019") == "2019-03"
    assert mixed.read("13/02/2019") == "2019-02-13"
    assert mixed.read("02/02/2019") == "2019-02-02"
    with pytest.raises(InvalidDate, match="2019-02-03 or 2019-03-02"):
        mixed.read("03/02/2019")


def test_two_digit_years_lie_in_the_hundred_years_that_the_mapping_says() -> None:
    assert style("%d.%m.%y", first_year=1950).read("1.5.48") == "2048-05-01"
    assert style("%d.%m.%y", first_year=1930).read("1.5.48") == "1948-05-01"


def test_serial_numbers_of_excel_are_dates_and_its_day_that_never_was_is_not() -> None:
    excel = DateStyle(serials=("excel",))
    assert [excel.read(text) for text in ("1", "59", "61", "43831", "43831.5")] == [
        "1900-01-01", "1900-02-28", "1900-03-01", "2020-01-01", "2020-01-01",
    ]  # fmt: skip
    assert DateStyle(serials=("excel-1904",)).read("0") == "1904-01-01"
    with pytest.raises(InvalidDate):
        excel.read("60")
    with pytest.raises(InvalidDate):
        excel.read("99999999999")


@pytest.mark.parametrize("text", ["31.02.2020", "soon", "00.00.2020", "1.13.2020"])
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(InvalidDate):
        style("%d.%m.%Y").read(text)


def test_a_date_of_another_style_says_how_to_name_it() -> None:
    with pytest.raises(InvalidDate, match=r'format = "%d\.%m\.%Y"'):
        style().read("31.01.2020")


@pytest.mark.parametrize("bad", ["%d.%m", "%d.%Y", "%Y-%Y", "%Q", "%y %Y", "", "31.12.2020"])
def test_a_format_that_can_tell_no_date_is_refused(bad: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has another message
        DateFormat(bad)


def test_a_date_of_the_file_itself_needs_no_format() -> None:
    assert style("%d/%m/%Y").read(Dated("2020-01-31")) == "2020-01-31"


def test_months_have_the_names_of_any_language() -> None:
    names = "Januar,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember"
    german = DateStyle((DateFormat("%d. %B %Y"),), months=tuple(names.split(",")))
    assert german.read("3. März 1918") == "1918-03-03"
    assert german.read("3. Okt. 1990") == "1990-10-03"
    with pytest.raises(InvalidDate):
        german.read("3. Ju 1990")


def test_a_date_in_parts_says_no_more_than_the_parts() -> None:
    assert from_parts("1948", "5", "1") == "1948-05-01"
    assert from_parts("1948", "May", "") == "1948-05"
    assert from_parts("1948", "0", "0") == "1948"
    assert from_parts("1948", "", "") == "1948"
    for parts in (("48", "5", "1"), ("1948", "13", ""), ("1948", "", "3"), ("1948", "2", "30")):
        with pytest.raises(InvalidDate):
            from_parts(*parts)


def test_precision_leaves_out_what_is_not_known() -> None:
    precisions = ("day", "month", "year", "decade", "century", "month~", "year?")
    assert [coarsened("1948-05-01", word) for word in precisions] == [
        "1948-05-01", "1948-05", "1948", "194X", "19XX", "1948-05~", "1948?",
    ]  # fmt: skip
    assert coarsened("1948", "day") == "1948"
    assert coarsened("1948-05~", "year?") == "1948%"
    with pytest.raises(InvalidDate):
        coarsened("1948/1949", "year")


def test_a_day_is_moved_and_what_is_no_day_stays() -> None:
    assert moved("1948-05-01", -1) == "1948-04-30"
    assert moved("1948-12-31~", 1) == "1949-01-01~"
    assert moved("1948-05", 1) == "1948-05"
    with pytest.raises(InvalidDate):
        moved("9999-12-31", 1)
