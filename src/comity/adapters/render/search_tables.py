"""What a search found as a listing, as plain values, and the lines that tell of all hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from comity.adapters.interchange.encode import record_fields
from comity.adapters.render.listing import Listing
from comity.domain.search.found import Hit, SearchResult, Snippet

_MOST = 8
"""How many values of a facet a line tells."""
_BRIEF = 45
"""How many characters of a snippet a table shows that is not wide."""


def hit_listing(hits: Sequence[Hit], *, brief: bool = False) -> Listing[Hit]:
    """The hits; `standing` is shown where one of them does not stand.

    If it is `brief`, only a few words around what matched are shown.
    """
    stand = all(hit.standing == "stands" for hit in hits)
    columns = (
        "when", "kind", "what", "match", "standing", "instead", "field", "parties", "position",
        "score", "id",
    )  # fmt: skip
    return Listing(
        hits,
        columns,
        cells=lambda hit: (
            hit.record.event.when,
            hit.record.event.type,
            hit.record.event.summary(),
            marked(_around(hit.snippet) if brief else hit.snippet),
            hit.standing,
            hit.instead,
            hit.snippet.field,
            hit.record.relationship,
            str(hit.record.position),
            f"{hit.score:.3f}",
            hit.record.event.id,
        ),
        data=hit_data,
        shown=("when", "kind", "what", "match", *(() if stand else ("standing",)), "id"),
        least=("kind", "match"),
        parties=lambda hit: hit.record.event.parties,
    )


def marked(snippet: Snippet) -> str:
    """The text of a snippet with stars around what matched."""
    parts: list[str] = []
    at = 0
    for start, end in snippet.marks:
        parts += [snippet.text[at:start], f"*{snippet.text[start:end]}*"]
        at = end
    return "".join([*parts, snippet.text[at:]])


def _around(snippet: Snippet) -> Snippet:
    """A few words around what matched first."""
    if len(snippet.text) <= _BRIEF or not snippet.marks:
        return snippet
    start = max(0, min(snippet.marks[0][0] - _BRIEF // 3, len(snippet.text) - _BRIEF))
    end = start + _BRIEF
    before, after = "…" if start else "", "…" if end < len(snippet.text) else ""
    shift = len(before) - start
    marks = [(a + shift, min(b, end) + shift) for a, b in snippet.marks if start <= a < end]
    return Snippet(snippet.field, f"{before}{snippet.text[start:end]}{after}", tuple(marks))


def hit_data(hit: Hit) -> dict[str, Any]:
    """A hit as plain values."""
    return {
        "score": hit.score,
        "standing": hit.standing,
        "instead": hit.instead,
        "snippet": msgspec.to_builtins(hit.snippet),
        "event": record_fields(hit.record),
    }


def result_data(result: SearchResult) -> dict[str, Any]:
    """A whole result as plain values."""
    return {
        "position": result.position,
        "total": result.total,
        "facets": msgspec.to_builtins(result.facets),
        "hits": list(map(hit_data, result.hits)),
    }


def facet_lines(result: SearchResult) -> Iterator[str]:
    """How many were found, and of which kinds, parties and decades they are."""
    if not result.total:
        yield "Nothing was found."
        return
    shown, total = len(result.hits), f"{result.total:,}"
    rest = "" if shown == result.total else f", the best {shown:,} are shown (--limit)"
    yield f"Found: {total}{rest}."
    for label, counts in (
        ("Kinds", result.facets.kinds),
        ("Parties", result.facets.parties),
        ("Decades", result.facets.decades),
    ):
        if counts:
            yield f"{label}: {_told(counts)}"


def _told(counts: Mapping[str, int]) -> str:
    told = [f"{name} {count:,}" for name, count in islice(counts.items(), _MOST)]
    more = len(counts) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")
