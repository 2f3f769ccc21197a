"""ICEWS: the raw files of 20 columns, and the five columns of the files made from them.

Sources: the header of the coded event data on the Harvard Dataverse (doi:10.7910/DVN/28075), whose
columns may stand in any order; the five columns event_date, source, relation, cameo, target. A
country that ICEWS calls Congo has the Correlates of War number 484: it is the one of Brazzaville.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from comity.adapters.interchange.importers.coded import Coder, Interaction, read_coded
from comity.adapters.interchange.importers.coded.actors import Actors, age_of, why_no_dyad
from comity.adapters.interchange.importers.coded.cells import (
    Unreadable,
    all_of,
    day,
    day_if_told,
    is_day,
    text,
)
from comity.adapters.interchange.importers.coded.codes import NO_CODE, cameo, has_lost_zero
from comity.adapters.interchange.importers.coded.layouts import columns_in, without_empty_ends
from comity.adapters.interchange.importers.coded.repeats import Evidence, Key
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import Importer, ImportSettings, Outcome

_COLUMNS: Final = {
    "day": ("eventdate",),
    "source": ("sourcename", "source"),
    "source_country": ("sourcecountry",),
    "code": ("cameocode", "cameo"),
    "target": ("targetname", "target"),
    "target_country": ("targetcountry",),
    "publisher": ("publisher",),
    "published": ("publicationdate", "storydate", "reportdate"),
    "city": ("city",),
    "province": ("province",),
    "country": ("country",),
}
"""What the columns hold, and their names."""
_NEEDED: Final = ("day", "source", "code", "target")
_RAW: Final = {
    "day": 1, "source": 2, "source_country": 4, "code": 6, "target": 8, "target_country": 10,
    "publisher": 13, "city": 14, "province": 16, "country": 17,
}  # fmt: skip
_FIVE: Final = {"day": 0, "source": 1, "code": 3, "target": 4}
_HEADLESS: Final = {20: _RAW, 5: _FIVE}
"""The places of the columns in a row without a header, by the number of its cells."""
_SPELLINGS: Final = {
    "Congo": "COG", "Republic of Abkhazia": "XAB", "Republic of South Ossetia": "XSO",
}  # fmt: skip


class _Columns:
    """The columns of a file of ICEWS."""

    def __init__(self, places: Mapping[str, int], width: int, actors: Actors) -> None:
        self.width, self.zeros_lost = width, False
        self._sides = actors.of
        self._day, self._code = places["day"], places["code"]
        self._source, self._target = places["source"], places["target"]
        self._source_country = places.get("source_country")
        self._target_country = places.get("target_country")
        self._publisher, self._published = places.get("publisher"), places.get("published")
        self._place = [places[p] for p in ("city", "province", "country") if p in places]

    def aligned(self, cells: list[str]) -> list[str]:
        """The cells without empty ones at the end."""
        return without_empty_ends(cells, self.width)

    def read(self, cells: list[str]) -> str | Sequence[Interaction]:
        """What a row tells."""
        cell = cells[self._code]
        try:
            when, code = day("Event Date", cells[self._day]), cameo("CAMEO Code", cell)
        except Unreadable:
            raise all_of(
                partial(day, "Event Date", cells[self._day]), partial(cameo, "CAMEO Code", cell)
            ) from None
        if code[:1] != cell[:1] and has_lost_zero(code, cell):
            self.zeros_lost = True
        age, at, to = age_of(when), self._source_country, self._target_country
        source = self._sides(
            "Source Country", cells[self._source], "" if at is None else cells[at], age
        )
        target = self._sides(
            "Target Country", cells[self._target], "" if to is None else cells[to], age
        )
        if reason := why_no_dyad(source, target):
            return reason
        if not code:
            return NO_CODE
        key = Key(when, source.party, code, target.party, source.actor, target.actor)
        return (Interaction(key, self._evidence(cells)),)

    def _evidence(self, cells: list[str]) -> Evidence:
        published, publisher = self._published, self._publisher
        places = [text("Place", cells[at]) for at in self._place]
        return Evidence(
            "" if published is None else day_if_told("Publication Date", cells[published]),
            "" if publisher is None else text("Publisher", cells[publisher]),
            place=", ".join(dict.fromkeys(filter(None, places))),
        )


def read(file: InputFile, settings: ImportSettings) -> Iterator[Outcome]:
    """Every interaction between parties once, with its mentions counted; and the other rows.

    Raises `UnreadableFile` for a file of neither layout.
    """
    actors = Actors(settings.names, _SPELLINGS)

    def headed(cells: list[str]) -> _Columns | None:
        places = columns_in(cells, _COLUMNS, _NEEDED)
        return _Columns(places, len(cells), actors) if places else None

    def headless(cells: list[str]) -> _Columns | None:
        places = _HEADLESS.get(len(cells))
        if places is None or not is_day(cells[places["day"]]):
            return None
        return _Columns(places, len(cells), actors)

    expected = "a header or a row of ICEWS: 20 cells, or date, source, relation, code, target"
    return read_coded(file, Coder("ICEWS", "cameo", headed, headless, expected))


IMPORTER = Importer("ICEWS coded events, in 20 columns or in five", read)
