"""Which events stand on a relationship's timeline: larger sets of parties, continued states."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from comity.domain.dates import bounds
from comity.domain.events import Event
from comity.domain.parties import lineage, parties, relationship_id, relationship_parties, successor


class Member(NamedTuple):
    """A set of `codes` whose events count for a view when they can fall in `since`..`until`."""

    codes: frozenset[str]
    since: date
    until: date


class View(NamedTuple):
    """What is asked for when one asks for a relationship.

    Events of every larger set of parties belong to it, and events of continued states from their
    time: asked for PAK-RUS, PAK-SUN counts until 25 December 1991, CHN-PAK-RUS always.
    """

    relationship: str
    parties: tuple[str, ...]
    members: tuple[Member, ...]

    def holds(self, event: Event) -> bool:
        """Whether `event` stands on this view's timeline."""
        earliest, latest = bounds(event.when)
        return any(
            member.codes.issubset(event.parties)
            and earliest <= member.until
            and latest >= member.since
            for member in self.members
        )


@lru_cache(maxsize=4096)
def _view(codes: tuple[str, ...]) -> View:
    members: list[Member] = []
    for formers in product(*(lineage(code) for code in codes)):
        since, until = max(f.since for f in formers), min(f.until for f in formers)
        found = frozenset(former.code for former in formers)
        if len(found) == len(codes) and since <= until:
            members.append(Member(found, since, until))
    return View(relationship_id(codes), codes, tuple(members))


def view(*asked: str) -> View:
    """The view of a relationship named by its parties' codes, in any order, or by its id.

    Raises `UnknownParty`, and `InvalidValue` for fewer than two parties.
    """
    if len(asked) == 1 and "-" in str(asked[0]):
        return _view(relationship_parties(asked[0]))
    return _view(parties(tuple(asked)))


def affected(codes: Iterable[str]) -> set[View]:
    """Every pair's view that an event of these parties stands on, under their newest names."""
    heirs = {code: successor(code) for code in codes}
    pairs = {tuple(sorted((heirs[a], heirs[b]))) for a in heirs for b in heirs if a != b}
    return {view(*pair) for pair in pairs if pair[0] != pair[1]}
