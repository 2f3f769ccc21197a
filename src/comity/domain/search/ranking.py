"""The rank of what was found: BM25, as known at a position, so that it never changes later.

Source: S. Robertson and H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009;
the weight of a term is that of Lucene, which is never negative.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from heapq import nsmallest
from math import log

_K1, _B = 1.2, 0.75

Counts = Mapping[int, int]
"""By position, how often a term stands in a record."""


def best(
    found: Collection[int],
    terms: Sequence[Counts],
    lengths: Sequence[int],
    limit: int,
) -> list[tuple[int, float]]:
    """The best of what was found, each with its score; of equals, the earlier recorded first.

    `lengths` are the words of all records that are known, from position 1 on.
    """
    known = len(lengths)
    weights = [log(1 + (known - len(term) + 0.5) / (len(term) + 0.5)) for term in terms]
    usual = max(sum(lengths), 1) / max(known, 1)

    def score(position: int) -> float:
        norm = _K1 * (1 - _B + _B * lengths[position - 1] / usual)
        total = 0.0
        for weight, term in zip(weights, terms, strict=True):
            count = term[position]
            total += weight * count * (_K1 + 1) / (count + norm)
        return total

    scored = ((-score(position), position) for position in found)
    return [(position, -value) for value, position in nsmallest(limit, scored)]
