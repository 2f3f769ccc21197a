"""What was just done to an event, as the page of its evidence says it, with what it added."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comity.adapters.render.finding_words import finding_words
from comity.adapters.web.pages.history import History
from comity.adapters.web.pages.words import section
from comity.domain.recorded import Recorded
from comity.domain.scope import scope_of
from comity.projections.evidence import Evidence

if TYPE_CHECKING:
    from comity.engine import TimelineEngine

DONE = {
    "record": "recorded",
    "correct": "corrected",
    "prefer": "preferred",
    "retract": "retracted",
    "reinstate": "reinstated",
}
"""The word for what each form does, as addresses hold it."""
_LISTED = 10
"""How many findings are told at most."""


class Done(NamedTuple):
    """What was done, in words, and the findings that it added."""

    says: str
    findings: tuple[str, ...]


def done_to(engine: TimelineEngine, evidence: Evidence, word: str) -> Done | None:
    """What a word of an address says was done; None if it is no such word, or was not done."""
    said = section("done").get(word)
    positions = sorted(_positions(engine, evidence, word)) if said else []
    if not said or not positions:
        return None
    scope = scope_of(evidence.record.relationship)
    before = {*History(engine, scope, positions[0] - 1).findings}
    added = [each for each in History(engine, scope, positions[-1]).findings if each not in before]
    return Done(said, tuple(finding_words(each) for each in added[:_LISTED]))


def _positions(engine: TimelineEngine, evidence: Evidence, word: str) -> list[int]:
    """The positions in the log of what was done, if it was."""
    own = evidence.record
    about = {act.id: act for act in evidence.corrections if _target(act) == own.id}
    if word == DONE["record"]:
        return [own.position]
    if word == DONE["correct"]:
        told = [act for act in evidence.corrections if _target(act) in evidence.replaces]
        return [own.position, *(act.position for act in told)] if told else []
    if word == DONE["prefer"]:
        return [act.position for act in evidence.preferences if _target(act) == own.id][-1:]
    if word == DONE["retract"]:
        return [] if evidence.stands else [act.position for act in about.values()][-1:]
    scope = scope_of(own.relationship)
    records = History(engine, scope, engine.position).by_id.values()
    return [record.position for record in records if _target(record) in about][-1:]


def _target(record: Recorded) -> str:
    """The id of what record keeping was done to; empty for other events."""
    return getattr(record.event, "target", "")
