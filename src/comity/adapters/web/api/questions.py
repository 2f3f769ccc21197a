"""The questions of the API that are no views: each says its parameters and asks the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from comity.adapters.catalogue.kinds import KindInfo, KindLine, kind_info, kind_line
from comity.adapters.web.api.parameters import (
    CERTAINTY,
    EVENT,
    KIND,
    KNOWN_AT,
    ON,
    PARTY,
    RELATIONSHIP,
    SINCE,
    UNTIL,
    Parameter,
)
from comity.domain.events import CATALOGUE
from comity.domain.parties.directory import PartyInfo, find_parties
from comity.domain.search.found import SearchResult
from comity.domain.selection import Entry
from comity.engine import TimelineEngine
from comity.projections.diff import Change
from comity.projections.evidence import Evidence
from comity.projections.learned import Learned
from comity.projections.state import RelationshipState
from comity.query import Progress

Basis = Literal["relationship", "log", "nothing"]
"""What an answer rests on: one relationship's streams, the whole log, or no store."""
Ask = Callable[..., Any]
"""Asks the engine, with a function that is called between two steps, and the values."""


@dataclass(frozen=True)
class Question:
    """A question: its address and name, what it takes, who answers it, and what the answer is."""

    path: str
    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    ask: Ask
    answer: Any
    basis: Basis = "log"

    @property
    def names_one(self) -> bool:
        """Whether its address names a relationship."""
        return any(p.name == RELATIONSHIP.name and p.is_path for p in self.parameters)


def _state(engine: TimelineEngine, _: Progress, *, relationship: str, **v: Any) -> Any:
    return engine.state(relationship, **v)


def _timeline(
    engine: TimelineEngine,
    _: Progress,
    *,
    relationship: str,
    kind: Sequence[str] = (),
    **v: Any,
) -> Any:
    return list(engine.timeline(relationship, kinds=kind, **v))


def _diff(
    engine: TimelineEngine, _: Progress, *, relationship: str, certainty: Any = "certain", **v: Any
) -> Any:
    on, known_at = v.get("on"), v.get("known_at")
    days = (on, v.get("than_on", on))
    moments = (known_at, v.get("than_known_at", known_at))
    return list(engine.diff(relationship, on=days, known_at=moments, certainty=certainty))


def _evidence(engine: TimelineEngine, _: Progress, *, event: str) -> Any:
    return engine.evidence(event)


def _search(
    engine: TimelineEngine, progress: Progress, *, q: str, party: Sequence[str] = (),
    kind: Sequence[str] = (), **v: Any,
) -> Any:  # fmt: skip
    return engine.search(q, parties=party, kinds=kind, progress=progress, **v)


def _learned(
    engine: TimelineEngine,
    _: Progress,
    *,
    known_at: Any,
    party: Sequence[str] = (),
    **v: Any,
) -> Any:
    moments = (known_at, v.pop("than_known_at", None))
    return engine.learned(*party, known_at=moments, **v)


def _relationships(engine: TimelineEngine, _: Progress, *, party: Sequence[str] = ()) -> Any:
    return engine.relationships(party)


def _parties(_: TimelineEngine, __: Progress, *, q: str = "", on: str | None = None) -> Any:
    return find_parties(q, on)


def _kinds(_: TimelineEngine, __: Progress) -> Any:
    return [kind_line(kind) for kind in CATALOGUE]


def _kind(_: TimelineEngine, __: Progress, *, kind: str) -> Any:
    return kind_info(kind)


_OF_ONE = "/relationships/{relationship}"
_ANY_PARTY = replace(PARTY, help="Only of this party; of several, those that include all.")
_Q = Parameter("q", "text", 'Words; "quoted words" are a phrase, prefix* is any such word.')

QUESTIONS = (
    Question(
        "/relationships", "list_relationships", "The ids of the relationships that have events.",
        (_ANY_PARTY,), _relationships, list[str],
    ),
    Question(
        f"{_OF_ONE}/state", "get_state",
        "The state of a relationship on a day, as known at a moment.",
        (RELATIONSHIP, ON, KNOWN_AT, CERTAINTY), _state, RelationshipState, "relationship",
    ),
    Question(
        f"{_OF_ONE}/timeline", "get_timeline",
        "The entries of a relationship's timeline, in order of time, each with its accounts.",
        (RELATIONSHIP, SINCE, UNTIL, KIND, KNOWN_AT), _timeline, list[Entry], "relationship",
    ),
    Question(
        f"{_OF_ONE}/diff", "get_diff",
        "What changed from one day to another, or from one moment of knowing to another.",
        (
            RELATIONSHIP, ON, replace(ON, name="than_on", help="The other day."), KNOWN_AT,
            replace(KNOWN_AT, name="than_known_at", help="The other moment of knowing."), CERTAINTY,
        ),
        _diff, list[Change], "relationship",
    ),
    Question(
        "/evidence", "get_evidence",
        "Why an event is believed or not: accounts, sources, corrections, who recorded them.",
        (EVENT,), _evidence, Evidence,
    ),
    Question(
        "/search", "search", "The events that have all of these words, the best matches first.",
        (
            replace(_Q, required=True), PARTY, KIND, SINCE, UNTIL, KNOWN_AT,
            Parameter("limit", "integer", "Hits at most.", least=1, most=1000, default=20),
            Parameter("retracted", "flag", "Also what was retracted.", default=False),
        ),
        _search, SearchResult,
    ),
    Question(
        "/learned", "get_learned",
        "What was learned after one moment and up to another, and what it changed.",
        (
            PARTY, replace(KNOWN_AT, required=True, help="The earlier moment."),
            replace(KNOWN_AT, name="than_known_at", help="The later moment, by default now."), ON,
        ),
        _learned, list[Learned],
    ),
    Question(
        "/parties", "list_parties", "The parties there are, or those that a text may mean.",
        (replace(_Q, help="A code, a number, or words of a name."), ON), _parties,
        list[PartyInfo], "nothing",
    ),
    Question(
        "/kinds", "list_kinds", "The kinds of event that can be recorded.", (), _kinds,
        list[KindLine], "nothing",
    ),
    Question(
        "/kinds/{kind}", "get_kind", "A kind of event: its fields, values, and an example.",
        (Parameter("kind", "text", "The kind.", tuple(CATALOGUE), required=True, is_path=True),),
        _kind, KindInfo, "nothing",
    ),
)  # fmt: skip
