"""What is said where nothing is recorded of the parties that a question is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from comity.adapters.cli.exits import say
from comity.domain.parties import party
from comity.domain.scope import scope_of
from comity.engine.engine import asked, store_of
from comity.query.parameters import KnownAt, is_one_relationship

if TYPE_CHECKING:
    from comity.engine import TimelineEngine


def nothing_recorded(
    engine: TimelineEngine,
    parties: Sequence[str] | None,
    known_at: KnownAt = None,
    *,
    is_empty: bool = True,
) -> str:
    """The sentence that nothing is recorded of the parties; empty if something is.

    Whether nothing was known at a moment is looked up only if the answer to the question
    `is_empty`.
    """
    codes = tuple(parties or ())
    if not codes:
        return "" if engine.position else "nothing recorded yet"
    if not is_one_relationship(codes):
        return "" if asked(engine, codes).relationships else _sentence(party(*codes))
    scope = scope_of(*codes)
    if not store_of(engine).streams(scope.party_sets):
        return _sentence(scope.key)
    if not is_empty or (known_at is None and _has_only_facts(engine, scope.key)):
        return ""
    if engine.timeline(*codes, known_at=known_at):
        return ""
    if known_at is None or not engine.timeline(*codes):
        return _sentence(scope.key)
    return f"{_sentence(scope.key)} as known at {known_at}; it was recorded later"


def _has_only_facts(engine: TimelineEngine, relationship: str) -> bool:
    """Whether a relationship has a stream in which nothing was retracted: then something stands.

    Most have, so that a long timeline need not be read to learn that it is not empty.
    """
    head = store_of(engine).heads((relationship,)).get(relationship)
    return head is not None and not head.has_acts


def say_nothing_recorded(
    engine: TimelineEngine, parties: Sequence[str] | None, known_at: KnownAt = None
) -> bool:
    """Say that nothing is recorded of the parties, if so, and return whether it is."""
    nothing = nothing_recorded(engine, parties, known_at, is_empty=False)
    if nothing:
        say(nothing)
    return bool(nothing)


def _sentence(name: str) -> str:
    return f"nothing recorded of {name}"
