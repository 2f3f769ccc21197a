"""Panels of missions become spells: only what the years tell is certain."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from comity import MissionOpened, TimelineEngine
from comity.adapters.interchange.importers import importer
from comity.domain.errors import UnreadableFile
from tests.importing import events, faults, imported, outcomes, rows, skipped, written

DE, DDR = importer("cow-diplomatic-exchange"), importer("ddr")
HEADER = "ccode1,ccode2,year,DR_at_1,DR_at_2,DE,version\n"
DDR_HEADER = "Destination,Sending Country,Year,Location,Embassy,Focus,EmbassyFocus,LOR\n"


def waves(*lines: str) -> str:
    return HEADER + "".join(f"{line},2006.1\n" for line in lines)


def missions(engine: TimelineEngine, *parties: str, on: str) -> list[tuple[str, str]]:
    """The sender and level of each open mission on a day."""
    return [(m.sender, m.level) for m in engine.missions(*parties, on=on)]


def undetermined(engine: TimelineEngine, *parties: str, on: str) -> set[str]:
    return {event.type for event in engine.state(*parties, on=on).undetermined}


FRANCE = waves(
    "2,220,1950,0,0,0", "2,220,1955,2,0,1", "2,220,1960,2,0,1", "2,220,1965,3,0,1",
    "2,220,1970,0,0,0", "2,220,1975,1,9,1",
)  # fmt: skip
"""How France is represented in the United States, and in the end they in France."""


def test_the_second_state_is_represented_at_the_first_where_the_first_column_says_so(
    tmp_path: Path,
) -> None:
    told = events(outcomes(DE, written(tmp_path, FRANCE)))
    assert [(e.type, getattr(e, "sender", ""), e.when, getattr(e, "level", "")) for e in told] == [
        ("mission-opened", "FRA", "[1951-01-01..1955-01-01]", "legation"),
        ("mission-level-changed", "FRA", "[1961-01-01..1965-01-01]", "embassy"),
        ("mission-closed", "FRA", "[1966-01-01..1970-01-01]", "embassy"),
        ("mission-opened", "FRA", "[1971-01-01..1975-01-01]", ""),
        ("mission-opened", "USA", "[1971-01-01..1975-01-01]", ""),
    ]
    assert told[0].note == "told as minister 1955–1960, ambassador 1965"


@pytest.mark.parametrize("month", ["01-01", "06-15", "12-31"])
def test_every_day_of_a_year_told_is_certain(tmp_path: Path, month: str) -> None:
    engine, _ = imported(DE, written(tmp_path, FRANCE))
    expected = {"1950": [], "1955": ["legation"], "1960": ["legation"], "1965": ["embassy"],
                "1970": []}  # fmt: skip
    for year, levels in expected.items():
        day = f"{year}-{month}"
        assert missions(engine, "FRA", "USA", on=day) == [("FRA", level) for level in levels]
        assert undetermined(engine, "FRA", "USA", on=day) == set()


def test_between_two_waves_what_differs_is_unknown_and_what_does_not_is_one_spell(
    tmp_path: Path,
) -> None:
    engine, _ = imported(DE, written(tmp_path, FRANCE))
    assert missions(engine, "FRA", "USA", on="1957-03-01") == [("FRA", "legation")]
    assert undetermined(engine, "FRA", "USA", on="1957-03-01") == set()
    assert missions(engine, "FRA", "USA", on="1952-03-01") == []
    assert undetermined(engine, "FRA", "USA", on="1952-03-01") == {"mission-opened"}
    assert missions(engine, "FRA", "USA", on="1967-03-01") == [("FRA", "embassy")]
    assert undetermined(engine, "FRA", "USA", on="1967-03-01") == {"mission-closed"}


def test_after_the_last_wave_nothing_is_closed(tmp_path: Path) -> None:
    engine, _ = imported(DE, written(tmp_path, FRANCE))
    assert missions(engine, "FRA", "USA", on="1999-01-01") == [("FRA", ""), ("USA", "")]


def test_rows_in_any_order_and_told_from_both_sides_tell_the_same(tmp_path: Path) -> None:
    lines = FRANCE.splitlines()[1:]
    mirrored = [
        ",".join((b, a, year, at_2, at_1, de, v))
        for a, b, year, at_1, at_2, de, v in (line.split(",") for line in lines)
    ]
    shuffled = [*lines, *mirrored]
    random.Random(7).shuffle(shuffled)
    path = written(tmp_path, HEADER + "\n".join(shuffled), "other.csv")
    told = outcomes(DE, path)
    assert events(told) == events(outcomes(DE, written(tmp_path, FRANCE)))
    assert rows(told) == 12


def test_every_row_is_accounted_for_once(tmp_path: Path) -> None:
    text = FRANCE + waves(
        "2,20,1950,0,0,0", "2,20,1955,-9,,0", "2,999,1950,0,3,1", "2,20,1960,7,0,0", "2,20,x,3,0,1",
        "260,255,1990,3,3,1", "2,20,1970,3,0",
    ).removeprefix(HEADER)  # fmt: skip
    told = outcomes(DE, written(tmp_path, text))
    assert rows(told) == 13
    assert skipped(told) == {
        "neither state is represented at the other": 3,
        "nothing is told about representation": 1,
        "the two numbers are one state": 1,
    }
    reasons = faults(told)
    assert list(reasons) == [10, 11, 12, 14]
    assert "no state of the table has this Correlates of War number" in reasons[10]
    assert "DR_at_1: expected 0 (none)" in reasons[11]
    assert reasons[12] == "year: 'x' is no whole number"
    assert reasons[14] == "6 fields, but the header has 7"
    _, done = imported(DE, written(tmp_path, text))
    assert (done.read, done.rejected, sum(done.skipped.values())) == (13, 4, 5)


@pytest.mark.parametrize("year", ["0", "10000"])
def test_a_year_outside_the_calendar_is_rejected(tmp_path: Path, year: str) -> None:
    assert list(faults(outcomes(DE, written(tmp_path, waves(f"2,200,{year},3,3,1"))))) == [2]


def test_a_year_told_twice_in_different_ways_is_rejected_and_not_guessed(tmp_path: Path) -> None:
    text = waves("2,220,1955,3,0,1", "2,220,1960,3,0,1", "2,220,1960,2,0,1", "2,220,1965,3,0,1")
    told = outcomes(DE, written(tmp_path, text))
    assert faults(told) == {3: "FRA in USA in 1960 is told as ambassador and minister (lines 3, 4)"}
    assert [event.note for event in events(told)] == ["told as ambassador 1955–1965"]
    assert rows(told) == 4


def test_a_number_goes_with_the_state_that_had_it(tmp_path: Path) -> None:
    text = waves("2,365,1985,3,0,1", "2,365,1990,3,0,1", "2,365,1995,3,0,1", "2,365,2000,0,0,0")
    told = events(outcomes(DE, written(tmp_path, text)))
    assert [(e.type, getattr(e, "sender", "")) for e in told] == [
        ("mission-opened", "SUN"), ("mission-closed", "RUS"),
    ]  # fmt: skip
    engine, _ = imported(DE, written(tmp_path, text))
    assert missions(engine, "RUS", "USA", on="1995-06-01") == [("RUS", "embassy")]
    assert missions(engine, "SUN", "USA", on="1985-06-01") == [("SUN", "embassy")]
    assert missions(engine, "RUS", "USA", on="2000-06-01") == []


def test_a_state_that_was_no_more_in_between_has_another_mission(tmp_path: Path) -> None:
    text = waves("220,305,1935,2,0,1", "220,305,1950,2,0,1")
    told = events(outcomes(DE, written(tmp_path, text)))
    assert [(e.type, e.when) for e in told] == [
        ("mission-opened", "[..1935-01-01]"),
        ("mission-closed", "[1936-01-01..1950-01-01]"),
        ("mission-opened", "[1936-01-01..1950-01-01]"),
    ]


def test_what_another_state_does_not_continue_is_open_under_both_names(tmp_path: Path) -> None:
    """The Serbia of today continues the Yugoslavia of 1992, and not that of 1985."""
    text = waves("2,345,1985,3,0,1", "2,345,1990,3,0,1", "2,345,1995,3,0,1", "2,345,2007,3,0,1")
    engine, _ = imported(DE, written(tmp_path, text))
    assert missions(engine, "USA", "YUG", on="1985-06-01") == [("YUG", "embassy")]
    assert missions(engine, "SRB", "USA", on="1995-06-01") == [("SRB", "embassy")]
    assert missions(engine, "SRB", "USA", on="2007-06-01") == [("SRB", "embassy")]


def test_a_state_that_began_within_a_year_is_represented_from_then_on(tmp_path: Path) -> None:
    told = events(outcomes(DE, written(tmp_path, waves("220,434,1960,3,0,1"))))
    assert [event.when for event in told] == ["[..1960-08-01]"]


@pytest.mark.parametrize("year", [1, 9999])
def test_years_at_the_edges_of_the_calendar(tmp_path: Path, year: int) -> None:
    told = events(outcomes(DE, written(tmp_path, waves(f"200,220,{year},3,0,1"))))
    assert [event.when for event in told] == [f"[..{date(year, 1, 1)}]"]


def test_a_wrong_header_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no column 'DR_at_1' and 'DR_at_2'; its columns are"):
        outcomes(DE, written(tmp_path, "ccode1,ccode2,year\n2,20,1950\n"))
    with pytest.raises(UnreadableFile, match="no column 'Embassy' or 'LOR'"):
        outcomes(DDR, written(tmp_path, "Destination,Sending Country,Year\nFrance,Chad,1970\n"))


# Diplometrics


def ddr(*lines: str) -> str:
    return DDR_HEADER + "".join(f"{line}\n" for line in lines)


CUBA = ddr(
    "Cuba,United States,1959,Havana,1,1,11,1",
    "Cuba,United States,1960,Havana,1,1,11,1",
    "Cuba,United States,1961,,1,3,13,0",
    "Cuba,United States,1977,Havana,6,1,61,0.125",
    "Cuba,United States,2015,Havana,1,1,11,1",
)


def test_the_level_of_representation_tells_what_a_code_means(tmp_path: Path) -> None:
    told = outcomes(DDR, written(tmp_path, CUBA))
    assert [(e.type, e.when, getattr(e, "level", "")) for e in events(told)] == [
        ("mission-opened", "[..1959-01-01]", "embassy"),
        ("mission-closed", "1961-01-01~", "embassy"),
        ("mission-opened", "[1962-01-01..1977-01-01]", "interests-section"),
        ("mission-closed", "[1978-01-01..2015-01-01]", "interests-section"),
        ("mission-opened", "[1978-01-01..2015-01-01]", "embassy"),
    ]
    assert rows(told) == 5
    assert skipped(told) == {"no mission is told": 1}
    engine, _ = imported(DDR, written(tmp_path, CUBA))
    assert missions(engine, "CUB", "USA", on="1960-12-31") == [("USA", "embassy")]
    assert missions(engine, "CUB", "USA", on="1961-01-01") == []
    assert missions(engine, "CUB", "USA", on="1977-01-01") == [("USA", "interests-section")]


@pytest.mark.parametrize(
    ("codes", "level", "word"),
    [
        ("Ambassador,Single,", "embassy", "ambassador"),
        ("Ambassador,Multiple,0.5", "embassy", "ambassador, accredited to several states"),
        ("Apostolic Nuncio,,1", "apostolic-nunciature", "apostolic nuncio"),
        ("Chargé d'Affaires,,0.75", "", "chargé d'affaires"),
        ("Minister/Envoy,,0.75", "legation", "minister or envoy"),
        ("Secretary of the People's Bureau,,1", "embassy", "ambassador"),
        ("Interest Desk,,0.125", "interests-section", "interest desk"),
        ("Unknown,,0.75", "", "mission"),
        ("4,1,", "", "mission"),
        ("4,2,0.375", "", "mission below an ambassador, accredited to several states"),
        (",,1", "embassy", "ambassador"),
    ],
)
def test_the_codes_of_embassies(tmp_path: Path, codes: str, level: str, word: str) -> None:
    """The code of the embassy, the focus, and the level of representation."""
    embassy, focus, lor = codes.split(",")
    row = f"France,Italy,1970,Paris,{embassy},{focus},,{lor}"
    [event] = events(outcomes(DDR, written(tmp_path, ddr(row))))
    assert isinstance(event, MissionOpened)
    assert (event.level, event.note) == (level, f"told as {word} 1970")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("France,Italy,1970,,Interests served by,,,0.1", "another state serves the interests"),
        ("France,Italy,1970,,0,,,0", "no mission is told"),
        ("France,Italy,1970,,1,Withdrawn,,1", "no mission is told"),
        ("France,Italy,1970,,,,,", "nothing is told about representation"),
        ("France,France,1970,,1,1,,1", "the sender is the destination"),
    ],
)
def test_what_is_no_mission_is_skipped_with_the_reason(
    tmp_path: Path, row: str, reason: str
) -> None:
    told = outcomes(DDR, written(tmp_path, ddr(row)))
    assert skipped(told) == {reason: 1}
    assert events(told) == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("France,Atlantis,1970,,1,1,,1", "Unknown party 'Atlantis'"),
        ("France,Italy,1970,,1,1,,7", "LOR: expected 0 to 1"),
        ("France,Italy,1970,,42,1,,", "Embassy: expected 0 to 9"),
        ("France,Italy,1970,,Castle,1,,", "'Castle' is no kind of representation"),
        ("France,Italy,,,1,1,,1", "Year: missing"),
        ("France,Italy,0,,1,1,,1", "Year: expected a year, not '0'"),
        ("Congo,Italy,1970,,1,1,,1", "several parties have this name"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_the_reason(
    tmp_path: Path, row: str, reason: str
) -> None:
    told = outcomes(DDR, written(tmp_path, ddr(row, "France,Chad,1970,,1,1,,1")))
    assert list(faults(told)) == [2]
    assert reason in faults(told)[2]
    assert len(events(told)) == 1


def test_who_is_missing_from_a_list_of_all_missions_had_none(tmp_path: Path) -> None:
    """Ten missions at a destination in a year are the list of them; fewer are not."""
    others = ("Chad", "Mali", "Niger", "Togo", "Benin", "Gabon", "Ghana", "Kenya", "Italy", "Spain")
    lines = [f"France,{name},{year},,1,1,,1" for name in others for year in (1970, 1971, 1972)]
    lines += ["France,India,1970,,1,1,,1", "Chad,India,1970,,1,1,,1", "Chad,Mali,1971,,1,1,,1"]
    engine, _ = imported(DDR, written(tmp_path, ddr(*lines)))
    assert missions(engine, "FRA", "IND", on="1970-12-31") == [("IND", "embassy")]
    assert missions(engine, "FRA", "IND", on="1971-01-01") == []
    assert missions(engine, "IND", "TCD", on="1975-01-01") == [("IND", "embassy")]


def test_names_codes_and_numbers_mean_the_same_parties(tmp_path: Path) -> None:
    lines = ddr("Viet Nam,Russia,1960,,1,1,,1", "VDR,365,1961,,1,1,,1", "816,SUN,1962,,1,1,,1")
    [event] = events(outcomes(DDR, written(tmp_path, lines)))
    assert (event.parties, event.note) == (("SUN", "VDR"), "told as ambassador 1960–1962")
