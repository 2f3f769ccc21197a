"""The parties of names: in every spelling that files use, exactly or not at all.

A name is looked up in the user's own table, then in comity's, then in that of the package `rigour`
if it is installed, which knows states in many languages. Nothing is guessed: what is almost a name
is only suggested. Fuzzy matching has turned the Republic of Vietnam into Kenya.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import Any

from comity.domain.errors import UnknownParty
from comity.domain.parties import STATE_CODES, current, existed_itself, lookup, party
from comity.domain.parties.continuity import lineage
from comity.domain.time.dates import Bounds

MISSING = frozenset({
    "", "na", "n/a", "n.a.", "nan", "null", "none", "nil", "-", "--", "---", ".", "..", "?",
    "unknown",
})  # fmt: skip
"""What stands in cells that have no value, case-folded. NA is Namibia only if a table says so."""

_BRACKETED = re.compile(r"\(([^()]*(?:\([^()]*\))?[^()]*)\)\s*$")
_NOW = Bounds(date.max, date.max)
"""Within the period of every state that still exists."""
_SHORTEST = 4
"""Letters of the shortest name that `rigour` is asked for; below, it takes codes for names."""


def is_missing(text: str) -> bool:
    """Whether a cell says that it has no value."""
    return text.strip().casefold() in MISSING


class Names:
    """Which party a name means; `given` are further names with their codes.

    Raises `UnknownParty` for a code in `given` that no party can have.
    """

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self.given: Mapping[str, str] = dict(given or {})
        self._given = {_key(name): party(code) for name, code in self.given.items()}
        self._codes = lru_cache(maxsize=8192)(self._codes_of)
        self._actor = lru_cache(maxsize=8192)(self._actor_of)

    def code(self, text: str, within: Bounds | None = None) -> str:
        """The code of the party with this name or code.

        Of several parties with one name the only one that exists today is meant. `within` are
        the days that are told of: then it is the only one that existed on them, and what a state
        continues has its own code (`RUS` in 1970: `SUN`).
        Raises `UnknownParty` with the nearest candidates.
        """
        codes = self._codes(text, within)
        if len(codes) == 1:
            return codes[0]
        if codes:
            raise UnknownParty(text, "several parties have this name", sorted(codes))
        if is_missing(text):
            raise UnknownParty(text, "it stands for a missing value; name it to give it a code")
        near = lookup.abbreviated(text.strip()) or lookup.named(text.strip())
        raise UnknownParty(text, "no party of the table has this name", near)

    def find(self, text: str, within: Bounds | None = None) -> str | None:
        """As `code`, but None for an unknown name."""
        codes = self._codes(text, within)
        return codes[0] if len(codes) == 1 else None

    def actor(self, text: str, within: Bounds | None = None) -> str | None:
        """The party of an actor, which is a party or belongs to the one in the last brackets.

        "Military (Russia)" is RUS. None for a person or a body without a country.
        """
        return self._actor(text, within)

    def _actor_of(self, text: str, within: Bounds | None) -> str | None:
        if (code := self.find(text, within)) is not None:
            return code
        bracketed = _BRACKETED.search(text)
        return self.find(bracketed[1], within) if bracketed else None

    def _codes_of(self, text: str, within: Bounds | None) -> tuple[str, ...]:
        """The codes of the parties that the name can mean."""
        if (given := self._given.get(_key(text))) is not None:
            return (given,)
        bare = text.strip()
        if bare in STATE_CODES:
            return (_as_of(bare, within),)
        if is_missing(bare):
            return ()
        codes = lookup.exactly_named(bare) or _without_brackets(bare) or _by_rigour(bare)
        if not codes and (slug := bare.casefold()) in lookup.organisations():
            codes = (slug,)
        if len(codes) > 1:
            at = within or _NOW
            there = [code for code in codes if existed_itself(code, at)] or codes
            codes = tuple(dict.fromkeys(map(current, there)))
        return (_as_of(codes[0], within),) if len(codes) == 1 else codes


def _key(name: str) -> tuple[str, ...] | str:
    return lookup.words(name) or name.strip().casefold()


def _without_brackets(text: str) -> tuple[str, ...]:
    """The parties of "Myanmar (Burma)", where both mean one, and of "Georgia (country)".

    None for "China (Taiwan)", where the brackets mean another.
    """
    bracketed = _BRACKETED.search(text)
    if bracketed is None:
        return ()
    outside = lookup.exactly_named(text[: bracketed.start()])
    inside = lookup.exactly_named(bracketed[1]) or lookup.abbreviated(bracketed[1])
    same = {current(code) for code in inside}
    return tuple(code for code in outside if current(code) in same) if inside else outside


def _as_of(code: str, within: Bounds | None) -> str:
    """The code under which the party was then: what it continues, if itself was not yet there."""
    if within is None or existed_itself(code, within):
        return code
    for former in lineage(code)[1:]:
        told = former.since <= within.latest and within.earliest <= former.until
        if told and existed_itself(former.code, within):
            return former.code
    return code


def _by_rigour(text: str) -> tuple[str, ...]:
    find = _rigour()
    if find is None or len(text) < _SHORTEST:
        return ()
    found = find(text)
    code = str(getattr(found, "alpha3", None) or "").upper()
    return (code,) if code in STATE_CODES else ()


@lru_cache(maxsize=1)
def _rigour() -> Callable[[str], Any] | None:
    try:
        territories = import_module("rigour.territories")
    except ImportError:
        return None
    find: Callable[[str], Any] = territories.lookup_territory
    return find
