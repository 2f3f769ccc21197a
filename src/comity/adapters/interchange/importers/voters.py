"""Who voted: the party of a row of votes, by its number, its name or its code."""

from __future__ import annotations

from comity.adapters.interchange.importers.headed import Row, shortened
from comity.adapters.interchange.importers.names import Names
from comity.domain.parties import STATE_CODES, code_of_number
from comity.domain.parties.lookup import alpha_2
from comity.domain.time.dates import Bounds, bounds


class Voters:
    """The parties of rows, each looked up once for a year in which it has one code throughout."""

    def __init__(self) -> None:
        self._of_years: dict[tuple[str, str, str, str], str] = {}

    def code(self, row: Row, when: str, names: Names) -> str:
        """The code of the party that a row tells; raises `UnknownParty` and `ValueError`."""
        said = row["number"], row["name"], row["code"]
        key = (*said, when[:4])
        known = self._of_years.get(key)
        if known is None:
            days = bounds(when)
            known = _code(row, days, names)
            year = Bounds(days.earliest.replace(month=1, day=1), days.latest)
            if days.latest.year == days.earliest.year:
                year = Bounds(year.earliest, days.latest.replace(month=12, day=31))
            if _same_throughout(row, year, known, names):
                self._of_years[key] = known
        return known


def _same_throughout(row: Row, days: Bounds, code: str, names: Names) -> bool:
    edges = (Bounds(day, day) for day in days)
    return all(_code(row, edge, names) == code for edge in edges)


def _code(row: Row, days: Bounds, names: Names) -> str:
    number = row.whole("number")
    if number:
        return code_of_number("cow", number, days)
    name, code = row.told("name"), row["code"]
    if name and (found := names.find(name, days)) is not None:
        return found
    if (found := _by_code(code, days, names)) is not None:
        return found
    if not name and not code:
        expected = next(each for each in ("name", "code", "number") if each in row.found)
        raise row.fault(expected, "missing")
    return names.code(shortened(name or code), days)  # tells what is near to it


def _by_code(code: str, days: Bounds, names: Names) -> str | None:
    """The party of a code of two or three letters. In these files, `NA` is Namibia."""
    upper = code.upper()
    if upper in STATE_CODES:
        return names.find(upper, days)
    alpha_3 = alpha_2().get(upper)
    return names.find(alpha_3, days) if alpha_3 else None
