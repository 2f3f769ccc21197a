"""The lives of subjects as machines, for the search of an order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

from comity.domain.events import Event
from comity.domain.lives.agreement import Naming, agreement_step
from comity.domain.lives.life import Fault, Stand, aligned, step
from comity.domain.lives.missions import Missions, mission_step
from comity.domain.lives.table import BEFORE, LIVES, Life
from comity.domain.text import folded

SubjectKey = tuple[str, ...]
"""The kind of a subject and what tells it apart on a timeline."""


def _itself(event: Event) -> Hashable:
    return event.id


class Machine(NamedTuple):
    """A subject's life for the search of an order: states can be hashed and compared."""

    initial: Hashable
    step: Callable[[Any, Event], tuple[Any, Fault]]
    visible: Callable[[Any], Hashable]
    floor: Callable[[Any], int] = lambda _: 0
    """The first instant that can follow a state, since something told in advance has come."""
    likeness: Callable[[Event], Hashable] = _itself
    """What events share that move any state alike."""


def machine_of(subject: str, name: Naming) -> Machine:
    """The life of a subject as a machine."""
    if subject == "mission":
        return Machine((), _mission, _open_ones)
    if subject == "agreement":
        return Machine((), _agreement(name), _statuses, _latest_floor)
    likeness = _itself if subject == "alignment" else _as_moved
    return Machine(Stand(), _stand(LIVES[subject]), _status, _floor, likeness)


def _status(stand: Stand) -> Hashable:
    """The status, what was told in advance of its end, and what that end leads back to."""
    leads_back = any(ending.to == BEFORE for ending in stand.endings)
    return stand.status, stand.endings, stand.before if leads_back else ()


def _open_ones(missions: Missions) -> Hashable:
    return frozenset((mission.name, mission.ending) for mission in missions)


def _as_moved(event: Event) -> Hashable:
    return event.type, event.when, getattr(event, "expires", "")


def _floor(stand: Stand) -> int:
    return stand.floor


def _latest_floor(stands: tuple[tuple[str, Stand], ...]) -> int:
    return max((stand.floor for _, stand in stands), default=0)


def _stand(life: Life) -> Callable[[Stand, Event], tuple[Stand, Fault]]:
    def one(stand: Stand, event: Event) -> tuple[Stand, Fault]:
        return step(life, stand, event)

    return one if life.subject != "alignment" else aligned


def _mission(missions: Any, event: Event) -> tuple[Any, Fault]:
    after, fault = mission_step(missions, event)
    return tuple(sorted(after, key=lambda mission: (mission.name, mission.opened_by))), fault


def _agreement(name: Naming) -> Callable[[Any, Event], tuple[Any, Fault]]:
    def one(stands: Any, event: Event) -> tuple[Any, Fault]:
        after, fault = agreement_step(dict(stands), event, name)
        return tuple(sorted(after.items())), fault

    return one


def _statuses(stands: Any) -> Hashable:
    return tuple((party, _status(stand)) for party, stand in stands)


def apart(events: Sequence[Event]) -> list[SubjectKey]:
    """For events of a sender's missions at a host, keys that tell independent missions apart.

    They are one subject unless all are told by level, and those of one level by city or none.
    """
    told = [(getattr(e, "level", ""), folded(getattr(e, "city", ""))) for e in events]
    changes = any(e.type in ("mission-level-changed", "mission-moved") for e in events)
    if changes or not all(level for level, _ in told) or any(_id(e) for e in events):
        return [("",)] * len(events)
    without_city = {level for level, city in told if not city}
    return [(level, "" if level in without_city else city) for level, city in told]


def _id(event: Event) -> str:
    return str(getattr(event, "mission", ""))
