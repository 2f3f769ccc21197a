"""Diplomatic relations and recognition: established, suspended, severed, restored, ended."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from comity.domain.events import (
    RecognitionExtended,
    RecognitionWithdrawn,
    RelationsChanged,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
)
from comity.domain.lives.life import Stand, move, step
from comity.domain.lives.table import LIVES
from comity.domain.text import folded
from comity.domain.time.dates import bounds
from comity.projections.findings import Citation, cite
from comity.projections.sections.section import Section, WorkingState

RelationsStatus = Literal["unknown", "established", "suspended", "severed", "ended"]
_LIFE, _RECOGNITION = LIVES["relations"], LIVES["recognition"]
_STATUS: dict[str, RelationsStatus] = {
    "none": "unknown",
    "established": "established",
    "suspended": "suspended",
    "severed": "severed",
}


class Relations(Struct, frozen=True):
    """The `status` of relations, and `since` when it holds.

    Relations have ended if one of the parties no longer exists. Those of a party that another
    continues go on under the other's code.
    """

    status: RelationsStatus = "unknown"
    since: str = ""
    established_on: str = ""
    """When the present relations were founded; relations that were restored keep their founding."""
    recognised: dict[str, str] = {}
    """The date of the first recognition that stands, by `recogniser → recognised`."""
    level: str = ""
    """The level at which relations are kept, if one was told: full, or chargés d'affaires."""
    forms: dict[str, dict[str, str]] = {}
    """By `recogniser → recognised`, the date of each form of recognition that was told."""


class RelationsState(Struct, omit_defaults=True):
    """The substate of relations; `established` founded those that stand or stood last."""

    stand: Stand = Stand()
    since: str = ""
    changed_by: Citation | None = None
    established: RelationsEstablished | None = None
    level: str = ""
    recognised: dict[str, dict[str, str]] = {}
    """By direction, the date of each form; the first is the first that was told."""

    @property
    def status(self) -> RelationsStatus:
        """The status after the last event."""
        return _STATUS[self.stand.status]


_Changing = (
    RelationsEstablished | RelationsSuspended | RelationsSevered | RelationsRestored
    | RelationsChanged
)  # fmt: skip


def _changed(relations: RelationsState, event: _Changing, state: WorkingState) -> None:
    """Relations begin, are put on hold or broken off, go on, or change their level."""
    before, relations.since = relations.stand.before_event(relations.since, event)
    relations.stand, fault = step(_LIFE, before, event)
    if fault:
        state.find_fault(fault, event, "relations", before.status)
    if relations.stand.status != before.status:
        relations.since, relations.changed_by = event.when, cite(event)
        relations.level = ""
        if isinstance(event, RelationsEstablished):
            relations.established = event
    if isinstance(event, RelationsChanged) and relations.status != "severed":
        relations.level = event.level


def _recognised(relations: RelationsState, event: RecognitionExtended, state: WorkingState) -> None:
    """One party recognises another; later forms are noted beside the first."""
    forms = relations.recognised.setdefault(_direction(relations, event, state), {})
    forms.setdefault(event.form, event.when)


def _unrecognised(
    relations: RelationsState, event: RecognitionWithdrawn, state: WorkingState
) -> None:
    """One party withdraws its recognition of another."""
    direction = _direction(relations, event, state)
    known = relations.recognised.pop(direction, None)
    stand = Stand("recognised" if known else "none")
    _, fault = move(_RECOGNITION, stand, event)
    if fault:
        state.find_fault(fault, event, direction, stand.status)


def _direction(
    relations: RelationsState,
    event: RecognitionExtended | RecognitionWithdrawn,
    state: WorkingState,
) -> str:
    """Who recognises whom; a government is called as it was first told."""
    whom = (
        f"{state.name(event.on)} ({event.government})" if event.government else state.name(event.on)
    )
    told = f"{state.name(event.by)} → {whom}"
    return next((d for d in relations.recognised if folded(d) == folded(told)), told)


def _answer(relations: RelationsState, state: WorkingState, on: date) -> Relations:
    stand, since = state.standing(relations.stand, relations.since, on)
    status = _STATUS[stand.status]
    ended = state.ended(on)
    recognised = relations.recognised if ended is None else {}
    if ended is not None and status != "unknown":
        was_severed = status == "severed" and bounds(since).latest < ended
        status, since = ("severed", since) if was_severed else ("ended", ended.isoformat())
    founding = relations.established.when if relations.established else ""
    if ended is not None and founding and bounds(founding).earliest >= ended:
        founding = ""  # what is told of later is a finding, and founded nothing
    return Relations(
        status,
        since,
        founding,
        {direction: next(iter(forms.values())) for direction, forms in sorted(recognised.items())},
        relations.level if status in ("established", "suspended") else "",
        {
            direction: told
            for direction, forms in sorted(recognised.items())
            if (told := {form: when for form, when in forms.items() if form})
        },
    )


RELATIONS = Section(
    "relations",
    RelationsState,
    {
        RelationsEstablished: _changed,
        RelationsSuspended: _changed,
        RelationsSevered: _changed,
        RelationsRestored: _changed,
        RelationsChanged: _changed,
        RecognitionExtended: _recognised,
        RecognitionWithdrawn: _unrecognised,
    },
    answer=_answer,
    empty=Relations,
)
