"""Searching as a page: what was found, the words that matched marked, and what to narrow it by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from comity.adapters.interchange.safe_text import printable
from comity.adapters.web.pages.question import moment_of
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.pages.world.asking import Given, number_between, one, several
from comity.domain.search.found import SearchResult, Snippet
from comity.engine import TimelineEngine

FIRST, MOST = 20, 200
"""How many hits a page shows to begin with, and at most."""
_VALUES = 12
"""How many values of a facet are shown."""


class Facet(NamedTuple):
    """A way to narrow a search: the parameter, each value with its number of hits, and the rest."""

    parameter: str
    values: list[tuple[str, int]]
    more: int


def search_page(engine: TimelineEngine, given: Given, frame: Frame) -> str:
    """What was found, or the form alone. Raises `ComityError`s."""
    text = one(given, "q")
    if not text:
        return _page(given, frame)
    result = engine.search(
        text,
        parties=several(given, "party"),
        kinds=several(given, "kind"),
        since=one(given, "since") or None,
        until=one(given, "until") or None,
        known_at=moment_of(one(given, "known_at")),
        retracted=bool(one(given, "retracted")),
        limit=number_between(given, "limit", FIRST, 1, MOST),
    )
    return _page(given, frame, result)


def failed_search(given: Given, frame: Frame, failure: str) -> str:
    """The page of a search that cannot be made."""
    return _page(given, frame, failure=failure)


def _page(given: Given, frame: Frame, result: SearchResult | None = None, failure: str = "") -> str:
    names = ("q", "since", "until", "known_at", "limit", "retracted")
    told: dict[str, Any] = {name: one(given, name) for name in names}
    told |= {name: several(given, name) for name in ("party", "kind")}
    return frame.page(
        "search.html", given=told, result=result, failure=failure, marked=marked,
        facets=list(_facets(result)) if result else [], most=MOST,
    )  # fmt: skip


def _facets(result: SearchResult) -> Iterator[Facet]:
    facets = result.facets
    for parameter, counts in (
        ("kind", facets.kinds), ("party", facets.parties), ("since", facets.decades),
    ):  # fmt: skip
        if len(counts) > 1:
            yield Facet(parameter, list(islice(counts.items(), _VALUES)), _rest(counts))


def _rest(counts: Mapping[str, int]) -> int:
    return max(0, len(counts) - _VALUES)


def marked(snippet: Snippet) -> Markup:
    """The text of a snippet, escaped, with `<mark>` around what matched."""
    parts: list[Markup] = []
    at = 0
    for start, end in snippet.marks:
        parts += [_safe(snippet.text[at:start]), Markup("<mark>"), _safe(snippet.text[start:end])]
        parts.append(Markup("</mark>"))
        at = end
    return Markup("").join([*parts, _safe(snippet.text[at:])])


def _safe(text: str) -> Markup:
    return escape(printable(text))
