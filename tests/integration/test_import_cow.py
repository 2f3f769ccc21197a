"""Alliances and states of the Correlates of War project."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity import AgreementInForce, AgreementSigned, TimelineEngine
from comity.adapters.interchange.importers import importer
from comity.domain.errors import UnreadableFile
from tests.importing import events, faults, imported, outcomes, rows, skipped, written

ALLIANCES, SYSTEM = importer("cow-alliances"), importer("cow-system")
MEMBER = (
    "version4id,ccode,state_name,all_st_day,all_st_month,all_st_year,all_end_day,all_end_month,"
    "all_end_year,ss_type,mem_st_day,mem_st_month,mem_st_year,mem_end_day,mem_end_month,"
    "mem_end_year,left_censor,right_censor,defense,neutrality,nonaggression,entente,version\n"
)
DYAD = (
    "version4id,ccode1,state_name1,ccode2,state_name2,dyad_st_day,dyad_st_month,dyad_st_year,"
    "dyad_end_day,dyad_end_month,dyad_end_year,left_censor,right_censor,defense,neutrality,"
    "nonaggression,entente{},version\n"
)
YEARLY = DYAD.format(",year")


def member(id: str, code: int, start: str, end: str, rest: str = "0,0,1,0,0,0") -> str:
    return f'{id},{code},x,1,1,1900,,,,"Type I: Defense Pact",{start},{end},{rest},4.1\n'


def standing(engine: TimelineEngine, *parties: str, on: str) -> list[str]:
    return [a.agreement for a in engine.agreements(*parties, on=on, status="in-force")]


BLOC = MEMBER + "".join([
    member("9", 2, "4,4,1949", ",,", "0,1,1,0,0,0"),
    member("9", 200, "4,4,1949", ",,", "0,1,1,0,0,0"),
    member("9", 220, "4,4,1949", "1,7,1966"),
    member("9", 350, "18,2,1952", ",,", "0,1,1,0,0,0"),
])  # fmt: skip


def test_an_alliance_is_one_agreement_that_members_join_and_leave(tmp_path: Path) -> None:
    told = outcomes(ALLIANCES, written(tmp_path, BLOC))
    assert [(e.type, e.when, getattr(e, "by", "")) for e in events(told)] == [
        ("agreement-signed", "1949-04-04", ""),
        ("agreement-in-force", "1949-04-04", ""),
        ("agreement-acceded", "1952-02-18", "GRC"),
        ("agreement-terminated", "1966-07-01", "FRA"),
    ]
    assert rows(told) == 4
    engine, done = imported(ALLIANCES, written(tmp_path, BLOC))
    assert (done.read, done.appended, done.rejected) == (4, 4, 0)
    assert standing(engine, "GBR", "USA", on="1990-01-01") == ["cow-alliance-9"]
    assert standing(engine, "FRA", "USA", on="1966-06-30") == ["cow-alliance-9"]
    assert standing(engine, "FRA", "USA", on="1966-07-01") == []
    assert standing(engine, "GRC", "USA", on="1952-02-17") == []
    assert standing(engine, "GRC", "USA", on="1952-02-18") == ["cow-alliance-9"]
    assert engine.state("FRA", "GRC", on="1990-01-01").findings == ()


def test_an_alliance_that_all_leave_at_once_is_terminated(tmp_path: Path) -> None:
    text = MEMBER + "".join([
        member("10", 365, "14,5,1955", "1,7,1991"), member("10", 290, "14,5,1955", "1,7,1991"),
        member("10", 339, "14,5,1955", "13,9,1968"),
    ])  # fmt: skip
    engine, _ = imported(ALLIANCES, written(tmp_path, text))
    assert standing(engine, "ALB", "SUN", on="1968-09-12") == ["cow-alliance-10"]
    assert standing(engine, "ALB", "SUN", on="1968-09-13") == []
    assert standing(engine, "POL", "RUS", on="1991-06-30") == ["cow-alliance-10"]
    assert standing(engine, "POL", "RUS", on="1991-07-01") == []


def test_missing_days_stay_coarse_and_censored_ends_open(tmp_path: Path) -> None:
    text = MEMBER + "".join([
        member("1", 200, "1,1,1816", ",,", "1,1,1,0,1,0"),
        member("1", 235, "1,1,1816", ",,", "1,1,1,0,1,0"),
        member("7", 300, "-9,6,1879", ",,1918", "0,0,0,0,0,1"),
        member("7", 255, ".,6,1879", "0,0,1918", "0,0,0,0,0,1"),
    ])  # fmt: skip
    told = events(outcomes(ALLIANCES, written(tmp_path, text)))
    assert [(e.type, e.when, e.parties) for e in told] == [
        ("agreement-signed", "[..1816-01-01]", ("GBR", "PRT")),
        ("agreement-in-force", "[..1816-01-01]", ("GBR", "PRT")),
        ("agreement-signed", "1879-06", ("XAH", "XDR")),
        ("agreement-in-force", "1879-06", ("XAH", "XDR")),
        ("agreement-terminated", "1918", ("XAH", "XDR")),
    ]
    kinds = [(e.kind, e.note) for e in told if isinstance(e, AgreementSigned)]
    assert kinds == [
        ("defense pact", "obligations: defense, nonaggression"),
        ("entente", "obligations: entente"),
    ]


def test_directed_and_yearly_rows_are_one_alliance_of_two(tmp_path: Path) -> None:
    text = YEARLY + (
        "50,2,USA,740,Japan,28,4,1952,,,,0,1,1,0,0,0,1952,4.1\n"
        "50,2,USA,740,Japan,28,4,1952,,,,0,1,1,0,0,0,1953,4.1\n"
        "50,740,Japan,2,USA,28,4,1952,,,,0,1,0,0,0,1,1952,4.1\n"
        "51,365,USSR,255,Germany,23,8,1939,22,6,1941,0,0,0,0,1,0,1939,4.1\n"
        "51,255,Germany,365,USSR,23,8,1939,22,6,1941,0,0,0,0,1,0,1939,4.1\n"
    )
    told = outcomes(ALLIANCES, written(tmp_path, text))
    signed = [e for e in events(told) if isinstance(e, AgreementSigned)]
    assert [(e.parties, e.kind, e.note) for e in signed] == [
        (("JPN", "USA"), "defense pact",
         "asymmetric obligations: USA to JPN: defense; JPN to USA: entente"),
        (("SUN", "XDR"), "non-aggression pact", "obligations: nonaggression"),
    ]  # fmt: skip
    assert rows(told) == 5
    engine, done = imported(ALLIANCES, written(tmp_path, text))
    assert (done.read, done.appended) == (5, 5)
    assert standing(engine, "JPN", "USA", on="2020-01-01") == ["cow-alliance-50"]
    assert standing(engine, "SUN", "XDR", on="1941-06-21") == ["cow-alliance-51"]
    assert standing(engine, "SUN", "XDR", on="1941-06-22") == []


def test_two_who_are_allied_again_signed_once(tmp_path: Path) -> None:
    text = DYAD.format(",asymmetric") + (
        "60,651,Egypt,660,Lebanon,1,1,1990,,,,0,1,1,0,0,0,0,4.1\n"
        "60,651,Egypt,660,Lebanon,1,1,1950,1,1,1979,0,0,1,0,0,0,0,4.1\n"
    )
    told = events(outcomes(ALLIANCES, written(tmp_path, text)))
    assert sum(isinstance(event, AgreementSigned) for event in told) == 1
    assert sum(isinstance(event, AgreementInForce) for event in told) == 2
    engine, _ = imported(ALLIANCES, written(tmp_path, text))
    on = ("1960-01-01", "1985-01-01", "1995-01-01")
    assert [len(standing(engine, "EGY", "LBN", on=day)) for day in on] == [1, 0, 1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (member("12", 365, "31,2,1955", ",,"), "1955-02 has 28 days"),
        (member("12", 365, "1,1,1955", "1,1,1950"), "it ends (1950-01-01) before it begins"),
        (member("12", 999, "1,1,1955", ",,"), "no state of the table has this Correlates of War"),
        (member("12", 365, ",,", ",,"), "mem_st_year: missing"),
        (member("12", 365, "1,1,55", ",,"), "mem_st_year: expected a year, not '55'"),
        (member("", 365, "1,1,1955", ",,"), "version4id: missing"),
        (member("12", 365, "1,1,1955", ",,", "0,0,yes,0,0,0"), "defense: 'yes' is no whole number"),
        (member("12", 365, "1,1,1955", ",,"), "no second member of alliance 12 is told"),
        ("12,365\n", "2 fields, but the header has 23"),
        ('12,"365,x\n', "never closed"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_and_the_others_go_on(
    tmp_path: Path, row: str, reason: str
) -> None:
    told = outcomes(ALLIANCES, written(tmp_path, BLOC + row))
    assert list(faults(told)) == [6]
    assert reason in faults(told)[6]
    assert len(events(told)) == 4
    assert rows(told) == 5


def test_a_wrong_header_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no column 'version4id'"):
        outcomes(ALLIANCES, written(tmp_path, "ccode,year\n2,1950\n"))
    with pytest.raises(UnreadableFile, match="no column 'styear'"):
        outcomes(SYSTEM, written(tmp_path, "stateabb,ccode,statenme\nUSA,2,x\n"))


# The states of the system

STATES = "stateabb,ccode,statenme,styear,stmonth,stday,endyear,endmonth,endday,version,,\n"


def test_a_state_with_which_the_table_agrees_is_skipped(tmp_path: Path) -> None:
    text = STATES + (
        "USA,2,United States of America,1816,1,1,2016,12,31,2016,,\n"
        "YUG,345,Yugoslavia,1944,10,20,2016,12,31,2016,,5600\n"
        "GMY,255,Germany,1816,1,1,1945,5,8,2016,,\n"
        "RUS,365,Russia,1816,1,1,2016,12,31,2016,,\n"
        "AUS,305,Austria,1955,7,27,2016,12,31,2016,,#REF!\n"
    )
    engine, done = imported(SYSTEM, written(tmp_path, text))
    assert done.skipped == {"the table of parties agrees": 5}
    assert (done.read, done.appended, done.rejected) == (5, 0, 0)
    assert list(engine.events()) == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("BAV,245,Bavaria,1816,1,1,1871,1,18,2016,,",
         "the table of parties has XBV ../1870-12-31; it lacks 1871-01-01/1871-01-18"),
        ("AUS,305,Austria,1930,1,1,1950,1,1,2016,,",
         "AUT 1918-11-12/1938-03-12, 1945-04-27/..; it lacks 1938-03-13/1945-04-26"),
        ("NEW,999,Newland,2020,1,1,2024,12,31,2024,,", "no state of the table has this"),
        ("USA,2,x,1816,2,30,2016,12,31,2016,,", "1816-02-30: day is out of range for month"),
        ("USA,2,x,2016,1,1,1816,12,31,2016,,", "the membership ends (1816-12-31) before"),
        ("USA,2,x,,1,1,1816,12,31,2016,,", "the start of the membership is no day"),
        ("USA,,x,1816,1,1,2016,12,31,2016,,", "ccode: missing"),
        ("USA,2,x,16,1,1,2016,12,31,2016,,", "styear: expected a year, not '16'"),
    ],
)  # fmt: skip
def test_a_state_with_which_it_does_not_agree_is_rejected_with_both(
    tmp_path: Path, row: str, reason: str
) -> None:
    told = outcomes(SYSTEM, written(tmp_path, f"{STATES}{row}\n"))
    assert skipped(told) == {}
    assert reason in faults(told)[2]
