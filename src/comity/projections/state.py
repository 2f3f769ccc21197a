"""The state projection: a relationship's whole state, folded from its events."""

from __future__ import annotations

from datetime import date
from itertools import chain

from comity.domain.errors import UnknownEventKind
from comity.domain.events import Event
from comity.domain.selection import Certainty, Selection
from comity.domain.views import View
from comity.projections import (
    agreements,
    anniversaries,
    deals,
    meetings,
    missions,
    relations,
    series,
    words,
)
from comity.projections.answers import RelationshipState
from comity.projections.book import Book, Handlers, written
from comity.projections.findings import Finding, rival_findings
from comity.projections.projection import fold

HANDLERS: Handlers = {
    **relations.HANDLERS,
    **missions.HANDLERS,
    **meetings.HANDLERS,
    **agreements.HANDLERS,
    **deals.HANDLERS,
    **words.HANDLERS,
    **anniversaries.HANDLERS,
}


class StateProjection:
    """Folds a relationship's events, in order of time, into a `Book`; the answer is read off it."""

    name = "state"
    version = 1

    def __init__(self, parties: tuple[str, ...]) -> None:
        self.parties = parties

    def initial(self) -> Book:
        """A book with nothing in it."""
        return Book(self.parties)

    def evolve(self, state: Book, event: Event) -> Book:
        """The book with `event` entered; raises `UnknownEventKind` for a kind it does not know."""
        try:
            handler = HANDLERS[type(event)]
        except KeyError:
            raise UnknownEventKind(type(event).__name__) from None
        handler(state, event)
        state.events += 1
        return state


def relationship_state(
    view: View, selection: Selection, on: date, known_at: int, certainty: Certainty
) -> RelationshipState:
    """The state of `view` on the day `on`, from what is folded and what is undetermined then."""
    projection = StateProjection(view.parties)
    book = fold(projection, [entry.record.event for entry in selection.folded])
    undetermined = tuple(entry.record.event for entry in selection.undetermined)
    in_force = agreements.answer(book, on)
    return RelationshipState(
        relationship=view.relationship,
        parties=view.parties,
        on=on.isoformat(),
        known_at=known_at,
        certainty=certainty,
        last_position=known_at,
        events=book.events,
        relations=relations.answer(book),
        missions=missions.answer(book),
        meetings=meetings.answer(book, on),
        series=series.answer(book, on),
        agreements=in_force,
        deals=deals.answer(book),
        payments=written(book.payments),
        measures=words.measures_answer(book),
        statements=words.statements_answer(book),
        alignment=dict(sorted(book.alignment.items())),
        aid=words.aid_answer(book),
        next_anniversaries=anniversaries.answer(book, in_force, on),
        anniversaries_marked=dict(sorted(book.marked.items())),
        tone=words.tone_answer(book),
        findings=findings(book, selection, undetermined),
        undetermined=undetermined,
    )


def findings(
    book: Book, selection: Selection, undetermined: tuple[Event, ...]
) -> tuple[Finding, ...]:
    """Every incoherence: what the fold noticed, what the whole shows, where accounts differ."""
    found = chain(
        book.findings,
        relations.find(book, undetermined),
        missions.find(book, undetermined),
        meetings.find(book, undetermined),
        series.find(book, undetermined),
        deals.find(book, undetermined),
        anniversaries.find(book),
        rival_findings(selection.folded),
    )
    return tuple(sorted(found, key=lambda f: (f.kind, f.message, f.events)))
