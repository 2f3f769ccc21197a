"""Recognition and relations with the United States, from the headings of the countries' pages.

An event is told only where the heading says it clearly, of a party that existed then. Its date is
the year of the heading; a day only where the text has exactly one full date in that year, in a
sentence about the same thing, or says of one of several that it is the day of it. What the
headings of one page tell together is in `pages`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final

from comity.adapters.interchange.importers.history_state_gov.cells import (
    date_of,
    identified,
    source,
)
from comity.adapters.interchange.importers.history_state_gov.countries import (
    HOME,
    stood,
    territory,
)
from comity.adapters.interchange.importers.history_state_gov.headings import (
    Clause,
    clauses_of,
    years_of,
)
from comity.adapters.interchange.importers.history_state_gov.meant import NO_CITY, whom_of
from comity.adapters.interchange.importers.history_state_gov.notes import DATE, day_in
from comity.adapters.interchange.importers.history_state_gov.pages import Telling, settled
from comity.adapters.interchange.importers.history_state_gov.rows import (
    PassedOver,
    Row,
    outcomes_of,
    refused,
)
from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    ImportSettings,
    Outcome,
    Skipped,
    Told,
)
from comity.domain.errors import ComityError, reasons_of
from comity.domain.events import (
    Event,
    MissionClosed,
    MissionLevelChanged,
    MissionMoved,
    MissionOpened,
    RecognitionExtended,
    RecognitionWithdrawn,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
)
from comity.domain.parties import current
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds

_ABOUT: Final = {
    "recognised": r"recogni[sz]", "recognised-mutually": r"recogni[sz]",
    "recognition-withdrawn": r"recogni[sz]", "recognised-by": r"recogni[sz]",
    "established": r"relations", "restored": r"relations", "severed": r"relations|broke",
    "suspended": r"relations", "opened": r"embassy|legation|consulate|mission",
    "raised": r"embassy", "moved": r"embassy|legation|moved", "closed": r"clos",
}  # fmt: skip
"""What a sentence about the same thing has in it."""
_ON: Final = rf"(?: on|,) ({DATE})"
_RAISED = re.compile(rf"(?:raised|elevated|upgraded) to (?:an )?embassy(?: status)?{_ON}", re.I)
_RELATED = re.compile(rf"(?:established|resumed) (?:full )?diplomatic relations[^.,;]*?{_ON}", re.I)
_EXACTLY: Final = {"raised": _RAISED, "established": _RELATED, "restored": _RELATED}
"""What tells the very day of it, of several days."""
_EMBASSY_OPENED = re.compile(
    r"\bopening of Embassy (?P<there>[A-Z]\w+) took place|"
    r"^The (?:American |U\.S\. )?Embassy (?:in|at) (?P<place>[A-Z]\w+) was established"
)
_BRACKETED = re.compile(r"\(([^()]+)\)")

NOTHING = "its heading tells nothing that is certain"
UNDATED = "its heading tells no year"
OTHERS = "its heading tells of another country than the page"
ABSENT = "the country did not exist in the year of the heading"


def read(rows: Iterator[Row | Faulty], settings: ImportSettings) -> Iterator[Outcome]:
    """The events of each heading; the first of them accounts for the row."""
    for _, page in groupby(rows, key=_Slug()):
        yield from _read_page(list(page), settings.names)


class _Slug:
    """The page of a row; a row that cannot be read is of the page before it."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, row: Row | Faulty) -> str:
        if isinstance(row, Row):
            self._last = row.cells["country"]
        return self._last


def _read_page(rows: list[Row | Faulty], names: Names) -> Iterator[Outcome]:
    """What a page tells, once all of its rows are known."""
    told: list[Telling] = []
    instead = dict[int, Outcome]()
    for row in rows:
        if isinstance(row, Row):
            try:
                told += _tellings(row, names)
            except PassedOver as passed:
                instead[row.line] = Skipped(row.line, passed.reason)
            except ComityError as error:
                instead[row.line] = Faulty(row.line, row.cells, reasons_of(error))
    page = settled(told)
    by_line: defaultdict[int, list[Telling]] = defaultdict(list)
    for telling in page.tellings:
        by_line[telling.line].append(telling)

    def tell(row: Row) -> Iterator[Outcome]:
        if row.line in instead:
            yield instead[row.line]
        elif row.line in page.faults:
            yield Faulty(row.line, row.cells, (page.faults[row.line],))
        else:
            for number, telling in enumerate(by_line[row.line]):
                yield Told(row.line, _event(telling), row.cells, 0 if number else 1)

    return outcomes_of(iter(rows), tell)


def _tellings(row: Row, names: Names) -> list[Telling]:
    cells = row.cells
    if not cells["country"]:
        raise refused("country", "missing")
    heading, year = years_of(cells["heading"])
    clauses = list(_with_embassy(list(clauses_of(heading)), cells["text"]))
    if not clauses:
        raise PassedOver(NOTHING)
    if not year:
        year = _year_of(cells["heading_date"])
    page = _page(cells, names, bounds(year))
    told = [t for clause in clauses for t in _told(clause, year, page, row, names)]
    if not told:
        raise PassedOver(OTHERS if stood(page, bounds(year)) else ABSENT)
    for telling in told:
        _event(telling)
    return told


