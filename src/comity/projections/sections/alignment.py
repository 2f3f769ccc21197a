"""Alignment: how the parties stand to each other in a matter, as last recorded."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from comity.domain.events import AlignmentKind, AlignmentRecorded
from comity.domain.lives.life import Stand, aligned
from comity.domain.text import folded
from comity.projections.sections.section import Section, WorkingState


class Alignment(Struct, frozen=True):
    """How the parties stand to each other in a matter, as last recorded.

    `ended` is the last day that was told, or the day on which a party ended.
    """

    matter: str
    alignment: AlignmentKind | Literal[""]
    when: str
    ended: str = ""


class Alignments(Struct, frozen=True):
    """The last recorded alignments by matter: those that stand, and those that ended."""

    standing: dict[str, Alignment] = {}
    ended: dict[str, Alignment] = {}


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


def _answer(alignment: AlignmentState, state: WorkingState, on: date) -> Alignments:
    """The alignments by matter; with a party, all end."""
    over = state.ended(on)
    answer = Alignments({}, {})
    for key, known in sorted(alignment.by_matter.items(), key=lambda item: item[1].matter):
        stand, since = state.standing(alignment.stands[key], "", on)
        if stand.status == "none":
            answer.ended[known.matter] = replace(known, ended=since)
        elif over is not None:
            answer.ended[known.matter] = replace(known, ended=over.isoformat())
        else:
            answer.standing[known.matter] = known
    return answer


ALIGNMENT = Section(
    "alignment",
    AlignmentState,
    {AlignmentRecorded: _recorded},
    answer=_answer,
    empty=Alignments,
)
