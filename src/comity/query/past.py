"""The past of an entry: what came before it of the things that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from comity.domain.links import link, links_of
from comity.domain.scope import Query
from comity.domain.selection import Entry, select


class Past:
    """The past of the entries of a timeline, in the order in which a query folds them.

    Of what was folded into a snapshot not all is read: then the past is not whole.
    """

    def __init__(self, entries: Sequence[Entry], query: Query, *, is_whole: bool) -> None:
        self._entries, self._query, self.is_whole = entries, query, is_whole

    @cached_property
    def _in_order(self) -> list[Entry]:
        return select(self._entries, self._query.day, self._query.certainty).folded

    @cached_property
    def _places(self) -> dict[str, int]:
        return {entry.record.event.id: place for place, entry in enumerate(self._in_order)}

    @cached_property
    def _by_link(self) -> dict[int, list[int]]:
        by_link: dict[int, list[int]] = {}
        for place, entry in enumerate(self._in_order):
            for number in links_of(entry.record.event):
                by_link.setdefault(number, []).append(place)
        return by_link

    def before(self, entry: Entry, texts: Iterable[str], /) -> Sequence[Entry]:
        """The earlier entries that are found under any of the texts, in order."""
        here = self._places[entry.record.event.id]
        places = {place for text in texts for place in self._by_link.get(link(text), ())}
        return [self._in_order[place] for place in sorted(places) if place < here]