def _with_embassy(clauses: list[Clause], text: str) -> Iterator[Clause]:
    """Relations and, where only the text says it, the embassy that opened with them."""
    yield from clauses
    acts = {clause.act for clause in clauses}
    opened = _EMBASSY_OPENED.search(text)
    if opened and acts & {"established", "restored"} and not acts & {"opened", "raised"}:
        yield Clause("opened", level="embassy", place=opened["there"] or opened["place"])


def _page(cells: Mapping[str, str], names: Names, within: Bounds) -> str:
    """The party of a page; where it did not exist, the one that brackets in the heading name."""
    page = territory(names, cells["country"], within)
    if stood(page, within):
        return page
    bracketed = (names.find(told, within) for told in _BRACKETED.findall(cells["heading"]))
    return next((code for code in bracketed if code and stood(code, within)), page)


def _year_of(text: str) -> str:
    """The date of a heading that has none in its words; raises `PassedOver` without one."""
    if not text:
        raise PassedOver(UNDATED)
    return date_of(text, "heading_date")


def _told(clause: Clause, year: str, page: str, row: Row, names: Names) -> list[Telling]:
    """The tellings of a clause; none if it tells of another country, or of none that existed."""
    cells = row.cells
    when = _when(clause, year, cells)
    within = bounds(when)
    whom, government = whom_of(clause, page, within, cells, names)
    if not whom or not stood(whom, bounds(year) if clause.act == "closed" else within):
        return []
    return [
        Telling(row.line, kind, {**fields, "when": when}, year, whom, cells)
        for kind, fields in _kinds(clause, whom, government, names, within)
    ]


def _when(clause: Clause, year: str, cells: Mapping[str, str]) -> str:
    """The day of a clause, or else its year.

    The years of an interruption are a period; of a mission that moved, it came in the first.
    """
    if clause.act == "suspended" and year.startswith("["):
        return year.strip("[]").replace("..", "/")
    if clause.act == "moved" and year.startswith("["):
        year = year[1:5]
    about = re.compile(_ABOUT[clause.act], re.I)
    exactly, noted = _EXACTLY.get(clause.act), cells["heading_date"]
    return day_in(cells["text"], year, about, exactly, noted) or year


def _kinds(
    clause: Clause, whom: str, government: str, names: Names, within: Bounds
) -> Iterator[tuple[type[Event], dict[str, Any]]]:
    """The kinds of event that a clause tells, each with its own fields."""
    ours, theirs = {"by": HOME, "on": whom}, {"by": whom, "on": HOME}
    pair = {"parties": (HOME, whom)}
    match clause.act:
        case "recognised":
            yield RecognitionExtended, {**ours, "government": government}
        case "recognised-mutually":
            yield RecognitionExtended, ours
            yield RecognitionExtended, theirs
        case "recognised-by":
            yield RecognitionExtended, theirs
        case "recognition-withdrawn":
            yield RecognitionWithdrawn, ours
        case "established":
            yield RelationsEstablished, pair
        case "restored":
            yield RelationsRestored, pair
        case "severed":
            yield RelationsSevered, pair
        case "suspended":
            yield RelationsSuspended, pair
        case "opened" | "raised" | "moved" | "closed":
            yield from _mission(clause, whom, names, within)


def _mission(
    clause: Clause, whom: str, names: Names, within: Bounds
) -> Iterator[tuple[type[Event], dict[str, Any]]]:
    is_ours = clause.whose == "home"
    no_city = (
        names.find(clause.place, within) or names.find(clause.place) or NO_CITY.search(clause.place)
    )
    city = "" if no_city or not is_ours else clause.place
    fields = {
        "sender": HOME if is_ours else whom,
        "host": whom if is_ours else HOME,
        "level": clause.level,
        "city": city,
    }
    kinds: dict[str, type[Event]] = {
        "opened": MissionOpened, "raised": MissionLevelChanged, "moved": MissionMoved,
        "closed": MissionClosed,
    }  # fmt: skip
    if clause.act == "moved" and not city:
        return
    yield kinds[clause.act], fields


def _event(telling: Telling) -> Event:
    """An event; those of one kind, country and year are accounts of one happening."""
    kind, fields, cells = telling.kind, telling.fields, telling.cells
    direction = "by" if fields.get("by", fields.get("sender", HOME)) != HOME else "with"
    what = f"{kind.type}-{direction}-{current(telling.whom)}-{telling.year.strip('[]')}"
    further = [fields.get("level", ""), fields.get("government", "")]
    if kind is MissionMoved:
        further.append(fields["city"])
    happening = "-".join(filter(None, ("us", what, *map(folded, further))))
    event = kind(
        **fields,
        happening=happening,
        note=cells["text"],
        sources=(source(f"/countries/{cells['country']}", cells["heading"]),),
    )
    return identified(event, f"us-{cells['country']}-{kind.type}")
