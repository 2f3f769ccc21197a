"""Who acts in a coded event: the party of an actor, by its country or by its own name."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from comity.adapters.interchange.importers.coded.cells import Unreadable, text
from comity.adapters.interchange.importers.names import Names, is_missing
from comity.domain.errors import UnknownParty
from comity.domain.parties import CONTINUATIONS, current
from comity.domain.parties.table import rows
from comity.domain.time.dates import Bounds, span

NO_COUNTRY = "no country"
REGION = "a region, not a country"


class Side(NamedTuple):
    """A side of an event: its party and the coder's words, or why it is no party."""

    party: str
    actor: str = ""
    why_not: str = ""


class Actors:
    """The parties of a format's actors.

    `spellings` are codes for countries as only this format writes them, `regions` its names of
    what is no country. With `by_name` False an actor is told by its country only.
    """

    def __init__(
        self,
        names: Names,
        spellings: Mapping[str, str] | None = None,
        regions: Collection[str] = (),
        *,
        by_name: bool = True,
    ) -> None:
        self._names, self._spellings, self._regions = names, spellings or {}, regions
        self._by_name = by_name
        self.of = lru_cache(maxsize=32_768)(self._of)

    def _of(self, column: str, actor: str, country: str, when: Bounds) -> Side:
        """The side of an actor, by its country; without one, by its own name.

        `column` names the country's column. `when` should come from `age_of`, so that an answer
        serves for many days. Raises `Unreadable` for a country that is unknown.
        """
        words = text(column, actor)
        if not is_missing(country):
            return self._by_country(column, words, country.strip(), when)
        code = None
        if words and self._by_name:
            code = self._names.actor(words, when) or self._spelled(words)
        return Side("", words, NO_COUNTRY) if code is None else Side(current(code), words)

    def _by_country(self, column: str, words: str, country: str, when: Bounds) -> Side:
        code = self._names.find(country, when) or self._spellings.get(country)
        if code is not None:
            return Side(current(code), words)
        if country in self._regions:
            return Side("", words, REGION)
        try:
            return Side(self._names.code(country, when), words)
        except UnknownParty as error:
            raise Unreadable(f"{column}: {error}") from None

    def _spelled(self, words: str) -> str | None:
        """The party of "Military (Congo)", where the format has a spelling of its own."""
        before, _, within = words.rpartition("(")
        return self._spellings.get(within.removesuffix(")") if before else words)


def why_no_dyad(source: Side, target: Side) -> str:
    """Why two sides make no event between parties; empty if they do."""
    if source.why_not and target.why_not:
        alike = source.why_not == target.why_not
        return f"{source.why_not if alike else NO_COUNTRY}: source and target"
    if source.why_not:
        return f"{source.why_not}: source"
    if target.why_not:
        return f"{target.why_not}: target"
    return "within one country" if source.party == target.party else ""


@lru_cache(maxsize=65_536)
def age_of(day: str) -> Bounds:
    """The first day of the age that a day is in: within an age no party begins or ends.

    A name means the same party on all days of an age.
    """
    at = _changes()[bisect_right(_changes(), date.fromisoformat(day)) - 1]
    return Bounds(at, at)


@lru_cache(maxsize=1)
def _changes() -> list[date]:
    """The first days of the ages, in order."""
    steps = chain.from_iterable((step.since, step.day) for step in CONTINUATIONS)
    return sorted({date.min, *_beginnings(), *steps})


def _beginnings() -> Iterator[date]:
    """The first days of the states, and the days after their last."""
    for row in rows().values():
        for first, last in map(span, row.existed):
            yield first
            if last < date.max:
                yield date.fromordinal(last.toordinal() + 1)
