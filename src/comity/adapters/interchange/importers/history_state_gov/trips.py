"""Journeys of American presidents and secretaries of state, and visits of foreign leaders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from comity.adapters.interchange.importers.history_state_gov.cells import (
    date_of,
    identified,
    record_id,
    source,
)
from comity.adapters.interchange.importers.history_state_gov.countries import HOME, country
from comity.adapters.interchange.importers.history_state_gov.rows import (
    Row,
    outcomes_of,
    refused,
)
from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.outcomes import Faulty, ImportSettings, Outcome, Told
from comity.domain.errors import ComityError
from comity.domain.events import MeetingHeld, MeetingLevel
from comity.domain.time.dates import span

_ROLES: Final[dict[str, MeetingLevel]] = {"president": "head-of-state", "secretary": "minister"}
_LEVELS: Final[tuple[tuple[re.Pattern[str], MeetingLevel], ...]] = (
    (
        re.compile(r"(President|King|Queen|Emperor|Shah|Sultan|Amir|Emir|Pope)(?= (?!of\b)[A-Z])"),
        "head-of-state",
    ),
    (
        re.compile(r"(Prime Minister|Premier|Chancellor|Taoiseach)(?= (?!of\b)[A-Z])"),
        "head-of-government",
    ),
)
"""The level that a visitor's title certainly tells; nothing follows from any other title."""
_NOT_IN_OFFICE = re.compile(r"\b(elect|designate|mother|dowager|consort|former)\b", re.IGNORECASE)


def read_journeys(rows: Iterator[Row | Faulty], settings: ImportSettings) -> Iterator[Outcome]:
    """A meeting for each journey."""

    def tell(row: Row) -> Iterator[Outcome]:
        record = record_id(row.cells["id"])
        yield Told(row.line, journey(record, row.cells, settings.names), row.cells)

    return outcomes_of(rows, tell)


def read_visits(rows: Iterator[Row | Faulty], settings: ImportSettings) -> Iterator[Outcome]:
    """A meeting for each visit."""

    def tell(row: Row) -> Iterator[Outcome]:
        yield Told(row.line, visit(row.cells, settings.names), row.cells)

    return outcomes_of(rows, tell)


def journey(record: str, cells: Mapping[str, str], names: Names) -> MeetingHeld:
    """The meeting that a record of a journey tells.

    Raises `PassedOver` for a journey to no foreign country, and the errors of cells and of events.
    """
    when = _when(cells)
    host = country(names, cells.get("country", ""), cells.get("country_id", ""), span(when))
    role = cells.get("role", "")
    key, page = f"us-travel-{record}", "/departmenthistory/travels"
    if role in _ROLES:
        page = f"{page}/{role}"
    event = MeetingHeld(
        when=when,
        meeting=key,
        kind="visit",
        level=_ROLES.get(role, ""),
        venue=cells.get("locale", ""),
        visitor=HOME,
        host=host,
        heads={HOME: _who(cells, "name")},
        note=cells.get("remarks", ""),
        sources=(source(page, _said(record, cells)),),
    )
    return identified(event, key)


def visit(cells: Mapping[str, str], names: Names) -> MeetingHeld:
    """The meeting that a record of a visit tells; raises as `journey`."""
    record, when = record_id(cells["id"]), _when(cells)
    visitor = country(names, cells["country"], cells.get("country_id", ""), span(when))
    who = _who(cells, "visitor")
    published = cells.get("last_modified", "") or cells.get("created", "")
    event = MeetingHeld(
        when=when,
        meeting=f"us-visit-{record}",
        kind="visit",
        level=_level(who),
        visitor=visitor,
        host=HOME,
        heads={visitor: who},
        note=cells.get("description", ""),
        sources=(source("/departmenthistory/visits", _said(record, cells), published),),
    )
    return identified(event, f"us-visit-{record}")


def _who(cells: Mapping[str, str], column: str) -> str:
    if not cells.get(column):
        raise refused(column, "missing")
    return cells[column]


def _said(record: str, cells: Mapping[str, str]) -> str:
    """What the citation says of the record: its country is there as it stands."""
    return f"record {record}: {cells.get('country') or cells.get('country_id', '')}"


def _when(cells: Mapping[str, str]) -> str:
    start = date_of(cells.get("start_date", ""), "start_date")
    end = date_of(cells.get("end_date", ""), "end_date")
    if not start:
        raise refused("start_date", "missing")
    when = f"{start}/{end}" if end and end != start else start
    try:
        span(when)
    except ComityError as error:
        raise refused("end_date", str(error)) from None
    return when


def _level(who: str) -> MeetingLevel | Literal[""]:
    if _NOT_IN_OFFICE.search(who):
        return ""
    for title, level in _LEVELS:
        if title.match(who):
            return level
    return ""
