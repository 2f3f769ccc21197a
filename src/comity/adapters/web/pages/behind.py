"""The events behind each thing that a state tells of, by what they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from comity.adapters.interchange.exporters.dates_in_words import date_words
from comity.adapters.render.section import Recognition
from comity.adapters.web.pages.history import History
from comity.domain.events import Event
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
_PARTIES = frozenset({"by", "on", "to", "sender", "host"})
"""The fields that hold a party, of which a state tells the newest name."""
_OF_RELATIONS = "relations"
"""What an event is of that names no agreement."""
_Name = Callable[[str], str]
_Key = tuple[str, ...]


class Reason(NamedTuple):
    """An event behind a line: its id, and its date in words."""

    id: str
    when: str


class Reasons(NamedTuple):
    """The newest events behind a line, in their order; `more` are not named, of some `kinds`."""

    named: tuple[Reason, ...] = ()
    more: int = 0
    kinds: tuple[str, ...] = ()


class _Rule(NamedTuple):
    """By which events a thing is told: of some subjects or kinds, equal to it in some `fields`.

    `event_fields` are the names of the fields in the events, where those differ.
    """

    told_by: frozenset[str]
    fields: tuple[str, ...] = ()
    event_fields: tuple[str, ...] = ()


class Behind:
    """Finds what is behind the lines of a state on a day."""

    def __init__(self, history: History, on: date) -> None:
        self._history, self._end = history, last_second(on)
        self._indexes: dict[type, dict[_Key, list[Event]]] = {}

    def of(self, thing: object) -> Reasons:
        """What is behind a thing in the state; nothing, for what follows from no event."""
        if isinstance(thing, Finding):
            return self._named(thing.events)
        if isinstance(thing, Event):
            return self._named((thing.id,))
        rule = _RULES.get(type(thing))
        if rule is None:
            return Reasons()
        keyed = self._index(type(thing), rule).get(_thing_key(thing, rule), ())
        told = [event for event in keyed if _is_about(event, thing)]
        kinds = tuple(dict.fromkeys(event.type for event in told))
        reasons = tuple(Reason(event.id, date_words(event.when)) for event in told[-_MOST:])
        return Reasons(reasons, max(len(told) - _MOST, 0), kinds)

    def _named(self, ids: Iterable[str]) -> Reasons:
        known = (self._history.by_id.get(id) for id in ids)
        return Reasons(tuple(map(_reason, filter(None, known))))

    def _index(self, kind: type, rule: _Rule) -> dict[_Key, list[Event]]:
        """The events that can have happened by the day, by key, in the order of the timeline."""
        index = self._indexes.get(kind)
        if index is None:
            index = self._indexes[kind] = {}
            name = self._history.scope.name
            for entry in self._history.entries:
                event = entry.event
                can_tell = event.subject in rule.told_by or event.type in rule.told_by
                if can_tell and entry.instants.earliest <= self._end:
                    index.setdefault(_event_key(event, rule, name), []).append(event)
        return index


def _reason(record: Recorded) -> Reason:
    return Reason(record.id, date_words(record.event.when) or record.event.type)


def _thing_key(thing: object, rule: _Rule) -> _Key:
    return tuple(folded(str(getattr(thing, field))) for field in rule.fields)


def _event_key(event: Event, rule: _Rule, name: _Name) -> _Key:
    key: list[str] = []
    for field in rule.event_fields or rule.fields:
        value = str(getattr(event, field, _OF_RELATIONS))
        key.append(folded(name(value) if field in _PARTIES else value))
    return tuple(key)


def _is_about(event: Any, thing: object) -> bool:
    """Whether an event of a mission's direction is about it, and not surely about another."""
    if not isinstance(thing, Mission):
        return True
    city, level = getattr(event, "city", ""), getattr(event, "level", "")
    here = not city or not thing.city or folded(city) == folded(thing.city)
    changed = event.type in ("mission-moved", "mission-level-changed")
    return changed or (here and bool(not level or not thing.level or level == thing.level))


def _rule(told_by: str, fields: str = "", event_fields: str = "") -> _Rule:
    return _Rule(frozenset(told_by.split()), tuple(fields.split()), tuple(event_fields.split()))


_RULES: dict[type, _Rule] = {
    Relations: _rule("relations"),
    Recognition: _rule("recognition", "by on"),
    Mission: _rule("mission post", "sender host"),
    Meeting: _rule("meeting", "meeting"),
    Series: _rule("meeting", "series"),
    Agreement: _rule("agreement", "agreement"),
    Deal: _rule("deal shipment payment-made", "deal"),
    dict: _rule("payment-made"),
    Measure: _rule("measure", "measure by"),
    Statement: _rule("statement-made", "by when text"),
    Alignment: _rule("alignment", "matter"),
    Aid: _rule("aid-pledged aid-delivered", "by to"),
    Marked: _rule("anniversary-marked", "of"),
    Anniversary: _rule("relations-established agreement-signed", "of founded", "agreement when"),
    Tone: _rule("interaction-coded"),
}
"""By the type of what a line tells of."""
