"""Missions and their heads, in each direction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from msgspec import Struct

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
)
from comity.domain.links import person_text
from comity.domain.lives.missions import (
    CONSULAR,
    RANKED,
    Missions,
    OpenMission,
    mission_step,
    missions_by,
)
from comity.domain.lives.posts import (
    Holder,
    PostHolders,
    PostKey,
    Posts,
    is_of,
    post_of,
    post_step,
)
from comity.domain.phrases import joined
from comity.domain.text import folded
from comity.domain.time.dates import instants, last_second
from comity.projections.findings import Citation, cite
from comity.projections.sections.mission import Envoy, Mission
from comity.projections.sections.section import Memory, Section, WorkingState, get_or_create

_HIGHEST: PostKey = ("", "", "")
"""The post of an envoy whose mission is not told: that of the highest mission."""

_Direction = tuple[str, str]
_MissionEvent = MissionOpened | MissionLevelChanged | MissionMoved | MissionClosed
_EnvoyEvent = EnvoyAppointed | EnvoyArrived | CredentialsPresented | EnvoyDeparted | EnvoyExpelled


class DirectionState(Struct, omit_defaults=True):
    """The open missions of one party at another, and their posts."""

    missions: Missions = ()
    posts: Posts = Posts()


class MissionsState(Struct, omit_defaults=True):
    """The missions by sender and host, and the openings of the open ones, by id."""

    directions: dict[_Direction, DirectionState] = {}
    openings: dict[str, Citation] = {}


def _changed(missions: MissionsState, event: _MissionEvent, state: WorkingState) -> None:
    """A mission opens, changes or closes; with it the posts at it end."""
    direction = get_or_create(missions.directions, direction_of(event, state), DirectionState)
    before = missions_by(direction.missions, instants(event.when).earliest - 1)
    direction.missions, fault = mission_step(before, event)
    if fault == "ends-nothing" and before:
        known = ", ".join(_named(mission) for mission in sorted(before, key=_by_rank))
        what = f"{event.type} on {event.when}, {_told(event)}"
        state.find(fault, f"{what}: no such mission is open; open: {known}", event)
    elif fault:
        state.find_fault(fault, event, _told(event), "open" if before else "none")
    elif isinstance(event, MissionOpened):
        missions.openings[event.id] = cite(event)
    elif isinstance(event, MissionClosed):
        _end_posts(direction, before)


def _told(event: _MissionEvent) -> str:
    return joined(f"{event.sender} → {event.host}", event.level, event.city)


def _named(mission: OpenMission) -> str:
    return joined(mission.level or "a mission", mission.city, by=" in ")


def _end_posts(direction: DirectionState, before: Missions) -> None:
    """With a mission the posts at it end; with the last one that has a head, all."""
    left = [mission for mission in direction.missions if mission.level not in CONSULAR]
    had = [mission for mission in before if mission.level not in CONSULAR]
    if len(left) == len(had):
        return
    if not left:
        direction.posts = Posts(replaced=_people(direction.posts, direction.posts.holders))
        return
    closed = [mission for mission in had if mission not in left]
    ended = [h for h in direction.posts.holders if any(is_of(h.post, m) for m in closed)]
    if _highest(before) in closed:
        ended += [h for h in direction.posts.holders if h.post == _HIGHEST]
    posts = direction.posts
    keys = {holder.post for holder in ended}
    direction.posts = Posts(
        tuple(holder for holder in posts.holders if holder not in ended),
        _people(posts, ended),
        posts.filled - keys,
        posts.left - keys,
    )


def _people(
    posts: Posts, holders: list[Holder] | tuple[Holder, ...]
) -> frozenset[tuple[PostKey, str]]:
    """Those whose post has ended and whose departure may still be recorded."""
    return posts.replaced | {holder.person for holder in holders}


def direction_of(event: _MissionEvent | _EnvoyEvent, state: WorkingState) -> _Direction:
    """The sender and the host of an event, by their newest names."""
    return state.name(event.sender), state.name(event.host)


def _posted(missions: MissionsState, event: _EnvoyEvent, state: WorkingState) -> None:
    """An envoy is named, takes up the post or leaves it."""
    direction = get_or_create(missions.directions, direction_of(event, state), DirectionState)
    direction.posts, fault = post_step(direction.posts, event)
    known = " and ".join(holder.name for holder in direction.posts.holders)
    what = f"{event.name}, {event.sender} → {event.host}"
    if fault == "ends-nothing" and known:
        message = f"{event.type} on {event.when}, {what}: the post is that of {known}"
        state.find(fault, message, event)
    elif fault:
        state.find_fault(fault, event, what, "named" if fault == "begun-twice" else "none")


def open_missions(
    missions: MissionsState | None, state: WorkingState, on: date
) -> Iterator[tuple[_Direction, OpenMission, Posts]]:
    """The open missions on a day with the posts of their direction, the highest first."""
    if missions is None or state.ended(on) is not None:
        return
    instant, possibly = last_second(on), state.certainty == "possible"
    for direction, known in sorted(missions.directions.items(), key=lambda item: item[0]):
        still = missions_by(known.missions, instant, possibly=possibly)
        for mission in sorted(still, key=_by_rank):
            yield direction, mission, known.posts


def _by_rank(mission: OpenMission) -> tuple[int, str, str]:
    level = RANKED.index(mission.level) if mission.level in RANKED else len(RANKED)
    return level, mission.city, mission.mission


def _highest(missions: Missions) -> OpenMission | None:
    return min(missions, key=lambda m: _by_rank(m)[0], default=None)


def _answer(missions: MissionsState, state: WorkingState, on: date) -> tuple[Mission, ...]:
    """The open missions with their heads, the highest of each direction first.

    Envoys without a known mission mean an embassy.
    """
    answers: list[Mission] = []
    first: dict[_Direction, OpenMission] = {}
    for direction, mission, posts in open_missions(missions, state, on):
        highest = first.setdefault(direction, mission)
        holders = _holders(posts, mission, is_highest=mission == highest)
        answers.append(_mission(direction, mission, holders))
    if state.ended(on) is None:
        for direction, known in missions.directions.items():
            if direction not in first and not known.missions and known.posts.holders:
                implied = OpenMission("embassy")
                holders = _holders(known.posts, implied, is_highest=True)
                answers.append(_mission(direction, implied, holders))
    return tuple(sorted(answers, key=lambda m: (m.sender, m.host)))


def _holders(posts: Posts, mission: OpenMission, *, is_highest: bool) -> PostHolders:
    """Who heads a mission: by the post that names it, or else, of the highest, the unnamed post."""
    if mission.level in CONSULAR:
        return PostHolders(None, None, None, None)
    keys = {holder.post for holder in posts.holders} | posts.filled | posts.left
    named = sorted(key for key in keys if is_of(key, mission))
    if named:
        return posts.of(named[0])
    return posts.of(_HIGHEST) if is_highest else PostHolders(None, None, None, None)


def _mission(direction: _Direction, mission: OpenMission, holders: PostHolders) -> Mission:
    return Mission(
        *direction,
        cast("MissionLevel", mission.level),
        mission.city,
        mission.accredited_from,
        mission.since,
        _envoy(holders.head),
        holders.vacant,
        _envoy(holders.designate),
        _envoy(holders.acting),
        mission.mission,
        mission.protecting_power,
    )


def _envoy(holder: Holder | None) -> Envoy | None:
    if holder is None:
        return None
    return Envoy(
        holder.name, cast("Rank", holder.rank), holder.since, holder.credentials,
        holder.ad_interim, holder.arrived,
    )  # fmt: skip


def _forget(missions: MissionsState, _state: WorkingState, _on: date) -> Iterator[str]:
    """Leave out the openings of closed missions, and those whose post has ended."""
    still = {m.opened_by for known in missions.directions.values() for m in known.missions}
    missions.openings = {id: each for id, each in missions.openings.items() if id in still}
    for known in missions.directions.values():
        yield from (person_text(name) for _, name in known.posts.replaced)
        known.posts = known.posts._replace(replaced=frozenset())


def _missing(missions: MissionsState | None, event: _MissionEvent | _EnvoyEvent) -> tuple[str, ...]:
    if not isinstance(event, EnvoyDeparted | EnvoyExpelled):
        return ()
    person = (post_of(event), folded(event.name))
    # Under a former name of a party, it is looked up again.
    known = missions.directions.get((event.sender, event.host)) if missions else None
    if known is not None and (
        person in known.posts.replaced or any(h.person == person for h in known.posts.holders)
    ):
        return ()
    return (person_text(event.name),)


def _recall(
    missions: MissionsState, then: MissionsState, event: _MissionEvent | _EnvoyEvent
) -> None:
    """Whoever came and did not leave was replaced."""
    name = folded(getattr(event, "name", ""))
    for direction, earlier in then.directions.items():
        posts = earlier.posts
        people = posts.replaced | {holder.person for holder in posts.holders}
        known = get_or_create(missions.directions, direction, DirectionState)
        here = {holder.person for holder in known.posts.holders}
        came = {person for person in people - here if person[1] == name}
        known.posts = known.posts._replace(replaced=known.posts.replaced | came)


MISSIONS = Section(
    "missions",
    MissionsState,
    {
        MissionOpened: _changed,
        MissionLevelChanged: _changed,
        MissionMoved: _changed,
        MissionClosed: _changed,
        EnvoyAppointed: _posted,
        EnvoyArrived: _posted,
        CredentialsPresented: _posted,
        EnvoyDeparted: _posted,
        EnvoyExpelled: _posted,
    },
    memory=Memory(_forget, _missing, _recall),
    answer=_answer,
    empty=tuple[Mission, ...],
)
