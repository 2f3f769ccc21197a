"""Statements: the last one by each party."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from comity.domain.events import StatementMade, VoteCast
from comity.projections.sections.section import Section, WorkingState, comes_after


class Statement(Struct, frozen=True):
    """The last statement by a party."""

    by: str
    when: str
    speaker: str = ""
    stance: str = ""
    text: str = ""


class StatementsState(Struct, omit_defaults=True):
    """The last statement of each party."""

    last: dict[str, StatementMade] = {}


def _unread(_statements: StatementsState, _event: VoteCast, _state: WorkingState) -> None:
    """A vote stands on the timeline; no answer of a state tells of it yet."""


def _made(statements: StatementsState, event: StatementMade, state: WorkingState) -> None:
    statements.last[state.name(event.by)] = event


def _made_late(statements: StatementsState, event: StatementMade, state: WorkingState) -> None:
    """A statement that comes after later ones is the last one only if its date says so."""
    last = statements.last.get(state.name(event.by))
    if last is None or comes_after(event.when, last.when):
        _made(statements, event, state)


def _answer(statements: StatementsState, _state: WorkingState, _on: date) -> dict[str, Statement]:
    return {
        by: Statement(by, event.when, event.speaker, event.stance, event.text)
        for by, event in sorted(statements.last.items(), key=lambda item: item[0])
    }


STATEMENTS = Section(
    "statements",
    StatementsState,
    {VoteCast: _unread, StatementMade: _made},
    late={VoteCast: _unread, StatementMade: _made_late},
    answer=_answer,
    empty=dict[str, Statement],
)
