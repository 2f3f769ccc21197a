"""Whom a clause of a heading is about: the country of the page, or another that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from comity.adapters.interchange.importers.history_state_gov.countries import stood
from comity.adapters.interchange.importers.history_state_gov.headings import Clause
from comity.adapters.interchange.importers.names import Names
from comity.domain.parties.lookup import names as all_names
from comity.domain.parties.lookup import words
from comity.domain.time.dates import Bounds

_GOVERNMENT = re.compile(r"\b(government|regime|junta)\b", re.I)
_INDEPENDENCE = re.compile(
    r"(?:’s|'s|’|')? independence( from .*)?$|^the independence of |^independent ", re.I
)
_UNIONS = re.compile(r"confederation|federation|union|empire|kingdom|legation|peninsula", re.I)
_STEM = 4
"""The first letters that an adjective and the name of its country share."""
_NO_STEMS: Final = frozenset({
    "central", "democratic", "federal", "government", "islands", "islamic", "kingdom", "north",
    "people", "provisional", "republic", "saint", "south", "state", "states", "union", "united",
})  # fmt: skip
_ADJECTIVES: Final = {
    "british": "GBR", "danish": "DNK", "dutch": "NLD", "finnish": "FIN", "french": "FRA",
    "laotian": "LAO", "malagasy": "MDG", "maltese": "MLT", "polish": "POL", "spanish": "ESP",
    "swiss": "CHE",
}  # fmt: skip
"""Adjectives that have other first letters, case-folded."""
_ABBREVIATED: Final = {"FRG": "DEU", "GDR": "DDR", "PRC": "CHN"}
_CAPITALS: Final = {"Beijing": "CHN", "Taipei": "TWN"}
_SOUTHERN = re.compile(r"\bSouth(ern)? Yemen\b")
NO_CITY = re.compile(rf"republic|islands|{_UNIONS.pattern}", re.I)
"""Of a place: that it is no city."""


def whom_of(
    clause: Clause, page: str, within: Bounds, cells: Mapping[str, str], names: Names
) -> tuple[str, str]:
    """Whom a clause is about, and the government that was recognised; empty if that is not clear.

    A name in the heading decides; an adjective only says whether the page's country is meant.
    """
    whom = _INDEPENDENCE.sub("", clause.whom).strip(" .")
    whom = re.sub(r"^the ", "", whom, flags=re.I)
    if not whom:
        is_other = _UNIONS.search(clause.place) and not names.find(clause.place, within)
        return ("", "") if is_other else (_divided(clause, page, cells), "")
    slug = cells["country"]
    named = names.find(_ABBREVIATED.get(whom, whom), within)
    if named is not None:
        return (named, "") if stood(named, within) else ("", "")
    if clause.act == "recognised" and _GOVERNMENT.search(whom):
        return (page, whom) if _is_meant(whom, slug, page) else ("", "")
    if _UNIONS.search(whom):
        return "", ""
    return (page, "") if _is_meant(whom, slug, page) else ("", "")


def _divided(clause: Clause, page: str, cells: Mapping[str, str]) -> str:
    """Which of two governments under the name of the page's country is meant."""
    if page in _CAPITALS.values():
        return _CAPITALS.get(clause.place, page)
    told = (cells["heading"], cells["text"])
    return "YMD" if page == "XYR" and any(map(_SOUTHERN.search, told)) else page


def _is_meant(adjective: str, slug: str, page: str) -> bool:
    """Whether an adjective such as "Costa Rican" is that of the page's country."""
    told = words(adjective)
    if any(_ADJECTIVES.get(word) == page for word in told):
        return True
    own = {
        word
        for name in (slug.replace("-", " "), *all_names().get(page, ()))
        for word in words(name)
    }
    stems = {word[:_STEM] for word in own - _NO_STEMS if len(word) >= _STEM}
    return any(word[:_STEM] in stems for word in {*told} - _NO_STEMS if len(word) >= _STEM)
