"""What the headings of one country's page tell together.

Whether a mission is opened anew or raised, and whether relations that were severed went on, no
single heading tells. What follows here, and no more, is told beside the headings:

- Relations went on, by the year of a heading that tells that the mission was reopened.
- A mission was closed when relations were severed, if a later heading tells of another opening,
  or the country was succeeded by another one.
- A mission that opens in place of another one, at another level, is the other one, raised.
- The embassy in China that moved with the government to Taiwan was closed in China.

Where relations were severed and later headings tell of missions or of recognition, but none of
what began again, nobody can know how relations stand: such a row is faulty.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from comity.adapters.interchange.importers.history_state_gov.countries import HOME, stood
from comity.domain.events import (
    Event,
    MissionClosed,
    MissionLevelChanged,
    MissionMoved,
    MissionOpened,
    RecognitionExtended,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
)
from comity.domain.lives.missions import CONSULAR, Missions, OpenMission, mission_step
from comity.domain.time.dates import bounds

_AGAIN: Final = re.compile(r"\bre-?open|\bre-?establish|\bresum", re.I)
_BROKEN: Final = (RelationsSevered, RelationsSuspended)
_BEGUN: Final = (RelationsEstablished, RelationsRestored)
_MISSION: Final = (MissionOpened, MissionLevelChanged, MissionMoved, MissionClosed)
_SECTION: Final = "interests-section"
"""What a state without relations may open."""

UNKNOWN_END: Final = (
    "heading: relations were broken off or interrupted here and a later heading ({later!r}) tells "
    "of a mission or of recognition, but none tells that relations were restored"
)


class Telling(NamedTuple):
    """An event that a row tells: its line, kind and fields, and the year and country it is of."""

    line: int
    kind: type[Event]
    fields: Mapping[str, Any]
    year: str
    whom: str
    cells: Mapping[str, str]

    @property
    def what(self) -> tuple[str, ...]:
        """What it tells, whichever row of the page does."""
        fields = (self.fields.get(name, "") for name in ("sender", "by", "level", "city", "when"))
        return self.kind.type, self.whom, *fields

    def event(self) -> Event:
        """The bare event; raises what events raise."""
        return self.kind(**self.fields)


class Page(NamedTuple):
    """The tellings of a page in the order of its rows, and why rows are faulty, by line."""

    tellings: list[Telling]
    faults: dict[int, str]


def settled(tellings: Sequence[Telling]) -> Page:
    """What the tellings of a page come to."""
    story = _Story()
    for telling in sorted(tellings, key=lambda told: bounds(told.fields["when"]).earliest.year):
        if telling.what not in story.instead:
            story.instead[telling.what] = [telling]
            story.tell(telling)
    faults = story.unsettled()
    kept = [
        told._replace(line=telling.line, cells=telling.cells)
        for telling in tellings
        for told in story.instead[telling.what]
    ]
    return Page(kept, {t.line: faults[t.what] for t in tellings if t.what in faults})


class _Story:
    """The page as it goes on: how relations stand, and the open missions."""

    def __init__(self) -> None:
        self.instead: dict[tuple[str, ...], list[Telling]] = {}
        """By what is told, what stands for it."""
        self._relations: defaultdict[str, list[Telling]] = defaultdict(list)
        self._others: defaultdict[str, list[Telling]] = defaultdict(list)
        self._missions: dict[tuple[str, str], Missions] = {}
        self._severed: dict[str, Telling] = {}
        self._held: Telling | None = None
        """What suspended relations, if it is the last that the page tells of them."""

    def tell(self, telling: Telling) -> None:
        """Note one telling, and put another in its place where those before it say so."""
        whom = telling.whom
        if telling.kind in (*_BROKEN, *_BEGUN):
            self._tell_relations(telling)
        elif telling.kind in _MISSION:
            if telling.fields["sender"] != whom:
                self._others[whom].append(telling)
            self._put(telling, self._in_place(telling))
        elif telling.kind is RecognitionExtended and telling.fields["on"] == whom:
            self._others[whom].append(telling)

    def _tell_relations(self, telling: Telling) -> None:
        before = self._relations[telling.whom]
        held = before[-1] if before and _is_suspended(before[-1]) else None
        if telling.kind is RelationsEstablished and held is not None and held is self._held:
            telling = telling._replace(kind=RelationsRestored)
            self.instead[(RelationsEstablished.type, *telling.what[1:])] = [telling]
        if telling.kind is RelationsSevered:
            self._severed[telling.whom] = telling
        self._held = telling if _is_suspended(telling) else None
        before.append(telling)

    def _put(self, told: Telling, tellings: Iterable[Telling]) -> None:
        self.instead[told.what] = put = list(tellings)
        for telling in put:
            if telling.kind in _MISSION:
                key = (telling.fields["sender"], telling.fields["host"])
                self._missions[key], _ = mission_step(self._missions.get(key, ()), telling.event())

    def _open(self, telling: Telling) -> list[OpenMission]:
        key = (telling.fields["sender"], telling.fields["host"])
        return [m for m in self._missions.get(key, ()) if m.level not in CONSULAR]

    def _in_place(self, telling: Telling) -> list[Telling]:
        """What stands for an event of a mission."""
        if telling.kind is MissionMoved and telling.whom == "TWN" and not self._open(telling):
            return self._to_taiwan(telling)
        if telling.fields["level"] in CONSULAR:
            return [telling]
        if telling.kind is MissionClosed:
            return [self._closed(telling)]
        if telling.kind is not MissionOpened:
            return [telling]
        severed = self._severed.pop(telling.whom, None)
        if severed is not None and telling.fields["sender"] != telling.whom:
            self._close(self._open(telling), severed, telling)
        open_ = self._open(telling)
        if len(open_) != 1 or open_[0].level == telling.fields["level"]:
            return [telling]
        if not telling.fields["level"]:
            return [telling]
        return _instead_of(open_[0], telling)

    def _closed(self, telling: Telling) -> Telling:
        """The only mission is meant, though its city has another name by now."""
        open_ = self._open(telling)
        if len(open_) != 1 or open_[0].level != telling.fields["level"]:
            return telling
        return telling._replace(fields={**telling.fields, "city": open_[0].city})

    def _close(self, missions: Iterable[OpenMission], severed: Telling, opening: Telling) -> None:
        """The missions that were open when relations were severed were closed then."""
        key = (opening.fields["sender"], opening.fields["host"])
        for mission in missions:
            if mission.level == _SECTION:
                continue
            only = len(self._missions[key]) == 1  # whatever another table knows of its level
            level, city = ("", "") if only else (mission.level, mission.city)
            fields = {
                "sender": key[0], "host": key[1], "level": level, "city": city,
                "when": severed.fields["when"],
            }  # fmt: skip
            self.instead[severed.what].append(severed._replace(kind=MissionClosed, fields=fields))
            self._missions[key] = tuple(m for m in self._missions[key] if m is not mission)

    def _end(self, whom: str, severed: Telling) -> None:
        """A country that relations were severed with, and that came to an end itself."""
        for host in [host for _, host in self._missions if host == whom]:
            fields = {"sender": HOME, "host": host}
            opening = severed._replace(fields=fields)
            self._close(self._open(opening), severed, opening)

    def _to_taiwan(self, telling: Telling) -> list[Telling]:
        """The embassy at CHN is closed, relations with it are suspended, and one opens at TWN."""
        there = telling._replace(whom="CHN", fields={**telling.fields, "host": "CHN"})
        left = self._open(there)
        if len(left) != 1:
            return [telling]
        fields = {**there.fields, "level": left[0].level, "city": left[0].city}
        closed = there._replace(kind=MissionClosed, fields=fields)
        pair = {"parties": (telling.fields["sender"], "CHN"), "when": telling.fields["when"]}
        suspended = there._replace(kind=RelationsSuspended, fields=pair)
        self._relations["CHN"].append(suspended)
        self._held = suspended
        return [closed, telling._replace(kind=MissionOpened), suspended]

    def unsettled(self) -> dict[tuple[str, ...], str]:
        """Tell of relations that went on; the faults of those of which nobody can know."""
        faults: dict[tuple[str, ...], str] = {}
        for whom, severed in self._severed.items():
            if any(_is_later(severed, told) for other in self._others.values() for told in other):
                self._end(whom, severed)
        for whom, changes in self._relations.items():
            for broken, after in zip(changes, [*changes[1:], None], strict=True):
                if not _is_open_ended(broken, after):
                    continue
                later = [
                    told
                    for told in self._others[whom]
                    if _begins(told) and _is_between(broken, told, after)
                ]
                again = next((t for t in later if t.kind is MissionOpened and _is_again(t)), None)
                if again is not None:
                    pair = {"parties": broken.fields["parties"], "when": again.year}
                    restored = again._replace(kind=RelationsRestored, fields=pair)
                    self.instead[again.what].append(restored)
                elif later:
                    faults[broken.what] = UNKNOWN_END.format(later=later[0].cells["heading"])
        return faults


def _instead_of(mission: OpenMission, telling: Telling) -> list[Telling]:
    """The mission has the level that is told; in another city, it moved there too.

    A legation in a city does not follow an embassy that is nowhere told to be there.
    """
    city = telling.fields["city"]
    if mission.level == "legation" and mission.city and not city:
        fields = {**telling.fields, "level": mission.level, "city": mission.city}
        return [telling._replace(kind=MissionClosed, fields=fields), telling]
    fields = {**telling.fields, "city": ""}
    raised = telling._replace(kind=MissionLevelChanged, fields=fields)
    if not city or city == mission.city:
        return [raised]
    return [raised, telling._replace(kind=MissionMoved)]


def _is_suspended(telling: Telling) -> bool:
    return telling.kind is RelationsSuspended and "/" not in telling.fields["when"]


def _is_open_ended(broken: Telling, after: Telling | None) -> bool:
    """Whether relations are broken off and no telling says how that ended."""
    if broken.kind not in _BROKEN or "/" in broken.fields["when"]:
        return False
    if after is None or (after.kind is RelationsSuspended):
        return True
    return after.kind is RelationsSevered and broken.kind is RelationsSevered


def _begins(telling: Telling) -> bool:
    """Whether it tells of what states with relations have."""
    return telling.kind is not MissionClosed and telling.fields.get("level") not in (
        _SECTION, *CONSULAR,
    )  # fmt: skip


def _is_between(broken: Telling, telling: Telling, after: Telling | None) -> bool:
    first, then = (bounds(told.fields["when"]).latest for told in (broken, telling))
    return first < then and (after is None or then < bounds(after.fields["when"]).earliest)


def _is_later(severed: Telling, telling: Telling) -> bool:
    """Whether it tells of a mission at another country than that, which was no more."""
    first, then = (bounds(told.fields["when"]) for told in (severed, telling))
    return (
        telling.whom != severed.whom
        and first.latest < then.earliest
        and not stood(severed.whom, then)
    )


def _is_again(telling: Telling) -> bool:
    return _AGAIN.search(telling.cells["heading"]) is not None
