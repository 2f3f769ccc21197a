"""What an item of an agenda says, with names and dates in words."""

from __future__ import annotations

from comity.adapters.interchange.exporters.code_words import choice_words, load_words
from comity.adapters.interchange.exporters.dates_in_sentences import since
from comity.adapters.interchange.exporters.sentences import the
from comity.domain.events.meetings import MEETING_LEVELS
from comity.domain.phrases import joined
from comity.projections.views.agenda import AgendaItem

_HOSTS = " to host"
_GIVEN = "given by "
_FOUNDED = "founded "


def said_words(item: AgendaItem) -> str:
    """`AgendaItem.said` with names, units and dates in words in the place of codes."""
    codes = item.relationship.split("-")
    parts = item.said.split(", ")
    if item.kind == "round":
        parts = [
            f"{the(part.removesuffix(_HOSTS))}{_HOSTS}"
            if part.endswith(_HOSTS) and part.removesuffix(_HOSTS) in codes
            else part
            for part in parts
        ]
    elif item.kind == "notice" and parts[0].removeprefix(_GIVEN) in codes:
        parts[0] = f"{_GIVEN}{the(parts[0].removeprefix(_GIVEN))}"
    elif item.kind == "anniversary":
        years, _, founded = item.said.partition(f", {_FOUNDED}")
        parts = [joined(years, since(founded), by=" ")]
    elif item.kind == "shipment":
        return load_words(item.said)
    elif item.kind == "meeting":
        parts = [choice_words(part) if part in MEETING_LEVELS else part for part in parts]
    return ", ".join(parts)
