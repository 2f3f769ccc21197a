"""The closure of some records: all that their places in time and their lives depend on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from comity.domain.events import Event
from comity.domain.links import bearing_links, link
from comity.domain.recorded import Recorded
from comity.ports import LogStore, StreamHead
from comity.query.snapshots import TimelineStreams

LinksByKey = Mapping[str, Collection[int]]


class Closure:
    """Collects the records of some timelines, by key, and reads what bears on them by links.

    To be used in a transaction.
    """

    def __init__(
        self,
        store: LogStore,
        timelines: Sequence[TimelineStreams],
        heads: Mapping[str, StreamHead],
        position: int,
    ) -> None:
        self._store, self._position = store, position
        self._streams = {t.scope.key: frozenset(t.streams) for t in timelines}
        self._with_acts = {name for name, head in heads.items() if head.has_acts}
        self._keys: dict[str, list[str]] = {}
        for key, streams in self._streams.items():
            for name in streams:
                self._keys.setdefault(name, []).append(key)
        self._scopes = {t.scope.key: t.scope for t in timelines}
        self._found: dict[str, dict[int, Recorded]] = {key: {} for key in self._streams}
        self._new: dict[str, list[Recorded]] = {key: [] for key in self._streams}
        self._asked: dict[str, set[int]] = {key: set() for key in self._streams}

    def add(self, records: Iterable[Recorded]) -> None:
        """Add records to each timeline that reads their stream."""
        for record in records:
            for key in self._keys.get(record.relationship, ()):
                if record.position not in self._found[key]:
                    self._found[key][record.position] = record
                    self._new[key].append(record)

    def records(self, key: str) -> list[Recorded]:
        """The records of a timeline, in the order of the log."""
        found = self._found[key]
        return [found[position] for position in sorted(found)]

    def complete(
        self,
        unsettled: Callable[[LinksByKey], LinksByKey] = lambda links: links,
        missing: Callable[[str, Event], Collection[str]] = lambda key, event: (),
    ) -> None:
        """Read what the records depend on, and what that depends on, until there is no more.

        `unsettled` selects the links whose events all matter; by default all of them do.
        `missing` gives what else an event needs to know, as texts of links.
        """
        while any(self._new.values()):
            self._read(self._links(unsettled, missing))

    def _links(
        self,
        unsettled: Callable[[LinksByKey], LinksByKey],
        missing: Callable[[str, Event], Collection[str]],
    ) -> dict[str, set[int]]:
        """The links by which to read on, by key, and those of the acts on the new records."""
        new = {key: records for key, records in self._new.items() if records}
        self._new = {key: [] for key in self._streams}
        own = {
            key: {number for record in records for number in bearing_links(record.event)}
            - self._asked[key]
            for key, records in new.items()
        }
        chosen = unsettled({key: links for key, links in own.items() if links})
        wanted: dict[str, set[int]] = {}
        for key, records in new.items():
            links = set(chosen.get(key, ()))
            for record in records:
                event = record.event
                if record.relationship in self._with_acts:
                    links.add(link(event.id))
                links.update(map(link, missing(key, event)))
                if self._scopes[key].has_act_elsewhere(event):
                    links.update(bearing_links(event))
            wanted[key] = links - self._asked[key]
            self._asked[key] |= links
        return wanted

    def _read(self, wanted: Mapping[str, Collection[int]]) -> None:
        by_stream: dict[str, set[int]] = {}
        for key, links in wanted.items():
            for name in self._streams[key] if links else ():
                by_stream.setdefault(name, set()).update(links)
        if by_stream:
            self.add(self._store.read_linked(by_stream, self._position))
