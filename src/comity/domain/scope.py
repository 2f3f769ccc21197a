"""Scopes: whose events a timeline holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations, product
from types import MappingProxyType
from typing import Literal, NamedTuple

from comity.domain.errors import InvalidValue
from comity.domain.events import Event
from comity.domain.parties import (
    cached_by_party,
    current,
    lineage,
    parties,
    party,
    relationship_parties,
    standing_names,
    successor,
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

    def allows(self, event: Event) -> bool:
        """Whether the event can fall in its days."""
        earliest, latest = bounds(event.when)
        return earliest <= self.until and latest >= self.since

    @property
    def is_unlimited(self) -> bool:
        """Whether events of any date belong to the scope."""
        return self.since == date.min and self.until == date.max


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

    def heir(self, code: str) -> str:
        """The same, and of a third party the newest party that continues it."""
        return heir(code, self.parties)

    @property
    def party_sets(self) -> list[frozenset[str]]:
        """The sets of parties of its members: a stream belongs to it if it has all of one set."""
        return [member.codes for member in self.members]

    @property
    def codes(self) -> frozenset[str]:
        """Every code that one of its parties has or had."""
        return frozenset(code for member in self.members for code in member.codes)

    @property
    def sets_to_read(self) -> list[frozenset[str]]:
        """Its sets of parties, and the marks of streams in which one of its parties acted."""
        if len(self.parties) < 2:
            return self.party_sets
        return [*self.party_sets, *(frozenset({acting(code)}) for code in self.codes)]

    def holds_all(self, relationship: str) -> bool:
        """Whether every event of a relationship belongs to this scope, whatever its date."""
        codes = relationship.split("-")
        return any(m.is_unlimited and m.codes.issubset(codes) for m in self.members)

    def told_parties(self, event: Event) -> set[str]:
        """The scope's parties that `event` was told of, under the names that they had then."""
        members = [member for member in self.members if member.allows(event)]
        codes = {code for member in members for code in member.codes}
        return {self.name(code) for code in codes.intersection(event.parties)}

    def has_act(self, event: Event) -> bool:
        """Whether `event` is an act of one of its parties on an agreement, told of whomever."""
        by = actor(event)
        if not by or len(self.parties) < 2:
            return False
        return any(by in member.codes and member.allows(event) for member in self.members)

    def concerns(self, event: Event) -> bool:
        """Whether `event` can belong to this scope, by itself or with other events.

        A stream is also read for one party's acts: what else it holds belongs to others.
        """
        return self.holds(event) or self.has_act(event)

    def has_act_elsewhere(self, event: Event) -> bool:
        """Whether it is such an act, and belongs to this scope only with other events of it."""
        return event.subject == "agreement" and self.has_act(event) and not self.holds(event)

    def holds(self, event: Event) -> bool:
        """Whether `event` belongs to this scope."""
        return any(
            member.codes.issubset(event.parties) and member.allows(event) for member in self.members
        )


def actor(event: Event) -> str:
    """Who acted alone on an agreement; empty for any other event."""
    return getattr(event, "by", "") if event.subject == "agreement" else ""


def acting(code: str) -> str:
    """The mark of a stream in which a party acted alone on an agreement, beside its parties."""
    return f"by:{code}"


@cached_by_party
def newest_names(codes: tuple[str, ...]) -> dict[str, str]:
    """For each code that one of the parties ever had, its newest name."""
    names = {former.code: code for code in codes for former in lineage(code)}
    names.update((code, code) for code in codes)
    return names


def heir(code: str, parties: tuple[str, ...]) -> str:
    """The newest name of a party on the timeline of `parties`; of a third party its successor."""
    return newest_names(parties).get(code) or successor(code)


class Query(NamedTuple):
    """A question: a scope, a day, the last position that is known, and a certainty."""

    scope: Scope
    day: date
    position: int
    certainty: Certainty = "certain"


@cached_by_party
def _scope(codes: tuple[str, ...]) -> Scope:
    members: list[Member] = []
    for formers in product(*(lineage(code) for code in codes)):
        since = max((f.since for f in formers), default=date.min)
        until = min((f.until for f in formers), default=date.max)
        member_codes = frozenset(former.code for former in formers)
        if len(member_codes) == len(codes) and since <= until:
            members.append(Member(member_codes, since, until))
    return Scope("-".join(codes) or WHOLE_LOG, codes, tuple(members))


def have_timelines(scopes: Sequence[Scope], key: Key) -> bool:
    """Whether each of the scopes has a timeline of its own under a key."""
    if key == "party":
        return bool(scopes) and all(len(scope.parties) == 1 for scope in scopes)
    return key == "relationship"


def scope_of(*names: str) -> Scope:
    """The scope of a relationship named by its parties' codes, in any order, or by its id.

    A party that only changed its name is the same under either code: USA-ZAR is COD-USA. Raises
    `UnknownParty`, and `InvalidValue` for fewer than two parties.
    """
    if len(names) == 1 and "-" in str(names[0]):
        return _of_current(relationship_parties(names[0]))
    return _of_current(parties(tuple(names)))


def _of_current(codes: tuple[str, ...]) -> Scope:
    return _scope(tuple(sorted(map(current, codes))))


def scope_for(key: Key, names: tuple[str, ...]) -> Scope:
    """The scope of a relationship, of one party, or of the log, which has no parties.

    Raises `UnknownParty`, and `InvalidValue` for too few or too many parties.
    """
    if key == "relationship":
        return scope_of(*names)
    if len(names) != (key == "party"):
        raise InvalidValue("parties", names, "one party" if key == "party" else "none")
    return _of_current(tuple(party(code) for code in names))


@cached_by_party
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


def scopes_of_recorded(
    relationship: str, key: Key, recorded: Collection[str], actors: Collection[str] = ()
) -> frozenset[Scope]:
    """The scopes to which a relationship's events belong, given the relationships in the log.

    `actors` are the parties that acted alone on an agreement: that belongs to all their scopes.
    """
    scopes = scopes_of(relationship, key)
    if key == "relationship" and actors:
        others = (scope for name in recorded for scope in scopes_of(name))
        scopes |= {scope for scope in others if not scope.codes.isdisjoint(actors)}
    if key != "relationship" or relationship.count("-") < 3:
        return scopes
    whole = {code for scope in scopes for code in scope.parties}
    larger = (scope for name in recorded for scope in scopes_of(name) if len(scope.parties) > 2)
    return scopes | {scope for scope in larger if whole.issuperset(scope.parties)}


def all_scopes(
    key: Key,
    relationships: Iterable[str],
    acted: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> dict[Scope, list[str]]:
    """Every scope of these recorded relationships, each with the relationships that it reads.

    `acted` gives, by party, the relationships in which it acted alone on an agreement. The log has
    its scope even if nothing is recorded.
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
    if acted and key == "relationship":
        for scope, own in streams.items():
            elsewhere = {name for code in scope.codes for name in acted.get(code, ())}
            own.extend(sorted(elsewhere.difference(own)))
    return dict(sorted(streams.items()))


def streams_of(
    scope: Scope,
    relationships: Collection[str],
    acted: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> list[str]:
    """The relationships, among those given, whose events can belong to the scope."""
    sets = scope.party_sets
    elsewhere = {name for code in scope.codes for name in acted.get(code, ())} if acted else ()
    return [
        name
        for name in relationships
        if name in elsewhere or any(s.issubset(name.split("-")) for s in sets)
    ]
