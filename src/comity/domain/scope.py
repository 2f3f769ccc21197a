"""Whose events a timeline holds: of larger sets of parties, continued states, one party, all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from itertools import combinations, product
from typing import Literal, NamedTuple

from comity.domain.errors import InvalidValue
from comity.domain.events import Event
from comity.domain.parties import (
    lineage,
    parties,
    party,
    relationship_parties,
    standing_names,
)
from comity.domain.time.dates import bounds

Key = Literal["relationship", "party", "log"]
"""What has a timeline of its own: every relationship, every party, or the log as a whole."""

Certainty = Literal["certain", "possible"]
"""Whether only what certainly happened by the day is folded, or also what may have."""

WHOLE_LOG = "log"
"""The key of the one timeline that the whole log has."""


class Member(NamedTuple):
    """A set of `codes` whose events count for a view when they can fall in `since`..`until`."""

    codes: frozenset[str]
    since: date
    until: date


class Scope(NamedTuple):
    """What is asked for when one asks for a relationship, a party or the log.

    Events of every larger set of parties belong to it, and events of continued states from their
    time: asked for PAK-RUS, PAK-SUN counts until 25 December 1991, CHN-PAK-RUS always. `key` is
    the relationship's id or the party's code; the log has no `parties`.
    """

    key: str
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


class Query(NamedTuple):
    """What is asked: a scope, a day, the last position that is known, and a certainty."""

    scope: Scope
    day: date
    position: int
    certainty: Certainty = "certain"


@lru_cache(maxsize=65_536)
def _scope(codes: tuple[str, ...]) -> Scope:
    members: list[Member] = []
    for formers in product(*(lineage(code) for code in codes)):
        since = max((f.since for f in formers), default=date.min)
        until = min((f.until for f in formers), default=date.max)
        found = frozenset(former.code for former in formers)
        if len(found) == len(codes) and since <= until:
            members.append(Member(found, since, until))
    return Scope("-".join(codes) or WHOLE_LOG, codes, tuple(members))


def scope_of(*asked: str) -> Scope:
    """The view of a relationship named by its parties' codes, in any order, or by its id.

    Raises `UnknownParty`, and `InvalidValue` for fewer than two parties.
    """
    if len(asked) == 1 and "-" in str(asked[0]):
        return _scope(relationship_parties(asked[0]))
    return _scope(parties(tuple(asked)))


def scope_for(key: Key, asked: tuple[str, ...]) -> Scope:
    """The view of a relationship, of one party, or of the log, which has no parties.

    Raises `UnknownParty`, and `InvalidValue` for too few or too many parties.
    """
    if key == "relationship":
        return scope_of(*asked)
    if len(asked) != (key == "party"):
        raise InvalidValue("parties", asked, "one party" if key == "party" else "none")
    return _scope(tuple(party(code) for code in asked))


@lru_cache(maxsize=65_536)
def scopes_of(relationship: str, key: Key = "relationship") -> frozenset[Scope]:
    """The views that events of a relationship stand on, under the parties' newest names.

    For the key `relationship`: every pair among its parties, and the whole of them if they are
    more; the larger sets within it stand beside these only where they are recorded.
    """
    if key == "log":
        return frozenset({_scope(())})
    found: set[tuple[str, ...]] = set()
    for names in product(*(standing_names(code) for code in relationship.split("-"))):
        heirs = tuple(sorted(set(names)))
        found.update(combinations(heirs, 1 if key == "party" else 2))
        if key == "relationship" and len(heirs) > 2:
            found.add(heirs)
    return frozenset(_scope(codes) for codes in found)


def scopes_of_recorded(relationship: str, key: Key, recorded: Iterable[str]) -> frozenset[Scope]:
    """The views that events of a relationship stand on where these relationships are recorded."""
    found = scopes_of(relationship, key)
    if key != "relationship" or relationship.count("-") < 3:
        return found
    whole = {code for one in found for code in one.parties}
    larger = (one for name in recorded for one in scopes_of(name) if len(one.parties) > 2)
    return found | {one for one in larger if whole.issuperset(one.parties)}


def all_scopes(key: Key, relationships: Iterable[str]) -> dict[Scope, list[str]]:
    """Every view that these recorded relationships have, each with those whose events it holds.

    The log has its one view even where nothing is recorded.
    """
    names = list(relationships)
    if key == "log":
        return {_scope(()): names}
    found: dict[Scope, list[str]] = {}
    for name in names:
        for one in scopes_of(name, key):
            found.setdefault(one, []).append(name)
    for larger in [one for one in found if key == "relationship" and len(one.parties) > 2]:
        found[larger] = streams_of(larger, names)
    return dict(sorted(found.items()))


def streams_of(asked: Scope, relationships: Collection[str]) -> list[str]:
    """Those of these relationships whose events can stand on a view's timeline."""
    sets = [member.codes for member in asked.members]
    return [name for name in relationships if any(s.issubset(name.split("-")) for s in sets)]
