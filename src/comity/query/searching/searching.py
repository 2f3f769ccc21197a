"""The search: it finds what all terms match, as known at a position, and ranks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from comity.domain.search.found import Facets, Hit, SearchResult, facets_of
from comity.domain.search.indexed import Columns
from comity.domain.search.matching import snippet_of
from comity.domain.search.question import Term
from comity.domain.search.ranking import best
from comity.ports import LogStore
from comity.query.searching.filters import Filter, Filters, retractions
from comity.query.searching.standing import standings
from comity.query.searching.terms import counts_of, index_up_to


def searched(
    store: LogStore, terms: Sequence[Term], filters: Filters, position: int, limit: int
) -> SearchResult:
    """The hits as known at a position of the log, the best `limit` of them; while reading."""
    index = index_up_to(store, position, terms)
    columns = index.columns
    counts = [counts_of(index, term, position) for term in terms]
    rarest, *others = sorted(counts, key=len)
    found = set(rarest).intersection(*others)
    gone = retractions(store, columns, position)
    hits = Filter(store, filters, columns, gone, position)(found)
    ranked = best(hits, counts, columns.lengths[:position], limit)
    records = {r.position: r for r in store.words.records([at for at, _ in ranked])}
    told = standings(store, list(records.values()), filters.scope, gone.by_id, position)
    return SearchResult(
        tuple(
            Hit(records[at], score, snippet_of(records[at], terms), *told[at])
            for at, score in ranked
        ),
        len(hits),
        _facets(columns, hits),
        position,
    )


def _facets(columns: Columns, hits: Sequence[int]) -> Facets:
    groups = Counter(columns.groups[at - 1] for at in hits)
    days = Counter((columns.since[at - 1], columns.until[at - 1]) for at in hits)
    return facets_of(
        ((*columns.names[group], count) for group, count in groups.items()),
        ((since, until, count) for (since, until), count in days.items()),
    )
