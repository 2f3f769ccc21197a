"""GDELT's events: the files of 1.0 and 2.0, and tables that others made from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from comity.adapters.interchange.importers.coded import Coder, Interaction, read_coded
from comity.adapters.interchange.importers.coded.actors import Actors, Side, age_of, why_no_dyad
from comity.adapters.interchange.importers.coded.cells import (
    Unreadable,
    all_of,
    count,
    day,
    day_if_told,
    is_day,
    text,
)
from comity.adapters.interchange.importers.coded.codes import NO_CODE, cameo, has_lost_zero
from comity.adapters.interchange.importers.coded.gdelt_columns import (
    COUNTRIES,
    GROUPS,
    NAMES,
    NEEDED,
    ONE,
    REGIONS,
    TWO,
)
from comity.adapters.interchange.importers.coded.layouts import columns_in, without_empty_ends
from comity.adapters.interchange.importers.coded.repeats import Evidence, Key
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.names import is_missing
from comity.adapters.interchange.importers.outcomes import Importer, ImportSettings, Outcome
from comity.domain.time.dates import Bounds

_HEADLESS: Final = {57: ONE, 58: ONE, 59: ONE, 61: TWO}
"""The places of the columns in a row without a header, by the number of its cells."""
_WITHOUT_URL: Final = 57
_COUNTRY: Final = {"source": "Actor1CountryCode", "target": "Actor2CountryCode"}
_LINKS: Final = ("http://", "https://")


class _Columns:
    """The columns of a file of GDELT; those that a layout lacks stand after its last."""

    def __init__(self, places: Mapping[str, int], width: int, actors: Actors) -> None:
        self.width, self.zeros_lost = width, False
        self._sides = actors.of
        self._at = {what: places.get(what, width) for what in NAMES}

    def aligned(self, cells: list[str]) -> list[str]:
        """The cells without row numbers before them, without empty ones after them."""
        if len(cells) == self.width + 1 and self.fits(cells[1:]):
            return cells[1:]
        if (len(cells), self.width) == (_WITHOUT_URL, _WITHOUT_URL + 1) and self.fits(cells):
            return [*cells, ""]
        return without_empty_ends(cells, self.width)

    def fits(self, cells: list[str]) -> bool:
        """Whether the day and the year stand where they should."""
        row = [*cells, ""]
        when, year = row[self._at["day"]], row[self._at["year"]]
        return is_day(when) and year[:4] in ("", when[:4])

    def read(self, cells: list[str]) -> str | Sequence[Interaction]:
        """What a row tells."""
        row = [*cells, ""]
        try:
            interaction = self._interaction(row)
        except Unreadable as unreadable:
            reasons = self._reasons(row)
            raise Unreadable(*reasons) if reasons else unreadable from None
        return interaction if isinstance(interaction, str) else (interaction,)

    def _interaction(self, row: list[str]) -> str | Interaction:
        at = self._at
        when, cell = day("SQLDATE", row[at["day"]]), row[at["code"]]
        code = cameo("EventCode", cell, row[at["root"]])
        mentions = count("NumMentions", row[at["mentions"]])
        published = day_if_told("DATEADDED", row[at["published"]])
        if row[at["year"]][:4] not in ("", "NA", when[:4]):
            year = row[at["year"]][:20]
            raise Unreadable(f"SQLDATE {when} is not in Year {year!r}: the cells are shifted")
        if has_lost_zero(code, cell):
            self.zeros_lost = True
        age = age_of(when)
        source, target = self._side(row, "source", age), self._side(row, "target", age)
        if reason := why_no_dyad(source, target):
            return reason
        if not code:
            return NO_CODE
        key = Key(when, source.party, code, target.party, source.actor, target.actor)
        place, link = text("ActionGeo_FullName", row[at["place"]]), row[at["url"]]
        url = text("SOURCEURL", link)
        if url.startswith(_LINKS):
            return Interaction(key, Evidence(published, url=url, place=place), mentions)
        return Interaction(key, Evidence(published, url, place=place), mentions)

    def _reasons(self, row: list[str]) -> tuple[str, ...]:
        """Why the cells of a row cannot be read, each by itself."""
        at = self._at
        return all_of(
            partial(day, "SQLDATE", row[at["day"]]),
            partial(cameo, "EventCode", row[at["code"]]),
            partial(count, "NumMentions", row[at["mentions"]]),
            partial(day_if_told, "DATEADDED", row[at["published"]]),
        ).reasons

    def _side(self, row: list[str], which: str, age: Bounds) -> Side:
        at = self._at
        actor = row[at[which]]
        if is_missing(actor):
            actor = row[at[f"{which}_code"]]
        country = row[at[f"{which}_country"]]
        side = self._sides(_COUNTRY[which], actor, country, age)
        if side.why_not and (group := GROUPS.get(row[at[f"{which}_group"]])):
            return Side(group, side.actor)
        return side


def read(file: InputFile, settings: ImportSettings) -> Iterator[Outcome]:
    """Every interaction between parties once, with its mentions added up; and the other rows.

    Raises `UnreadableFile` for a file of no known layout.
    """
    actors = Actors(settings.names, COUNTRIES, REGIONS, by_name=False)

    def headed(cells: list[str]) -> _Columns | None:
        places = columns_in(cells, NAMES, NEEDED)
        return _Columns(places, len(cells), actors) if places else None

    def headless(cells: list[str]) -> _Columns | None:
        for shifted in (cells, cells[1:]):  # a row number may stand before
            if (places := _HEADLESS.get(len(shifted))) is None:
                continue
            # Rows with the URL and without it stand in one file.
            width = len(shifted) + (shifted is cells and len(shifted) == _WITHOUT_URL)
            columns = _Columns(places, width, actors)
            if columns.fits(shifted):
                return columns
        return None

    expected = "a header or a row of GDELT: 57, 58 or 59 cells of 1.0, or 61 of 2.0"
    return read_coded(file, Coder("GDELT", "cameo", headed, headless, expected))


IMPORTER = Importer("GDELT events, of 1.0 and 2.0", read)
