"""The newest records of the log, without reading it from its beginning."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from comity.adapters.interchange.matching import Matching
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine
from comity.engine.engine import store_of

_FIRST_LOOK, _WIDER = 500, 4
"""How many positions are looked at first, and how many times more each time after that."""


def newest_records(engine: TimelineEngine, matching: Matching, most: int) -> list[Recorded]:
    """The newest records that match, from the newest on, at most so many.

    Only the streams of a relationship or a party are read. Raises `InvalidInput` errors.
    """
    end, width = engine.position, _FIRST_LOOK
    while True:
        after = max(end - width, 0)
        records = _records(engine, matching, after, end)
        found = deque((record for record in records if matching.holds(record)), maxlen=most)
        if after == 0 or len(found) == most:
            return list(reversed(found))
        width *= _WIDER


def _records(
    engine: TimelineEngine, matching: Matching, after: int, end: int
) -> Iterable[Recorded]:
    """The records of these positions that can match, in order."""
    if not matching.scopes:
        return (r for r in engine.events(after, matching.kinds) if r.position <= end)
    store = store_of(engine)
    with store.reading():
        heads = store.streams(matching.scopes[0].party_sets)
        return store.read_after(heads, after, end)
