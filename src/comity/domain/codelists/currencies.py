"""The units of money and quantities: ISO 4217 currencies and UN/CEFACT units."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Final

from comity.domain.codelists.iso4217 import CURRENCIES, FORMER_CURRENCIES
from comity.domain.errors import InvalidValue

CURRENCY_CODES: Final = CURRENCIES | FORMER_CURRENCIES
"""Every code that money may have: ISO 4217 list one and list three."""

_CURRENCY_HINTS: Final = {
    "$": "USD",
    "CNH": "CNY",
    "DOLLAR": "USD",
    "EURO": "EUR",
    "FRANC": "CHF or FRF",
    "LIRA": "TRY or ITL",
    "POUND": "GBP",
    "RENMINBI": "CNY",
    "RIAL": "IRR, OMR or YER",
    "RIYAL": "SAR or QAR",
    "RMB": "CNY",
    "ROUBLE": "RUB or SUR",
    "RUBLE": "RUB or SUR",
    "RUPEE": "PKR or INR",
    "STERLING": "GBP",
    "YEN": "JPY",
    "YUAN": "CNY",
    "£": "GBP",
    "¥": "CNY or JPY",
    "€": "EUR",
}

UNIT_NAMES: Final[dict[str, str]] = {
    "ACR": "acre",
    "ANN": "year",
    "APZ": "troy ounce",
    "BLL": "barrel (US, petroleum)",
    "BTU": "British thermal unit (international table)",
    "C62": "one",
    "CTM": "metric carat",
    "D30": "terajoule",
    "DAY": "day",
    "DTN": "decitonne",
    "DZN": "dozen",
    "FOT": "foot",
    "FTQ": "cubic foot",
    "GLI": "gallon (UK)",
    "GLL": "gallon (US)",
    "GRM": "gram",
    "GV": "gigajoule",
    "GWH": "gigawatt hour",
    "H87": "piece",
    "HAR": "hectare",
    "HEA": "head",
    "HLT": "hectolitre",
    "HUR": "hour",
    "INH": "inch",
    "JOU": "joule",
    "KGM": "kilogram",
    "KMK": "square kilometre",
    "KMT": "kilometre",
    "KTN": "kilotonne",
    "KWH": "kilowatt hour",
    "KWT": "kilowatt",
    "LBR": "pound",
    "LTN": "long ton",
    "LTR": "litre",
    "MAW": "megawatt",
    "MIL": "thousand",
    "MON": "month",
    "MTK": "square metre",
    "MTQ": "cubic metre",
    "MTR": "metre",
    "MWH": "megawatt hour",
    "NMI": "nautical mile",
    "ONZ": "ounce",
    "P1": "per cent",
    "SMI": "mile",
    "STN": "short ton",
    "TNE": "tonne",
    "WEE": "week",
    "WTT": "watt",
    "YRD": "yard",
}
"""English names of the units that trade news uses, by UN/CEFACT Recommendation 20 code."""

_UNIT_SHAPE: Final = re.compile(r"[A-Z0-9]{2,3}")
_BY_NAME: Final = {name: code for code, name in UNIT_NAMES.items()} | {
    "barrel": "BLL",
    "bbl": "BLL",
    "carat": "CTM",
    "cubic meter": "MTQ",
    "gal": "GLL or GLI",
    "gallon": "GLL or GLI",
    "gramme": "GRM",
    "kg": "KGM",
    "kilo": "KGM",
    "kilogramme": "KGM",
    "kilometer": "KMT",
    "km": "KMT",
    "lb": "LBR",
    "liter": "LTR",
    "m3": "MTQ",
    "meter": "MTR",
    "metric ton": "TNE",
    "metric tonne": "TNE",
    "mt": "TNE",
    "oz": "ONZ or APZ",
    "percent": "P1",
    "quintal": "DTN",
    "t": "TNE",
    "ton": "TNE, LTN or STN",
    "unit": "C62",
    "%": "P1",
}
# They have the shape of a code, but revision 17 of the list lacks them or has deleted them with
# another meaning (KG was a keg, MT a mat). Totals by unit would silently split into BBL and BLL.
_NOT_CODES: Final = frozenset({"BBL", "GAL", "KG", "KM", "LB", "LBS", "MT", "TON"})


def currency(code: object) -> str:
    """Return `code` if it is an ISO 4217 alphabetic code, active or withdrawn.

    Raises InvalidValue('currency', …) with a suggestion in its text. Source: ISO 4217 lists one
    and three.
    """
    if isinstance(code, str) and code in CURRENCY_CODES:
        return code
    expected = "an ISO 4217 code such as 'USD'"
    hint = _currency_hint(code.strip().upper()) if isinstance(code, str) else ""
    raise InvalidValue("currency", code, f"{expected}; did you mean {hint}?" if hint else expected)


def _currency_hint(upper: str) -> str:
    if upper in CURRENCY_CODES:
        return upper
    known = _CURRENCY_HINTS.get(upper) or _CURRENCY_HINTS.get(upper.removesuffix("S"))
    if known or len(upper) != 3:
        return known or ""
    return " or ".join(get_close_matches(upper, sorted(CURRENCIES), n=3, cutoff=0.6))


def unit(code: object) -> str:
    """Return `code` if it is, or has the shape of, a UN/CEFACT Recommendation 20 unit code.

    The list has some two thousand codes of two or three upper-case letters and digits. So only the
    shape is checked; `UNIT_NAMES` has the common codes. Raises InvalidValue('unit', …) with a
    suggestion in its text, also for common mistakes that have the shape (`BBL`).
    """
    if isinstance(code, str) and (
        code in UNIT_NAMES or (_UNIT_SHAPE.fullmatch(code) and code not in _NOT_CODES)
    ):
        return code
    expected = "a UN/CEFACT Recommendation 20 code such as 'TNE'"
    hint = _unit_hint(code.strip()) if isinstance(code, str) else ""
    raise InvalidValue("unit", code, f"{expected}; did you mean {hint}?" if hint else expected)


def _unit_hint(text: str) -> str:
    if text.upper() in UNIT_NAMES:
        return text.upper()
    name = " ".join(text.lower().replace("_", " ").replace("-", " ").split())
    known = _BY_NAME.get(name) or _BY_NAME.get(name.removesuffix("s"))
    if known:
        return known
    near = get_close_matches(name.removesuffix("s"), _BY_NAME, n=1, cutoff=0.8)
    return _BY_NAME[near[0]] if near else ""
