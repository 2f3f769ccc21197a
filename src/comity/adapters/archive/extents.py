"""What a log is at one moment, as far as an archive has to know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from comity.ports import LogStore, StreamHead


class Extent(NamedTuple):
    """What a log is at one moment: its end, its digest there, and its streams."""

    position: int
    recorded_at: datetime | None
    digest: bytes
    rewritten: int
    heads: Mapping[str, StreamHead]
    acted: Mapping[str, Collection[str]]


def extent_of(store: LogStore) -> Extent:
    """The log of a store, as it is now."""
    with store.reading():
        head = store.head()
        return Extent(
            head.position, head.recorded_at, store.digest(), store.rewritten, store.streams(),
            store.acted(),
        )  # fmt: skip
