"""Parties, relationships and continuing states."""

from datetime import date, timedelta

import pycountry
import pytest

from comity.domain.errors import InvalidValue, UnknownParty
from comity.domain.parties import (
    CONTINUATIONS,
    STATE_CODES,
    Former,
    lineage,
    parties,
    party,
    relationship_id,
    relationship_parties,
    successor,
)
from comity.domain.parties.codes import FORMER_STATES, STATES


def test_the_states_are_those_of_iso_3166_1() -> None:
    assert {country.alpha_3 for country in pycountry.countries} == STATES


def test_the_former_states_are_the_codes_iso_3166_3_withdrew_and_did_not_reassign() -> None:
    historic = {country.alpha_3 for country in pycountry.historic_countries}
    assert historic - STATES == FORMER_STATES


@pytest.mark.parametrize("code", ["PAK", "SUN", "DDR", "XKX", "HKG", "imf", "g20", "e" * 40, "a_b"])
def test_a_state_or_an_organisation_is_returned_as_it_is(code: str) -> None:
    assert party(code) == code


@pytest.mark.parametrize(
    ("code", "suggestions"),
    [
        ("pak", ("PAK",)),
        ("Pak", ("PAK",)),
        (" PAK\n", ("PAK",)),
        ("PKA", ("PAK",)),
        ("UK", ("GBR",)),
        ("USSR", ("SUN",)),
        ("EU", ("eu",)),
        ("IMF", ("imf",)),
        ("NATO", ("nato",)),
        ("IRAN", ("IRN",)),
        ("_xq", ()),
        ("world-bank", ("world_bank",)),
        ("world bank", ("world_bank",)),
    ],
)
def test_a_slip_is_refused_with_what_was_meant(code: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(UnknownParty) as refusal:
        party(code)
    assert refusal.value.value == code
    assert refusal.value.suggestions == suggestions


def test_a_code_near_to_several_states_suggests_states_only() -> None:
    with pytest.raises(UnknownParty) as refusal:
        party("PAX")
    assert refusal.value.suggestions
    assert set(refusal.value.suggestions) <= STATE_CODES


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "cannot be empty"),
        ("  ", "cannot be empty"),
        (None, "not NoneType"),
        (["PAK"], "not list"),
        ("Pakistan", "codes are expected, not names"),
        ("o" * 41, "at most 40"),
        ("_imf", "no state has this"),
        ("łódź_group", "codes are expected"),
        ("imf\n", "no hyphens or spaces"),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason(code: object, reason: str) -> None:
    with pytest.raises(UnknownParty, match=reason):
        party(code)


def test_parties_are_ordered_states_first() -> None:
    assert parties(("imf", "RUS", "PAK")) == ("PAK", "RUS", "imf")


def test_a_former_state_and_an_unknown_code_are_told_apart_within_parties() -> None:
    assert parties(("SUN", "PAK")) == ("PAK", "SUN")
    with pytest.raises(UnknownParty, match="RSU"):
        parties(("PAK", "RSU"))


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("PAK", "RUS", "PAK"), "PAK is repeated"),
        (("PAK", "PAK"), "PAK is repeated"),
        (("PAK",), "two or more"),
        ((), "two or more"),
    ],
)
def test_a_repeated_or_a_lone_party_makes_no_relationship(
    codes: tuple[str, ...], expected: str
) -> None:
    with pytest.raises(InvalidValue, match=expected) as refusal:
        parties(codes)
    assert refusal.value.field == "parties"
    assert refusal.value.value == codes


def test_a_bare_string_is_not_read_letter_by_letter() -> None:
    with pytest.raises(InvalidValue, match="a tuple of codes"):
        parties("PAK")  # type: ignore[arg-type]  # as an untyped caller would
    with pytest.raises(InvalidValue, match="a collection of codes"):
        relationship_id("PAK-RUS")


def test_a_relationship_has_one_id_whatever_the_order() -> None:
    assert relationship_id(["RUS", "PAK"]) == relationship_id(("PAK", "RUS")) == "PAK-RUS"
    assert relationship_id({"imf", "PAK", "CHN"}) == "CHN-PAK-imf"


def test_an_id_gives_its_parties_back() -> None:
    assert relationship_parties("CHN-PAK-RUS") == ("CHN", "PAK", "RUS")


def test_an_id_out_of_order_is_refused_with_the_right_one() -> None:
    with pytest.raises(InvalidValue, match="'PAK-RUS'") as refusal:
        relationship_parties("RUS-PAK")
    assert refusal.value.field == "relationship"


@pytest.mark.parametrize("relationship", ["", "PAK-", "PAK-pak", "PAK RUS"])
def test_an_id_with_a_bad_code_is_refused(relationship: str) -> None:
    with pytest.raises(UnknownParty):
        relationship_parties(relationship)


def test_an_id_of_one_party_or_not_of_text_is_refused() -> None:
    with pytest.raises(InvalidValue, match="two or more"):
        relationship_parties("PAK")
    with pytest.raises(InvalidValue, match="an id such as"):
        relationship_parties(7)


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
    "code", ["CZE", "SVK", "KAZ", "UKR", "DEU", "HRV", "MNE", "YEM", "SUN", "imf"]
)
def test_who_continues_nobody_has_only_itself(code: str) -> None:
    assert lineage(code) == (Former(code, date.min, date.max),)


@pytest.mark.parametrize(
    ("code", "newest"),
    [
        ("SUN", "RUS"),
        ("BYS", "BLR"),
        ("BUR", "MMR"),
        ("ZAR", "COD"),
        ("HVO", "BFA"),
        ("DHY", "BEN"),
        ("VDR", "VNM"),
        ("SCG", "SRB"),
        ("YUG", "SRB"),
        ("RUS", "RUS"),
        ("DDR", "DDR"),
        ("CSK", "CSK"),
        ("eu", "eu"),
    ],
)
def test_the_successor_is_the_newest_state_that_continues(code: str, newest: str) -> None:
    assert successor(code) == newest


def test_lineage_and_successor_check_the_code() -> None:
    with pytest.raises(UnknownParty):
        lineage("rus")
    with pytest.raises(UnknownParty):
        successor("rus")


@pytest.mark.parametrize(
    ("predecessor", "day"),
    [
        ("SUN", date(1991, 12, 26)),
        ("BYS", date(1991, 9, 19)),
        ("BUR", date(1989, 6, 18)),
        ("ZAR", date(1997, 5, 17)),
        ("HVO", date(1984, 8, 4)),
        ("DHY", date(1975, 11, 30)),
        ("VDR", date(1976, 7, 2)),
        ("SCG", date(2006, 6, 5)),
        ("YUG", date(2003, 2, 4)),
    ],
)
def test_each_continuation_begins_the_day_after_the_predecessors_window(
    predecessor: str, day: date
) -> None:
    windows = [former for former in lineage(successor(predecessor)) if former.code == predecessor]
    assert [window.until + timedelta(days=1) for window in windows] == [day]


def test_every_continuation_is_sourced_between_states_and_ends_one_predecessor() -> None:
    assert all(step.source and step.since < step.day for step in CONTINUATIONS)
    assert {step.predecessor for step in CONTINUATIONS} <= FORMER_STATES
    assert {step.successor for step in CONTINUATIONS} <= STATE_CODES
    assert len({step.predecessor for step in CONTINUATIONS}) == len(CONTINUATIONS)
