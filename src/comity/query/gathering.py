"""Gathering: reads some days or some subjects of a long timeline, without the rest of it.

With each event come its rival accounts and the record keeping about it, so what stands is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from comity.domain.effects import order_key
from comity.domain.events import FACTS, RECORD_KEEPING, Event, kinds_with_subjects
from comity.domain.links import happening_links, link, subject_links
from comity.domain.lives.machines import SubjectKey
from comity.domain.parties import successor
from comity.domain.recorded import Recorded
from comity.ports import LogStore, Window
from comity.query.fold import is_within
from comity.query.plan import Plan
from comity.query.reading import Reading
from comity.query.snapshots import TimelineStreams

_OF_PARTIES = frozenset({"relations", "recognition", "mission", "post", "alignment"})
"""The subjects that only streams with the same two parties can share; others are told by an id."""
Links = dict[str, set[int]]
"""Links by stream."""
_STREAMS_AT_ONCE = 500
"""Of how many streams one statement reads the events of some days."""


class Gathering:
    """Reads the one timeline of a plan; `kinds` are those to read, and none mean all."""

    def __init__(self, store: LogStore, part: Plan, kinds: Collection[str]) -> None:
        [timeline] = part.timelines
        self.scope, self._streams = timeline
        self.store, self._position, self._within = store, part.query.position, part.within
        self._kinds = kinds
        self._with_acts = {name for name in self._streams if part.heads[name].has_acts}
        self._neighbours = _Neighbours(timeline)

    def days(self, after: int, until: int) -> Reading:
        """All that can have become true after a day and up to another one (ordinals)."""
        found: dict[int, Recorded] = {}
        with self.store.reading():
            self._complete(self._added(found, self._window(after, until)), found)
        return self._reading(found)

    def subjects(self, subjects: Mapping[SubjectKey, Event]) -> Reading:
        """All events of some subjects, given by their keys, each with an event."""
        found: dict[int, Recorded] = {}
        by_stream: Links = {}
        anywhere: set[int] = set()
        for event in subjects.values():
            number = subject_links(event)[0]
            if event.subject in _OF_PARTIES:
                for name in self._neighbours.of(event.relationship):
                    by_stream.setdefault(name, set()).add(number)
            else:
                anywhere.add(number)
        with self.store.reading():
            kinds = kinds_with_subjects({event.type for event in subjects.values()})
            linked = self._linked(by_stream, anywhere, found, kinds)
            own = (record for record in linked if order_key(record.event, self.scope) in subjects)
            self._complete(self._added(found, own), found)
        return self._reading(found)

    def _reading(self, found: Mapping[int, Recorded]) -> Reading:
        records = [found[position] for position in sorted(found)]
        return Reading(self.scope, records, within=self._within)

    def _window(self, after: int, until: int) -> Iterable[Recorded]:
        names = list(self._streams)
        for first in range(0, len(names), _STREAMS_AT_ONCE):
            some = dict.fromkeys(names[first : first + _STREAMS_AT_ONCE], after)
            window = Window(some, until, self._kinds or FACTS)
            yield from chain(*self.store.read_streams({}, self._position, window).values())

    def _added(self, found: dict[int, Recorded], records: Iterable[Recorded]) -> list[Recorded]:
        """Add the records of the kinds to what was found; those that are new and folded."""
        new = [r for r in records if r.position not in found and self._is_read(r.event)]
        found.update((record.position, record) for record in new)
        if self._within is not None:
            return [record for record in new if is_within(record.event, self._within)]
        return new

    def _is_read(self, event: Event) -> bool:
        return not self._kinds or not event.when or event.type in self._kinds

    def _complete(self, new: Sequence[Recorded], found: dict[int, Recorded]) -> None:
        """Read the rivals and the record keeping, and theirs, until there is no more."""
        while new:
            # Each kind by itself: under the link of a deal signed are its shipments too.
            wanted: dict[Collection[str], Links] = {}
            agreements: set[int] = set()
            for record in new:
                event, stream = record.event, record.relationship
                if stream in self._with_acts:
                    acts = wanted.setdefault(RECORD_KEEPING, {})
                    acts.setdefault(stream, set()).add(link(event.id))
                for number in happening_links(event) if event.happening else ():
                    rivals = wanted.setdefault((event.type,), {})
                    for name in self._neighbours.of(stream):
                        rivals.setdefault(name, set()).add(number)
                if self.scope.has_act_elsewhere(event):  # other events say whether it belongs
                    agreements.update(subject_links(event))
            linked = [self._linked(links, set(), found, kinds) for kinds, links in wanted.items()]
            linked.append(self._linked({}, agreements, found))
            new = self._added(found, chain(*linked))

    def _linked(
        self,
        by_stream: Links,
        anywhere: set[int],
        known: Collection[int],
        kinds: Collection[str] = (),
    ) -> list[Recorded]:
        """What is found under links, in some streams or in any, without what is known."""
        whole: list[Recorded] = []
        if anywhere and not self.scope.parties:
            whole = self.store.read_linked_anywhere(anywhere, self._position, known, kinds)
        elif anywhere:
            for name in self._streams:
                by_stream.setdefault(name, set()).update(anywhere)
        if not by_stream:
            return whole
        return [*whole, *self.store.read_linked(by_stream, self._position, known, kinds)]


class _Neighbours:
    """The streams of a timeline that share at least two parties, under any of their names."""

    def __init__(self, timeline: TimelineStreams) -> None:
        self._scope, streams = timeline
        self._by_name: dict[str, list[str]] = {}
        self._known: dict[str, list[str]] = {}
        for stream in streams:
            for name in {name for code in stream.split("-") for name in self._names(code)}:
                self._by_name.setdefault(name, []).append(stream)

    def _names(self, code: str) -> set[str]:
        return {code, successor(code), self._scope.heir(code)}

    def of(self, stream: str) -> list[str]:
        """The streams that share two parties with this one; it is among them."""
        if stream not in self._known:
            shared = Counter(
                other
                for code in stream.split("-")
                for other in {s for name in self._names(code) for s in self._by_name.get(name, ())}
            )
            self._known[stream] = [other for other, count in shared.items() if count > 1]
        return self._known[stream]
