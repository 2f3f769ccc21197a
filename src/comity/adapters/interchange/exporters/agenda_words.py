"""What an item of an agenda says, with names and dates in words."""

from __future__ import annotations

from comity.adapters.interchange.exporters.dates_in_words import date_words
from comity.adapters.interchange.exporters.sentences import the
from comity.projections.views.agenda import AgendaItem

_HOSTS = " to host"
_GIVEN = "given by "
_FOUNDED = "founded "


def said_words(item: AgendaItem) -> str:
    """`AgendaItem.said` with the names of the parties, and with the day of a founding in words."""
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
        parts = [f"{years} since {date_words(founded)}"]
    return ", ".join(parts)
