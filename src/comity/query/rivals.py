"""Reads the rival accounts of events: they can be in other streams than the events."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from comity.domain.recorded import Recorded
from comity.domain.rivals import happening_of, rival_sets
from comity.ports import LogStore
from comity.query.reading import merged


def rivals_elsewhere(
    store: LogStore, stream: str, events: Iterable[Recorded], position: int
) -> list[Recorded]:
    """The records of other streams in which the events of a stream, or their rivals, have rivals.

    They are the whole streams up to a position, in the order of the log, with the record keeping
    about the rivals. To be called in a transaction.
    """
    wanted = {happening for event in events if (happening := happening_of(event)) is not None}
    streams: dict[str, list[Recorded]] = {stream: []}
    looked_at, pending = {stream}, [stream] if wanted else []
    while pending:
        sets = [codes for name in pending for codes in rival_sets(name)]
        heads = store.streams(sets)
        new = {name: head for name, head in heads.items() if name not in looked_at}
        looked_at.update(new)
        read = store.read_streams(new, position) if new else {}
        pending = [
            name
            for name, records in read.items()
            if any(happening_of(r) in wanted for r in records)
        ]
        streams.update((name, read[name]) for name in pending)
    return merged(streams, streams)


def records_about(store: LogStore, record: Recorded) -> list[Recorded]:
    """The streams of a record and of its rival accounts, as one list in the order of the log."""
    with store.reading():
        position = store.head().position
        heads = store.heads([record.relationship])
        own = store.read_streams(heads, position)[record.relationship]
        others = rivals_elsewhere(store, record.relationship, [record], position)
    return sorted([*own, *others], key=attrgetter("position")) if others else own
