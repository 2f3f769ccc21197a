"""Who continues whom, who was only renamed, and on which days a party existed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import comity
from comity import InvalidDate, InvalidValue, MeetingHeld, Organisation, PartyInfo, UnknownParty
from comity import find_parties as find
from comity.domain.parties import (
    CONTINUATIONS,
    RENAMINGS,
    STATE_CODES,
    Former,
    Renaming,
    add_organisations,
    codes_of,
    current,
    ended_on,
    existed,
    existence,
    lineage,
    standing_names,
    successor,
)
from comity.domain.parties.codes import FORMER_STATES, USER_ASSIGNED_STATES
from comity.domain.parties.table import rows, user_assigned
from comity.domain.scope import scope_of, scopes_of
from comity.domain.time.dates import Bounds, bounds
from tests.unit.given import given

CODES = Path(__file__).parents[3] / "shared" / "data" / "codes"
ALWAYS = (date.min, date.max)

# Continuing


def test_russia_includes_the_soviet_union_up_to_its_last_day() -> None:
    assert lineage("RUS") == (
        Former("RUS", date.min, date.max),
        Former("SUN", date.min, date(1991, 12, 25)),
    )


def test_serbia_includes_the_federal_but_not_the_socialist_yugoslavia() -> None:
    assert lineage("SRB") == (
        Former("SRB", date.min, date.max),
        Former("SCG", date.min, date(2006, 6, 4)),
        Former("YUG", date(1992, 4, 27), date(2003, 2, 3)),
    )


@pytest.mark.parametrize(
    "code", ["CZE", "SVK", "KAZ", "UKR", "AUT", "HUN", "HRV", "MNE", "YEM", "KOR", "SUN", "imf"]
)
def test_who_continues_nobody_has_only_itself(code: str) -> None:
    assert lineage(code) == (Former(code, *ALWAYS),)


@pytest.mark.parametrize(
    ("code", "newest"),
    [
        ("SUN", "RUS"),
        ("BYS", "BLR"),
        ("BUR", "MMR"),
        ("ZAR", "COD"),
        ("HVO", "BFA"),
        ("DHY", "BEN"),
        ("RHO", "ZWE"),
        ("TMP", "TLS"),
        ("VDR", "VNM"),
        ("SCG", "SRB"),
        ("YUG", "SRB"),
        ("XDR", "DEU"),
        ("XOT", "TUR"),
        ("XML", "MYS"),
        ("XTG", "TZA"),
        ("RUS", "RUS"),
        ("DDR", "DDR"),
        ("CSK", "CSK"),
        ("XVS", "XVS"),
        ("XAH", "XAH"),
        ("NHB", "NHB"),
        ("eu", "eu"),
    ],
)
def test_the_successor_is_the_newest_state_that_continues(code: str, newest: str) -> None:
    assert successor(code) == newest


def test_only_a_party_that_is_continued_in_part_stands_under_its_own_name_too() -> None:
    assert standing_names("YUG") == ("SRB", "YUG")
    assert standing_names("SUN") == ("RUS",)
    assert standing_names("ZAR") == ("COD",)


@pytest.mark.parametrize("function", [lineage, successor, existence, ended_on, standing_names])
def test_the_code_is_checked(function: object) -> None:
    assert callable(function)
    with pytest.raises(UnknownParty):
        function("rus")


@pytest.mark.parametrize(
    ("predecessor", "day"),
    [
        ("SUN", date(1991, 12, 26)),
        ("VDR", date(1976, 7, 2)),
        ("SCG", date(2006, 6, 5)),
        ("YUG", date(2003, 2, 4)),
        ("XDR", date(1949, 5, 23)),
        ("XOT", date(1923, 10, 29)),
        ("XML", date(1963, 9, 16)),
        ("XTG", date(1964, 4, 26)),
    ],
)
def test_each_continuation_begins_the_day_after_the_predecessors_window(
    predecessor: str, day: date
) -> None:
    windows = [former for former in lineage(successor(predecessor)) if former.code == predecessor]
    assert [window.until + timedelta(days=1) for window in windows] == [day]


def test_every_continuation_is_sourced_between_states_and_ends_one_predecessor() -> None:
    assert all(step.source and step.since < step.day for step in CONTINUATIONS)
    assert {step.predecessor for step in CONTINUATIONS} <= FORMER_STATES | USER_ASSIGNED_STATES
    assert {step.successor for step in CONTINUATIONS} <= STATE_CODES
    assert len({step.predecessor for step in CONTINUATIONS}) == len(CONTINUATIONS)


def test_no_party_is_in_its_own_past() -> None:
    for code in STATE_CODES:
        codes = [former.code for former in lineage(code)]
        assert len(codes) == len(set(codes))


def test_what_is_continued_had_ended_and_its_heir_had_begun() -> None:
    for step in CONTINUATIONS:
        if step.day < date.max:
            assert existence(step.predecessor)[-1].latest < step.day
            assert step.day in [period.earliest for period in existence(step.successor)]


# Renamed


@pytest.mark.parametrize("renaming", RENAMINGS, ids=lambda renaming: renaming.old)
def test_a_renamed_party_is_one_party_under_either_code(renaming: Renaming) -> None:
    old, new = renaming.old, renaming.new
    assert current(old) == new
    assert set(codes_of(old)) == set(codes_of(new)) == {old, new}
    assert existence(old) == existence(new) != ()
    assert lineage(old)[:2] == (Former(old, *ALWAYS), Former(new, *ALWAYS))
    assert ended_on(old) is None


def test_a_territory_that_became_a_state_under_another_name_was_not_renamed() -> None:
    assert codes_of("AFI") == ("AFI",)
    assert codes_of("NHB") == ("NHB",)


@pytest.mark.parametrize("when", ["1965-01-01", "1997-05-17", "2005-03-01", "9999-12-31"])
@pytest.mark.parametrize("code", ["ZAR", "COD"])
def test_what_is_told_under_either_code_stands_on_one_timeline_on_any_date(
    when: str, code: str
) -> None:
    event = MeetingHeld(meeting="m", parties=("USA", code), when=when)
    scope = scope_of("COD", "USA")
    assert scope.holds(event)
    assert scopes_of("-".join(event.parties)) == {scope}


def test_a_question_under_the_old_code_is_one_about_the_new() -> None:
    assert scope_of("USA", "ZAR") is scope_of("USA-ZAR") is scope_of("COD", "USA")
    engine = given(MeetingHeld(meeting="m", parties=("USA", "ZAR"), when="2005-03-01"))
    assert [entry.event.when for entry in engine.timeline("COD", "USA")] == ["2005-03-01"]
    assert list(engine.world(on="2006-01-01")) == ["COD-USA"]
    assert list(engine.world("ZAR", on="2006-01-01")) == ["COD-USA"]
    assert engine.state("USA", "ZAR", on="2006-01-01").relationship == "COD-USA"


def test_a_party_has_no_relationship_with_itself_under_another_name() -> None:
    with pytest.raises(InvalidValue, match="COD and ZAR"):
        scope_of("COD", "ZAR")


# Existing


@pytest.mark.parametrize(
    ("code", "when", "expected"),
    [
        ("SUN", "2020", False),
        ("SUN", "1991", True),
        ("SUN", "1992", False),
        ("SSD", "1950", False),
        ("SSD", "2011", True),
        ("RUS", "1950", True),  # as the Soviet Union
        ("RUS", "1914", True),
        ("SRB", "1955", False),  # the Socialist Yugoslavia was another state
        ("SRB", "1999", True),
        ("SRB", "1914", True),
        ("DDR", "1990-10-02", True),
        ("DDR", "1990-10-03", False),
        ("CSK", "1993", False),
        ("AUT", "1937", True),
        ("AUT", "1940", False),
        ("AUT", "1960", True),
        ("EST", "1950", False),
        ("DEU", "1939", True),  # as the Reich
        ("DEU", "1947", False),
        ("XDR", "1950", False),
        ("VNM", "1960", True),  # as the northern one
        ("XVS", "1975-04-30", True),
        ("XVS", "1975-05-01", False),
        ("ZAR", "2005", True),
        ("COD", "1950", False),
        ("POL", "1942", True),  # occupied, with a government abroad
        ("BLR", "1945-10-24", True),  # a member of the United Nations
        ("IND", "1945-10-24", True),
        ("MAR", "1930", True),  # protected
        ("HKG", "1900", True),  # nothing is said of a territory
        ("imf", "1900", True),
        ("SSD", "../2012", True),
        ("SUN", "19XX", True),
    ],
)
def test_a_party_existed_within_its_periods_and_those_of_what_it_continues(
    code: str, when: str, expected: bool
) -> None:
    assert existed(code, bounds(when)) is expected


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("DDR", date(1990, 10, 3)),
        ("CSK", date(1993, 1, 1)),
        ("YMD", date(1990, 5, 22)),
        ("XYR", date(1990, 5, 22)),
        ("XVS", date(1975, 5, 1)),  # it surrendered in the course of the day before
        ("XHW", date(1898, 8, 12)),
        ("SUN", None),  # what it had goes on with Russia
        ("YUG", None),
        ("SCG", None),
        ("XDR", None),
        ("ZAR", None),
        ("PAK", None),
        ("EST", None),  # it exists again
        ("HKG", None),
        ("imf", None),
    ],
)
def test_a_party_ended_on_the_first_day_on_which_it_no_longer_existed(
    code: str, day: date | None
) -> None:
    assert ended_on(code) == day


def test_the_periods_of_every_party_are_in_order_and_apart() -> None:
    for code in rows():
        periods = existence(code)
        assert all(period.earliest <= period.latest for period in periods)
        assert all(one.latest < next_one.earliest for one, next_one in pairwise(periods)), code


# The table


def test_every_code_has_a_row_and_every_row_a_code() -> None:
    assert set(rows()) == STATE_CODES


def test_every_state_of_the_correlates_of_war_has_a_code() -> None:
    numbers = {number for row in rows().values() for number in row.cow}
    assert len(numbers) == 217  # version 2016


def test_whoever_has_a_number_has_days() -> None:
    for code, row in rows().items():
        assert row.existed or not (row.cow or row.gw), code


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        (2, {"USA"}),
        (240, {"XHA"}),
        (245, {"XBV"}),
        (255, {"DEU", "XDR"}),
        (260, {"DEU"}),
        (265, {"DDR"}),
        (273, {"XHK"}),
        (275, {"XHG"}),
        (280, {"XMS"}),
        (300, {"XAH"}),
        (327, {"XPS"}),
        (329, {"XTS"}),
        (345, {"SCG", "SRB", "YUG"}),
        (365, {"RUS", "SUN"}),
        (511, {"XZN"}),
        (678, {"XYR", "YEM"}),
        (730, {"XKO"}),
        (816, {"VDR", "VNM"}),
        (817, {"XVS"}),
        (563, {"XTV"}),
        (990, {"WSM"}),
    ],
)
def test_a_number_leads_to_its_states(number: int, codes: set[str]) -> None:
    assert {party.code for party in find(str(number))} == codes


def test_no_two_states_of_one_number_existed_at_once_but_germany() -> None:
    """The number 345 is Serbia's and Yugoslavia's, 510 Tanganyika's and Tanzania's, and so on."""
    numbered: dict[int, list[Bounds]] = {}
    for code, row in rows().items():
        for number in row.cow:
            numbered.setdefault(number, []).extend(existence(code))
    for number, periods in numbered.items():
        for one, next_one in pairwise(sorted(periods)):
            assert one.latest < next_one.earliest, number


def test_the_days_of_every_user_assigned_code_have_a_source() -> None:
    sourced = {line[:3] for line in user_assigned.SOURCES.strip().splitlines()}
    assert sourced == USER_ASSIGNED_STATES - {"XKX"}


def test_the_numbers_are_those_of_the_icews_list() -> None:
    names = CODES / "icews_countrynames_iso3_cow.txt"
    if not names.exists():
        pytest.skip("the list of ICEWS country names is not beside this checkout")
    old = {"KSV": "XKX", "TMP": "TLS"}
    compared = 0
    for line in names.read_text(encoding="utf-8").splitlines():
        _, code, number = line.split("\t")
        row = rows().get(old.get(code, code))
        # It numbers the Holy See and Hong Kong by itself.
        if row and row.cow and number.isdigit():
            assert int(number) in row.cow, line
            compared += 1
    assert compared > 190


# Looking up


def codes(found: tuple[PartyInfo, ...]) -> list[str]:
    return [party.code for party in found]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("PAK", ["PAK"]),
        ("pak", ["PAK"]),
        ("GDR", ["DDR"]),
        ("Zaire", ["ZAR"]),
        ("korea", ["KOR", "PRK", "XKO"]),
        ("oman", ["OMN"]),
        ("south viet", ["XVS"]),
        ("cote divoire", ["CIV"]),
        ("smom", ["smom"]),
        ("Atlantis", []),
        ("000", []),
    ],
)
def test_a_party_is_found_by_what_people_call_it(said: str, expected: list[str]) -> None:
    assert codes(find(said)) == expected


def test_without_a_name_every_party_is_listed_states_first() -> None:
    listed = codes(find())
    assert listed == sorted(listed)
    assert set(listed) > STATE_CODES


def test_on_a_day_those_are_listed_that_are_known_to_have_existed_then() -> None:
    listed = set(codes(find(on="1950-06-25")))
    assert {"SUN", "DEU", "DDR", "YUG", "CSK", "XVS", "VDR", "TWN"} <= listed
    assert not listed & {"RUS", "XDR", "SRB", "SSD", "HKG", "BUR", "un"}
    assert "MMR" in listed
    assert codes(find("ZAR", on=date(2005, 1, 1))) == ["COD"]
    with pytest.raises(InvalidDate):
        find(on="1950")


def test_an_entry_says_all_that_the_table_says() -> None:
    [russia] = find("RUS")
    assert russia.continues == {"SUN": "1991-12-26"}
    [zaire] = find("ZAR")
    assert (zaire.also, zaire.cow) == (("COD",), (490,))
    assert zaire.source
    [hanover] = find("Hanover")
    assert "1866" in hanover.source
    with pytest.raises(InvalidValue, match="find"):
        find(5)  # type: ignore[arg-type]  # as an untyped caller would


# Organisations of the user


EEC = Organisation(
    code="eec",
    name="European Economic Community",
    existed="1958-01-01/1993-10-31",
    successor="eu",
    source="Treaty on European Union, in force 1 November 1993",
)
EU = Organisation(code="eu", name="European Union", existed="1993-11-01/..")


def test_an_organisation_continues_another_from_the_day_after_its_last() -> None:
    assert lineage("eu") == (Former("eu", *ALWAYS),)
    with comity.open(":memory:", parties=[EEC, EU]) as engine:
        assert lineage("eu")[1:] == (Former("eec", date.min, date(1993, 10, 31)),)
        assert successor("eec") == "eu"
        assert ended_on("eec") is None
        engine.append(MeetingHeld(meeting="m", parties=("CHN", "eec"), when="1975-05-06"))
        assert [entry.event.when for entry in engine.timeline("CHN", "eu")] == ["1975-05-06"]
        assert list(engine.world(on="2000-01-01")) == ["CHN-eu"]
    assert not existed("eu", bounds("1950"))
    assert existed("eu", bounds("1960"))
    assert not existed("eec", bounds("1994"))


def test_what_was_asked_before_the_organisations_were_given_is_asked_again() -> None:
    event = MeetingHeld(meeting="m", parties=("CHN", "eec"), when="1975-05-06")
    assert not scope_of("CHN", "eu").holds(event)
    assert {scope.key for scope in scopes_of("CHN-eec")} == {"CHN-eec"}
    add_organisations([EEC])
    assert scope_of("CHN", "eu").holds(event)
    assert {scope.key for scope in scopes_of("CHN-eec")} == {"CHN-eu"}


def test_an_organisation_without_a_successor_ends_with_its_last_day() -> None:
    add_organisations([Organisation(code="comecon", existed="1949-01-25/1991-06-27")])
    assert ended_on("comecon") == date(1991, 6, 28)
    assert not existed("comecon", bounds("2000"))


def test_organisations_are_found_by_their_names() -> None:
    add_organisations([EEC, EU])
    [eec] = find("Economic Community European")
    assert (eec.code, eec.continued_by, eec.existed) == ("eec", "eu", ("1958-01-01/1993-10-31",))
    assert find("eu")[0].continues == {"eec": "1993-11-01"}
    assert "eec" in codes(find(on="1960-01-01"))


def test_organisations_can_be_given_again_but_not_otherwise() -> None:
    add_organisations([EEC, EU])
    add_organisations([EU])
    other = Organisation(code="eu", name="Eastern Union")
    with pytest.raises(InvalidValue, match="given before"):
        add_organisations([Organisation(code="oau"), other])
    assert codes(find("eu")) == ["eu"]
    assert find("eu")[0].name == "European Union"
    assert find("oau")[0].existed == ()


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (Organisation(code="EU"), UnknownParty, "eu"),
        (Organisation(code="PAK"), InvalidValue, "slug"),
        (Organisation(code="a", existed="1990/1991", successor="PAK"), InvalidValue, "slug"),
        (Organisation(code="a", existed="1990-13"), InvalidDate, "month"),
        (Organisation(code="a", successor="b"), InvalidValue, "last day of a"),
        (Organisation(code="a", existed="1990/..", successor="b"), InvalidValue, "last day"),
        (Organisation(code="a", existed="1990/1991", successor="a"), InvalidValue, "lead back"),
        ("eu", InvalidValue, "comity.Organisation"),
    ],
)
def test_a_wrong_organisation_is_refused_and_none_is_added(
    wrong: Organisation, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        add_organisations([EEC, wrong])
    assert find("eec")[0].existed == ()


def test_what_is_no_table_of_organisations_is_refused() -> None:
    with pytest.raises(InvalidValue, match="organisations: comity"):
        comity.open(":memory:", parties=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
