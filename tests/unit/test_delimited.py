"""Delimited text: every line is a record, part of one, or faulty with its number."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

import pytest

from comity.adapters.interchange.importers import Faulty, InputFile
from comity.adapters.interchange.importers.delimited import Cells, records, sniffed


def read(
    data: str | bytes, delimiter: str | None = None, *, quotes: bool = True
) -> list[Cells | Faulty]:
    raw = data if isinstance(data, bytes) else data.encode()
    file = InputFile("facts.csv", cast("BinaryIO", io.BufferedReader(io.BytesIO(raw))))
    return list(records(file, delimiter, quotes=quotes))


def reasons(data: str | bytes) -> list[tuple[int, str]]:
    return [(row.line, row.reasons[0]) for row in read(data) if isinstance(row, Faulty)]


def test_a_record_has_the_line_at_which_it_begins() -> None:
    assert read('a,b\n"x\ny",2\n3,4') == [(1, ["a", "b"]), (2, ["x\ny", "2"]), (4, ["3", "4"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(end: str) -> None:
    assert read(f"a,b{end}1,2{end}{end}3,4") == [
        (1, ["a", "b"]), (2, ["1", "2"]), (3, []), (4, ["3", "4"]),
    ]  # fmt: skip


def test_a_quote_that_is_never_closed_costs_its_own_line_only() -> None:
    rows = read('a,b\n"x,1\n2,3\n4,5\n')
    assert [row for row in rows if isinstance(row, Cells)] == [
        (1, ["a", "b"]), (3, ["2", "3"]), (4, ["4", "5"]),
    ]  # fmt: skip
    assert reasons('a,b\n"x,1\n2,3\n') == [(2, 'a quote (") that is opened here is never closed')]


def test_a_quote_that_the_next_line_would_close_costs_its_own_line_only() -> None:
    assert read('"x,1\n"y",2\n') == [
        Faulty(1, '"x,1', ('there is text after a closing quote ("), or a quote is never closed',)),
        Cells(2, ["y", "2"]),
    ]


def test_an_unclosed_quote_in_a_long_file_is_given_up_after_a_cell_of_the_greatest_size() -> None:
    rows = read('"x,1\n' + "2,3\n" * 50_000)
    assert [row.line for row in rows if isinstance(row, Faulty)] == [1]
    assert len(rows) == 50_001
    assert rows[-1] == (50_001, ["2", "3"])


def test_a_cell_and_a_line_that_are_too_long_are_faulty_and_the_next_line_is_read() -> None:
    assert reasons("a,b\n" + "x" * 200_000 + ",2\n3,4\n") == [
        (2, "a cell is longer than 131,072 characters")
    ]
    rows = read("a\n" + "x," * 1_500_000 + "\n3\n")
    assert rows[1].line == 2
    assert isinstance(rows[1], Faulty)
    assert len(str(rows[1].raw)) < 2000
    assert rows[2:] == [(3, ["3"])]


def test_a_nul_is_faulty_and_the_message_says_what_it_may_mean() -> None:
    assert reasons("a,b\n1,\x002\n3,4\n") == [
        (2, "it holds a NUL character; text in UTF-16 needs --encoding utf-16")
    ]
    assert len(read("a,b\n1,\x002\n3,4\n")) == 3


def test_a_byte_that_is_not_text_stays_in_its_cell() -> None:
    assert read(b"a,b\n\xe9t\xe9,2\n") == [(1, ["a", "b"]), (2, ["\udce9t\udce9", "2"])]


def test_without_quotes_a_quote_is_a_letter() -> None:
    assert read('a\tb\n"x\ty\n', "\t", quotes=False) == [(1, ["a", "b"]), (2, ['"x', "y"])]
    assert read("a\n\0\n\nb\n", "\t", quotes=False)[2:] == [(3, []), (4, ["b"])]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2\n", ";"),
        ("a\tb, c and d, e\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('"a;b;c","d"\n"1;2;3","4"\n', ","),
        ("Visits, by year; and host\n\na;b;c\n1;2;3\n4;5;6\n", ";"),
        ("one column\nonly\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_the_one_that_the_lines_share(text: str, delimiter: str) -> None:
    assert sniffed(text.splitlines()) == delimiter


def test_an_empty_file_has_no_records() -> None:
    assert read("") == []
    assert read("\ufeff") == []
