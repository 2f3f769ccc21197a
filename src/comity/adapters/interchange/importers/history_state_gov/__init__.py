"""The tables of the Office of the Historian (history.state.gov).

They hold journeys of presidents and secretaries of state, visits of foreign leaders, chiefs of
mission, recognition and relations, and the revision log of the journeys. The header tells which
of them a file is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from comity.adapters.interchange.importers.history_state_gov import (
    chiefs,
    recognition,
    revisions,
    trips,
)
from comity.adapters.interchange.importers.history_state_gov.rows import Row, rows_of
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    Importer,
    ImportSettings,
    Outcome,
)

_READERS: dict[str, Callable[[Iterator[Row | Faulty], ImportSettings], Iterator[Outcome]]] = {
    "revisions": revisions.read,
    "chiefs": chiefs.read,
    "recognition": recognition.read,
    "visits": trips.read_visits,
    "journeys": trips.read_journeys,
}


def read(file: InputFile, settings: ImportSettings) -> Iterator[Outcome]:
    """What the rows of one of these tables tell; raises `UnreadableFile` for any other header."""
    table, rows = rows_of(file)
    yield from _READERS[table](rows, settings)


IMPORTER = Importer(
    "journeys, visits, chiefs of mission and recognition from history.state.gov (CSV)", read
)
