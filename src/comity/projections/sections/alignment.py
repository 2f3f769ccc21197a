"""Alignment: how the parties stand to each other in a matter, as last recorded."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from comity.domain.events import AlignmentKind, AlignmentRecorded
from comity.domain.lives.life import Stand, aligned
from comity.domain.text import folded
from comity.projections.sections.section import Section, WorkingState


class Alignment(Struct, frozen=True):
    """How the parties stand to each other in a matter, as last recorded."""

    matter: str
    alignment: AlignmentKind | Literal[""]
    when: str


class AlignmentState(Struct, omit_defaults=True):
    """The last recorded alignment, by matter; matters are compared case-folded."""

    by_matter: dict[str, Alignment] = {}
    stands: dict[str, Stand] = {}


def _recorded(alignment: AlignmentState, event: AlignmentRecorded, _state: WorkingState) -> None:
    key = folded(event.matter)
    known = alignment.by_matter.get(key)
    matter = known.matter if known else event.matter
    alignment.by_matter[key] = Alignment(matter, event.alignment, event.when)
    alignment.stands[key], _ = aligned(alignment.stands.get(key, Stand()), event)


def _answer(alignment: AlignmentState, state: WorkingState, on: date) -> dict[str, Alignment]:
    """The alignments that have not ended, by matter."""
    if state.ended(on) is not None:
        return {}
    standing = [
        known
        for key, known in alignment.by_matter.items()
        if state.standing(alignment.stands[key], "", on)[0].status != "none"
    ]
    return {known.matter: known for known in sorted(standing, key=lambda known: known.matter)}


ALIGNMENT = Section(
    "alignment",
    AlignmentState,
    {AlignmentRecorded: _recorded},
    answer=_answer,
    empty=dict[str, Alignment],
)
