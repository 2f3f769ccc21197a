"""Missions from the Diplomatic Representation data of the Diplometrics programme, 1960 on.

A row is a mission of a sender at a destination in a year. What is told of it:

- `Embassy`, one of nine codes: ambassador; chargé d'affaires; minister, envoy or consul; apostolic
  nuncio; secretary of a People's Bureau; interest desk; interests served by another; unknown; none.
- `Focus`: single, multiple (accredited to several states at once), or withdrawn.
- `LOR`, the level of representation that follows from the two: 1 for an ambassador, 0.75 for a
  lower or unknown rank, half of that where the focus is multiple, 0.125 for an interest desk, 0.1
  where another state serves the interests, 0 for none.

The numbers of the first two differ between editions, those of the third do not. So the third tells
what a number means; without it a number only says that there is a mission. Words are read as words.

A state whose missions are missing from a year is not told of. But a year that lists at least ten
missions at a destination is a list of them: what is not on it was not there.

Source: J. D. Moyer, S. D. Turner and C. J. Meisel, What are the drivers of diplomacy?, Journal of
Peace Research 58 (2021); Diplometrics, Diplomatic Representation Data Codebook.
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.adapters.interchange.importers.headed import Row, rows_of, shortened
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    Importer,
    ImportSettings,
    Outcome,
    Skipped,
)
from comity.adapters.interchange.importers.panels import Panel, Wave
from comity.adapters.interchange.importers.spells import (
    Level,
    Reading,
    Representation,
    outcomes_of,
)
from comity.domain.errors import InvalidInput
from comity.domain.parties import code_of_number
from comity.domain.text import folded, without_accents
from comity.domain.time.dates import Bounds, bounds
from comity.domain.values import Source

_COLUMNS = {
    "sender": (
        "Sending Country", "SendingCountry", "Sending", "Sender", "Sending Country Code",
        "SendingID", "Origin", "Guest Country",
    ),
    "host": (
        "Destination", "Destination Country", "Receiving Country", "Receiving", "Receiver",
        "Receiving Country Code", "DestinationID", "Host", "Host Country",
    ),
    "year": ("Year",),
    "embassy": ("Embassy", "Embassy Code"),
    "focus": ("Focus", "Focus Code"),
    "level": ("LOR", "Level of Representation", "LOF", "Level of Focus"),
}  # fmt: skip
_NEEDED = ("sender", "host", "year", ("embassy", "level"))

_SEVERAL = ", accredited to several states"
_RANKS: dict[str, Level] = {
    "ambassador": "embassy",
    "apostolic nuncio": "apostolic-nunciature",
    "chargé d'affaires": "",
    "minister or envoy": "legation",
    "consul": "consulate",
    "interest desk": "interests-section",
    "mission below an ambassador": "",
    "mission": "",
}
_CODES = {
    word + several: Representation(word + several, level)
    for word, level in _RANKS.items()
    for several in ("", _SEVERAL)
}
_NONE, _SERVED = "none", "served"
_WORDS = (
    ("served by", _SERVED), ("interest", "interest desk"), ("nuncio", "apostolic nuncio"),
    ("ambassador", "ambassador"), ("high commissioner", "ambassador"),
    ("people", "ambassador"), ("charge", "chargé d'affaires"), ("minister", "minister or envoy"),
    ("envoy", "minister or envoy"), ("consul", "consul"), ("unknown", "mission"),
    ("none", _NONE), ("no ", _NONE),
)  # fmt: skip
"""What words of a code mean, the more special ones first."""
_LEVELS = {
    0.0: _NONE, 0.1: _SERVED, 0.125: "interest desk", 0.375: "mission below an ambassador",
    0.5: "ambassador", 0.75: "mission below an ambassador", 1.0: "ambassador",
}  # fmt: skip
_SHARED = (0.375, 0.5)
_MANY = 10
"""How many missions at a destination make a year's rows the list of them."""

_SOURCE = Source(
    "Diplometrics, Frederick S. Pardee Center for International Futures",
    "https://korbel.du.edu/pardee/content/diplomatic-representation",
    note="Diplomatic Representation",
)


def read(file: InputFile, settings: ImportSettings) -> Iterator[Outcome]:
    """A mission's opening, changes and closing for each spell, and what became of other rows."""
    with Panel() as panel:
        for row in rows_of(file, _COLUMNS, _NEEDED):
            outcome = row if isinstance(row, Faulty) else _added(row, panel, settings)
            if outcome is not None:
                yield outcome
        yield from outcomes_of(panel, Reading(_CODES, _SOURCE, panel.hosts_listed(_MANY)))


def _added(row: Row, panel: Panel, settings: ImportSettings) -> Outcome | None:
    try:
        year = row.year("year")
        if year is None:
            raise row.fault("year", "missing")
        days = bounds(f"{year}")
        code = _code(row)
        sender, host = (_party(row[each], days, settings) for each in ("sender", "host"))
    except (ValueError, InvalidInput) as error:
        return Faulty(row.line, row.cells, (str(error),))
    if sender == host:
        return Skipped(row.line, "the sender is the destination")
    if code is None:
        return Skipped(row.line, "nothing is told about representation")
    is_mission = code in _CODES
    panel.take(
        Wave(
            year, code if is_mission else "", sender, host, f"{sender}>{host}", row.line,
            int(is_mission),
        )
    )  # fmt: skip
    if is_mission:
        return None
    reason = "another state serves the interests" if code == _SERVED else "no mission is told"
    return Skipped(row.line, reason)


def _party(text: str, days: Bounds, settings: ImportSettings) -> str:
    """The party of a name, a code, or a Correlates of War number."""
    if text.isascii() and text.isdigit():
        return code_of_number("cow", int(text[:9]), days)
    return settings.names.code(text, days)


def _code(row: Row) -> str | None:
    """What the row's codes mean together; None if they tell nothing."""
    level, word = _level(row), _word(row)
    focus = row.told("focus").casefold()
    if any(gone in focus for gone in ("withdr", "recall", "expel", "expul")):
        return _NONE
    if level is None and word is None:
        return None
    meaning = word or "mission"
    if level is not None:
        from_level = _LEVELS.get(level, "mission")
        is_named = word in _CODES and from_level in _CODES
        meaning = meaning if is_named else from_level
    if meaning in (_NONE, _SERVED):
        return meaning
    return meaning + (_SEVERAL if level in _SHARED or focus.startswith("mult") else "")


def _level(row: Row) -> float | None:
    text = row.told("level")
    if not text:
        return None
    try:
        level = float(text)
    except ValueError:
        level = -1.0
    if not 0 <= level <= 1:
        raise row.fault("level", f"expected 0 to 1, not {shortened(text)!r}")
    return level


def _word(row: Row) -> str | None:
    """What the embassy code says by itself; None for a number above 0, which only `LOR` tells."""
    text = row["embassy"]
    if not text:
        return None
    if text.replace(".", "", 1).isdigit():
        number = row.whole("embassy") or 0
        if number > 9:
            raise row.fault("embassy", f"expected 0 to 9, not {number}")
        return None if number and row.told("level") else "mission" if number else _NONE
    plain = without_accents(folded(text))
    for said, meaning in _WORDS:
        if said in plain:
            return meaning
    expected = "expected a number, or words such as Ambassador, Charge d'affaires or Interest desk"
    raise row.fault("embassy", f"{shortened(text)!r} is no kind of representation; {expected}")


IMPORTER = Importer("missions from Diplometrics (DDR), yearly from 1960", read)
