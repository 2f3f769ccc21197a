"""Recognition and relations with the United States, from the headings of the countries' pages.

An event is told only where the heading says it clearly, of a party that existed then. Its date is
the year of the heading; a day only where the text has exactly one full date in that year, in a
sentence about the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
from comity.adapters.interchange.importers.history_state_gov.notes import MONTHS
from comity.adapters.interchange.importers.history_state_gov.rows import (
    PassedOver,
    Row,
    outcomes_of,
    refused,
)
from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.outcomes import Faulty, ImportSettings, Outcome, Told
from comity.domain.errors import ComityError
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
from comity.domain.parties.lookup import names as all_names
from comity.domain.parties.lookup import words
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds

_FULL_DATE = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}}), (\d{{4}})\b")
_SENTENCE_END = re.compile(r"(?<![A-Z])[.!?][”\"]?\s+(?=[A-Z“\"])")
_ABOUT: Final = {
    "recognised": r"recogni[sz]", "recognised-mutually": r"recogni[sz]",
    "recognition-withdrawn": r"recogni[sz]", "recognised-by": r"recogni[sz]",
    "established": r"relations", "restored": r"relations", "severed": r"relations|broke",
    "suspended": r"relations", "opened": r"embassy|legation|consulate|mission",
    "raised": r"embassy", "moved": r"embassy|legation|moved", "closed": r"clos",
}  # fmt: skip
"""What a sentence about the same thing has in it."""
_GOVERNMENT = re.compile(r"\b(government|regime|junta)\b", re.I)
_INDEPENDENCE = re.compile(
    r"(?:’s|'s|’|')? independence( from .*)?$|^the independence of |^independent ", re.I
)
_COUNTRY = re.compile(r"republic|islands", re.I)
_UNIONS = re.compile(r"confederation|federation|union|empire|kingdom|legation|peninsula", re.I)
_STEM = 4
"""The first letters that an adjective and the name of its country share."""
_NO_STEMS: Final = frozenset({
    "central", "democratic", "federal", "government", "islands", "islamic", "kingdom", "north",
    "people", "provisional", "republic", "saint", "south", "state", "states", "union", "united",
})  # fmt: skip
_ADJECTIVES: Final = {
    "british": "GBR", "danish": "DNK", "dutch": "NLD", "finnish": "FIN", "french": "FRA",
    "laotian": "LAO", "malagasy": "MDG", "maltese": "MLT", "polish": "POL", "spanish": "ESP",
    "swiss": "CHE",
}  # fmt: skip
"""Adjectives that have other first letters, case-folded."""
_BRACKETED = re.compile(r"\(([^()]+)\)")

NOTHING = "its heading tells nothing that is certain"
UNDATED = "its heading tells no year"
OTHERS = "its heading tells of another country than the page"
ABSENT = "the country did not exist in the year of the heading"


def read(rows: Iterator[Row | Faulty], settings: ImportSettings) -> Iterator[Outcome]:
    """The events of each heading; the first of them accounts for the row."""

    def tell(row: Row) -> Iterator[Outcome]:
        for number, event in enumerate(_events(row.cells, settings.names)):
            yield Told(row.line, event, row.cells, 0 if number else 1)

    return outcomes_of(rows, tell)


def _events(cells: Mapping[str, str], names: Names) -> list[Event]:
    if not cells["country"]:
        raise refused("country", "missing")
    heading, year = years_of(cells["heading"])
    clauses = list(clauses_of(heading))
    if not clauses:
        raise PassedOver(NOTHING)
    if not year:
        year = _year_of(cells["heading_date"])
    page = _page(cells, names, bounds(year))
    events = [e for clause in clauses for e in _told(clause, year, page, cells, names)]
    if not events:
        raise PassedOver(OTHERS if stood(page, bounds(year)) else ABSENT)
    return events


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


def _told(
    clause: Clause, year: str, page: str, cells: Mapping[str, str], names: Names
) -> list[Event]:
    """The events of a clause; none if it tells of another country, or of none that existed."""
    when = _day(clause, year, cells["text"]) or year
    within = bounds(when)
    whom, government = _whom(clause, page, within, cells["country"], names)
    if not whom or not stood(whom, within):
        return []
    kinds = _kinds(clause, whom, government, names, within)
    return [_event(kind, {**fields, "when": when}, year, whom, cells) for kind, fields in kinds]


def _whom(clause: Clause, page: str, within: Bounds, slug: str, names: Names) -> tuple[str, str]:
    """Whom a clause is about, and the government that was recognised; empty if that is not clear.

    A name in the heading decides; an adjective only says whether the page's country is meant.
    """
    whom = _INDEPENDENCE.sub("", clause.whom).strip(" .")
    whom = re.sub(r"^the ", "", whom, flags=re.I)
    if not whom:
        is_other = _UNIONS.search(clause.place) and not names.find(clause.place, within)
        return ("", "") if is_other else (page, "")
    named = names.find(whom, within)
    if named is not None:
        return (named, "") if stood(named, within) else ("", "")
    if clause.act == "recognised" and _GOVERNMENT.search(whom):
        return (page, whom) if _is_meant(whom, slug, page) else ("", "")
    if _UNIONS.search(whom):
        return "", ""
    return (page, "") if _is_meant(whom, slug, page) else ("", "")


def _is_meant(adjective: str, slug: str, page: str) -> bool:
    """Whether an adjective such as "Costa Rican" is that of the page's country."""
    told = words(adjective)
    if any(_ADJECTIVES.get(word) == page for word in told):
        return True
    own = {
        word
        for name in (slug.replace("-", " "), *all_names().get(page, ()))
        for word in words(name)
    }
    stems = {word[:_STEM] for word in own - _NO_STEMS if len(word) >= _STEM}
    return any(word[:_STEM] in stems for word in {*told} - _NO_STEMS if len(word) >= _STEM)


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
    no_city = names.find(clause.place, within) or _COUNTRY.search(clause.place)
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


def _event(
    kind: type[Event], fields: dict[str, Any], year: str, whom: str, cells: Mapping[str, str]
) -> Event:
    """An event; those of one kind, country and year are accounts of one happening."""
    direction = "by" if fields.get("by", fields.get("sender", HOME)) != HOME else "with"
    what = f"{kind.type}-{direction}-{current(whom)}-{year.strip('[]')}"
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


def _day(clause: Clause, year: str, text: str) -> str:
    """The day of a clause; empty if the text does not tell one certainly."""
    about = re.compile(_ABOUT[clause.act], re.I)
    wanted = bounds(year)
    days = {d for d in _days(text) if wanted.earliest <= bounds(d).earliest <= wanted.latest}
    if len(days) != 1:
        return ""
    [day] = days
    sentences = (sentence for sentence in _SENTENCE_END.split(text) if day in _days(sentence))
    return day if any(about.search(sentence) for sentence in sentences) else ""


def _days(text: str) -> Iterator[str]:
    """The full dates in a text."""
    for match in _FULL_DATE.finditer(text):
        month, day, year = match.groups()
        date = f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}"
        try:
            bounds(date)
        except ComityError:
            continue
        yield date
