"""The schemes by which tables name parties: names, ISO's codes and numbers, COW, Gleditsch–Ward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.tables.iso_numbers import codes_by_number
from comity.domain.errors import UnknownParty
from comity.domain.parties import STATE_CODES, codes_of, codes_of_number, existed_itself, lineage
from comity.domain.parties.lookup import alpha_2
from comity.domain.time.dates import Bounds

Scheme = str
"""One of `SCHEMES`."""


_NUMBERED: Mapping[Scheme, Callable[[int], tuple[str, ...]]] = {
    "iso-numeric": lambda number: codes_by_number().get(number, ()),
    "cow": partial(codes_of_number, "cow"),
    "gw": partial(codes_of_number, "gw"),
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
        if (code := alpha_2().get(text.upper())) is None:
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
    codes = _NUMBERED[scheme](int(digits)) if digits.isdecimal() else ()
    if not codes:
        raise UnknownParty(text, f"no party of the table has this number of the scheme {scheme}")
    if within is not None:
        codes = tuple(code for code in codes if existed_itself(code, within)) or codes
    newest = [code for code in codes if _continues_all(code, codes)]
    if len(newest) != 1:
        raise UnknownParty(text, f"several parties have this number of the scheme {scheme}", codes)
    return newest[0]


def _continues_all(code: str, codes: tuple[str, ...]) -> bool:
    past = {former.code for former in lineage(code)} | set(codes_of(code))
    return all(other in past for other in codes)
