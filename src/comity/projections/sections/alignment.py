"""Alignment: how the parties stood to each other in a matter, as last recorded."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from comity.domain.events import AlignmentKind, AlignmentRecorded
from comity.projections.sections.section import Section, WorkingState


class Alignment(Struct, frozen=True):
    """How the parties stood to each other in a matter, as last recorded."""

    matter: str
    alignment: AlignmentKind | Literal[""]
    when: str


class AlignmentState(Struct, omit_defaults=True):
    """The last recorded alignment, by matter."""

    by_matter: dict[str, Alignment] = {}


def _recorded(alignment: AlignmentState, event: AlignmentRecorded, _state: WorkingState) -> None:
    alignment.by_matter[event.matter] = Alignment(event.matter, event.alignment, event.when)


def _answer(alignment: AlignmentState, _state: WorkingState, _on: date) -> dict[str, Alignment]:
    return {matter: alignment.by_matter[matter] for matter in sorted(alignment.by_matter)}


ALIGNMENT = Section(
    "alignment",
    AlignmentState,
    {AlignmentRecorded: _recorded},
    answer=_answer,
    empty=dict[str, Alignment],
)
