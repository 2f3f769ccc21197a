"""The events behind each thing that a state tells of, by what they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from comity.adapters.interchange.exporters.dates_in_words import date_words
from comity.adapters.render.section import Recognition
from comity.adapters.web.pages.history import History
from comity.domain.events import CATALOGUE, Event
from comity.domain.recorded import Recorded
from comity.domain.text import folded
from comity.domain.time.dates import last_second
from comity.projections.findings import Finding
from comity.projections.sections.agreement import Agreement
from comity.projections.sections.aid import Aid
from comity.projections.sections.alignment import Alignment
from comity.projections.sections.anniversaries import Anniversary, Marked
from comity.projections.sections.deal import Deal
from comity.projections.sections.measures import Measure
from comity.projections.sections.meetings import Meeting
from comity.projections.sections.mission import Mission
from comity.projections.sections.relations import Relations
from comity.projections.sections.series import Series
from comity.projections.sections.statements import Statement
from comity.projections.sections.tone import Tone

_MOST = 6
"""How many events behind one thing are named."""
_Name = Callable[[str], str]
_Tells = Callable[[Any, Any, _Name], bool]


class Reason(NamedTuple):
    """An event behind a line: its id, and its date in words."""

    id: str
    when: str


class Reasons(NamedTuple):
    """The newest events behind a line, in their order; `more` are not named, of some `kinds`."""

    named: tuple[Reason, ...] = ()
    more: int = 0
    kinds: tuple[str, ...] = ()


class Behind:
    """Finds what is behind the lines of a state on a day."""

    def __init__(self, history: History, on: date) -> None:
        self._history, end = history, last_second(on)
        self._events: dict[str, list[Event]] = {}
        for entry in history.entries:
            if entry.instants.earliest <= end:
                self._events.setdefault(entry.event.type, []).append(entry.event)

    def of(self, thing: object) -> Reasons:
        """What is behind a thing in the state; nothing, for what follows from no event."""
        if isinstance(thing, Finding):
            return self._named(thing.events)
        if isinstance(thing, Event):
            return self._named((thing.id,))
        told = [event for event in self._candidates(thing) if self._tells(thing, event)]
        kinds = tuple(dict.fromkeys(event.type for event in told))
        reasons = tuple(Reason(event.id, date_words(event.when)) for event in told[-_MOST:])
        return Reasons(reasons, max(len(told) - _MOST, 0), kinds)

    def _named(self, ids: Iterable[str]) -> Reasons:
        known = (self._history.by_id.get(id) for id in ids)
        return Reasons(tuple(map(_reason, filter(None, known))))

    def _candidates(self, thing: object) -> Sequence[Event]:
        """The events of the kinds that can tell of a thing, in the order of time."""
        told = _TELLS.get(type(thing))
        if told is None:
            return ()
        kinds, _ = told
        lists = [
            events
            for kind, events in self._events.items()
            if kind in kinds or CATALOGUE[kind].subject in kinds
        ]
        if len(lists) == 1:
            return lists[0]
        order = self._history.order
        return sorted((e for events in lists for e in events), key=lambda e: order[e.id])

    def _tells(self, thing: object, event: Event) -> bool:
        _, tells = _TELLS[type(thing)]
        return tells(thing, event, self._history.scope.name)


def _reason(record: Recorded) -> Reason:
    return Reason(record.id, date_words(record.event.when) or record.event.type)


def _same(field: str, own: str = "") -> _Tells:
    """That an event names the same in a field as the thing does in its own."""

    def tells(thing: Any, event: Any, _: _Name) -> bool:
        value = getattr(event, field, "")
        return bool(value) and folded(str(value)) == folded(str(getattr(thing, own or field)))

    return tells


def _recognition(thing: Recognition, event: Any, name: _Name) -> bool:
    by, _, whom = thing.direction.partition(" → ")
    return name(event.by) == by and whom.partition(" (")[0] == name(event.on)


def _mission(thing: Mission, event: Any, name: _Name) -> bool:
    if (name(event.sender), name(event.host)) != (thing.sender, thing.host):
        return False
    city, level = getattr(event, "city", ""), getattr(event, "level", "")
    here = not city or not thing.city or folded(city) == folded(thing.city)
    moved = event.type in ("mission-moved", "mission-level-changed")
    return moved or (here and bool(not level or not thing.level or level == thing.level))


def _measure(thing: Measure, event: Any, name: _Name) -> bool:
    return _same("measure")(thing, event, name) and name(event.by) == thing.by


def _statement(thing: Statement, event: Any, name: _Name) -> bool:
    return (name(event.by), event.when, event.text) == (thing.by, thing.when, thing.text)


def _aid(thing: Aid, event: Any, name: _Name) -> bool:
    return (name(event.by), name(event.to)) == (thing.by, thing.to)


def _founding(thing: Anniversary, event: Any, _: _Name) -> bool:
    if event.when != thing.founded:
        return False
    if event.type == "relations-established":
        return thing.of == "relations"
    return folded(getattr(event, "agreement", "")) == folded(thing.of)


def _any(_thing: object, _event: Event, _name: _Name) -> bool:
    return True


_TELLS: dict[type, tuple[frozenset[str], _Tells]] = {
    Relations: (frozenset({"relations"}), _any),
    Recognition: (frozenset({"recognition"}), _recognition),
    Mission: (frozenset({"mission", "post"}), _mission),
    Meeting: (frozenset({"meeting"}), _same("meeting")),
    Series: (frozenset({"meeting"}), _same("series")),
    Agreement: (frozenset({"agreement"}), _same("agreement")),
    Deal: (frozenset({"deal", "shipment", "payment-made"}), _same("deal")),
    dict: (frozenset({"payment-made"}), _any),
    Measure: (frozenset({"measure"}), _measure),
    Statement: (frozenset({"statement-made"}), _statement),
    Alignment: (frozenset({"alignment"}), _same("matter")),
    Aid: (frozenset({"aid-pledged", "aid-delivered"}), _aid),
    Marked: (frozenset({"anniversary-marked"}), _same("of")),
    Anniversary: (frozenset({"relations-established", "agreement-signed"}), _founding),
    Tone: (frozenset({"interaction-coded"}), _any),
}
"""By what a line tells of: the subjects and kinds of the events that can, and whether one does."""
