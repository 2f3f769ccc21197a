"""Which sources vouch for what: found on a timeline, for the footnotes of a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from comity.adapters.interchange.exporters.dates_in_words import day_words
from comity.adapters.interchange.exporters.sentences import link_of
from comity.domain.events import Event
from comity.domain.scope import newest_names
from comity.domain.selection import Entry
from comity.domain.text import folded
from comity.domain.values import Source

Key = tuple[str, str]
"""What a line is about: a field of events, such as `meeting`, and its value."""

_MOST = 1
"""How many sources a line cites at most: more would not fit on a page."""


class Citations:
    """The sources of a timeline's entries, by what they are about."""

    def __init__(self, entries: Iterable[Entry], on: date, parties: tuple[str, ...]) -> None:
        names = newest_names(parties)
        self._sources: dict[Key, list[Source]] = {}
        self.recorded: dict[Source, str] = {}
        for entry in entries:
            for account in entry.accounts:
                day = day_words(account.recorded_at.date())
                for source in account.event.sources:
                    self.recorded.setdefault(source, day)
            if entry.earliest <= on:
                for key in keys_of(entry.event, names):
                    # The newest come first: they tell how things stand.
                    known = self._sources.setdefault(key, [])
                    known[:0] = [source for source in entry.sources if source not in known]

    def of(self, *keys: Key) -> tuple[Source, ...]:
        """The sources for the first of the keys that has any; those with an address come first."""
        for field, value in keys:
            if known := self._sources.get((field, folded(value))):
                return chosen(known)
        return ()


def chosen(sources: Iterable[Source]) -> tuple[Source, ...]:
    """The few sources that a line cites."""
    return tuple(sorted(sources, key=lambda source: not link_of(source))[:_MOST])


def keys_of(event: Event, names: Mapping[str, str]) -> Iterator[Key]:
    """What an event is about; `names` are the newest codes of the parties, as states have them."""

    def pair(first: str, second: str) -> str:
        codes = (getattr(event, field) if field else "" for field in (first, second))
        return folded("/".join(names.get(code, code) for code in codes))

    if event.subject in ("relations", "recognition"):
        yield event.subject, ""
    if event.type == "relations-established":
        yield "founding", ""
    if event.subject in ("mission", "post"):
        yield event.subject, pair("sender", "host")
    for field in ("meeting", "series", "agreement", "deal", "measure", "matter", "name", "aid"):
        if value := getattr(event, field, ""):
            yield field, folded(value)
    if event.type == "statement-made":
        yield event.type, f"{pair('by', '')}{folded(event.when)}"
    if event.type in ("aid-pledged", "aid-delivered"):
        yield "aid-given", pair("by", "to")
    if event.type == "anniversary-marked":
        yield "of", folded(getattr(event, "of", ""))
