"""Measures across relationships: who took them against whom, and which open deals they touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import asdict, replace

from comity.domain.events import Event, MeasureExtended, MeasureImposed, MeasureLifted
from comity.domain.lives.life import Stand
from comity.domain.parties import standing_names
from comity.domain.text import folded
from comity.projections.sections.deal import DealState
from comity.projections.sections.deals import DEALS, by_name
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.measures import MEASURES, Measure
from comity.projections.sections.section import Section, WorkingState
from comity.projections.views.view import Option, OptionValues, Table, View


class RelationshipMeasure(Measure, frozen=True, kw_only=True):
    """A measure of one party against another, and the open deals that it touches.

    `lifted` is the date on which it was lifted, or the last day of its term. `deals` are the deals
    in which the party that the measure is `on` buys, sells, or lets shipments through, each as
    relationship and deal. A lifted measure touches none.
    """

    relationship: str
    lifted: str = ""
    deals: tuple[tuple[str, str], ...] = ()


class Measures(Struct, frozen=True):
    """The measures between the parties, and their open deals by name, each with its parties."""

    measures: tuple[RelationshipMeasure, ...] = ()
    deals: dict[str, tuple[str, ...]] = {}


class LiftedMeasuresState(Struct, omit_defaults=True):
    """The measures that were lifted, in order of time."""

    measures: list[RelationshipMeasure] = []


def _lifted(lifted: LiftedMeasuresState, event: MeasureLifted, state: WorkingState) -> None:
    """A measure is lifted; if its imposition was not recorded, its beginning is unknown."""
    by, measures = state.name(event.by), MEASURES.of(state)
    known = measures.measures.get((folded(event.measure), by)) if measures else None
    stand = known.stand.before_event("", event)[0] if known else Stand()
    if stand.status == "lifted":
        return
    lifted.measures.append(
        RelationshipMeasure(
            known.measure if known else event.measure,
            by,
            known.on if known else state.name(event.on),
            (known.kind if known else "") or event.kind,
            known.since if known else "",
            known.expires if known else "",
            relationship=state.relationship,
            lifted=event.when,
        )
    )


def _lifted_answer(
    lifted: LiftedMeasuresState, _state: WorkingState, _on: date
) -> tuple[RelationshipMeasure, ...]:
    return tuple(lifted.measures)


LIFTED_MEASURES = Section(
    "lifted_measures",
    LiftedMeasuresState,
    {MeasureLifted: _lifted},
    answer=_lifted_answer,
    empty=tuple[RelationshipMeasure, ...],
)


class MeasuresProjection(SectionsProjection[Measures]):
    """A relationship's measures in force, perhaps also the lifted ones, and its open deals.

    Measures by or on third parties are left out. The deals that a measure touches may belong to
    other relationships, so `reaching` finds them.
    """

    name = "measures"
    version = 4
    # A lifted measure must be looked up before the section of measures in force drops it.
    sections = (DEALS, LIFTED_MEASURES, MEASURES)

    def __init__(self, include_lifted: bool = False) -> None:
        self.include_lifted = include_lifted

    def evolve(self, state: WorkingState, event: Event) -> WorkingState:
        """The state after `event`; measures by or on third parties change nothing."""
        if isinstance(event, MeasureImposed | MeasureExtended | MeasureLifted):
            between = {state.name(event.by), state.name(event.on)}
            if len(between) < 2 or not between <= set(state.parties):
                return state
        return super().evolve(state, event)

    def finish(self, state: WorkingState, on: date) -> Measures:
        """The measures by name; of one name, the lifted ones in order of time, then the present."""
        in_force = [
            RelationshipMeasure(**asdict(measure), relationship=state.relationship)
            for measure in MEASURES.answer(state, on)
        ]
        lifted = (
            (*LIFTED_MEASURES.answer(state, on), *_expired(state, on))
            if self.include_lifted
            else ()
        )
        return Measures(
            tuple(sorted([*lifted, *in_force], key=lambda measure: measure.measure)),
            {
                deal.deal: _parties_of(deal)
                for deal in by_name(DEALS.of(state))
                if deal.ended is None and state.ended(on) is None
            },
        )


def _expired(state: WorkingState, on: date) -> Iterator[RelationshipMeasure]:
    """The measures whose term, or whose interval, has ended without a lifting."""
    measures = MEASURES.of(state)
    for known in measures.measures.values() if measures else ():
        stand, ended = state.standing(known.stand, "", on)
        if known.stand.status == "in-force" and stand.status == "lifted":
            yield RelationshipMeasure(
                known.measure, known.by, known.on, known.kind, known.since, known.expires,
                relationship=state.relationship, lifted=ended,
            )  # fmt: skip


def _parties_of(deal: DealState) -> tuple[str, ...]:
    """The buyer, the seller, and the parties that shipments passed or will pass through."""
    awaited = (code for shipment in deal.awaited.values() for code in shipment.via)
    return tuple(sorted({deal.buyer, deal.seller, *deal.via, *awaited} - {""}))


def reaching(
    selected: Mapping[str, Measures], everywhere: Mapping[str, Measures]
) -> tuple[RelationshipMeasure, ...]:
    """The selected measures, by relationship and name, each with the open deals that it touches.

    `everywhere` has all relationships, since a measure can touch the deals of any.
    """
    deals_of: dict[str, list[tuple[str, str]]] = {}
    for relationship, known in sorted(everywhere.items()):
        own = relationship.split("-")
        for deal, parties in known.deals.items():
            # A relationship's own parties have their newest names; other codes may be old.
            names = ([code] if code in own else standing_names(code) for code in parties)
            for name in {name for several in names for name in several}:
                deals_of.setdefault(name, []).append((relationship, deal))
    return tuple(
        measure
        if measure.lifted
        else replace(measure, deals=tuple(deals_of.get(_newest_name(measure.on), ())))
        for _, known in sorted(selected.items())
        for measure in known.measures
    )


def _newest_name(code: str) -> str:
    """The party's own code if its events are listed under it, or else its newest name."""
    names = standing_names(code)
    return code if code in names else names[0]


# The view


def _shown(values: OptionValues, rows: Sequence[RelationshipMeasure]) -> Sequence[str]:
    expires = ("expires",) if any(row.expires for row in rows) else ()
    lifted = ("lifted",) if values.get("include_lifted") else ()
    return ("relationship", "measure", "by", "on", "kind", "since", *expires, *lifted, "deals")


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
            "expires": lambda m: m.expires,
            "lifted": lambda m: m.lifted,
            "deals": lambda m: tuple("/".join(deal) for deal in m.deals),
        },
        shown=_shown,
        kinds={
            "relationship": "relationship", "by": "party", "on": "party", "since": "date",
            "expires": "date", "lifted": "date", "deals": "texts",
        },
    ),
    options={
        "include_lifted": Option("Also those that were lifted or have expired.", name="lifted")
    },
)  # fmt: skip
