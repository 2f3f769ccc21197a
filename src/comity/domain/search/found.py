"""What a search finds: the hits that are shown, how many there are, and of what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct

from comity.domain.recorded import Recorded

Span = tuple[int, int]
"""Where something begins and ends in a text, in characters."""
Standing = Literal["stands", "loses", "retracted"]
"""Whether an event is believed: `loses` is a rival account of what another event tells better."""


class Snippet(Struct, frozen=True):
    """A part of what matched: the text of `field`, and the places in it that matched.

    `marks` are the starts and ends of what matched, in characters of `text`. Where the text of the
    field goes on, `text` begins or ends with `…`.
    """

    field: str
    text: str
    marks: tuple[Span, ...] = ()


class Hit(Struct, frozen=True):
    """An event that was found.

    `score` is its rank: more is better. `instead` is the id of what stands in its place: the
    account that it lost against, or the replacement in its retraction.
    """

    record: Recorded
    score: float
    snippet: Snippet
    standing: Standing = "stands"
    instead: str = ""


class Facets(Struct, frozen=True):
    """How many of all hits are of each kind, of each party, and of each decade and year.

    The most frequent come first; decades and years are in order, each year as four digits and each
    decade as `1990s`. An event counts in the first year in which it can have become true, or in the
    last if no first is known; record keeping counts in none.
    """

    kinds: dict[str, int] = {}
    parties: dict[str, int] = {}
    decades: dict[str, int] = {}
    years: dict[str, int] = {}


class SearchResult(Struct, frozen=True):
    """The hits, the best first; `total` counts all of them, and `facets` tell of what they are.

    `position` is the position of the log at which it was known.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Facets
    position: int


def facets_of(
    groups: Iterable[tuple[str, str, int]], days: Iterable[tuple[int, int, int]]
) -> Facets:
    """The facets of (relationship, kind, how many) and (first day, last day, how many)."""
    kinds, parties, years = Counter[str](), Counter[str](), Counter[int]()
    for relationship, kind, count in groups:
        kinds[kind] += count
        for code in relationship.split("-"):
            parties[code] += count
    for since, until, count in days:
        if (year := _year(since, until)) is not None:
            years[year] += count
    decades = Counter[int]()
    for year, count in years.items():
        decades[year // 10 * 10] += count
    return Facets(
        _by_count(kinds),
        _by_count(parties),
        {f"{decade:04}s": decades[decade] for decade in sorted(decades)},
        {f"{year:04}": years[year] for year in sorted(years)},
    )


def _year(since: int, until: int) -> int | None:
    """The year of a first day, or of the last if the first is that of the calendar."""
    day = since if since > 1 else until
    return date.fromordinal(day).year if 1 < day < date.max.toordinal() else None


def _by_count(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
