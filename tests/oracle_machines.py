"""The lives of section 5.1 as plain machines: relations, deals, measures and the like, missions."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from comity.domain.events import Event
from tests.oracle_table import FROM_NONE, MOVES, finding, leads
from tests.oracle_time import End, ends_told, field, folded


class Machine(Protocol):
    """One subject's life: how each event and each end told in advance moves it."""

    def start(self) -> Any:
        """The state of which nothing is recorded."""

    def step(self, state: Any, event: Event) -> tuple[Any, str]:
        """The state after an event, and the kind of the finding if it is incoherent."""
        ...

    def fire(self, state: Any, end: End) -> Any:
        """The state after an end that was told in advance has come."""
        ...

    def pending(self, state: Any) -> Sequence[End]:
        """The ends that were told and are not void."""
        ...

    def shown(self, state: Any) -> Hashable:
        """What an answer says of the state."""
        ...


class Frame(NamedTuple):
    """A status, since when, and the event that told it; below it lies what was before."""

    status: str
    since: str = ""
    owner: str = ""


Frames = tuple[Frame, ...]
NONE: Frames = (Frame("none"),)


def moved(frames: Frames, event: Event, coherent: bool, since: str = "") -> Frames:
    """The frames after an event that moves them."""
    since = since or event.when
    effect = MOVES[event.type][1]
    new = Frame(effect.lstrip("+"), since, event.id)
    if not coherent and event.type in FROM_NONE:
        return tuple(Frame(status, since, event.id) for status in FROM_NONE[event.type])
    if effect == "=":
        return frames
    if effect == "-":
        # It stands again since this day: what was before had been broken off.
        return (*frames[:-2], frames[-2]._replace(since=since))
    if effect.startswith("+"):
        return (*frames, new)
    if new.status == frames[-1].status:
        new = new._replace(since=frames[-1].since)
    return (new,)


def without(frames: Frames, end: End, status: str) -> Frames:
    """The frames without the `status` that the end's owner told for a while."""
    kept = tuple(f for f in frames if not (f.status == status and f.owner == end.owner))
    if kept and kept[-1] != frames[-1]:
        return (*kept[:-1], kept[-1]._replace(since=end.text))
    return kept or NONE


class Simple:
    """Every life that one sequence of states describes."""

    def __init__(self, kind: str, events: Sequence[Event]) -> None:
        """Of the subject's kind and all its events."""
        self.kind = kind
        self.ends: Mapping[str, dict[str, End]] = {event.id: ends_told(event) for event in events}

    def start(self) -> tuple[Frames, Any]:
        """Nothing is recorded."""
        return NONE, ""

    def step(self, state: tuple[Frames, Any], event: Event) -> tuple[Any, str]:
        """An event that does not lead from the state changes nothing, except from *none*."""
        frames, detail = state
        status = frames[-1].status
        coherent = leads(event.type, status)
        if not coherent and status != "none":
            return state, finding(event.type, status)
        if self.kind == "alignment":
            # any -Recorded-> as recorded
            status = field(event, "alignment")
            old = frames[-1]
            since = old.since if old.status == status else event.when
            return ((Frame(status, since, event.id),), ""), ""
        after = moved(frames, event, coherent)
        return (after, self._detail(detail, event)), "" if coherent else finding(event.type, status)

    def _detail(self, detail: Any, event: Event) -> Any:
        if event.type in ("meeting-scheduled", "meeting-rescheduled", "shipment-scheduled"):
            return field(event, "planned_for") or detail  # the newest plan
        if event.type == "relations-established":
            return (event.when, "")  # established on, and the level
        if event.type == "relations-changed":
            return (detail[0] if detail else "", field(event, "level"))
        if event.type == "recognition-extended":
            return tuple(sorted({*(detail or ()), field(event, "form")} - {""}))
        if event.type in ("recognition-withdrawn", "meeting-cancelled"):
            return ""
        return detail

    def fire(self, state: tuple[Frames, Any], end: End) -> tuple[Frames, Any]:
        """A suspension that has ended gives what was before; a measure is lifted."""
        frames, detail = state
        if end not in self.pending(state):
            return state
        if self.kind == "measure":
            return (Frame("lifted", end.text),), detail
        if self.kind == "alignment":
            return (Frame("none", end.text),), detail
        return without(frames, end, "suspended"), detail

    def pending(self, state: tuple[Frames, Any]) -> Sequence[End]:
        """Ends belong to the event that told what stands; `expires` says more than an interval."""
        found: list[End] = []
        for frame in state[0]:
            told = self.ends.get(frame.owner, {})
            lasting = frame.status not in ("lifted", "none") and (
                self.kind in ("measure", "alignment") or frame.status == "suspended"
            )
            if lasting and (end := told.get("expires") or told.get("interval")):
                found.append(end)
        return found

    def shown(self, state: tuple[Frames, Any]) -> Hashable:
        """Status, since and the details."""
        frames, detail = state
        return frames[-1].status, frames[-1].since, detail


