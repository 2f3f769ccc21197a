"""Missions and their envoys, in each direction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from comity.domain.events import (
    CredentialsPresented,
    EnvoyAppointed,
    EnvoyArrived,
    EnvoyDeparted,
    EnvoyExpelled,
    MissionClosed,
    MissionLevel,
    MissionLevelChanged,
    MissionMoved,
    MissionOpened,
    Rank,
    RelationsEstablished,
    RelationsRestored,
)
from comity.projections.findings import Finding, finding
from comity.projections.sections.relations import RELATIONS, before_relations
from comity.projections.sections.section import Section, WorkingState, get_or_create, unread

CONSULATE = "consulate-general"
"""The level without a head of mission; consulates are told apart by their city."""

_NEEDS_NO_RELATIONS = (CONSULATE, "interests-section", "liaison-office")
"""The levels at which a mission can work without diplomatic relations."""

_MissionEvent = MissionOpened | MissionLevelChanged | MissionClosed
_EnvoyEvent = EnvoyAppointed | CredentialsPresented | EnvoyDeparted | EnvoyExpelled


class Envoy(Struct, frozen=True):
    """A head of mission; `since` is the date of appointment, `credentials` of presenting them."""

    name: str
    rank: Rank | Literal[""]
    since: str
    credentials: str = ""
    ad_interim: bool = False


class Mission(Struct, frozen=True):
    """An open mission of `sender` in `host`; `vacant` if nobody heads it, except ad interim."""

    sender: str
    host: str
    level: MissionLevel | Literal[""]
    city: str = ""
    accredited_from: str = ""
    since: str = ""
    head: Envoy | None = None
    vacant: bool = True


class MissionState(Struct, omit_defaults=True):
    """The substate of an open mission; `opening` is the event that opened it."""

    sender: str
    host: str
    level: MissionLevel | Literal[""]
    city: str = ""
    accredited_from: str = ""
    since: str = ""
    opening: MissionOpened | None = None


class MissionsState(Struct, omit_defaults=True):
    """The open missions, by direction and city, and the envoys of each direction by name."""

    missions: dict[tuple[str, str, str], MissionState] = {}
    envoys: dict[tuple[str, str], dict[str, Envoy]] = {}
    """In the order of their appointment, the newest last."""


def _opened(missions: MissionsState, event: MissionOpened, state: WorkingState) -> None:
    """A mission opens; an open one is raised or lowered to the level given."""
    is_new = _key(event, state) not in missions.missions
    mission = _mission(missions, event, state)
    if is_new:
        mission.since = event.when
    mission.level, mission.opening = event.level, event
    mission.city = event.city or mission.city
    mission.accredited_from = event.accredited_from


def _level_changed(
    missions: MissionsState, event: MissionLevelChanged, state: WorkingState
) -> None:
    """A mission is raised or lowered; if its opening was not recorded, it was open before."""
    mission = _mission(missions, event, state)
    mission.level = event.level
    mission.city = event.city or mission.city
    mission.accredited_from = event.accredited_from or mission.accredited_from


def _closed(missions: MissionsState, event: MissionClosed, state: WorkingState) -> None:
    """A mission closes; the posts of its envoys end with it, unless it is a consulate."""
    missions.missions.pop(_key(event, state), None)
    if event.level != CONSULATE:
        missions.envoys.pop(_direction(event, state), None)


def _mission(
    missions: MissionsState, event: MissionOpened | MissionLevelChanged, state: WorkingState
) -> MissionState:
    sender, host, _ = key = _key(event, state)
    return get_or_create(missions.missions, key, lambda: MissionState(sender, host, event.level))


def _key(event: _MissionEvent, state: WorkingState) -> tuple[str, str, str]:
    """Its key: there is one diplomatic mission in each direction, and a consulate in each city."""
    city = f"in {event.city}" if event.level == CONSULATE else ""
    return (*_direction(event, state), city)


def _direction(event: _MissionEvent | _EnvoyEvent, state: WorkingState) -> tuple[str, str]:
    return state.name(event.sender), state.name(event.host)


def _appointed(missions: MissionsState, event: EnvoyAppointed, state: WorkingState) -> None:
    """An envoy is named."""
    envoys = missions.envoys.setdefault(_direction(event, state), {})
    envoys.pop(event.name, None)  # so that the newest appointed envoy is last
    envoys[event.name] = Envoy(event.name, event.rank, event.when, ad_interim=event.ad_interim)


def _presented(missions: MissionsState, event: CredentialsPresented, state: WorkingState) -> None:
    """An envoy takes up the post; the posts of earlier envoys end."""
    envoys = missions.envoys.setdefault(_direction(event, state), {})
    named = envoys.get(event.name) or Envoy(event.name, event.rank, event.when)
    envoys.clear()
    envoys[event.name] = replace(named, rank=event.rank, credentials=event.when, ad_interim=False)


def _left(
    missions: MissionsState, event: EnvoyDeparted | EnvoyExpelled, state: WorkingState
) -> None:
    """An envoy's post ends."""
    missions.envoys.get(_direction(event, state), {}).pop(event.name, None)


