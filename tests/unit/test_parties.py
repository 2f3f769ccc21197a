"""Codes, relationships, and what is suggested for what is no code."""

import pycountry
import pytest

from comity.domain.errors import InvalidValue, UnknownParty
from comity.domain.parties import (
    STATE_CODES,
    parties,
    party,
    relationship_id,
    relationship_parties,
)
from comity.domain.parties.codes import FORMER_STATES, STATES, USER_ASSIGNED_STATES


def test_the_states_are_those_of_iso_3166_1() -> None:
    assert {country.alpha_3 for country in pycountry.countries} == STATES


def test_the_former_states_are_the_codes_iso_3166_3_withdrew_and_did_not_reassign() -> None:
    historic = {country.alpha_3 for country in pycountry.historic_countries}
    assert historic - STATES == FORMER_STATES


def test_every_other_code_is_of_the_range_that_iso_3166_leaves_to_its_users() -> None:
    ranges = [("AAA", "AAA"), ("QMA", "QZZ"), ("XAA", "XZZ"), ("ZZA", "ZZZ")]
    for code in USER_ASSIGNED_STATES:
        assert any(first <= code <= last for first, last in ranges)
    # ICAO document 9303 puts these in passports, with other meanings.
    icao = {"XBA", "XCC", "XCE", "XCO", "XCT", "XDC", "XEC", "XES", "XIM", "XMP", "XOM", "XPO"}
    assert not USER_ASSIGNED_STATES & (icao | {"XXA", "XXB", "XXC", "XXX"})


@pytest.mark.parametrize(
    "code", ["PAK", "SUN", "DDR", "XKX", "XDR", "XVS", "HKG", "imf", "g20", "e" * 40, "a_b"]
)
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
        ("GDR", ("DDR",)),
        ("FRG", ("DEU",)),
        ("GFR", ("DEU",)),
        ("GMY", ("DEU", "XDR")),
        ("PSR", ("PSE",)),
        ("WBG", ("PSE",)),
        ("SMOM", ("smom",)),
        ("XOM", ("smom",)),
        ("UKG", ("GBR",)),
        ("USR", ("SUN",)),
        ("URS", ("SUN",)),
        ("TCH", ("CSK",)),
        ("SUI", ("CHE",)),
        ("RVN", ("XVS",)),
        ("AUH", ("XAH",)),
        ("gdr ", ("DDR",)),
        ("PK", ("PAK",)),
        ("RU", ("RUS",)),
        ("Pakistan", ("PAK",)),
        (" pakistan ", ("PAK",)),
        ("RUSSIA", ("RUS",)),
        ("Pakistn", ("PAK",)),
        ("U.S.A.", ("USA",)),
        ("Türkiye", ("TUR",)),
        ("Turkiye", ("TUR",)),
        ("Turkey", ("TUR",)),
        ("Côte d'Ivoire", ("CIV",)),
        ("Cote d’Ivoire", ("CIV",)),
        ("Ivory Coast", ("CIV",)),
        ("São Tomé & Príncipe", ("STP",)),
        ("St. Lucia", ("LCA",)),
        ("North Korea", ("PRK",)),
        ("Korea, North", ("PRK",)),
        ("Korea, Republic of", ("KOR",)),
        ("Korea", ("KOR", "XKO")),
        ("East Germany", ("DDR",)),
        ("South Vietnam", ("XVS",)),
        ("Burma", ("BUR",)),
        ("Prussia", ("XDR",)),
        ("Hesse Electoral", ("XHK",)),
        ("Sovereign Military Order of Malta", ("smom",)),
        ("United Nations", ("un",)),
        ("Atlantis", ()),
        ("world-bank", ("world_bank",)),
        ("world bank", ("world_bank",)),
    ],
)
def test_a_slip_is_refused_with_what_was_meant(code: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(UnknownParty) as refusal:
        party(code)
    assert refusal.value.value == code
    assert refusal.value.suggestions == list(suggestions)


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


def test_every_unknown_party_of_a_relationship_is_named_in_one_error() -> None:
    with pytest.raises(UnknownParty, match="PAK for 'Pakistan', RUS for 'Russia'") as refusal:
        parties(("Pakistan", "CHN", "Russia", "Atlantis"))
    assert refusal.value.value == ("Pakistan", "Russia", "Atlantis")
    assert refusal.value.suggestions == ["PAK", "RUS"]


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
        (("ZAR", "USA", "COD"), "COD and ZAR is repeated"),
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
