"""What the events of a strand are about, in few words."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from comity.adapters.interchange.exporters.code_words import choice_words
from comity.adapters.interchange.exporters.sentences import the
from comity.adapters.plots.spells import Strand
from comity.domain.events import Event
from comity.domain.lives.missions import Missions, OpenMission, mission_step
from comity.domain.parties import successor
from comity.domain.phrases import after, in_brackets, joined

_NAMES = (
    "title", "name", "series", "agreement", "deal", "measure", "matter", "meeting", "of",
    "resolution", "city", "text", "actor",
)  # fmt: skip
"""The fields that tell a reader which one it is, the best first."""


def strand_words(strand: Strand) -> str:
    """What the events of a strand are about; of a single event, also what happened."""
    event = strand.entries[0].event
    if event.subject == "mission":
        return _mission(strand)
    if event.subject == "alignment":
        return _alignment(strand)
    what = _which(event)
    if strand.spells and what:
        return what
    return joined(event.type.replace("-", " "), what, by=": ")


def _mission(strand: Strand) -> str:
    """The first mission as it is at the end: its level, its city, and who its sender is then."""
    event: Any = strand.entries[0].event
    mission = _at_end(strand)
    goes_on = any(s.ended is None and s.begun is strand.entries[0] for s in strand.spells)
    last: Any = strand.entries[-1].event
    sender, host = (successor(code) if goes_on else code for code in (last.sender, last.host))
    level = choice_words(mission.level if mission else event.level) or "mission"
    city = mission.city if mission else event.city
    return f"{level} of {the(sender)} in {city or the(host)}"


def _at_end(strand: Strand) -> OpenMission | None:
    """The mission that the first event opened, as it was last."""
    opened_by = strand.entries[0].event.id
    missions: Missions = ()
    last = None
    for entry in strand.entries:
        missions, _ = mission_step(missions, entry.event)
        last = next((m for m in missions if m.opened_by == opened_by), last)
    return last


def _alignment(strand: Strand) -> str:
    """How the parties stood to each other, and in what: `opposed: relations as a whole`."""
    events: list[Any] = [entry.event for entry in strand.entries]
    told = [each for each, _ in groupby(event.alignment for event in events)]
    return f"{', then '.join(told)}: {events[0].matter}"


def _which(event: Event) -> str:
    values = (getattr(event, field, "") for field in _NAMES)
    name = next((value for value in values if isinstance(value, str) and value), "")
    kind = getattr(event, "kind", "")
    round_ = in_brackets(after("round", getattr(event, "round", None)))
    return joined(joined(choice_words(kind) if kind and not name else "", name), round_, by=" ")
