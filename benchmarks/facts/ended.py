"""A long past that has ended: the facts of another log, 35 years earlier, and all closings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.facts import LAST, Fact, untold

_EARLIER = timedelta(days=35 * 365 + 9)
_IDS = ("meeting", "deal", "shipment", "measure")
_END = {
    "MeetingScheduled": ("MeetingHeld", ("meeting", "level")),
    "DealSigned": ("DealEnded", ("deal", "buyer", "seller")),
    "MeasureImposed": ("MeasureLifted", ("measure", "by", "on", "kind")),
}
_ID = {
    "MeetingScheduled": "meeting", "MeetingHeld": "meeting",
    "DealSigned": "deal", "DealEnded": "deal",
    "MeasureImposed": "measure", "MeasureLifted": "measure",
}  # fmt: skip


def ended(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts, with days and ids of their own; then an end for whatever is open after them."""
    open_: dict[str, Fact] = {}
    relationship = ""
    for fact in facts:
        past = _earlier(fact)
        relationship = past.relationship
        if fact.kind in _END:
            open_[past.fields[_ID[fact.kind]]] = past
        elif fact.kind in _ID:
            open_.pop(past.fields[_ID[fact.kind]], None)
        yield past
    day = (LAST - _EARLIER).isoformat()
    for begun in open_.values():
        kind, fields = _END[begun.kind]
        told: dict[str, Any] = {name: begun.fields[name] for name in fields}
        yield Fact(kind, relationship, untold(day) | told)


def _earlier(fact: Fact) -> Fact:
    fields = dict(fact.fields)
    for name in ("when", "planned_for"):
        if name in fields:
            fields[name] = (date.fromisoformat(fields[name]) - _EARLIER).isoformat()
    for name in _IDS:
        if name in fields:
            fields[name] = f"old-{fields[name]}"
    if "series" in fields:
        fields |= {"series": "", "round": None}
    return fact._replace(fields=fields)
