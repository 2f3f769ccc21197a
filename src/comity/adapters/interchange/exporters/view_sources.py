"""The sources of the rows of views: those of the events that tell of what a row is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from comity.domain.events import AnniversaryMarked, Event
from comity.domain.parties import relationship_parties
from comity.domain.scope import newest_names
from comity.domain.selection import Entry
from comity.domain.text import folded
from comity.domain.time.dates import period
from comity.domain.values import Source
from comity.engine import TimelineEngine
from comity.engine.engine import told_answers
from comity.projections.projection import Projection
from comity.projections.views.view import OptionValues, View
from comity.query import Day

Name = Callable[[str], str]
"""Gives the newest name of a party on a timeline."""
_Tells = Callable[[Any, Event, Name], bool]


class _EntriesProjection(Projection[list[Entry], list[Entry]]):
    """The entries of some kinds."""

    name = "entries with sources"
    reads_only_events = False

    def __init__(self, kinds: Any) -> None:
        self.kinds = kinds

    def initial(self) -> list[Entry]:
        return []

    def evolve_entry(self, state: list[Entry], entry: Entry) -> list[Entry]:
        if entry.sources:
            state.append(entry)
        return state


def sources_of_rows(
    view: View,
    flag: str,
    engine: TimelineEngine,
    parties: tuple[str, ...],
    options: OptionValues,
) -> Callable[[Any], Iterator[Source]] | None:
    """What gives the sources of a row of a view's table; None if its rows tell of no few events.

    `flag` is that of a further table; empty for the view's own. `options` are those of the
    question that the rows answer.
    """
    tells = _TELLS.get((view.name, flag))
    if tells is None:
        return None
    projection = _EntriesProjection(view.projection().kinds)
    entries = told_answers(
        engine, projection, parties, _day(view, options), known_at=options.get("known_at"),
        certainty=options.get("certainty", "certain"),
    )  # fmt: skip

    def sources(row: Any) -> Iterator[Source]:
        for pair in _timelines(_relationship(row), entries):
            name = _name_on(pair)
            for entry in entries[pair]:
                if tells(row, entry.event, name):
                    yield from entry.sources

    return sources


def _relationship(row: Any) -> str:
    return str(getattr(row, "relationship", "") or row["relationship"])


def _name_on(relationship: str) -> Name:
    names = newest_names(relationship_parties(relationship))
    return lambda code: names.get(code, code)


def _day(view: View, options: OptionValues) -> Day:
    """The day of the question; of anniversaries, the end of their period, or any day."""
    if view.name == "anniversaries":
        return period(None, options.get("until")).latest
    since = options.get("since")
    return options.get("on") or (since and period(since, None).earliest)


def _timelines(relationship: str, entries: Mapping[str, object]) -> Iterator[str]:
    """The timelines of a row: its own or, of several parties, those of the pairs among them."""
    if relationship in entries:
        yield relationship
        return
    parties = set(relationship.split("-"))
    yield from (pair for pair in entries if parties.issuperset(pair.split("-")))


def _same(field: str) -> _Tells:
    """That an event has the same text in a field, which its row has too."""

    def tells(row: Any, event: Event, _: Name) -> bool:
        told = getattr(event, field, "")
        return told != "" and folded(told) == folded(getattr(row, field))

    return tells


def _mission(row: Any, event: Event, name: Name) -> bool:
    """Whether an event is about the missions of this direction, and not surely about another."""
    told: Any = event
    if (name(told.sender), name(told.host)) != (row.sender, row.host):
        return False
    city, level = getattr(told, "city", ""), getattr(told, "level", "")
    is_here = not city or not row.city or folded(city) == folded(row.city)
    return is_here and bool(not level or not row.level or level == row.level)


def _measure(row: Any, event: Event, name: Name) -> bool:
    told: Any = event
    return _same("measure")(row, event, name) and bool(name(told.by) == row.by)


def _anniversary(row: Any, event: Event, _: Name) -> bool:
    if isinstance(event, AnniversaryMarked):
        return bool(folded(event.of) == folded(row.of) and event.years == row.years)
    return bool(event.id == row.event)


def _series(row: Any, event: Event, _: Name) -> bool:
    told = getattr(event, "series", "")
    return told != "" and folded(told) == folded(row.series.series)


def _contact(row: Any, event: Event, _: Name) -> bool:
    told = getattr(event, "meeting", "")
    return told != "" and folded(told) == folded(row.contact.last.meeting)


_AGENDA = {
    "meeting": "meeting", "round": "series", "expiry": "agreement", "notice": "agreement",
    "shipment": "deal",
}  # fmt: skip


def _agenda(row: Any, event: Event, _: Name) -> bool:
    if row.kind == "anniversary":
        names = ("agreement", "deal", "meeting") if row.what != "relations" else ()
        about = [folded(getattr(event, field, "")) for field in names]
        return folded(row.what) in about or (
            row.what == "relations" and event.subject == "relations"
        )
    what = row.what
    if row.kind == "shipment":
        what, _, shipment = row.what.rpartition("/")
        if folded(getattr(event, "shipment", "")) not in ("", folded(shipment)):
            return False
    told = getattr(event, _AGENDA[row.kind], "")
    return told != "" and folded(told) == folded(what)


def _link(_row: Any, _event: Event, _name: Name) -> bool:
    return True


_TELLS: dict[tuple[str, str], _Tells] = {
    ("missions", ""): _mission,
    ("agreements", ""): _same("agreement"),
    ("measures", ""): _measure,
    ("deals", ""): _same("deal"),
    ("anniversaries", ""): _anniversary,
    ("agenda", ""): _agenda,
    ("series", ""): _series,
    ("series", "contacts"): _contact,
    ("network", ""): _link,
}
