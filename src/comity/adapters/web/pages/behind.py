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
from comity.domain.selection import Entry
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
        self._index = history.once(_Index)

    def of(self, thing: object) -> Reasons:
        """What is behind a thing in the state; nothing, for what follows from no event."""
        if isinstance(thing, Finding):
            return self._named(thing.events)
        if isinstance(thing, Event):
            return self._named((thing.id,))
        rule = _RULES.get(type(thing))
        if rule is None:
            return Reasons()
        keyed = self._index.of(rule).get(_thing_key(thing, rule), ())
        told = [entry.event for entry in keyed if entry.instants.earliest <= self._end]
        told = [event for event in told if _is_about(event, thing)]
        kinds = tuple(dict.fromkeys(event.type for event in told))
        reasons = tuple(Reason(event.id, date_words(event.when)) for event in told[-_MOST:])
        return Reasons(reasons, max(len(told) - _MOST, 0), kinds)

    def _named(self, ids: Iterable[str]) -> Reasons:
        known = (self._history.by_id.get(id) for id in ids)
        return Reasons(tuple(map(_reason, filter(None, known))))


class _Index:
    """The entries of a history by what they name, each rule's made when it is first needed."""

    def __init__(self, history: History) -> None:
        self._entries, self._name = history.entries, history.scope.name
        self._places: dict[tuple[str, str], list[int]] = {}
        for place, entry in enumerate(self._entries):
            event = entry.record.event
            self._places.setdefault((event.subject, event.type), []).append(place)
        self._by_rule: dict[_Rule, dict[_Key, list[Entry]]] = {}

    def of(self, rule: _Rule) -> dict[_Key, list[Entry]]:
        """The entries that can tell of a thing of this rule, by key, in the timeline's order."""
        if rule not in self._by_rule:
            index: dict[_Key, list[Entry]] = {}
            kinds = [kind for kind in self._places if not rule.told_by.isdisjoint(kind)]
            for place in sorted(place for kind in kinds for place in self._places[kind]):
                entry = self._entries[place]
                index.setdefault(_event_key(entry.event, rule, self._name), []).append(entry)
            self._by_rule[rule] = index
        return self._by_rule[rule]


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
