"""POLECAT: events coded in PLOVER, each perhaps of several actors and recipients.

Sources: the columns of the files on the Harvard Dataverse (doi:10.7910/DVN/AJGVIT), in which
several values of a cell are separated by semicolons and `None` is a missing one; the PLOVER manual,
whose section "Compound and Reciprocal Actors" says that who consult each other are all actors,
without a recipient, and that such lists stand for an event of each pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations, product, repeat
from typing import Final

from comity.adapters.interchange.importers.coded import Coder, Interaction, read_coded
from comity.adapters.interchange.importers.coded.actors import (
    NO_COUNTRY,
    Actors,
    Side,
    age_of,
    why_no_dyad,
)
from comity.adapters.interchange.importers.coded.cells import (
    Unreadable,
    all_of,
    day,
    day_if_told,
    is_day,
    text,
)
from comity.adapters.interchange.importers.coded.codes import NO_CODE, is_plover, plover
from comity.adapters.interchange.importers.coded.polecat_alignment import (
    COLUMNS,
    SPLIT,
    Alignment,
    contradictions,
    is_header,
    several,
)
from comity.adapters.interchange.importers.coded.repeats import Evidence, Key
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.names import is_missing
from comity.adapters.interchange.importers.outcomes import Importer, ImportSettings, Outcome
from comity.domain.parties import codes_of_number, existed_itself
from comity.domain.time.dates import Bounds

_DAY, _TYPE, _MODE, _PUBLISHED = "Event Date", "Event Type", "Event Mode", "Publication Date"
_AT: Final = {name: at for at, name in enumerate(COLUMNS)}
_NEEDED: Final = (
    "Event Date", "Event Type", "Event Mode", "Actor Name", "Actor Country", "Actor COW",
    "Recipient Name", "Recipient Country", "Recipient COW",
)  # fmt: skip
_RECIPROCAL: Final = "CONSULT"
_NUMBER: Final = re.compile("[1-9][0-9]{0,2}")
_NOBODY: Final = Side("", "", NO_COUNTRY)
_SPELLINGS: Final = {"KSV": "XKX", "RKS": "XKX", "ROM": "ROU"}


class _Columns:
    """The columns of a file of POLECAT."""

    def __init__(self, alignment: Alignment, actors: Actors) -> None:
        self.width, self.zeros_lost = -1, False  # no number of cells: every row is aligned
        self._sides, self._alignment = actors.of, alignment

    def aligned(self, cells: list[str]) -> list[str]:
        """The cells in the order of the columns."""
        return self._alignment.aligned(cells)

    def read(self, cells: list[str]) -> str | Sequence[Interaction]:
        """What a row tells: an event of each pair of an actor and a recipient."""
        for name in _NEEDED:
            if cells[_AT[name]] == SPLIT:
                raise Unreadable(f"{name}: a tab within a cell, and it is not certain within which")
        row = dict(zip(COLUMNS, ("" if cell == SPLIT else cell for cell in cells), strict=True))
        if shifted := tuple(contradictions(cells)):
            raise Unreadable(*_no_reading(row), *shifted)
        try:
            return self._interactions(row)
        except Unreadable as unreadable:
            raise Unreadable(*(_no_reading(row) or unreadable.reasons)) from None

    def _interactions(self, row: Mapping[str, str]) -> str | Sequence[Interaction]:
        when, code = day(_DAY, row[_DAY]), plover(_TYPE, row[_TYPE])
        evidence = _evidence(row)
        actors = self._all(row, "Actor", when)
        recipients = self._all(row, "Recipient", when)
        pairs = list(product(actors or [_NOBODY], recipients or [_NOBODY]))
        if code == _RECIPROCAL and not recipients and is_missing(row["Recipient Name"]):
            pairs = list(combinations(actors, 2)) or pairs
        dyads = [pair for pair in pairs if not why_no_dyad(*pair)]
        if not dyads:
            return why_no_dyad(*pairs[0])
        if not code:
            return NO_CODE
        code = "-".join([code, *map(_slug, several(text(_MODE, row[_MODE])))])
        return [
            Interaction(Key(when, a.party, code, b.party, a.actor, b.actor), evidence)
            for a, b in dyads
        ]

    def _all(self, row: Mapping[str, str], which: str, when: str) -> list[Side]:
        """The parties on one side: by their countries, or else by their numbers."""
        column, age = f"{which} Country", age_of(when)
        countries = several(row[column]) or [
            _numbered(number, age) for number in several(row[f"{which} COW"])
        ]
        names = several(row[f"{which} Name"])
        if len(names) != len(countries):
            names = ["; ".join(names)] * len(countries)
        sides = map(self._sides, repeat(column), names, countries, repeat(age))
        return list({side.party: side for side in reversed(list(sides))}.values())[::-1]


def _numbered(number: str, age: Bounds) -> str:
    """The state with this Correlates of War number; raises `Unreadable`."""
    bare = number.removesuffix(".0")
    known = codes_of_number("cow", int(bare)) if _NUMBER.fullmatch(bare) else ()
    codes = [code for code in known if existed_itself(code, age)]
    if len(codes) != 1:
        raise Unreadable(f"no state has the Correlates of War number {number[:20]!r}")
    return codes[0]


def _evidence(row: Mapping[str, str]) -> Evidence:
    """Where an event was reported, and where it happened."""
    place = text("Placename", row["Placename"]) or text("City", row["City"])
    places = filter(None, (place, text("Country", row["Country"])))
    return Evidence(
        day_if_told(_PUBLISHED, row[_PUBLISHED]),
        text("Source", row["Source"]),
        place=", ".join(dict.fromkeys(places)),
    )


def _no_reading(row: Mapping[str, str]) -> tuple[str, ...]:
    """Why the cells of a row cannot be read, each by itself."""
    return all_of(
        partial(day, _DAY, row[_DAY]),
        partial(plover, _TYPE, row[_TYPE]),
        partial(day_if_told, _PUBLISHED, row[_PUBLISHED]),
    ).reasons


def read(file: InputFile, settings: ImportSettings) -> Iterator[Outcome]:
    """Every interaction between parties once, with its mentions counted; and the other rows.

    Raises `UnreadableFile` for a file of another layout.
    """
    actors = Actors(settings.names, _SPELLINGS)

    def headed(cells: list[str]) -> _Columns | None:
        return _Columns(Alignment(cells), actors) if is_header(cells) else None

    def headless(cells: list[str]) -> _Columns | None:
        begins = len(cells) >= len(COLUMNS) and is_day(cells[1]) and is_plover(cells[2])
        return _Columns(Alignment(), actors) if begins else None

    expected = f"a header or a row of POLECAT: {len(COLUMNS)} cells between tabs"
    return read_coded(file, Coder("POLECAT", "plover", headed, headless, expected))


def _slug(mode: str) -> str:
    """A mode as a code has it: "suicide attack" is `suicide-attack`."""
    return re.sub(r"[^a-z0-9]+", "-", mode.casefold()).strip("-")


IMPORTER = Importer("POLECAT events, coded in PLOVER", read)
