"""The State System Membership list of the Correlates of War project, compared with our own table.

Membership of the system is no event between parties, and who existed when is in the table of
parties. So this records nothing. It says of each row whether the table agrees: whether it has a
state of that number which existed on every day of the membership. A row with which it does not
agree is rejected, with what the table has instead. So a newer list shows what the table lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from comity.adapters.interchange.importers.headed import Row, rows_of
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    Importer,
    ImportSettings,
    Outcome,
    Skipped,
)
from comity.domain.errors import InvalidInput
from comity.domain.parties import code_of_number, codes_of_number, existence
from comity.domain.time.dates import Bounds

_DAY = timedelta(days=1)
_COLUMNS = {
    "abbreviation": ("stateabb",),
    "number": ("ccode",),
    "name": ("statenme", "statename", "state name"),
    "start_year": ("styear",),
    "start_month": ("stmonth",),
    "start_day": ("stday",),
    "end_year": ("endyear",),
    "end_month": ("endmonth",),
    "end_day": ("endday",),
}
_NEEDED = tuple(column for column in _COLUMNS if column not in ("abbreviation", "name"))
_AGREES = "the table of parties agrees"


def read(file: InputFile, settings: ImportSettings) -> Iterator[Outcome]:
    """Whether the table of parties agrees with each row."""
    for row in rows_of(file, _COLUMNS, _NEEDED):
        if isinstance(row, Faulty):
            yield row
            continue
        try:
            reason = _difference(row)
        except (ValueError, InvalidInput) as error:
            reason = str(error)
        yield Faulty(row.line, row.cells, (reason,)) if reason else Skipped(row.line, _AGREES)


def _difference(row: Row) -> str:
    """What the table has otherwise; empty if it agrees."""
    number = row.number("number")
    member = Bounds(_day(row, "start"), _day(row, "end"))
    if member.latest < member.earliest:
        raise ValueError(f"the membership ends ({member.latest}) before it begins")
    code_of_number("cow", number, member)  # refuses an unknown number
    codes = codes_of_number("cow", number)
    missing = list(_missing(member, sorted(p for code in codes for p in existence(code))))
    if not missing:
        return ""
    told = " and ".join(f"{code} {_periods(code)}" for code in codes)
    lacking = ", ".join(f"{days.earliest}/{days.latest}" for days in missing)
    return f"the table of parties has {told}; it lacks {lacking}"


def _periods(code: str) -> str:
    return ", ".join(
        f"{'..' if p.earliest == date.min else p.earliest}/"
        f"{'..' if p.latest == date.max else p.latest}"
        for p in existence(code)
    )


def _missing(member: Bounds, periods: list[Bounds]) -> Iterator[Bounds]:
    """The days of a membership that are in none of the periods, which are in order."""
    day = member.earliest
    for period in periods:
        if period.earliest > member.latest:
            break
        if period.earliest > day:
            yield Bounds(day, period.earliest - _DAY)
        if period.latest >= member.latest:
            return
        day = max(day, period.latest + _DAY)
    yield Bounds(day, member.latest)


def _day(row: Row, edge: str) -> date:
    year = row.year(f"{edge}_year")
    month, day = (row.whole(f"{edge}_{part}") for part in ("month", "day"))
    if year is None or month is None or day is None:
        raise ValueError(f"the {edge} of the membership is no day")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{year}-{month:02d}-{day:02d}: {error}") from None


IMPORTER = Importer("states of the Correlates of War system, compared with the table", read)
