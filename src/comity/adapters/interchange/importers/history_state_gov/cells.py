"""What single cells mean: ids, dates and the office's own citation."""

from __future__ import annotations

import re
from typing import TypeVar, cast

from comity.adapters.interchange.importers.history_state_gov.rows import refused
from comity.domain.codec import checked
from comity.domain.errors import ComityError
from comity.domain.events import Event
from comity.domain.time.dates import bounds
from comity.domain.values import Source

E = TypeVar("E", bound=Event)

PUBLISHER = "Office of the Historian, U.S. Department of State"
SITE = "https://history.state.gov"

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_RECORD_ID = re.compile(r"[\w.#-]{1,100}")
_TIMED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T.*")
_DIGITS = 8
"""How many digits of an event's digest tell the tellings of one record apart."""


def record_id(text: str, column: str = "id") -> str:
    """The id of a record; raises `InvalidRecord`."""
    if not text:
        raise refused(column, "missing")
    if not _RECORD_ID.fullmatch(text):
        raise refused(column, "expected the id of a record, such as 113")
    return text


def date_of(text: str, column: str) -> str:
    """A date as EDTF: a year, a month or a day; empty if the cell is. Raises `InvalidRecord`."""
    if not text:
        return ""
    if not _DATE.fullmatch(text):
        raise refused(column, f"expected YYYY, YYYY-MM or YYYY-MM-DD, not {text[:40]!r}")
    try:
        bounds(text)
    except ComityError as error:
        raise refused(column, str(error)) from None
    return text


def source(path: str, note: str, published: str = "") -> Source:
    """The office's citation for a record; a `published` that is no date is left out."""
    day = _TIMED.sub(r"\1", published)
    try:
        return Source(PUBLISHER, SITE + path, date_of(day, "last_modified"), note)
    except ComityError:
        return Source(PUBLISHER, SITE + path, note=note)


def identified(event: E, key: str) -> E:
    """The event under the key of its record, and digits that follow from its content.

    So each telling of a record has an id of its own, whichever file it was read from. Raises what
    `checked` raises, for text that no log holds.
    """
    digest = event.id.rpartition("-")[2]
    return cast("E", checked(event.replace(id=f"{key}-{digest[:_DIGITS]}")))
