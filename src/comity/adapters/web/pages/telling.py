"""How dates and moments are told on a page: in words, and as far as they are exact."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

from comity.adapters.interchange.exporters.dates_in_sentences import noun_words
from comity.adapters.interchange.exporters.dates_in_words import day_words
from comity.adapters.interchange.exporters.record_tables import days_told
from comity.domain.selection import Entry
from comity.domain.time.dates import bounds, is_open_before

_HTML = re.compile(r"(?!0000)[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")
"""What the attribute `datetime` of `<time>` can hold: a year, a month or a day."""

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Told(NamedTuple):
    """A date: its `words`, its EDTF, its bounds as ISO days (None: open), and for `<time>`."""

    words: str
    edtf: str
    earliest: str | None
    latest: str | None
    machine: str

    @property
    def is_day(self) -> bool:
        """Whether the first and the last possible day are the same."""
        return self.earliest is not None and self.earliest == self.latest


def told(when: str) -> Told:
    """An EDTF date with its own bounds."""
    if not when:
        return Told("", "", None, None, "")
    first, last = bounds(when)
    earliest = None if first == date.min and is_open_before(when) else first
    return _told(when, earliest, None if last == date.max else last)


def told_entry(entry: Entry) -> Told:
    """The date of an entry, with its bounds as the order of events has narrowed them."""
    return _told(entry.record.event.when, *days_told(entry))


def _told(when: str, first: date | None, last: date | None) -> Told:
    machine = when if _HTML.fullmatch(when) else ""
    return Told(noun_words(when), when, iso(first), iso(last), machine)


def iso(day: date | None) -> str | None:
    """A bound as an ISO day; None stays None: it is open."""
    return None if day is None else day.isoformat()


def at_words(moment: datetime) -> str:
    """A moment of recording in words: `17 November 2014, 09:00 UTC`."""
    at = moment.astimezone(UTC)
    return f"{day_words(at.date())}, {at:%H:%M} UTC"


def is_day(text: str) -> bool:
    """Whether a text is a day as an input for days holds it."""
    return bool(_DAY.fullmatch(text))
