"""Who is in post, designate or acting at a mission: section 5.7."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from comity.domain.events import Event
from tests.oracle_machines import Mission, Missions, Open, agree
from tests.oracle_order import Item
from tests.oracle_time import End, Instants, field, folded

LEVELS = (
    "embassy", "high-commission", "apostolic-nunciature", "permanent-mission", "legation",
    "delegation", "liaison-office", "representative-office", "interests-section",
    "consulate-general", "consulate", "honorary-consulate", "",
)  # fmt: skip
"""The levels of a mission, from the highest down."""

COMES = {"envoy-arrived", "credentials-presented"}
GOES = {"envoy-departed", "envoy-expelled"}


class Post(NamedTuple):
    """Who heads a mission, who is to, who acts, and whether anybody is known to have left."""

    head: str = ""
    designate: tuple[str, ...] = ()
    acting: str = ""
    left: bool = False

    @property
    def status(self) -> str:
        """In post, vacant, or not known."""
        if self.head:
            return "in post"
        return "vacant" if self.left or self.acting or self.designate else "not known"


def post_step(post: Post, event: Event, anybody_came: bool) -> Post:
    """The post after an envoy's event; `anybody_came` is whether that is recorded by the day."""
    name = field(event, "name")
    others = tuple(each for each in post.designate if folded(each) != folded(name))
    if event.type in GOES:
        if folded(name) == folded(post.acting):
            return post._replace(acting="", left=True)
        if folded(name) == folded(post.head):
            return post._replace(head="", left=True)
        if others != post.designate:
            return post._replace(designate=others)
        return post if post.head else post._replace(left=True)
    if getattr(event, "ad_interim", False):
        # Ad interim is never head: the answer names who acts.
        return post._replace(acting=name)
    # Where no arrival or credentials of anybody are recorded for the mission by D, an appointment
    # puts in post.
    if event.type in COMES or not anybody_came:
        # Who comes into post ends the post of whoever held it, and the expectations of others.
        if folded(name) == folded(post.head):
            return post._replace(acting="", designate=others)
        return Post(head=name)
    if folded(name) == folded(post.head):
        return post
    return post._replace(designate=(*others, name))


def post_of(events: Sequence[Event]) -> Post:
    """The post after the events of a mission's envoys, in order."""
    post, anybody_came = Post(), any(event.type in COMES for event in events)
    for event in events:
        post = post_step(post, event, anybody_came)
    return post


class Attached(NamedTuple):
    """An open mission and the events of its envoys."""

    mission: Mission
    envoys: tuple[Event, ...]


def missions_with_posts(
    items: Sequence[tuple[Item, Event | None]], machine: Missions
) -> list[Attached]:
    """The open missions with their envoys' events, after items of missions and posts, in order."""
    state: Open = machine.start()
    envoys: dict[str, tuple[Event, ...]] = {}
    waiting: list[Event] = []  # nothing is recorded of the mission that they presuppose
    for item, event in items:
        if isinstance(item, End):
            state = machine.fire(state, item)
        elif event and event.type.startswith("mission-"):
            state, _ = machine.step(state, event)
            for mission in sorted(state, key=_highest):
                mine = [each for each in waiting if _means(each, mission)]
                envoys[mission.owner] = (*envoys.get(mission.owner, ()), *mine)
                waiting = [each for each in waiting if each not in mine]
        elif event:
            mission_or_none = _mission_of(event, state, envoys)
            if mission_or_none is None:
                waiting.append(event)
            else:
                owner = mission_or_none.owner
                envoys[owner] = (*envoys.get(owner, ()), event)
    found = [Attached(mission, envoys.get(mission.owner, ())) for mission in state]
    if waiting and not state:
        found.append(Attached(Mission("", "", "", "", ""), tuple(waiting)))
    return found


def _highest(mission: Mission) -> int:
    return LEVELS.index(mission.level)


def _means(event: Event, mission: Mission) -> bool:
    named = [field(event, "level"), field(event, "city"), field(event, "mission")]
    have = [mission.level, mission.city, mission.mission]
    return all(agree(one, other) for one, other in zip(named, have, strict=True))


def _mission_of(
    event: Event, state: Open, envoys: Mapping[str, tuple[Event, ...]]
) -> Mission | None:
    """An envoy's event names its mission, and without that means the highest."""
    fitting = sorted((each for each in state if _means(event, each)), key=_highest)
    if event.type in GOES:
        # Who leaves, leaves where he or she is.
        name = folded(field(event, "name"))
        there = [
            each
            for each in fitting
            if any(folded(field(e, "name")) == name for e in envoys.get(each.owner, ()))
        ]
        fitting = there or fitting
    return fitting[0] if fitting else None


def several_heads(
    lives: Sequence[Sequence[Event]], bounds: Mapping[str, Instants], on: date
) -> bool:
    """Whether another order of the envoys of one mission leaves another head on a day.

    `lives` are the events of each envoy that the day keeps, each in its own order.
    """
    kept = [[e for e in life if bounds[e.id].latest.date() <= on] for life in lives]
    anybody_came = any(event.type in COMES for life in kept for event in life)
    ahead = {(tuple(0 for _ in kept), Post())}
    found: set[tuple[str, str]] = set()
    while ahead:
        further: set[tuple[tuple[int, ...], Post]] = set()
        for at, post in ahead:
            rest = [life[i] for life, i in zip(kept, at, strict=True) if i < len(life)]
            if not rest:
                found.add((folded(post.head), folded(post.acting)))
            for which, life in enumerate(kept):
                if at[which] == len(life):
                    continue
                event = life[at[which]]
                first = bounds[event.id].earliest
                if any(bounds[other.id].latest < first for other in rest if other is not event):
                    continue
                then = tuple(i + (n == which) for n, i in enumerate(at))
                further.add((then, post_step(post, event, anybody_came)))
        ahead = further
    return len(found) > 1
