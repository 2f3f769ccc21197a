"""Feeds that are made once and kept until what they tell can have changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from threading import Lock

from comity.adapters.clock import system_clock

_MOST, _MOST_BYTES = 64, 16_000_000
"""How many feeds are kept, and how long they are together."""


@dataclass(frozen=True)
class Made:
    """A feed: its bytes, its entity tag, and since when this server has given it so."""

    body: bytes
    etag: str
    since: datetime


class KeptFeeds:
    """Feeds by what was asked, each with what it rests on, such as the end of the log and a day.

    While that is the same, a feed is not made again. A feed that was made again and has the same
    bytes keeps its entity tag and its time.
    """

    def __init__(self, clock: Callable[[], datetime] = system_clock) -> None:
        self._clock = clock
        self._feeds = OrderedDict[Hashable, tuple[Hashable, Made]]()
        self._lock = Lock()

    def feed(self, asked: Hashable, rests_on: Hashable, make: Callable[[], bytes]) -> Made:
        """The feed for a question, made by `make` if it may have changed."""
        with self._lock:
            before = self._feeds.get(asked)
            if before is not None and before[0] == rests_on:
                self._feeds.move_to_end(asked)
                return before[1]
        body = make()
        with self._lock:
            made = self._made(body, before[1] if before else None)
            self._feeds[asked] = rests_on, made
            self._feeds.move_to_end(asked)
            self._drop()
        return made

    def _made(self, body: bytes, before: Made | None) -> Made:
        if before is not None and before.body == body:
            return before
        now = self._clock().replace(microsecond=0)
        if before is not None:
            # Dates in HTTP are in whole seconds: of two versions no two have the same.
            now = max(now, before.since + timedelta(seconds=1))
        return Made(body, f'"{blake2b(body, digest_size=16).hexdigest()}"', now)

    def _drop(self) -> None:
        """Drop what was asked for longest ago, until the rest is small enough."""
        while len(self._feeds) > 1 and (
            len(self._feeds) > _MOST
            or sum(len(made.body) for _, made in self._feeds.values()) > _MOST_BYTES
        ):
            self._feeds.popitem(last=False)
