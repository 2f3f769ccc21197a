"""The state projection: a relationship's whole state, folded from its events."""

from __future__ import annotations

from copy import copy
from datetime import date
from itertools import chain
from typing import ClassVar, Self

from comity.domain.errors import UnknownEventKind
from comity.domain.events import Event
from comity.domain.selection import Entry
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
from comity.projections.projection import A, Projection


class BookProjection(Projection[Book, A]):
    """Folds the kinds that its `handlers` know into a `Book`, off which its answer is read."""

    handlers: ClassVar[Handlers]

    def __init_subclass__(cls) -> None:
        if "kinds" not in cls.__dict__:
            cls.kinds = tuple(cls.handlers)

    def __init__(self) -> None:
        self.parties: tuple[str, ...] = ()

    def of(self, parties: tuple[str, ...]) -> Self:
        """For these parties, by whose newest names everything in the book is called."""
        own = copy(self)
        own.parties = parties
        return own

    def initial(self) -> Book:
        """A book with nothing in it."""
        return Book(self.parties)

    def evolve(self, state: Book, event: Event) -> Book:
        """The book with `event` entered; raises `UnknownEventKind` for a kind it does not know."""
        try:
            handler = self.handlers[type(event)]
        except KeyError:
            raise UnknownEventKind(type(event).__name__) from None
        handler(state, event)
        state.events += 1
        return state


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

    def enter(self, state: Book, entry: Entry) -> Book:
        """Enter the standing account, and note where others tell otherwise."""
        if len(entry.accounts) > 1:
            state.findings.extend(rival_findings(entry))
        return self.evolve(state, entry.record.event)

    def doubt(self, state: Book, entry: Entry) -> Book:
        """What is undetermined is told in the answer, and excuses some findings."""
        state.undetermined.append(entry.record.event)
        return state

    def finish(self, state: Book, on: date) -> RelationshipState:
        """The state on the day `on`; what else was asked, only the asker can add."""
        in_force = agreements.answer(state, on)
        return RelationshipState(
            relationship="-".join(state.parties),
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
