"""The past of an entry: what came before it of the things that it is about."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence, Set
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate

from comity.domain.events import Event
from comity.domain.links import link, links_of
from comity.domain.scope import Query
from comity.domain.selection import Entry, select
from comity.domain.time.dates import bounds


class Past:
    """The past of the entries of a timeline, in the order in which a query folds them.

    Of what was folded into a snapshot not all is read: then the past is not whole.
    """

    def __init__(self, entries: Sequence[Entry], query: Query, *, is_whole: bool) -> None:
        self._entries, self._query, self.is_whole = entries, query, is_whole
        self._open: dict[Set[type[Event]], tuple[list[date], list[date]]] = {}

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

    def settled(self, day: date, kinds: Set[type[Event]], /) -> date:
        """The last day up to `day` by which no event of these kinds can have come that is later.

        Later is what is folded after the events of `day`. Its date can begin before.
        """
        if kinds not in self._open:
            self._open[kinds] = self._first_days(kinds)
        latest, first = self._open[kinds]
        place = bisect_right(latest, day)
        return min(day, first[place] - timedelta(1)) if place < len(first) else day

    def _first_days(self, kinds: Set[type[Event]]) -> tuple[list[date], list[date]]:
        """The last days of vague dates, in order, and the first day of each or of a later one."""
        told = sorted(
            (entry.latest, max(first, _DAY_TWO))
            for entry in self._entries
            if entry.record.event.__class__ in kinds
            and (first := bounds(entry.record.event.when).earliest) < entry.latest
        )
        first_days = list(accumulate((first for _, first in reversed(told)), min))
        return [latest for latest, _ in told], first_days[::-1]


_DAY_TWO = date.min + timedelta(1)
