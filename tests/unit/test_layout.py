"""Tables follow a width: words stay whole, and what has no room is named."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from comity.adapters.render.layout import drawn, fitted, has_room, labelled, on_one_line, whole
from comity.adapters.render.wrapping import output_width, wrapped

DATES = st.sampled_from(["2023-06-20", "[1948-05-01..1949-12-30]", "[..2002]", "198X", ""])
CODES = st.sampled_from(["PAK", "RUS", "imf", "PAK-RUS"])
NUMBERS = st.integers(0, 10**9).map("{:,}".format)
WORDS = st.text(st.sampled_from("abcdeé会議"), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, max_size=30).map(" ".join)
TABLES = st.lists(st.tuples(DATES, CODES, TEXTS, NUMBERS, WORDS), max_size=12)
HEADING = ("when", "party", "what", "count", "id")


def lines_of(rows: list[tuple[str, ...]], width: int, least: tuple[str, ...] = ()) -> list[str]:
    layout = fitted(HEADING, rows, width, least)
    return [line for row in (HEADING, *rows) for line in drawn(layout, row)[0]]


@given(TABLES, st.integers(80, 200), st.sampled_from([(), ("count",), ("count", "party")]))
@settings(max_examples=300, deadline=None)
def test_no_line_is_wider_than_the_output_and_none_ends_with_a_space(
    rows: list[tuple[str, ...]], width: int, least: tuple[str, ...]
) -> None:
    for line in lines_of(rows, width, least):
        assert cell_len(line) <= width
        assert line == line.rstrip()


@given(TABLES, st.integers(80, 200))
@settings(max_examples=300, deadline=None)
def test_no_date_code_or_number_is_broken_and_every_word_of_a_column_is_there(
    rows: list[tuple[str, ...]], width: int
) -> None:
    layout = fitted(HEADING, rows, width)
    for row in rows:
        lines, is_cut = drawn(layout, row)
        shown = [word for line in lines for word in line.split()]
        for at in layout.shown:
            if not is_cut:
                assert set(row[at].split()) <= set(shown), row[at]


@given(TABLES)
@settings(max_examples=100, deadline=None)
def test_what_is_left_out_would_not_have_had_room(rows: list[tuple[str, ...]]) -> None:
    natural = on_one_line(whole(HEADING, rows), HEADING)
    broadest = max([cell_len(on_one_line(whole(HEADING, rows), row)) for row in (HEADING, *rows)])
    layout = fitted(HEADING, rows, max(broadest, cell_len(natural)) + 8)
    assert layout.left_out == ()


def test_what_says_nothing_goes_first_and_then_what_is_declared_as_least() -> None:
    rows = [("2023-06-20", "PAK", "word " * 20, "1", f"id-{n}") for n in range(5)]
    assert [HEADING[at] for at in fitted(HEADING, rows, 60, ("id",)).left_out] == ["party", "count"]
    rows = [(f"2023-06-2{n}", f"P{n}", "word " * 20, str(n), f"id-{n}") for n in range(5)]
    assert [HEADING[at] for at in fitted(HEADING, rows, 55, ("party",)).left_out] == ["party"]


def test_one_long_cell_makes_no_other_row_longer() -> None:
    rows = [("2023", "PAK", "x" * 1_000_000, "1", "a"), ("2023", "RUS", "short", "2", "b")]
    layout = fitted(HEADING, rows, 80)
    (long, is_cut), (short, _) = drawn(layout, rows[0]), drawn(layout, rows[1])
    assert is_cut
    assert len(long) == 12
    assert len(short) == 1
    assert len(on_one_line(whole(HEADING, rows), rows[1])) < 200


@pytest.mark.parametrize("width", [1, 2, 5, 20])
def test_an_output_that_is_much_too_narrow_still_shows_everything_it_keeps(width: int) -> None:
    rows = [("2023-06-20", "PAK", "two words", "1", "an-id")]
    layout = fitted(HEADING, rows, width)
    text = "".join(line.replace(" ", "") for line in drawn(layout, rows[0])[0])
    assert sorted(text) == sorted("".join(rows[0][at].replace(" ", "") for at in layout.shown))


def test_numbers_stand_at_the_right_and_letters_that_take_two_columns_count_as_two() -> None:
    rows = [("1", "会議", "x"), ("1,000", "abcd", "y")]
    layout = fitted(("n", "name", "id"), rows, 80)
    assert [drawn(layout, row)[0] for row in rows] == [["    1  会議  x"], ["1,000  abcd  y"]]


def test_longer_cells_have_room_only_where_they_cost_no_column_and_few_lines() -> None:
    short, long = [("PAK", "short text", "")] * 3, [("Pakistan (PAK)", "short text", "")] * 3
    heading = ("party", "what", "id")
    assert has_room(heading, short, long, 80)
    assert not has_room(heading, short, long, 20)
    long = [("PAK", "a text so long that it takes many lines " * 5, "")] * 3
    assert not has_room(heading, short, long, 80)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1), st.integers(30, 120))
@settings(max_examples=200, deadline=None)
def test_labels_and_texts_stay_in_their_columns(lines: list[tuple[str, str]], width: int) -> None:
    for label, text in labelled(lines, width):
        assert cell_len(label + text) <= max(width, 16)
        assert label.startswith("  ")


@given(TEXTS, st.integers(1, 60))
@settings(max_examples=200, deadline=None)
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = list(wrapped(text, width))
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    assert all(cell_len(line) <= max(width, 2) for line in lines)


def test_routes_amounts_and_addresses_are_not_broken() -> None:
    assert list(wrapped("oil RUS → PAK", 10)) == ["oil", "RUS → PAK"]
    assert list(wrapped("some 45,122 TNE", 12)) == ["some", "45,122 TNE"]
    assert list(wrapped("on 2023 in May", 10)) == ["on 2023 in", "May"]
    address = "https://example.org/a-long-address"
    assert list(wrapped(f"see {address}", 10, addresses=True)) == ["see", address]


@pytest.mark.parametrize(
    ("told", "width"), [("100", 100), ("0", 80), ("", 80), ("none", 80), ("-5", 80), ("٣", 80)]
)
def test_the_width_is_that_of_the_environment_or_80(
    told: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", told)
    monkeypatch.setattr("sys.stdin", None)
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    assert output_width() == width