DIPLOMATIC = {"embassy", "high-commission", "apostolic-nunciature", "legation", "delegation",
              "liaison-office"}  # fmt: skip
CONSULAR = {"consulate-general", "consulate", "honorary-consulate"}


class Mission(NamedTuple):
    """An open mission."""

    level: str
    city: str
    mission: str
    since: str
    owner: str


Open = tuple[Mission, ...]


def agree(one: str, other: str) -> bool:
    """An unknown city (or id, or level that is not told) matches any."""
    return not one or not other or folded(one) == folded(other)


class Missions:
    """The missions of one sender at one host: each is open or not."""

    def __init__(self, events: Sequence[Event]) -> None:
        """Of all events of the missions of the sender at the host."""
        self.ends = {event.id: ends_told(event) for event in events}

    def start(self) -> Open:
        """No mission is open."""
        return ()

    def step(self, state: Open, event: Event) -> tuple[Open, str]:
        """Opened, LevelChanged, Moved, Closed."""
        new = Mission(field(event, "level"), field(event, "city"), field(event, "mission"),
                      event.when, event.id)  # fmt: skip
        if event.type == "mission-opened":
            # Told apart by level and city, and id where given.
            if any(self._same(new, each) for each in state):
                return state, "begun-twice"
            return tuple(sorted((*state, new))), ""
        targets = self.targets(state, event)
        if len(targets) > 1:
            return state, "ambiguous" if event.type == "mission-closed" else "out-of-place"
        if event.type == "mission-closed":
            # An end that ends nothing.
            return tuple(e for e in state if e not in targets), "" if targets else "ends-nothing"
        if not targets:
            # From none it moves its subject all the same.
            return tuple(sorted((*state, new))), "out-of-place"
        [old] = targets
        changed = old._replace(level=new.level or old.level, city=new.city or old.city)
        return tuple(sorted([changed, *(e for e in state if e != old)])), ""

    def _same(self, new: Mission, each: Mission) -> bool:
        ids = agree(new.mission, each.mission)
        return folded(new.level) == folded(each.level) and agree(new.city, each.city) and ids

    def targets(self, state: Open, event: Event) -> Open:
        """The open missions that an event can mean."""
        level, city = field(event, "level"), field(event, "city")
        if named := field(event, "mission"):
            exact = tuple(e for e in state if folded(e.mission) == folded(named))
            if exact:
                return exact
            state = tuple(e for e in state if not e.mission)
        if event.type == "mission-level-changed":
            here = tuple(e for e in state if agree(e.city, city))
            if level in DIPLOMATIC:
                # the diplomatic mission or, without one, the only mission
                diplomatic = tuple(e for e in here if e.level in DIPLOMATIC)
                return diplomatic or (here if len(state) == 1 else ())
            if level in CONSULAR:
                return tuple(e for e in here if e.level in CONSULAR)
            same = tuple(e for e in here if e.level == level)
            return same or (here if len(state) == 1 else ())
        if event.type == "mission-moved":
            # `city` is where it moved to.
            level_fits = tuple(e for e in state if agree(e.level, level))
            elsewhere = tuple(e for e in level_fits if folded(e.city) != folded(city))
            meant = elsewhere or level_fits
            if len(meant) > 1 and not level:
                return tuple(e for e in meant if e.level in DIPLOMATIC) or meant
            return meant
        # Closing names what it closes as far as needed.
        return tuple(e for e in state if agree(e.level, level) and agree(e.city, city))

    def fire(self, state: Open, end: End) -> Open:
        """A mission told with an interval has ended."""
        return tuple(each for each in state if each.owner != end.owner)

    def pending(self, state: Open) -> Sequence[End]:
        """The ends of the missions that are open."""
        told = [self.ends.get(each.owner, {}).get("interval") for each in state]
        return [end for end in told if end]

    def shown(self, state: Open) -> Hashable:
        """Which missions are open."""
        return state
