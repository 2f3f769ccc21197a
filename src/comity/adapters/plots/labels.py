"""What is written at an event or a spell on a timeline, in few words."""

from __future__ import annotations

from typing import Any

from comity.adapters.interchange.exporters.code_words import choice_words
from comity.adapters.interchange.exporters.sentences import shortened, the
from comity.adapters.plots.spells import Strand
from comity.adapters.plots.words import drawable
from comity.domain.events import Event
from comity.domain.phrases import after, in_brackets, joined

_LONGEST = 48
_NAMES = (
    "title", "name", "series", "agreement", "deal", "measure", "matter", "meeting", "of",
    "resolution", "city", "text", "actor",
)  # fmt: skip
"""The fields that tell a reader which one it is, the best first."""


def strand_label(strand: Strand) -> str:
    """What the events of a strand are about; of a single event, also what happened."""
    event = strand.entries[0].event
    if event.subject == "mission":
        return _short(_mission(event))
    what = _which(event)
    if strand.spells and what:
        return _short(what)
    return _short(joined(event.type.replace("-", " "), what, by=": "))


def _mission(event: Any) -> str:
    level = choice_words(getattr(event, "level", "")) or "mission"
    return f"{level} of {the(event.sender)} in {event.city or the(event.host)}"


def _which(event: Event) -> str:
    values = (getattr(event, field, "") for field in _NAMES)
    name = next((value for value in values if isinstance(value, str) and value), "")
    kind = getattr(event, "kind", "")
    round_ = in_brackets(after("round", getattr(event, "round", None)))
    return joined(joined(choice_words(kind) if kind and not name else "", name), round_, by=" ")


def _short(text: str) -> str:
    return drawable(shortened(drawable(text), _LONGEST))
