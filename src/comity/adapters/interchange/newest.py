"""The newest records of the log, without reading it from its beginning."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial
from itertools import takewhile

from comity.adapters.interchange.matching import Matching, fact_of
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine
from comity.engine.engine import store_of

_FIRST_LOOK, _WIDER = 500, 4
"""How many positions are looked at first, and how many times more each time after that."""


def newest_records(
    engine: TimelineEngine, matching: Matching, most: int, upto: int | None = None
) -> list[Recorded]:
    """The newest records that match, from the newest on, at most so many.

    `upto` is the last position that counts, by default that of the log. Only the streams of a
    relationship or a party are read. Raises `InvalidInput` errors.
    """
    end, width = engine.position if upto is None else upto, max(_FIRST_LOOK, most)
    while True:
        after = max(end - width, 0)
        records = _records(engine, matching, after, end)
        found = deque((r for r in records if _is_told(engine, matching, r)), maxlen=most)
        if after == 0 or len(found) == most:
            return list(reversed(found))
        width *= _WIDER


def find_record(engine: TimelineEngine, id: str) -> Recorded | None:
    """The record of an event, by its id; None if there is none."""
    return store_of(engine).find([id]).get(id)


def is_on_timeline(engine: TimelineEngine, relationship: str, record: Recorded) -> bool:
    """Whether a relationship's timeline held a record when it was recorded."""
    entries = engine.timeline(relationship, kinds=[record.event.type], known_at=record.position)
    return any(account.event.id == record.event.id for each in entries for account in each.accounts)


def _is_told(engine: TimelineEngine, matching: Matching, record: Recorded) -> bool:
    """Whether a record matches, or is about one party's act on an agreement that does."""
    if matching.holds(record):
        return True
    if not (matching.relationship and matching.is_of_kinds(record.event.type)):
        return False
    fact = fact_of(record, partial(find_record, engine))
    return fact is not None and matching.is_act(fact, partial(is_on_timeline, engine))


def _records(
    engine: TimelineEngine, matching: Matching, after: int, end: int
) -> Iterable[Recorded]:
    """The records of these positions that can match, in order."""
    if not matching.scopes:
        return takewhile(lambda r: r.position <= end, engine.events(after, matching.kinds))
    store = store_of(engine)
    with store.reading():
        heads = store.streams(matching.scopes[0].sets_to_read)
        return store.read_after(heads, after, end)
