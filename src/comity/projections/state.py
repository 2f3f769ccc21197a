"""The state projection: a relationship's whole state, folded from its events."""

from __future__ import annotations

from datetime import date
from itertools import chain

from msgspec.structs import replace

from comity.domain.scope import Query
from comity.domain.selection import Entry
from comity.projections.answers import RelationshipState
from comity.projections.findings import Finding, rival_findings
from comity.projections.sections import (
    agreements,
    anniversaries,
    deals,
    meetings,
    missions,
    relations,
    series,
    words,
)
from comity.projections.sections.book import Book, BookProjection, written


class StateProjection(BookProjection[RelationshipState]):
    """A relationship's whole state."""

    name = "state"
    kinds = ()  # all: one that is unknown is an error
    handlers = {  # noqa: RUF012 - never changed
        **relations.HANDLERS,
        **missions.HANDLERS,
        **meetings.HANDLERS,
        **agreements.HANDLERS,
        **deals.HANDLERS,
        **words.HANDLERS,
        **anniversaries.HANDLERS,
    }

    def evolve_entry(self, state: Book, entry: Entry) -> Book:
        """Enter the standing account, and note where others tell otherwise."""
        if len(entry.accounts) > 1:
            state.findings.extend(rival_findings(entry))
        return self.evolve(state, entry.record.event)

    def on_undetermined(self, state: Book, entry: Entry) -> Book:
        """What is undetermined is told in the answer, and excuses some findings."""
        state.undetermined.append(entry.record.event)
        return state

    def finish(self, state: Book, on: date) -> RelationshipState:
        """The state on the day `on`."""
        in_force = agreements.answer(state, on)
        return RelationshipState(
            relationship=state.relationship,
            parties=state.parties,
            on=on.isoformat(),
            events=state.events,
            relations=relations.answer(state),
            missions=missions.answer(state),
            meetings=meetings.answer(state, on),
            series=series.answer(state, on),
            agreements=in_force,
            deals=deals.answer(state),
            payments=written(state.payments),
            measures=words.measures_answer(state),
            statements=words.statements_answer(state),
            alignment=dict(sorted(state.alignment.items())),
            aid=words.aid_answer(state),
            next_anniversaries=anniversaries.answer(state, in_force, on),
            anniversaries_marked=dict(sorted(state.marked.items())),
            tone=words.tone_answer(state),
            findings=_findings(state),
            undetermined=tuple(state.undetermined),
        )

    def with_query(self, answer: RelationshipState, query: Query) -> RelationshipState:
        """The state says what it was asked for."""
        return replace(
            answer,
            known_at=query.position,
            certainty=query.certainty,
            last_position=query.position,
        )


def _findings(book: Book) -> tuple[Finding, ...]:
    """Every incoherence: what the fold noticed, and what the whole shows."""
    found = chain(
        book.findings,
        relations.find(book, book.undetermined),
        missions.find(book, book.undetermined),
        meetings.find(book, book.undetermined),
        series.find(book, book.undetermined),
        deals.find(book, book.undetermined),
        anniversaries.find(book),
    )
    return tuple(sorted(found, key=lambda f: (f.kind, f.message, f.events)))
