"""Which party a country of these tables is, in the days that a row tells of."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from comity.adapters.interchange.importers.history_state_gov.rows import PassedOver, refused
from comity.adapters.interchange.importers.names import Names, is_missing
from comity.domain.errors import UnknownParty
from comity.domain.parties import existed_itself
from comity.domain.parties.lookup import words
from comity.domain.time.dates import Bounds

HOME = "USA"
_OURS: Final = {
    "Bosnian Federation": "BIH",  # the Federation of Bosnia and Herzegovina, one of its entities
    "Cote Divoire": "CIV",  # as an address has it: cote-divoire
    "Denmark (Greenland)": "DNK",
    "Holy See (Vatican)": "VAT",
    "Serbia-Montenegro (Kosovo)": "SCG",
    "Somoa": "WSM",  # a slip of the office for Samoa, in 2022
    "Yugoslavia (Kosovo)": "YUG",
}
"""Names that the office uses in a sense of its own."""
_NOWHERE: Final = frozenset(map(words, (
    "Antarctica", "At sea", "En route", "High seas", "International waters", "Atlantic Ocean",
    "Pacific Ocean", "North Atlantic", "Mediterranean Sea", "Various",
)))  # fmt: skip
"""What stands for a country and is none."""
_ICE = "ATA"
"""Antarctica, which has a code and no government."""
_AT_HOME: Final = frozenset({HOME, "ASM", "GUM", "MNP", "PCZ", "PRI", "UMI", "VIR"})
"""The United States and what it governs."""
_FORMERLY: Final = {"AUT": "XAH", "YEM": "XYR"}
"""Under the name of the first, the office has what the second was before it."""
_RECOGNISED: Final = {"VDR": "XVS"}
"""Of two states at once under one name, the one that the United States recognised."""
_YEAR = re.compile(r"-[0-9]{4}$")
_OCCUPIED: Final = Bounds(date(1945, 6, 6), date(1949, 5, 22))
"""Germany under occupation, between the Berlin Declaration and the Basic Law."""
_AT_TAIPEI: Final = Bounds(date(1949, 10, 1), date(1978, 12, 31))
"""The United States recognised the government at Taipei as that of China."""


def country(names: Names, text: str, slug: str, within: Bounds | None) -> str:
    """The party of a country, told as `text` and, in the site's addresses, as `slug`.

    The text decides; the slug helps where the text is not known, or where the party of the text did
    not exist in those days and that of the slug did. Raises `PassedOver` for what is no foreign
    country, `InvalidRecord` for none or an unknown one, with the nearest candidates.
    """
    told = text or slug
    if is_missing(told):
        raise refused("country", "missing")
    if words(told.replace("-", " ")) in _NOWHERE:
        raise PassedOver(f"no country: {told}")
    try:
        code = _code(names, told, within)
    except UnknownParty as error:
        if words(told) == ("germany",) and within is not None and _lies_in(within, _OCCUPIED):
            raise PassedOver("no German state (under occupation, 1945 to 1949)") from None
        if not (text and slug) or (other := by_slug(names, slug, within)) is None:
            raise refused("country", str(error)) from None
        code = other
    if not stood(code, within):
        other = by_slug(names, slug, within)
        code = other if other is not None and stood(other, within) else formerly(code, within)
    if code == _ICE:
        raise PassedOver(f"no country: {told}")
    if code in _AT_HOME:
        raise PassedOver(f"no foreign country: {told}")
    return code


def territory(names: Names, slug: str, within: Bounds, begun: Bounds | None = None) -> str:
    """The party of an address such as `yugoslavia-1946`: the year is its last.

    `begun` is when what is told of began, if that was earlier. Raises as `country`.
    """
    code = country(names, "", _YEAR.sub("", slug), within)
    if code == "CHN" and _lies_in(begun or within, _AT_TAIPEI):
        return "TWN"
    return code


def by_slug(names: Names, slug: str, within: Bounds | None) -> str | None:
    """The party of an address; None for an unknown one."""
    try:
        return _code(names, slug.replace("-", " "), within) if slug else None
    except UnknownParty:
        return None


def stood(code: str, within: Bounds | None) -> bool:
    """Whether the party can have existed on one of these days; True if its days are not known."""
    return within is None or existed_itself(code, within)


def formerly(code: str, within: Bounds | None) -> str:
    """The party that the office has under the same name, if that one existed then."""
    former = _FORMERLY.get(code, code)
    return former if stood(former, within) else code


def _code(names: Names, text: str, within: Bounds | None) -> str:
    """The user's own names come first, then what everybody calls them, then ours."""
    try:
        code = names.code(text, within)
    except UnknownParty:
        ours = next((c for name, c in _OURS.items() if words(name) == words(text)), None)
        if ours is None:
            raise
        return names.code(ours, within)
    if code in _RECOGNISED and names.find(text) != code and stood(_RECOGNISED[code], within):
        return _RECOGNISED[code]
    return code


def _lies_in(days: Bounds, period: Bounds) -> bool:
    return period.earliest <= days.earliest and days.latest <= period.latest
