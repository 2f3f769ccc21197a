"""Measures of one party against another: sanctions, embargoes, tariffs and the like."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from comity.domain.events import MeasureExtended, MeasureImposed, MeasureLifted
from comity.projections.sections.section import Section, WorkingState, unread


class Measure(Struct, frozen=True):
    """A measure in force."""

    measure: str
    by: str
    on: str
    kind: str = ""
    since: str = ""


class MeasuresState(Struct, omit_defaults=True):
    """The measures in force, by id."""

    in_force: dict[str, MeasureImposed] = {}


def _imposed(measures: MeasuresState, event: MeasureImposed, _state: WorkingState) -> None:
    measures.in_force[event.measure] = event


def _lifted(measures: MeasuresState, event: MeasureLifted, _state: WorkingState) -> None:
    measures.in_force.pop(event.measure, None)


def _answer(measures: MeasuresState, state: WorkingState, _on: date) -> tuple[Measure, ...]:
    return tuple(
        Measure(name, state.name(event.by), state.name(event.on), event.kind, event.when)
        for name, event in sorted(measures.in_force.items(), key=lambda item: item[0])
    )


MEASURES = Section(
    "measures",
    MeasuresState,
    {MeasureExtended: unread, MeasureImposed: _imposed, MeasureLifted: _lifted},
    answer=_answer,
    empty=tuple[Measure, ...],
)
