"""Missions from the Diplomatic Exchange data of the Correlates of War project, 1817 to 2005.

A row is a pair of states in a wave. Waves are some years apart, so they tell no days: `spells` says
what follows from them. `DR_at_1` is how the second state is represented at the first, `DR_at_2` how
the first is represented at the second.

Source: Reşat Bayer, Diplomatic Exchange Data Set, v2006.1, with its codebook.
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.adapters.interchange.importers.headed import Row, rows_of
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    Importer,
    ImportSettings,
    Outcome,
    Skipped,
)
from comity.adapters.interchange.importers.panels import Panel, Wave
from comity.adapters.interchange.importers.spells import Reading, Representation, outcomes_of
from comity.domain.errors import InvalidInput
from comity.domain.parties import code_of_number
from comity.domain.time.dates import bounds
from comity.domain.values import Source

_COLUMNS = {
    "first": ("ccode1",),
    "second": ("ccode2",),
    "year": ("year",),
    "at_first": ("DR_at_1",),
    "at_second": ("DR_at_2",),
}
_CODES = {
    "1": Representation("chargé d'affaires"),
    "2": Representation("minister", "legation"),
    "3": Representation("ambassador", "embassy"),
    "9": Representation("other representation"),
}
"""What the codes mean. A chargé d'affaires can head an embassy or a legation."""

_READING = Reading(
    _CODES,
    Source(
        "Correlates of War Project",
        "https://correlatesofwar.org/data-sets/diplomatic-exchange/",
        note="Diplomatic Exchange, v2006.1",
    ),
)
_NONE = "neither state is represented at the other"
_UNTOLD = "nothing is told about representation"


def read(file: InputFile, settings: ImportSettings) -> Iterator[Outcome]:
    """A mission's opening, changes and closing for each spell, and what became of other rows."""
    with Panel() as panel:
        for row in rows_of(file, _COLUMNS, _COLUMNS):
            outcome = row if isinstance(row, Faulty) else _added(row, panel)
            if outcome is not None:
                yield outcome
        yield from outcomes_of(panel, _READING)


def _added(row: Row, panel: Panel) -> Outcome | None:
    """Add both directions of a row; returns what becomes of a row that no spell accounts for."""
    try:
        first, second, year = (row.number(column) for column in ("first", "second", "year"))
        days = bounds(f"{year:04d}")
        codes = [_code(row, column) for column in ("at_first", "at_second")]
        one, other = (code_of_number("cow", number, days) for number in (first, second))
    except (ValueError, InvalidInput) as error:
        return Faulty(row.line, row.cells, (str(error),))
    if one == other:
        return Skipped(row.line, "the two numbers are one state")
    accounted = False
    directions = (
        (codes[0], other, one, f"{second}>{first}"),
        (codes[1], one, other, f"{first}>{second}"),
    )
    for code, sender, host, named in directions:
        if code is not None:
            rows = 1 if code and not accounted else 0
            accounted = accounted or bool(code)
            panel.take(Wave(year, code, sender, host, named, row.line, rows))
    if accounted:
        return None
    return Skipped(row.line, _UNTOLD if codes == [None, None] else _NONE)


def _code(row: Row, column: str) -> str | None:
    """The code of a direction: empty for no mission, None if nothing is told."""
    number = row.whole(column)
    if number is None or number == 0:
        return None if number is None else ""
    if str(number) not in _CODES:
        expected = "0 (none), 1 (chargé d'affaires), 2 (minister), 3 (ambassador) or 9 (other)"
        raise row.fault(column, f"expected {expected}, not {number}")
    return str(number)


IMPORTER = Importer("missions from the Correlates of War project, in waves from 1817 to 2005", read)
