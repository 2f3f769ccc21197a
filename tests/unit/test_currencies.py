"""Currency codes and units of measure."""

from typing import Any

import pycountry
import pytest

from comity.domain.codelists.currencies import UNIT_NAMES, currency, unit
from comity.domain.codelists.iso4217 import CURRENCIES, FORMER_CURRENCIES
from comity.domain.errors import InvalidValue


def test_the_active_currencies_are_those_of_iso_4217() -> None:
    # pycountry does not type its currencies' fields.
    listed: list[Any] = list(pycountry.currencies)
    assert {known.alpha_3 for known in listed} == CURRENCIES


def test_the_former_currencies_are_no_longer_active_and_have_a_codes_shape() -> None:
    assert not FORMER_CURRENCIES & CURRENCIES
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in FORMER_CURRENCIES)


@pytest.mark.parametrize("code", ["USD", "CNY", "PKR", "XAU", "SUR", "DEM", "YUD", "RUR", "AFA"])
def test_an_active_or_a_former_currency_is_returned_as_it_is(code: str) -> None:
    assert currency(code) == code


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("cny", "CNY"),
        (" USD ", "USD"),
        ("yuan", "CNY"),
        ("RMB", "CNY"),
        ("dollars", "USD"),
        ("$", "USD"),
        ("roubles", "RUB or SUR"),
    ],
)
def test_a_currencys_name_or_slip_is_refused_with_its_code(text: str, hint: str) -> None:
    with pytest.raises(InvalidValue, match=rf"did you mean {hint}\?") as refusal:
        currency(text)
    assert refusal.value.field == "currency"
    assert refusal.value.value == text


def test_a_misspelt_currency_is_refused_with_codes_near_it() -> None:
    with pytest.raises(InvalidValue, match=r"did you mean .*PKR"):
        currency("PKX")


@pytest.mark.parametrize("text", ["", "gold florins", "QQQ", 840, None, ["USD"]])
def test_what_is_near_no_currency_is_refused_without_a_guess(text: object) -> None:
    with pytest.raises(InvalidValue, match=r"an ISO 4217 code such as 'USD'$"):
        currency(text)


@pytest.mark.parametrize("code", ["TNE", "C62", "P1", "GV", "E37", "23", "KGS"])
def test_a_known_unit_or_one_of_the_lists_shape_is_returned_as_it_is(code: str) -> None:
    assert unit(code) == code


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("tonnes", "TNE"),
        ("Metric Tons", "TNE"),
        ("metric-ton", "TNE"),
        ("tne", "TNE"),
        ("barrels", "BLL"),
        ("bbl", "BLL"),
        ("BBL", "BLL"),
        ("KG", "KGM"),
        ("LB", "LBR"),
        ("LBS", "LBR"),
        ("KM", "KMT"),
        ("MT", "TNE"),
        ("TON", "TNE, LTN or STN"),
        ("GAL", "GLL or GLI"),
        ("cubic metres", "MTQ"),
        ("killogram", "KGM"),
    ],
)
def test_a_units_name_or_slip_is_refused_with_its_code(text: str, hint: str) -> None:
    with pytest.raises(InvalidValue, match=rf"did you mean {hint}\?") as refusal:
        unit(text)
    assert refusal.value.field == "unit"
    assert refusal.value.value == text


@pytest.mark.parametrize("text", ["", "T", "ABCD", "TN\n", "ŁÓ", "cowrie shells", 3, None, ["TNE"]])
def test_what_has_not_a_units_shape_is_refused(text: object) -> None:
    with pytest.raises(InvalidValue, match="a UN/CEFACT Recommendation 20 code"):
        unit(text)


def test_an_unguessable_unit_gets_no_guess() -> None:
    with pytest.raises(InvalidValue, match=r"such as 'TNE'$"):
        unit("cowrie shells")


def test_every_named_unit_has_a_codes_shape_and_a_name_of_its_own() -> None:
    assert all(unit(code) == code for code in UNIT_NAMES)
    assert len(set(UNIT_NAMES.values())) == len(UNIT_NAMES) >= 40
