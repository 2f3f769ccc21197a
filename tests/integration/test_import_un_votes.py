"""Roll calls of the General Assembly, in the layouts in which they are published."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from comity import VoteCast
from comity.adapters.interchange.importers import importer
from comity.domain.errors import UnreadableFile
from tests.importing import events, faults, imported, outcomes, rows, skipped, written

VOTES = importer("un-votes")
VOETEN = "rcid,ccode,session,member,vote,Country,Countryname,date,unres,short\n"
R_VOTES = "rcid,country,country_code,vote\n"
ROLL_CALLS = "rcid,session,importantvote,date,unres,amend,para,short,descr\n"
LIBRARY = (
    "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,draft,meeting,title,subjects,total\n"
)


def told(path: Path, *more: Path) -> list[tuple[str, str, str, str]]:
    return [
        (event.by, event.when, event.resolution, event.vote)
        for event in events(outcomes(VOTES, path, *more))
        if isinstance(event, VoteCast)
    ]


def test_the_numbers_of_votes_and_of_states(tmp_path: Path) -> None:
    text = VOETEN + (
        '3,2,1,1,1,USA,United States,1946-01-01,R/1/66,"AMENDMENTS,\n RULES"\n'
        "3,365,1,1,3,RUS,Russia,1946-01-01,R/1/66,x\n"
        "3,345,1,1,2,YUG,Yugoslavia,1946-01-01,R/1/66,x\n"
        "3,20,1,1,8,CAN,Canada,1946-01-01,R/1/66,x\n"
        "3,260,1,0,9,DEU,Germany,1946-01-01,R/1/66,x\n"
        "3,200,1,1,,GBR,United Kingdom,1946-01-01,R/1/66,x\n"
        "9000,365,60,1,1,RUS,Russia,2005-12-01,R/60/1,x\n"
    )
    path = written(tmp_path, text)
    assert told(path) == [
        ("USA", "1946-01-01", "R/1/66 (roll call 3)", "for"),
        ("SUN", "1946-01-01", "R/1/66 (roll call 3)", "against"),
        ("YUG", "1946-01-01", "R/1/66 (roll call 3)", "abstained"),
        ("CAN", "1946-01-01", "R/1/66 (roll call 3)", "absent"),
        ("RUS", "2005-12-01", "R/60/1 (roll call 9000)", "for"),
    ]
    first = events(outcomes(VOTES, path))[0]
    assert isinstance(first, VoteCast)
    assert (first.parties, first.body, first.note, first.happening) == (
        ("USA", "un"), "UN General Assembly", "AMENDMENTS, RULES", "unga-3",
    )  # fmt: skip
    assert skipped(outcomes(VOTES, path)) == {
        "not a member of the United Nations": 1, "no vote is told": 1,
    }  # fmt: skip
    _, done = imported(VOTES, path)
    assert (done.read, done.appended, done.rejected) == (7, 5, 0)


def test_na_is_namibia_unless_a_name_says_otherwise(tmp_path: Path) -> None:
    text = R_VOTES + "3,Namibia,NA,yes\n3,Zanzibar,NA,no\n4,,NA,abstain\n4,Yugoslavia,YU,no\n"
    assert [(by, vote) for by, _, _, vote in told(written(tmp_path, text))] == [
        ("NAM", "for"), ("XZN", "against"), ("NAM", "abstained"), ("YUG", "against"),
    ]  # fmt: skip
    without_names = "rcid,country_code,vote\n3,NA,yes\n3,US,no\n3,FRA,no\n"
    assert [by for by, *_ in told(written(tmp_path, without_names))] == ["NAM", "USA", "FRA"]


def test_roll_calls_in_a_file_of_their_own_date_the_votes_after_them(tmp_path: Path) -> None:
    calls = written(
        tmp_path, ROLL_CALLS + '3,1,0,1946-01-24,R/1/66,1,0,"AMENDMENTS","TO ADOPT"\n', "a.csv"
    )
    votes = written(tmp_path, R_VOTES + "3,Russia,RU,no\n4,Russia,RU,no\n", "b.csv")
    assert told(calls, votes) == [
        ("SUN", "1946-01-24", "R/1/66 (roll call 3)", "against"),
        ("RUS", "[1946..]", "roll call 4", "against"),
    ]
    read = outcomes(VOTES, calls, votes)
    assert skipped(read) == {"a roll call; it dates the votes of the files after it": 1}
    assert rows(read) == 3
    assert told(votes)[0][1] == "[1946..]"  # another import knows nothing of it
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.write(calls, "a.csv")
        archive.write(votes, "b.csv")
    assert told(tmp_path / "both.zip") == told(calls, votes)


@pytest.mark.parametrize(
    ("session", "year", "when"),
    [("1", "", "1946"), ("45", "", "[1990-09..1991-09]"), ("", "1950", "1950"),
     ("ES-10", "", "[1946..]"), ("", "", "[1946..]")],
)  # fmt: skip
def test_without_a_date_a_vote_is_in_its_session(
    tmp_path: Path, session: str, year: str, when: str
) -> None:
    text = f"rcid,ccode,session,year,vote\n3,2,{session},{year},1\n"
    assert [each[1] for each in told(written(tmp_path, text))] == [when]


def test_the_layout_of_the_digital_library(tmp_path: Path) -> None:
    text = LIBRARY + (
        "40,AFG,AFGHANISTAN,Y,2023-10-27,ES-10,A/RES/ES-10/21,A/L.25,PV.41,Protection,x,120.0\n"
        '40,BEN,BENIN,X,2023-10-27,ES-10,A/RES/ES-10/21,A/L.25,PV.41,"Protection, of",x,120.0\n'
        "41,SUN,USSR,N,1950-10-27,5,A/RES/376(V),A/L.25,PV.41,Protection,x,120.0\n"
        "41,CSK,CZECHOSLOVAKIA,A,1950-10-27,5,A/RES/376(V),A/L.25,PV.41,Protection,x,120.0\n"
    )
    assert told(written(tmp_path, text)) == [
        ("AFG", "2023-10-27", "A/RES/ES-10/21 (roll call 40)", "for"),
        ("BEN", "2023-10-27", "A/RES/ES-10/21 (roll call 40)", "absent"),
        ("SUN", "1950-10-27", "A/RES/376(V) (roll call 41)", "against"),
        ("CSK", "1950-10-27", "A/RES/376(V) (roll call 41)", "abstained"),
    ]


def test_a_state_has_its_code_of_the_day_within_a_year(tmp_path: Path) -> None:
    text = R_VOTES.replace("vote", "vote,date") + "".join(
        f"{n},{country},,yes,{date}\n"
        for n, (country, date) in enumerate([
            ("Russia", "1991-12-06"), ("Russia", "1991-12-30"), ("Russia", "1991-01-06"),
        ])
    )  # fmt: skip
    assert [by for by, *_ in told(written(tmp_path, text))] == ["SUN", "RUS", "SUN"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("3,2,1,1,7,USA,x,1946-01-01,R,x", "vote: expected 1 (yes), 2 (abstain), 3 (no)"),
        ("3,999,1,1,1,USA,x,1946-01-01,R,x", "no state of the table has this"),
        ("3,2,1,1,1,USA,x,1946-02-30,R,x", "1946-02 has 28 days"),
        ("3,2,1,1,1,USA,x,01/24/46,R,x", "date: expected a day such as 1946-01-24"),
        (",2,1,1,1,USA,x,1946-01-01,R,x", "rcid: expected the number of a roll call"),
        ("3,,1,1,1,,Atlantis,1946-01-01,R,x", "Unknown party 'Atlantis'"),
        ("3,,1,1,1,,,1946-01-01,R,x", "Countryname: missing"),
        ("3,2,1,1", "4 fields, but the header has 10"),
        ('3,2,1,1,1,USA,x,1946-01-01,R,"x', "never closed"),
    ],
)
def test_what_cannot_be_read_is_rejected_and_the_others_go_on(
    tmp_path: Path, row: str, reason: str
) -> None:
    good = "3,220,1,1,1,FRA,France,1946-01-01,R,x\n"
    read = outcomes(VOTES, written(tmp_path, f"{VOETEN}{row}\n{good}"))
    assert reason in faults(read)[2]
    assert len(events(read)) == 1


def test_a_text_that_is_no_text_is_refused_by_the_log_with_its_line(tmp_path: Path) -> None:
    text = VOETEN.encode() + b"3,2,1,1,1,USA,x,1946-01-01,R\xff,x\n"
    _, done = imported(VOTES, written(tmp_path, text))
    assert (done.read, done.appended, done.rejected) == (1, 0, 1)


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        ("ccode,vote\n2,1\n", "no column 'rcid'"),
        ("rcid,vote\n3,1\n", "no column 'ccode', 'country' or 'ms_code'"),
        ("rcid,short_name,issue\n3,me,x\n", "no column 'vote' or 'date'"),
        ("", "it has no header"),
    ],
)
def test_a_wrong_header_names_what_is_missing(tmp_path: Path, header: str, missing: str) -> None:
    with pytest.raises(UnreadableFile, match=missing):
        outcomes(VOTES, written(tmp_path, header))


def test_two_tellings_of_one_vote_are_rivals_and_count_once(tmp_path: Path) -> None:
    header = "rcid,ccode,vote,date\n"
    first = written(tmp_path, header + "3,2,1,1950-01-01\n3,220,1,1950-01-01\n", "a.csv")
    second = written(tmp_path, header + "3,2,3,1950-01-01\n", "b.csv")
    engine, done = imported(VOTES, first, second)
    assert done.appended == 3
    [affinity] = engine.affinity("FRA", "USA")
    assert affinity.common == 1