def _answer(missions: MissionsState, _state: WorkingState, _on: date) -> tuple[Mission, ...]:
    """The open missions with their heads; an envoy without a known mission means an embassy."""
    implied = {
        (sender, host, ""): MissionState(sender, host, "embassy")
        for (sender, host), envoys in missions.envoys.items()
        if envoys
    }
    everything = sorted((implied | missions.missions).items(), key=lambda item: item[0])
    return tuple(_with_head(missions, mission) for _, mission in everything)


def _with_head(missions: MissionsState, mission: MissionState) -> Mission:
    head = _head(missions, mission) if mission.level != CONSULATE else None
    return Mission(
        mission.sender, mission.host, mission.level, mission.city, mission.accredited_from,
        mission.since, head, vacant=head is None or head.ad_interim,
    )  # fmt: skip


def _head(missions: MissionsState, mission: MissionState) -> Envoy | None:
    """The newest appointed envoy who is not ad interim, or else the newest ad interim."""
    envoys = list(missions.envoys.get((mission.sender, mission.host), {}).values())
    heads = [envoy for envoy in envoys if not envoy.ad_interim]
    return next(reversed(heads or envoys), None)


MISSIONS = Section(
    "missions",
    MissionsState,
    {
        MissionOpened: _opened,
        MissionLevelChanged: _level_changed,
        MissionMoved: unread,
        EnvoyArrived: unread,
        MissionClosed: _closed,
        EnvoyAppointed: _appointed,
        CredentialsPresented: _presented,
        EnvoyDeparted: _left,
        EnvoyExpelled: _left,
    },
    answer=_answer,
    empty=tuple[Mission, ...],
)


# Missions without relations: a section of its own, since views of missions do not need it


class UnrelatedMissionsState(Struct, omit_defaults=True):
    """The openings of missions while there were no relations."""

    openings: list[MissionOpened] = []


def _opened_unrelated(
    unrelated: UnrelatedMissionsState, event: MissionOpened, state: WorkingState
) -> None:
    """A mission between states opens without relations, though its level needs them."""
    relations = RELATIONS.of(state)
    between_states = event.sender.isupper() and event.host.isupper()
    stands = relations is not None and relations.status not in ("unknown", "severed")
    if between_states and not stands and event.level not in _NEEDS_NO_RELATIONS:
        unrelated.openings.append(event)


def _relations_begun(
    unrelated: UnrelatedMissionsState,
    event: RelationsEstablished | RelationsRestored,
    state: WorkingState,
) -> None:
    """Relations begin: drop the openings that may have come later, by their dates."""
    relations = RELATIONS.of(state)
    if relations is not None and relations.begun_by == event.id:
        unrelated.openings = before_relations(unrelated.openings, [event])


def _unrelated_findings(
    unrelated: UnrelatedMissionsState, state: WorkingState
) -> Iterator[Finding]:
    for event in before_relations(unrelated.openings, state.undetermined):
        message = f"mission {event.sender} → {event.host} opened on {event.when} without relations"
        yield finding("mission-without-relations", message, event)
    yield from _outlasting(unrelated, state)


def _outlasting(unrelated: UnrelatedMissionsState, state: WorkingState) -> Iterator[Finding]:
    """Missions still open after relations ended, unless an undetermined event may explain it."""
    missions, relations = MISSIONS.of(state), RELATIONS.of(state)
    begun = any(isinstance(e, RelationsEstablished | RelationsRestored) for e in state.undetermined)
    if missions is None or relations is None or relations.status != "severed" or begun:
        return
    changed = {
        _direction(event, state)
        for event in state.undetermined
        if isinstance(event, MissionClosed | MissionLevelChanged)
    }
    for mission in missions.missions.values():
        opening = mission.opening
        may_have_changed = (mission.sender, mission.host) in changed
        if may_have_changed or mission.level in _NEEDS_NO_RELATIONS:
            continue
        if opening is not None and opening not in unrelated.openings:
            message = (
                f"the {mission.level} {mission.sender} → {mission.host} is open though relations "
                f"were severed on {relations.since}"
            )
            yield finding("mission-without-relations", message, opening)


UNRELATED_MISSIONS = Section(
    "unrelated_missions",
    UnrelatedMissionsState,
    {MissionOpened: _opened_unrelated},
    follow_ups={RelationsEstablished: _relations_begun, RelationsRestored: _relations_begun},
    after=(RELATIONS, MISSIONS),
    findings=_unrelated_findings,
)
