"""Missions that stand though relations were severed: a section, since views do not need it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from comity.domain.events import (
    MissionClosed,
    MissionLevelChanged,
    MissionOpened,
    RelationsEstablished,
    RelationsRestored,
)
from comity.domain.lives.missions import CONSULAR
from comity.projections.findings import Finding, finding
from comity.projections.sections.missions import MISSIONS, direction_of
from comity.projections.sections.relations import RELATIONS
from comity.projections.sections.section import Section, WorkingState

_NEEDS_NO_RELATIONS = (*CONSULAR, "interests-section", "representative-office", "liaison-office")
"""The levels at which a mission can work without diplomatic relations."""


class UnrelatedMissionsState(Struct, omit_defaults=True):
    """It has no memory of its own: its findings are about the state."""


def _noted(_state: UnrelatedMissionsState, _event: MissionOpened, _working: WorkingState) -> None:
    """A mission opens; whether relations are severed is judged after the fold."""


def _outlasting(_own: UnrelatedMissionsState, state: WorkingState) -> Iterator[Finding]:
    """Missions between states that certainly stand though relations were severed."""
    missions, relations = MISSIONS.of(state), RELATIONS.of(state)
    if missions is None or relations is None or relations.status != "severed":
        return
    if any(
        isinstance(event, RelationsRestored | RelationsEstablished) for event in state.undetermined
    ):
        return  # they may stand again
    in_doubt = {
        direction_of(event, state)
        for event in state.undetermined
        if isinstance(event, MissionClosed | MissionLevelChanged)
    }
    for direction, known in missions.directions.items():
        if direction in in_doubt or not all(code.isupper() for code in direction):
            continue
        for mission in known.missions:
            opening = missions.openings.get(mission.opened_by)
            if mission.level in _NEEDS_NO_RELATIONS or mission.ending or opening is None:
                continue
            message = (
                f"the {mission.level} {' → '.join(direction)} is open though relations were "
                f"severed on {relations.since}"
            )
            cited = [relations.changed_by] if relations.changed_by else []
            yield finding("mission-without-relations", message, opening, *cited)


UNRELATED_MISSIONS = Section(
    "unrelated_missions",
    UnrelatedMissionsState,
    {MissionOpened: _noted},
    after=(RELATIONS, MISSIONS),
    findings=_outlasting,
)
