"""The missions of a sender at a host: which mission an event means, and what it does to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from comity.domain.events import Event
from comity.domain.lives.life import Ending, Fault
from comity.domain.lives.table import NONE
from comity.domain.text import folded
from comity.domain.time.dates import end_of, instants

DIPLOMATIC: Final = (
    "embassy", "high-commission", "apostolic-nunciature", "legation", "delegation",
    "liaison-office",
)  # fmt: skip
"""The diplomatic levels, from the highest down; they change among themselves."""
CONSULAR: Final = ("consulate-general", "consulate", "honorary-consulate")
"""The consular levels, from the highest down; they have no head of mission."""
RANKED: Final = (
    "embassy", "high-commission", "apostolic-nunciature", "permanent-mission", "legation",
    "delegation", "liaison-office", "representative-office", "interests-section", *CONSULAR,
)  # fmt: skip
"""All levels, from the highest down."""


class OpenMission(NamedTuple):
    """An open mission; `opened_by` is the id of the event that opened it, empty if unrecorded."""

    level: str
    city: str = ""
    mission: str = ""
    accredited_from: str = ""
    protecting_power: str = ""
    since: str = ""
    opened_by: str = ""
    ending: Ending | None = None

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells it apart from the sender's other missions at the host."""
        return self.level, folded(self.city), folded(self.mission)


Missions = tuple[OpenMission, ...]


def missions_by(missions: Missions, instant: int, *, possibly: bool = False) -> Missions:
    """The missions still open once all has ended that was told to end by an instant."""
    if not any(mission.ending for mission in missions):
        return missions
    return tuple(mission for mission in missions if not _is_over(mission, instant, possibly))


def _is_over(mission: OpenMission, instant: int, possibly: bool) -> bool:
    ending = mission.ending
    return ending is not None and (ending.earliest if possibly else ending.latest) <= instant


def mission_step(missions: Missions, event: Event) -> tuple[Missions, Fault]:
    """The open missions after `event`, and what is incoherent about it."""
    when = instants(event.when)
    missions = missions_by(missions, when.earliest - 1)
    after, fault = _DO[event.type](missions, event)
    if fault:
        ended = missions_by(missions, when.latest, possibly=True)
        if ended != missions:
            retried, still = _DO[event.type](ended, event)
            if not still:
                return retried, ""
    return after, fault


def _opened(missions: Missions, event: Event) -> tuple[Missions, Fault]:
    level, id = getattr(event, "level", ""), folded(getattr(event, "mission", ""))
    alike = [m for m in missions if m.level == level and (not id or folded(m.mission) in (id, ""))]
    if _in_city(alike, event):
        return missions, "begun-twice"
    end = end_of(event.when)
    ending = Ending("interval", *end, NONE, event.when) if end else None
    return (*missions, _new(event, event.when, event.id, ending)), ""


def _new(event: Event, since: str = "", id: str = "", ending: Ending | None = None) -> OpenMission:
    return OpenMission(
        getattr(event, "level", ""), getattr(event, "city", ""), getattr(event, "mission", ""),
        getattr(event, "accredited_from", ""), getattr(event, "protecting_power", ""), since, id,
        ending,
    )  # fmt: skip


def _level_changed(missions: Missions, event: Event) -> tuple[Missions, Fault]:
    """To a consular level, the consulate; else the diplomatic mission or else the only one."""
    level = getattr(event, "level", "")
    levels = CONSULAR if level in CONSULAR else DIPLOMATIC
    meant = _narrowed([m for m in missions if m.level in levels], event)
    if not meant and level not in CONSULAR and len(missions) == 1:
        meant = _narrowed(missions, event)
    if not meant:
        return (*missions, _new(event)), "out-of-place"
    if len(meant) > 1:
        return missions, "out-of-place"
    [old] = meant
    changed = old._replace(
        level=level,
        city=old.city or getattr(event, "city", ""),
        accredited_from=getattr(event, "accredited_from", "") or old.accredited_from,
        protecting_power=getattr(event, "protecting_power", ""),
    )
    return _replaced(missions, old, changed), ""


def _moved(missions: Missions, event: Event) -> tuple[Missions, Fault]:
    level = getattr(event, "level", "")
    fitting = _of_id([m for m in missions if not level or m.level in (level, "")], event)
    city = folded(getattr(event, "city", ""))
    meant = [mission for mission in fitting if folded(mission.city) != city] or fitting
    if len(meant) > 1 and not level:
        meant = [m for m in meant if m.level in DIPLOMATIC] or meant
    if not meant:
        return (*missions, _new(event)), "out-of-place"
    if len(meant) > 1:
        return missions, "out-of-place"
    [old] = meant
    moved = old._replace(
        level=old.level or level,
        city=getattr(event, "city", ""),
        accredited_from=getattr(event, "accredited_from", "") or old.accredited_from,
    )
    return _replaced(missions, old, moved), ""


def _closed(missions: Missions, event: Event) -> tuple[Missions, Fault]:
    meant = _meant(missions, event)
    if len(meant) != 1:
        return missions, "ambiguous" if meant else "ends-nothing"
    return tuple(m for m in missions if m is not meant[0]), ""


def _replaced(missions: Missions, old: OpenMission, new: OpenMission) -> Missions:
    return tuple(new if mission is old else mission for mission in missions)


def _meant(missions: Missions, event: Event) -> list[OpenMission]:
    """The open missions that the event can mean, by level, city and id as far as it names them."""
    level = getattr(event, "level", "")
    return _narrowed([m for m in missions if not level or m.level in (level, "")], event)


def _narrowed(missions: Sequence[OpenMission], event: Event) -> list[OpenMission]:
    """Those of the event's id and in its city, as far as it names them."""
    return _in_city(_of_id(missions, event), event)


def _in_city(missions: list[OpenMission], event: Event) -> list[OpenMission]:
    """Those in the event's city; an unknown city matches any, but a named one matches better."""
    city = folded(getattr(event, "city", ""))
    if not city:
        return missions
    there = [mission for mission in missions if folded(mission.city) == city]
    return there or [mission for mission in missions if not mission.city]


def _of_id(missions: Sequence[OpenMission], event: Event) -> list[OpenMission]:
    id = folded(getattr(event, "mission", ""))
    if not id:
        return list(missions)
    named = [mission for mission in missions if folded(mission.mission) == id]
    return named or [mission for mission in missions if not mission.mission]


_DO: Final = {
    "mission-opened": _opened,
    "mission-level-changed": _level_changed,
    "mission-moved": _moved,
    "mission-closed": _closed,
}
