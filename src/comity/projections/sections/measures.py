"""Measures of one party against another: sanctions, embargoes, tariffs and the like."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from comity.domain.events import MeasureExtended, MeasureImposed, MeasureLifted
from comity.domain.lives.life import Stand, step
from comity.domain.lives.table import LIVES
from comity.domain.text import folded
from comity.projections.sections.section import (
    Memory,
    Section,
    WorkingState,
    get_or_create,
)

_LIFE = LIVES["measure"]


class Measure(Struct, frozen=True):
    """A measure in force; `expires` is the last day of its term, if one was told."""

    measure: str
    by: str
    on: str
    kind: str = ""
    since: str = ""
    expires: str = ""


class MeasureState(Struct, omit_defaults=True):
    """A measure of one party: what imposed it, and how it stands."""

    measure: str
    by: str
    on: str
    stand: Stand = Stand()
    kind: str = ""
    since: str = ""
    expires: str = ""


class MeasuresState(Struct, omit_defaults=True):
    """Every measure, by its case-folded id and who imposed it."""

    measures: dict[tuple[str, str], MeasureState] = {}


_MeasureEvent = MeasureImposed | MeasureExtended | MeasureLifted


def _changed(measures: MeasuresState, event: _MeasureEvent, state: WorkingState) -> None:
    by = state.name(event.by)
    measure = get_or_create(
        measures.measures,
        (folded(event.measure), by),
        lambda: MeasureState(event.measure, by, state.name(event.on)),
    )
    before, _ = measure.stand.before_event(measure.since, event)
    measure.stand, fault = step(_LIFE, before, event)
    if fault:
        state.find_fault(fault, event, event.measure, before.status)
    if isinstance(event, MeasureLifted) or (fault and before.status != "none"):
        return
    if isinstance(event, MeasureImposed) or before.status != "in-force":
        measure.since, measure.on = event.when, state.name(event.on)
    measure.kind = event.kind or measure.kind
    measure.expires = event.expires


def in_force(measures: MeasuresState | None, state: WorkingState, on: date) -> list[MeasureState]:
    """The measures in force on the day `on` between the parties, by id.

    A third party's measure, such as an organisation's, is on the timelines of that party only.
    """
    if measures is None or state.ended(on) is not None:
        return []
    return [
        measure
        for _, measure in sorted(measures.measures.items(), key=lambda item: item[0])
        if {measure.by, measure.on}.issubset(state.parties) and _stands(measure, state, on)
    ]


def _stands(measure: MeasureState, state: WorkingState, on: date) -> bool:
    return state.standing(measure.stand, "", on)[0].status == "in-force"


def _forget(measures: MeasuresState, state: WorkingState, on: date) -> Iterable[str]:
    over = [key for key, known in measures.measures.items() if not _stands(known, state, on)]
    for key in over:
        del measures.measures[key]
    return [name for name, _ in over]


def _missing(measures: MeasuresState | None, event: _MeasureEvent) -> tuple[str, ...]:
    key = (folded(event.measure), event.by)  # a former name of who imposed it is looked up again
    return () if measures is not None and key in measures.measures else key[:1]


def _recall(measures: MeasuresState, then: MeasuresState, event: _MeasureEvent) -> None:
    name = folded(event.measure)
    for key, measure in then.measures.items():
        if key[0] == name:
            measures.measures.setdefault(key, measure)


def _answer(measures: MeasuresState, state: WorkingState, on: date) -> tuple[Measure, ...]:
    return tuple(
        Measure(m.measure, m.by, m.on, m.kind, m.since, m.expires)
        for m in in_force(measures, state, on)
    )


MEASURES = Section(
    "measures",
    MeasuresState,
    {MeasureImposed: _changed, MeasureExtended: _changed, MeasureLifted: _changed},
    memory=Memory(_forget, _missing, _recall),
    answer=_answer,
    empty=tuple[Measure, ...],
)
