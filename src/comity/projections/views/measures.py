"""Measures across relationships: who took them against whom, and which open deals they touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec import Struct
from msgspec.structs import asdict, replace

from comity.domain.events import Event, MeasureImposed, MeasureLifted
from comity.domain.parties import standing_names
from comity.projections.answers import Measure
from comity.projections.sections import deals, words
from comity.projections.sections.book import Book, BookProjection, DealBook
from comity.projections.views.view import Option, OptionValues, Table, View


class RelationshipMeasure(Measure, frozen=True, kw_only=True):
    """A measure of one party against another, and the open deals that it touches.

    `lifted` says since when it is no more. `deals` are those in which the party that the measure
    is `on` buys, sells, or lets shipments through, as relationship and deal; none once lifted.
    """

    relationship: str
    lifted: str = ""
    deals: tuple[tuple[str, str], ...] = ()


class Measures(Struct, frozen=True):
    """The measures between the parties, and by name their open deals, each with who is in it."""

    measures: tuple[RelationshipMeasure, ...] = ()
    deals: dict[str, tuple[str, ...]] = {}


def _nothing_lifted() -> list[RelationshipMeasure]:
    return []


@dataclass(slots=True)
class MeasureBook(Book):
    """A book that also keeps the measures that were lifted, in order of time."""

    lifted: list[RelationshipMeasure] = field(default_factory=_nothing_lifted)


class MeasuresProjection(BookProjection[Measures]):
    """A relationship's measures in force, if asked for also those lifted, and its open deals.

    What its events tell of measures by or on others is not its own. Which deals a measure touches
    is not for one relationship to say: `reaching` does.
    """

    name = "measures"
    handlers = {  # noqa: RUF012 - never changed
        **deals.HANDLERS, MeasureImposed: words.imposed, MeasureLifted: words.lifted,
    }  # fmt: skip

    def __init__(self, include_lifted: bool = False) -> None:
        super().__init__()
        self.include_lifted = include_lifted

    def initial(self) -> MeasureBook:
        """A book with nothing in it."""
        return MeasureBook(self.parties)

    def evolve(self, state: Book, event: Event) -> Book:
        """The book with `event` entered."""
        if isinstance(event, MeasureImposed | MeasureLifted):
            between = {state.name(event.by), state.name(event.on)}
            if len(between) < 2 or not between <= set(state.parties):
                return state
            if isinstance(event, MeasureLifted) and isinstance(state, MeasureBook):
                _lift(state, event)
        return super().evolve(state, event)

    def finish(self, state: Book, on: date) -> Measures:
        """The measures by name, those lifted in order of time before the one in force."""
        assert isinstance(state, MeasureBook)
        name = state.relationship
        in_force = [
            RelationshipMeasure(**asdict(measure), relationship=name)
            for measure in words.measures_answer(state)
        ]
        found = [*(state.lifted if self.include_lifted else ()), *in_force]
        return Measures(
            tuple(sorted(found, key=lambda measure: measure.measure)),
            {
                deal.deal: _parties_of(deal)
                for _, deal in sorted(state.deals.items())
                if deal.ended is None
            },
        )


def _lift(book: MeasureBook, event: MeasureLifted) -> None:
    """Keep what is lifted; of a measure never heard of, it is not known since when it was."""
    begun = book.measures.get(event.measure)
    if begun is None and any(past.measure == event.measure for past in book.lifted):
        return
    told = begun if isinstance(begun, MeasureImposed) else event
    book.lifted.append(
        RelationshipMeasure(
            event.measure,
            book.name(told.by),
            book.name(told.on),
            told.kind or event.kind,
            begun.when if begun else "",
            relationship=book.relationship,
            lifted=event.when,
        )
    )


def _parties_of(deal: DealBook) -> tuple[str, ...]:
    """Buyer, seller, and those through which shipments went or are to go."""
    awaited = (code for shipment in deal.awaited.values() for code in shipment.via)
    return tuple(sorted({deal.buyer, deal.seller, *deal.via, *awaited} - {""}))


def reaching(
    asked: Mapping[str, Measures], everywhere: Mapping[str, Measures]
) -> tuple[RelationshipMeasure, ...]:
    """The measures asked for, by relationship and name, each with the open deals it touches.

    `everywhere` are all relationships: a measure touches deals of any.
    """
    invalidated: dict[str, list[tuple[str, str]]] = {}
    for relationship, known in sorted(everywhere.items()):
        own = relationship.split("-")
        for deal, parties in known.deals.items():
            # Its own parties have the names under which they stand; others those they were told by.
            names = ([code] if code in own else standing_names(code) for code in parties)
            for name in {name for those in names for name in those}:
                invalidated.setdefault(name, []).append((relationship, deal))
    return tuple(
        one if one.lifted else replace(one, deals=tuple(invalidated.get(_standing(one.on), ())))
        for _, known in sorted(asked.items())
        for one in known.measures
    )


def _standing(code: str) -> str:
    """The name under which a party stands that was asked for by this one."""
    names = standing_names(code)
    return code if code in names else names[0]


# The view


def _shown(values: OptionValues, rows: Sequence[RelationshipMeasure]) -> Sequence[str]:
    lifted = ("lifted",) if values.get("include_lifted") else ()
    return ("relationship", "measure", "by", "on", "kind", "since", *lifted, "deals")


VIEW = View(
    name="measures",
    projection=MeasuresProjection,
    help="""Measures in force, and the open deals that they touch.

    A measure touches the deals, of whatever relationship, in which the party that it is on buys,
    sells, or lets shipments through.
    """,
    table=Table[RelationshipMeasure](
        {
            "relationship": lambda m: m.relationship,
            "measure": lambda m: m.measure,
            "by": lambda m: m.by,
            "on": lambda m: m.on,
            "kind": lambda m: m.kind,
            "since": lambda m: m.since,
            "lifted": lambda m: m.lifted,
            "deals": lambda m: tuple("/".join(deal) for deal in m.deals),
        },
        shown=_shown,
    ),
    options={"include_lifted": Option("Also those that were lifted.", name="lifted")},
)
