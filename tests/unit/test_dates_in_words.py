"""EDTF as a person would say it: never more exact than it is."""

from __future__ import annotations

import pytest
from hypothesis import given

from comity import InvalidDate
from comity.adapters.interchange.exporters.dates_in_sentences import dated, noun_words, since
from comity.adapters.interchange.exporters.dates_in_words import date_words, is_exact
from comity.domain.time.dates import span
from tests import strategies


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("2023-06-20", "20 June 2023"),
        ("2023-06", "June 2023"),
        ("2023", "2023"),
        ("0001-03-04", "4 March AD 1"),
        ("198X", "the 1980s"),
        ("19XX", "between 1900 and 1999"),
        ("2023-XX-XX", "2023"),
        ("2023-06-XX", "June 2023"),
        ("2023-XX-15", "between 15 January 2023 and 15 December 2023"),
        ("1950S2", "between 1900 and 1999"),
        ("2023-06?", "June 2023 (uncertain)"),
        ("1979~", "about 1979"),
        ("2023-06-20%", "about 20 June 2023 (uncertain)"),
        ("2023-22", "summer 2023"),
        ("2023-33", "Q1 2023"),
        ("2023-40", "the first half of 2023"),
        ("2023-06-20/2023-06-21", "20 to 21 June 2023"),
        ("2023-01-30/2023-02-02", "30 January to 2 February 2023"),
        ("2023-12-30/2024-01-02", "30 December 2023 to 2 January 2024"),
        ("2023-06-20/2023-06-20", "20 June 2023"),
        ("1979-12/1989-02", "December 1979 to February 1989"),
        ("../1991", "until 1991"),
        ("/1991", "until 1991, from when is not known"),
        ("1979/", "from 1979, until when is not known"),
        ("1979/..", "from 1979 on"),
        ("../..", "at a time that is not known"),
        ("[..1991-03]", "March 1991 or before"),
        ("[1990..]", "1990 or later"),
        ("[1990..1992-05]", "between 1990 and May 1992"),
        ("[1667,1668]", "1667 or 1668"),
        ("[1960-02-29,1961-03-01]", "29 February 1960 or 1 March 1961"),
        ("[1667,1668,1670..1672]", "1667, 1668 or between 1670 and 1672"),
        ("2023-06-20T14:30:00Z", "20 June 2023, 14:30 UTC"),
        ("2023-06-20T14:30:05+05:00", "20 June 2023, 14:30:05 (+05:00)"),
        ("2023-06-20T14:30:00", "20 June 2023, 14:30"),
    ],
)
def test_a_date_in_words(text: str, words: str) -> None:
    assert date_words(text) == words


@pytest.mark.parametrize(
    ("text", "noun", "took_place", "lasting"),
    [
        ("", "", "", ""),
        ("../..", "at a time that is not known", "at a time that is not known", ""),
        ("1948-05-01", "1 May 1948", "on 1 May 1948", "since 1 May 1948"),
        ("../1991", "1991 or before", "in 1991 or before", "since 1991 or before"),
        ("/1991-03-02", "2 March 1991 or before", "on 2 March 1991 or before",
         "since 2 March 1991 or before"),
        ("[..1991]", "1991 or before", "in 1991 or before", "since 1991 or before"),
        ("1985/..", "1985 or later", "in 1985 or later", "since 1985"),
        ("2023-XX-15", "between 15 January 2023 and 15 December 2023",
         "between 15 January 2023 and 15 December 2023",
         "since some day between 15 January 2023 and 15 December 2023"),
        ("2023-12-31/2024-01-01", "31 December 2023 to 1 January 2024",
         "from 31 December 2023 to 1 January 2024", "since 31 December 2023"),
        ("[1960-02-29,1961-03-01]", "29 February 1960 or 1 March 1961",
         "on 29 February 1960 or 1 March 1961", "since 29 February 1960 or 1 March 1961"),
    ],
)  # fmt: skip
def test_a_date_within_a_sentence(text: str, noun: str, took_place: str, lasting: str) -> None:
    assert (noun_words(text), dated(text), since(text)) == (noun, took_place, lasting)


@pytest.mark.parametrize("text", ["soon", "2023-02-30", "2023-13", "1990/1980", "20 June"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidDate):
        date_words(text)


@given(strategies.edtf())
def test_every_date_has_words_and_only_an_exact_one_tells_a_single_day(text: str) -> None:
    words = date_words(text)
    assert words.isprintable()
    assert words
    if is_exact(text) and "/" not in text:
        days = span(text)
        assert days.earliest == days.latest
        assert words.startswith(f"{days.earliest.day} ")
