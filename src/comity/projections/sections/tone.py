"""Tone: the number of coded interactions, and their mean weight on the Goldstein scale."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from msgspec import Struct

from comity.domain.codelists.goldstein import (
    QUAD_NAMES,
    goldstein,
    has_inherited_weight,
    quad_class,
)
from comity.domain.events import Event, InteractionCoded
from comity.projections.sections.section import Handler, Section, WorkingState


class Tone(Struct, frozen=True):
    """Coded interactions: their number, also by quad class, and their mean Goldstein weight.

    `inherited` of them have a code that the table of weights lacks: they count with the weight of
    the code's parent.
    """

    interactions: int = 0
    by_quad_class: dict[str, int] = {}
    mean_goldstein: Decimal | None = None
    inherited: int = 0


class ToneState(Struct, omit_defaults=True):
    """The counts of coded interactions, and the sum of their known weights."""

    interactions: int = 0
    by_quad_class: dict[int, int] = {}
    weight: Decimal = Decimal(0)
    weighted: int = 0
    inherited: int = 0


def _coded(tone: ToneState, event: InteractionCoded, _state: WorkingState) -> None:
    """An interaction in the news was coded."""
    tone.interactions += 1
    quad, weight, is_inherited = _scored(event.scheme, event.weighed_code)
    if quad is not None:
        counts = tone.by_quad_class
        counts[quad] = counts.get(quad, 0) + 1
    if weight is not None:
        tone.weight += weight
        tone.weighted += 1
        tone.inherited += is_inherited


@lru_cache(maxsize=4_096)
def _scored(scheme: str, code: str) -> tuple[int | None, Decimal | None, bool]:
    """The quad class of a code, its weight, and whether that is the weight of its parent."""
    return quad_class(scheme, code), goldstein(scheme, code), has_inherited_weight(scheme, code)


def mean_weight(total: Decimal, count: int) -> Decimal | None:
    """The mean of `count` weights, exact to three places; None if there are none."""
    return (total / count).quantize(Decimal("0.001"), ROUND_HALF_EVEN) if count else None


def _answer(tone: ToneState, _state: WorkingState, _on: date) -> Tone:
    quads = {QUAD_NAMES[quad]: count for quad, count in sorted(tone.by_quad_class.items())}
    return Tone(tone.interactions, quads, mean_weight(tone.weight, tone.weighted), tone.inherited)


_HANDLERS: dict[type[Event], Handler[ToneState]] = {InteractionCoded: _coded}
TONE = Section("tone", ToneState, _HANDLERS, late=_HANDLERS, answer=_answer, empty=Tone)
