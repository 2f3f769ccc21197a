"""Which records somebody wants to hear of: of a relationship, of a party, of some kinds."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from comity.domain.events import RecordKeeping
from comity.domain.events.records import Redacted
from comity.domain.recorded import Recorded
from comity.domain.scope import Scope, scope_for, scope_of

IsOnTimeline = Callable[[str, Recorded], bool]
"""Whether a relationship's timeline held a record when it was recorded."""


def fact_of(record: Recorded, find: Callable[[str], Recorded | None]) -> Recorded | None:
    """What a record is about at last: itself, or what record keeping was done to."""
    fact: Recorded | None = record
    while fact is not None and isinstance(fact.event, RecordKeeping):
        if isinstance(fact.event, Redacted):
            return fact
        fact = find(fact.event.target)
    return fact


@dataclass(frozen=True)
class Matching:
    """Records of `relationship` (an id) and of `party` (a code), of one of the `kinds` (tags).

    What is empty selects nothing away. States that a party continues count as that party, and the
    larger sets that hold a relationship as that relationship.
    """

    relationship: str = ""
    party: str = ""
    kinds: Collection[str] = ()

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes to which a record must belong; raises `InvalidInput` errors."""
        pair = (scope_of(self.relationship),) if self.relationship else ()
        return (*pair, scope_for("party", (self.party,))) if self.party else pair

    def holds(self, record: Recorded) -> bool:
        """Whether a record is one of them."""
        return self.is_of_scopes(record) and self.is_of_kinds(record.event.type)

    def is_of_kinds(self, kind: str) -> bool:
        """Whether a kind is one of the kinds."""
        return not self.kinds or kind in self.kinds

    def is_of_scopes(self, record: Recorded) -> bool:
        """Whether a record belongs to every scope; record keeping does as its stream does."""
        event = record.event
        if isinstance(event, RecordKeeping):
            codes = set(record.relationship.split("-"))
            return all(any(own <= codes for own in scope.party_sets) for scope in self.scopes)
        return all(scope.holds(event) for scope in self.scopes)

    def is_act(self, fact: Recorded, is_on: IsOnTimeline) -> bool:
        """Whether it is one party's act, told of others, on an agreement of the relationship."""
        if not self.relationship:
            return False
        own, *others = self.scopes
        is_elsewhere = own.has_act_elsewhere(fact.event)
        return (
            is_elsewhere
            and all(scope.holds(fact.event) for scope in others)
            and is_on(self.relationship, fact)
        )
