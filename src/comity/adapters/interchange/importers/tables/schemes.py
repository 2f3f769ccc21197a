"""The schemes by which tables name parties: names, ISO's codes and numbers, COW, Gleditsch–Ward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.tables.iso_numbers import codes_by_number
from comity.domain.errors import UnknownParty
from comity.domain.parties import STATE_CODES, codes_of, existence, lineage
from comity.domain.parties.aliases import ALPHA_2
from comity.domain.parties.table import Row, rows
from comity.domain.time.dates import Bounds

Scheme = str
"""One of `SCHEMES`."""


def _by_system(numbers: Callable[[Row], tuple[int, ...]]) -> dict[int, tuple[str, ...]]:
    meant: dict[int, list[str]] = {}
    for code, row in rows().items():
        for number in numbers(row):
            meant.setdefault(number, []).append(code)
    return {number: tuple(codes) for number, codes in meant.items()}


@lru_cache(maxsize=1)
def _cow() -> dict[int, tuple[str, ...]]:
    return _by_system(lambda row: row.cow)


@lru_cache(maxsize=1)
def _gw() -> dict[int, tuple[str, ...]]:
    return _by_system(lambda row: row.gw)


@lru_cache(maxsize=1)
def _alpha_2() -> dict[str, str]:
    entries = (entry.partition("=") for entry in ALPHA_2.split())
    return {short: code for short, _, code in entries}


_NUMBERED: Mapping[Scheme, Callable[[], dict[int, tuple[str, ...]]]] = {
    "iso-numeric": codes_by_number,
    "cow": _cow,
    "gw": _gw,
}
SCHEMES = ("name", "iso3", "iso2", *_NUMBERED)
"""The schemes: `name` also takes codes. Numbers are those of the table of parties."""


def code_of(scheme: Scheme, text: str, names: Names, within: Bounds | None) -> str:
    """The code of the party that a cell names in a scheme, on the days `within`.

    Raises `UnknownParty`.
    """
    if scheme in _NUMBERED:
        return names.code(_numbered(scheme, text, within), within)
    if scheme == "iso2":
        if (code := _alpha_2().get(text.upper())) is None:
            raise UnknownParty(text, "no code of two letters in ISO 3166-1")
        return names.code(code, within)
    if scheme == "iso3":
        if text.upper() not in STATE_CODES:
            raise UnknownParty(text, "no code of three letters in ISO 3166", _meant(text, names))
        return names.code(text.upper(), within)
    return names.code(text, within)


def _meant(text: str, names: Names) -> list[str]:
    code = names.find(text)
    return [] if code is None else [code]


def _numbered(scheme: Scheme, text: str, within: Bounds | None) -> str:
    digits = text.removesuffix(".0")
    codes = _NUMBERED[scheme]().get(int(digits), ()) if digits.isdecimal() else ()
    if not codes:
        raise UnknownParty(text, f"no party of the table has this number of the scheme {scheme}")
    if within is not None:
        codes = tuple(code for code in codes if _existed(code, within)) or codes
    newest = [code for code in codes if _continues_all(code, codes)]
    if len(newest) != 1:
        raise UnknownParty(text, f"several parties have this number of the scheme {scheme}", codes)
    return newest[0]


def _continues_all(code: str, codes: tuple[str, ...]) -> bool:
    past = {former.code for former in lineage(code)} | set(codes_of(code))
    return all(other in past for other in codes)


def _existed(code: str, within: Bounds) -> bool:
    periods = existence(code)
    return not periods or any(
        period.earliest <= within.latest and within.earliest <= period.latest for period in periods
    )
