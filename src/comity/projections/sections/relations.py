"""Diplomatic relations and recognition: established, suspended, severed, restored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, TypeVar

from msgspec import Struct

from comity.domain.events import (
    Event,
    RecognitionExtended,
    RecognitionWithdrawn,
    RelationsChanged,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
)
from comity.domain.time.dates import bounds
from comity.projections.findings import Finding, finding
from comity.projections.sections.section import Section, WorkingState, unread

RelationsStatus = Literal["unknown", "established", "suspended", "severed"]
AnEvent = TypeVar("AnEvent", bound=Event)


class Relations(Struct, frozen=True):
    """The `status` of relations, and `since` when it holds."""

    status: RelationsStatus = "unknown"
    since: str = ""
    established_on: str = ""
    recognised: dict[str, str] = {}
    """The date of each recognition, by `recogniser → recognised`."""


class RelationsState(Struct, omit_defaults=True):
    """The substate of relations; `established` is their first beginning."""

    status: RelationsStatus = "unknown"
    since: str = ""
    established: RelationsEstablished | None = None
    begun_by: str = ""
    """The id of the event by which relations last began or were restored."""
    broken_unestablished: list[RelationsSuspended | RelationsSevered] = []
    """The events that suspended or severed relations before any beginning was recorded."""
    recognised: dict[str, str] = {}


def _established(
    relations: RelationsState, event: RelationsEstablished, state: WorkingState
) -> None:
    """Relations begin; a second beginning while they last is incoherent."""
    first = relations.established
    if relations.status == "established" and first is not None:
        message = f"relations established on {event.when} were so since {first.when}"
        state.find("established-twice", message, event, first)
        return
    _restored(relations, event, state)
    relations.established = first or event


def _restored(
    relations: RelationsState,
    event: RelationsEstablished | RelationsRestored,
    _state: WorkingState,
) -> None:
    """Relations begin or go on."""
    _become(relations, "established", event)
    relations.begun_by = event.id
    relations.broken_unestablished = before_relations(relations.broken_unestablished, [event])


def _suspended(relations: RelationsState, event: RelationsSuspended, _state: WorkingState) -> None:
    """Relations are put on hold."""
    _break(relations, "suspended", event)


def _severed(relations: RelationsState, event: RelationsSevered, _state: WorkingState) -> None:
    """Relations are broken off."""
    _break(relations, "severed", event)


def _break(
    relations: RelationsState,
    status: RelationsStatus,
    event: RelationsSuspended | RelationsSevered,
) -> None:
    if relations.status == "unknown":
        relations.broken_unestablished.append(event)
    _become(relations, status, event)


def _become(relations: RelationsState, status: RelationsStatus, event: Event) -> None:
    if status != relations.status:
        relations.status, relations.since = status, event.when


def before_relations(events: Iterable[AnEvent], others: Iterable[Event]) -> list[AnEvent]:
    """The `events` that surely came before every beginning of relations among `others`."""
    begun = RelationsEstablished | RelationsRestored
    days = [bounds(other.when).earliest for other in others if isinstance(other, begun)]
    return [event for event in events if all(bounds(event.when).latest < day for day in days)]


def _recognised(relations: RelationsState, event: RecognitionExtended, state: WorkingState) -> None:
    """One party recognises another."""
    relations.recognised[_direction(event, state)] = event.when


def _unrecognised(
    relations: RelationsState, event: RecognitionWithdrawn, state: WorkingState
) -> None:
    """One party withdraws its recognition of another."""
    relations.recognised.pop(_direction(event, state), None)


def _direction(event: RecognitionExtended | RecognitionWithdrawn, state: WorkingState) -> str:
    return f"{state.name(event.by)} → {state.name(event.on)}"


def _findings(relations: RelationsState, state: WorkingState) -> Iterator[Finding]:
    """Relations that were suspended or severed but never established."""
    for event in before_relations(relations.broken_unestablished, state.undetermined):
        message = f"{event.type} on {event.when}, but relations were never established"
        yield finding("never-established", message, event)


def _answer(relations: RelationsState, _state: WorkingState, _on: date) -> Relations:
    established_on = relations.established.when if relations.established else ""
    return Relations(relations.status, relations.since, established_on, relations.recognised)


RELATIONS = Section(
    "relations",
    RelationsState,
    {
        RelationsEstablished: _established,
        RelationsSuspended: _suspended,
        RelationsChanged: unread,
        RelationsSevered: _severed,
        RelationsRestored: _restored,
        RecognitionExtended: _recognised,
        RecognitionWithdrawn: _unrecognised,
    },
    answer=_answer,
    empty=Relations,
    findings=_findings,
)
