"""Scopes: whose events a timeline holds."""

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
"""What has its own timeline: every relationship, every party, or the log as a whole."""

Certainty = Literal["certain", "possible"]
"""Whether to fold only what surely happened by the day, or also what may have happened."""

WHOLE_LOG = "log"
"""The key of the single timeline of the whole log."""


class Member(NamedTuple):
    """A set of `codes`; its events belong to a scope if they can fall in `since`..`until`."""

    codes: frozenset[str]
    since: date
    until: date


class Scope(NamedTuple):
    """Whose events a timeline holds: those of a relationship, of one party, or of the whole log.

    A relationship's scope also holds the events of every larger set of parties, and those of the
    states that its parties continue. PAK-RUS holds CHN-PAK-RUS always and PAK-SUN until
    25 December 1991. `key` is the relationship's id or the party's code; the log has no `parties`.
    """

    key: str
    parties: tuple[str, ...]
    members: tuple[Member, ...]

    def name(self, code: str) -> str:
        """The newest name of a party: for PAK-RUS, SUN is RUS; a third party keeps its code."""
        return newest_names(self.parties).get(code, code)

    @property
    def party_sets(self) -> list[frozenset[str]]:
        """The sets of parties of its members: a stream belongs to it if it has all of one set."""
        return [member.codes for member in self.members]

    def holds(self, event: Event) -> bool:
        """Whether `event` belongs to this scope."""
        earliest, latest = bounds(event.when)
        return any(
            member.codes.issubset(event.parties)
            and earliest <= member.until
            and latest >= member.since
            for member in self.members
        )


@lru_cache(maxsize=4_096)
def newest_names(codes: tuple[str, ...]) -> dict[str, str]:
    """For each code that one of the parties ever had, its newest name."""
    names = {former.code: code for code in codes for former in lineage(code)}
    names.update((code, code) for code in codes)
    return names


class Query(NamedTuple):
    """A question: a scope, a day, the last position that is known, and a certainty."""

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
        member_codes = frozenset(former.code for former in formers)
        if len(member_codes) == len(codes) and since <= until:
            members.append(Member(member_codes, since, until))
    return Scope("-".join(codes) or WHOLE_LOG, codes, tuple(members))


def scope_of(*names: str) -> Scope:
    """The scope of a relationship named by its parties' codes, in any order, or by its id.

    Raises `UnknownParty`, and `InvalidValue` for fewer than two parties.
    """
    if len(names) == 1 and "-" in str(names[0]):
        return _scope(relationship_parties(names[0]))
    return _scope(parties(tuple(names)))


def scope_for(key: Key, names: tuple[str, ...]) -> Scope:
    """The scope of a relationship, of one party, or of the log, which has no parties.

    Raises `UnknownParty`, and `InvalidValue` for too few or too many parties.
    """
    if key == "relationship":
        return scope_of(*names)
    if len(names) != (key == "party"):
        raise InvalidValue("parties", names, "one party" if key == "party" else "none")
    return _scope(tuple(party(code) for code in names))


@lru_cache(maxsize=65_536)
def scopes_of(relationship: str, key: Key = "relationship") -> frozenset[Scope]:
    """The scopes to which a relationship's events belong, under the parties' newest names.

    For the key `relationship` they are every pair among its parties and the whole set. Other sets
    of three or more of its parties have a scope only if they have events of their own.
    """
    if key == "log":
        return frozenset({_scope(())})
    sets: set[tuple[str, ...]] = set()
    for names in product(*(standing_names(code) for code in relationship.split("-"))):
        heirs = tuple(sorted(set(names)))
        sets.update(combinations(heirs, 1 if key == "party" else 2))
        if key == "relationship" and len(heirs) > 2:
            sets.add(heirs)
    return frozenset(_scope(codes) for codes in sets)


def scopes_of_recorded(relationship: str, key: Key, recorded: Iterable[str]) -> frozenset[Scope]:
    """The scopes to which a relationship's events belong, given the relationships in the log."""
    scopes = scopes_of(relationship, key)
    if key != "relationship" or relationship.count("-") < 3:
        return scopes
    whole = {code for scope in scopes for code in scope.parties}
    larger = (scope for name in recorded for scope in scopes_of(name) if len(scope.parties) > 2)
    return scopes | {scope for scope in larger if whole.issuperset(scope.parties)}


def all_scopes(key: Key, relationships: Iterable[str]) -> dict[Scope, list[str]]:
    """Every scope of these recorded relationships, each with the relationships that it holds.

    The log has its scope even if nothing is recorded.
    """
    names = list(relationships)
    if key == "log":
        return {_scope(()): names}
    streams: dict[Scope, list[str]] = {}
    for name in names:
        for scope in scopes_of(name, key):
            streams.setdefault(scope, []).append(name)
    for larger in [s for s in streams if key == "relationship" and len(s.parties) > 2]:
        streams[larger] = streams_of(larger, names)
    return dict(sorted(streams.items()))


def streams_of(scope: Scope, relationships: Collection[str]) -> list[str]:
    """The relationships, among those given, whose events can belong to the scope."""
    sets = scope.party_sets
    return [name for name in relationships if any(s.issubset(name.split("-")) for s in sets)]
