"""The plan of a question about many keys: what is folded, in parts that can be folded apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from comity.domain.scope import Query, Scope
from comity.ports import StreamHead
from comity.query.snapshots import TimelineStreams

LONG = 5_000
"""A timeline of more events is folded in pieces. A shorter one is held whole: that is faster."""
HELD = 4_000
"""About how many events a piece holds."""
HELD_PER_STREAM = 5
"""The same for each stream of a timeline: each of them costs some searches in each piece."""


class Plan(NamedTuple):
    """The timelines of a question about many keys, and the heads of their streams.

    With `within`, only entries that also belong to one of these scopes are folded. With
    `only_known`, a key without known events is left out, and with `only_told` also one without
    events of the projection's kinds. The scope of `query` is that of no key in particular.
    """

    query: Query
    timelines: Sequence[TimelineStreams]
    heads: Mapping[str, StreamHead]
    within: Sequence[Scope] | None = None
    only_known: bool = True
    only_told: bool = False

    @property
    def events(self) -> int:
        """How many events its timelines hold; one that several of them hold counts for each."""
        return sum(map(self._length, self.timelines))

    def parts(self, events: int, share: Callable[[], float] = lambda: 1) -> Iterator[Plan]:
        """The plan in parts of which about so many events are read; a long timeline is one alone.

        `share` says, before each part is made, which share of its events is read.
        """
        part: list[TimelineStreams] = []
        count = 0.0
        for timeline in self.timelines:
            length = self._length(timeline)
            is_long = is_long_with(timeline, length)
            if part and is_long:
                yield self._of(part)
                part, count = [], 0.0
            part.append(timeline)
            count += length * share()
            if count >= events or is_long:
                yield self._of(part)
                part, count = [], 0.0
        if part:
            yield self._of(part)

    @property
    def is_long(self) -> bool:
        """Whether it is the part of one timeline that is folded in pieces."""
        first = self.timelines[0]
        return len(self.timelines) == 1 and is_long_with(first, self._length(first))

    def _length(self, timeline: TimelineStreams) -> int:
        return sum(self.heads[name].version for name in timeline.streams)

    def _of(self, timelines: Sequence[TimelineStreams]) -> Plan:
        names = {name for timeline in timelines for name in timeline.streams}
        return self._replace(timelines=timelines, heads={name: self.heads[name] for name in names})


class Share:
    """Which share of the events of timelines was read so far, the others being of other kinds.

    It is at least a tenth, lest the next part hold too many that are read after all.
    """

    def __init__(self) -> None:
        self._events = self._read = 0

    def note(self, events: int, read: int) -> None:
        """Of so many events so many were read."""
        self._events += events
        self._read += read

    def __call__(self) -> float:
        """The share."""
        return max(0.1, self._read / self._events) if self._events else 1.0


def is_long_with(timeline: TimelineStreams, events: int) -> bool:
    """Whether a timeline is folded in pieces if so many of its events are."""
    return events > max(LONG, held_of(timeline))


def held_of(timeline: TimelineStreams) -> int:
    """About how many events of a long timeline are held at once."""
    return max(HELD, HELD_PER_STREAM * len(timeline.streams))
