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


def hit_listing(hits: Sequence[Hit]) -> Listing[Hit]:
    """The hits; `standing` is shown where one of them does not stand."""
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
            marked(hit.snippet),
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
    )


def marked(snippet: Snippet) -> str:
    """The text of a snippet with stars around what matched."""
    parts: list[str] = []
    at = 0
    for start, end in snippet.marks:
        parts += [snippet.text[at:start], f"*{snippet.text[start:end]}*"]
        at = end
    return "".join([*parts, snippet.text[at:]])


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
