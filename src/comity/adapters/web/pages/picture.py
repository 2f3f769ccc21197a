"""The data of the picture of a timeline: its entries, their spells, and when they were learned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from comity.adapters.interchange.exporters.record_tables import days_told
from comity.adapters.interchange.exporters.sentences import shortened
from comity.adapters.interchange.safe_text import printable
from comity.adapters.plots.spells import Spell, Strand, strands_of
from comity.adapters.plots.strand_words import strand_words
from comity.adapters.web.pages.history import History, Moment
from comity.adapters.web.pages.telling import iso
from comity.adapters.web.pages.words import words
from comity.domain.events import Event
from comity.domain.selection import Entry
from comity.domain.time.dates import Instants, day_of, last_second
from comity.projections.sections.section import ended_by

LANES = ("relations", "missions", "meetings", "agreements", "deals", "measures", "statements")
_LANE_OF = {"anniversaries": "relations", "trade": "deals", "interactions": "statements"}
"""The lanes of the areas of the catalogue that have no lane of their own."""
_END_OF_TIME = last_second(date.max)
_LONGEST = 60
"""How many characters the label of a spell has at most."""
MOST_ITEMS = 5_000
"""How many entries a picture holds at most: the last ones."""

Days = dict[str, str | None]


def picture(
    history: History,
    on: date,
    moments: Iterable[Moment],
    address: Callable[[str], str],
    entries: Sequence[Entry] | None = None,
) -> dict[str, Any]:
    """The picture of a timeline, or of some of its `entries`, as plain JSON values.

    `moments` are the stops of the slider of knowing. `address` gives the address of the evidence
    of an event, by its id. An open bound is None.
    """
    shown = history.entries if entries is None else entries
    made = history.once(_no_items)
    items: list[dict[str, Any]] = []
    for entry in shown[-MOST_ITEMS:]:
        id = entry.record.event.id
        item = made.get(id) or made.setdefault(id, _item(entry, history))
        items.append(item | {"href": address(id)})
    kept = {item["id"] for item in items}
    spells = history.once(_spells_of)
    spells = [spell for spell in spells if not kept.isdisjoint(spell["items"])]
    return {
        "lanes": [{"id": lane, "name": getattr(words().lanes, lane)} for lane in LANES],
        "items": items,
        "left_out": len(shown) - len(items),
        "spells": spells,
        "moments": [moment._asdict() for moment in moments],
        "days": _days(items, spells, on),
        "on": on.isoformat(),
        "known_at": history.position,
    }


def lane_of(event: Event) -> str:
    """The lane in which an event stands, by the area of the catalogue that its kind belongs to."""
    area = type(event).__module__.rpartition(".")[2]
    return _LANE_OF.get(area, area)


def _no_items(_: History) -> dict[str, dict[str, Any]]:
    """The items of a history that were made, by event: those that nobody asks for are not made."""
    return {}


def _spells_of(history: History) -> list[dict[str, Any]]:
    """The spells of a whole timeline."""
    ended = ended_by(history.scope.parties, date.max)
    strands = strands_of(history.entries)
    return [spell for strand in strands for spell in _spells(strand, ended)]


def _item(entry: Entry, history: History) -> dict[str, Any]:
    """An item, still without the address of its evidence, which says both clocks."""
    event = entry.event
    first, last = days_told(entry)
    return {
        "id": event.id,
        "lane": lane_of(event),
        "kind": event.type,
        "when": event.when,
        "says": printable(history.says(event)),
        "earliest": iso(first),
        "latest": iso(last),
        "parties": list(event.parties),
        "accounts": len(entry.accounts),
        "findings": list(history.found.get(event.id, ())),
        "href": "",
        "position": entry.record.position,
    }


def _spells(strand: Strand, ended: date | None) -> Iterator[dict[str, Any]]:
    """The spells of a strand; nothing goes on once a party has ended."""
    if not strand.spells:
        return
    label = printable(shortened(strand_words(strand), _LONGEST))
    items = [entry.event.id for entry in strand.entries]
    for spell in strand.spells:
        first, last = days_told(spell.begun)
        yield {
            "lane": lane_of(spell.begun.event),
            "label": label,
            "begun": spell.begun.event.id,
            "items": items,
            "from": _bounds(first, last),
            "to": _end(spell, ended),
            "paused": spell.paused,
        }


def _end(spell: Spell, ended: date | None) -> Days | None:
    to = None if spell.ended is None else _between(spell.ended)
    if ended is None or spell.begun.earliest >= ended:
        return to
    day = ended.isoformat()
    if to is None:
        return {"earliest": day, "latest": day}
    return {name: min(value or day, day) for name, value in to.items()}


def _between(ended: Instants) -> Days:
    last = None if ended.latest >= _END_OF_TIME else day_of(ended.latest)
    return _bounds(day_of(ended.earliest), last)


def _bounds(first: date | None, last: date | None) -> Days:
    return {"earliest": iso(first), "latest": iso(last)}


def _days(
    items: Iterable[dict[str, Any]], spells: Iterable[dict[str, Any]], on: date
) -> dict[str, str]:
    """The first and the last day that the picture shows; the day of the question is within."""
    told: list[str | None] = [item[name] for item in items for name in ("earliest", "latest")]
    ends: list[Days | None] = [spell["to"] for spell in spells]
    for end in filter(None, ends):
        told.extend(end.values())
    known = [day for day in told if day] + [on.isoformat()]
    return {"first": min(known), "last": max(known)}
